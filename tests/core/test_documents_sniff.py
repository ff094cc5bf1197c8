"""An upload is taken when name and whole content agree and an evaluator can open it."""

import io
import struct
import zipfile
import zlib

import pytest
import typst
import xlsxwriter

from portal.core.documents import Kind, UploadRefused, check_upload
from portal.core.documents import zipped as zipped_module

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


def zipped(entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return file.getvalue()


def word(main=WORD, **more):
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": "<document>Hello</document>", **more})


def open_document(mimetype=ODT, manifest="<manifest/>", **more):
    return zipped({"mimetype": mimetype, "content.xml": "<x/>", "META-INF/manifest.xml": manifest, **more})


def workbook():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        made.add_worksheet().write("A1", "price")
    return file.getvalue()


def pdf():
    return typst.compile(b"Hello", format="pdf")


def png(width=2, height=2):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0\0" * 2)) + chunk(b"IEND", b"")
    )


def jpg(width=2, height=2):
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34" + b"\xff\xd9"
    )


TAKEN = [
    ("a.pdf", pdf, Kind.PDF),
    ("a.docx", word, Kind.DOCX),
    ("a.xlsx", workbook, Kind.XLSX),
    ("a.odt", open_document, Kind.ODT),
    ("a.ods", lambda: open_document("application/vnd.oasis.opendocument.spreadsheet"), Kind.ODS),
    ("a.png", png, Kind.PNG),
    ("a.jpeg", jpg, Kind.JPG),
    ("a.jpg", lambda: jpg() + b"camera's own", Kind.JPG),
    ("a.txt", "Tŷ 质量 5 < 6 & <-- so".encode, Kind.TXT),
    ("a.csv", lambda: "name,price\r\nx,-5.00\r\ny,£6|7\r\n".encode("cp1252"), Kind.CSV),
    ("a.csv", lambda: "name;price\r\n".encode("utf-16"), Kind.CSV),
]


@pytest.mark.parametrize(("name", "content", "kind"), TAKEN)
def test_file_that_is_what_it_says_is_taken(name, content, kind):
    assert check_upload(name, content()) is kind


OTHERS = {
    "a.pdf": (pdf, "a PDF"),
    "a.png": (png, "a PNG"),
    "a.docx": (word, "a zip file"),
}


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.jpg", "a.docx", "a.xlsx", "a.odt", "a.txt", "a.csv"])
@pytest.mark.parametrize("other", OTHERS)
def test_file_of_another_kind_is_refused(name, other):
    content, found = OTHERS[other]
    if name == other:
        return
    with pytest.raises(UploadRefused) as refused:
        check_upload(name, content())
    if not (name[-4:] in {"docx", "xlsx", ".odt"} and other == "a.docx"):
        assert found in refused.value.sentence


def swapped(content, old, new):
    assert len(old) == len(new)
    return content.replace(old, new)


def encrypted_zip():
    content = bytearray(word())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + at] |= 1
    return bytes(content)


def lying_zip():
    """A part that declares one byte and unpacks to more than is allowed."""
    content = bytearray(word(**{"word/media/a.bin": b"\0" * 3_000_000}))
    for signature, at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        start = content.index(b"word/media/a.bin", 0 if at == 22 else content.index(b"PK\x01\x02")) - name_at
        assert content[start : start + 4] == signature
        content[start + at : start + at + 4] = struct.pack("<I", 1)
    return bytes(content)


