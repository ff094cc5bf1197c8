"""What a document carries besides its content is said in one sentence, and the document is kept as it was sent."""

import io
import zipfile
import zlib

import pytest
import typst

from portal.core.documents import Kind, read_upload
from portal.core.documents.traces import traces_of
from tests.core.test_documents_sniff import word

CORE = "<cp:coreProperties><dc:creator>{}</dc:creator></cp:coreProperties>"
BODY = "<w:document><w:body>{}</w:body></w:document>"
DELETED = '<w:del w:id="1"><w:r><w:delText>x</w:delText></w:r></w:del>'
COMMENT = '<w:comments><w:comment w:id="0"/></w:comments>'


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        (
            Kind.DOCX,
            packed(word__document_xml=BODY.format(DELETED), docProps__core_xml=CORE.format("A. Person")),
            "This document carries tracked changes and the name of its author. Remove them if they are not meant to be read.",
        ),
        (
            Kind.DOCX,
            packed(word__header1_xml=DELETED, word__comments_xml=COMMENT, docProps__core_xml=CORE.format("A")),
            "tracked changes, comments and the name of its author. Remove them if they are not meant to be read.",
        ),
        (
            Kind.DOCX,
            packed(docProps__core_xml=CORE.format("A. Person")),
            "This document carries the name of its author. Remove it if it is not meant to be read.",
        ),
        (Kind.DOCX, packed(word__document_xml=BODY.format("<w:instrText/>"), docProps__core_xml=CORE.format(" ")), ""),
        (Kind.DOCX, packed(word__comments_xml="<w:comments></w:comments>", customXml__item_xml=DELETED), ""),
        (Kind.XLSX, packed(xl__comments1_xml='<comments><comment ref="A1"/></comments>'), "carries comments."),
        (Kind.XLSX, packed(xl__revisions__revisionLog1_xml='<revisions><rcc rId="1"/></revisions>'), "tracked changes."),
        (Kind.ODT, packed(content_xml='<text:changed-region xml:id="a">', meta_xml="<dc:creator>A</dc:creator>"), "tracked changes and"),
        (Kind.ODT, packed(content_xml='<office:annotation office:name="1">'), "carries comments."),
        (Kind.ODS, packed(content_xml='<table:tracked-changes table:track-changes="true">'), "tracked changes."),
        (Kind.ODS, packed(content_xml="<table:table>", meta_xml="<meta:initial-creator/>"), ""),
        (Kind.PDF, b"%PDF-1.4 1 0 obj<</Author (A. Person)>>endobj", "the name of its author."),
        (Kind.PDF, b"%PDF-1.4 1 0 obj<</Author <FEFF0041>>>endobj", "the name of its author."),
        (Kind.PDF, b"%PDF-1.4 1 0 obj<</Author ()/Title (x)>>endobj", ""),
        (Kind.PDF, b"%PDF-1.4 1 0 obj<</Type/Annot/Subtype/Link>>endobj", ""),
        (Kind.PDF, b"%PDF-1.4 1 0 obj<</Type/Annot/Subtype/Text/Contents(x)>>endobj", "carries comments."),
        (
            Kind.PDF,
            b"%PDF-1.5 1 0 obj<</Type/ObjStm/N 1/Filter/FlateDecode>>stream\r\n"
            + zlib.compress(b"2 0 <</Author (A. Person)>>")
            + b"\nendstream",
            "the name of its author.",
        ),
        (Kind.PDF, b"%PDF-1.5 1 0 obj<</Type/ObjStm>>stream\nnot compressed\nendstream", ""),
        (Kind.TXT, b"/Author (A. Person)", ""),
    ],
)  # fmt: skip
def test_what_a_document_carries_is_said(kind, content, sentence):
    told = traces_of(kind, content)
    assert sentence in told
    assert bool(told) is bool(sentence)


def test_a_mark_across_two_pieces_is_found():
    for before in range(256 * 1024 - 12, 256 * 1024 + 2):
        assert traces_of(Kind.DOCX, packed(word__document_xml="x" * before + DELETED))


@pytest.mark.parametrize(
    ("name", "content", "carries"),
    [
        ("a.docx", word(), False),
        ("a.pdf", typst.compile(b"Hello", format="pdf"), False),
        ("a.pdf", typst.compile(b'#set document(author: "A. Person")\nHello', format="pdf"), True),
    ],
)
def test_documents_of_real_writers(name, content, carries):
    class File:
        filename = name
        stream = io.BytesIO(content)

    upload = read_upload(File(), None)
    assert ("name of its author" in upload.remark) is carries
    assert upload.content == content