REFUSED = [
    ("a.pdf", lambda: b"", "empty"),
    ("a.txt", lambda: b" \r\n", "empty"),
    ("a.pdf", lambda: pdf()[:-200], "incomplete"),
    (
        "a.pdf",
        lambda: pdf().replace(b"trailer\n", b"trailer\n<</Encrypt 5 0 R>>\n") + b"/Encrypt 5 0 R\n%%EOF",
        "protected",
    ),
    ("a.pdf", lambda: b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF", "web page"),
    ("a.pdf", lambda: b"<html>%PDF-1.7\n%%EOF", "HTML content"),
    ("a.pdf", lambda: b" " + pdf(), "the file "),
    ("a.pdf", lambda: pdf() + word(), "two files"),
    ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj <</OpenAction <</S/JavaScript /JS (x)>>>>\n%%EOF", "script"),
    ("a.png", lambda: png() + b"<script>", "added after the end"),
    ("a.png", lambda: png()[:-5], "damaged"),
    ("a.png", lambda: png(50_000, 50_000), "50,000 by 50,000 pixels"),
    ("a.png", lambda: png(0, 5), "damaged"),
    ("a.jpg", lambda: jpg(60_000, 60_000), "60,000 by 60,000 pixels"),
    ("a.jpg", lambda: jpg()[:-2], "damaged"),
    ("a.jpg", lambda: jpg() + word(), "two files"),
    ("a.docx", lambda: word()[:-30], "damaged"),
    ("a.docx", lambda: word() + b"more", "damaged"),
    ("a.docx", lambda: zipped({"a.js": "x"}) + word(), "damaged"),
    ("a.docx", lambda: swapped(word(), b"PK\x01\x02", b"PK\x01\x03"), "damaged"),
    ("a.docx", lambda: zipped({"a.txt": "x"}), "holds something else"),
    ("a.docx", workbook, "holds something else"),
    ("a.xlsx", word, "holds something else"),
    ("a.odt", word, "holds something else"),
    ("a.ods", open_document, "holds something else"),
    ("a.docx", lambda: word(**{"word/vbaProject.bin": "x"}), "macros"),
    ("a.docx", lambda: word(WORD + "application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
    ("a.odt", lambda: open_document(**{"Basic/Standard/Module1.xml": "<x/>"}), "macros"),
    ("a.docx", lambda: word(**{"word/embeddings/setup.exe": "x"}), "could run"),
    ("a.docx", lambda: word(**{"../evil.xml": "x"}), "damaged"),
    ("a.docx", lambda: word(**{"/etc/passwd": "x"}), "damaged"),
    (
        "a.docx",
        lambda: word(**{"word/x.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'}),
        "construction",
    ),
    ("a.docx", lambda: word(**{"word/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]>'.encode("utf-16")}), "construction"),
    ("a.docx", lambda: word(**{f"word/{number}": "" for number in range(5_001)}), "far more"),
    ("a.docx", lambda: word(**{"word/big.xml": b"\0" * (201 * 1024 * 1024)}), "far more"),
    ("a.docx", lying_zip, "damaged"),
    ("a.docx", encrypted_zip, "password"),
    ("a.odt", lambda: open_document(manifest="<manifest><encryption-data/></manifest>"), "password"),
    ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "older Office"),
    ("a.txt", lambda: b"hello <ScRipt>alert(1)</script>", "web page"),
    ("a.txt", lambda: b'\xef\xbb\xbf<?xml version="1.0"?><svg onload="x"/>', "web page"),
    ("a.txt", lambda: "<html>".encode("utf-16"), "web page"),
    ("a.txt", lambda: b"MZ\x90\x00\x03", "not plain text"),
    ("a.csv", lambda: b"\xff\xfeabc", "not plain text"),
    ("a.csv", lambda: b"name\r\n=cmd|'/c calc'!A1\r\n", "would start a programme"),
    ("a.csv", lambda: b'name,"@cmd|x"\r\n', "would start a programme"),
]


@pytest.mark.parametrize(
    ("name", "content", "fault"), REFUSED, ids=[f"{at}-{fault}" for at, (_, _, fault) in enumerate(REFUSED)]
)
def test_file_with_a_fault_is_refused_and_the_fault_named(name, content, fault):
    with pytest.raises(UploadRefused) as refused:
        check_upload(name, content())
    assert fault in refused.value.sentence


def test_zip_is_counted_while_it_unpacks(monkeypatch):
    # The sum of declared sizes is checked first; this is the count that does not believe them.
    monkeypatch.setattr(zipped_module, "_check_directory", lambda entries: None)
    monkeypatch.setattr(zipped_module, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(UploadRefused, match="far more"):
        check_upload("a.docx", word(**{"word/a.bin": b"\0" * 2_000_000}))


@pytest.mark.parametrize("start", [b"%PDF-", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b""])
@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.odt", "a.ods", "a.png", "a.jpg", "a.txt", "a.csv"])
def test_rubbish_is_refused_never_a_fault(name, start):
    for filling in (b"\0" * 500, b"\xff\x81" * 250, bytes(range(256)) * 2, b"PK\x05\x06" + b"\0" * 18):
        with pytest.raises(UploadRefused):
            check_upload(name, start + filling)


def test_damage_anywhere_is_refused_or_harmless():
    whole = word()
    for at in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[at] ^= 0x41
        try:
            assert check_upload("a.docx", bytes(damaged)) is Kind.DOCX
        except UploadRefused:
            continue
