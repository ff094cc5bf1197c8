"""A minute as a file: Word and plain text become the text that is read; anything else is refused with a sentence."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from werkzeug.datastructures import FileStorage

from portal.core.documents import MalwareFound, Scanner, UploadRefused
from portal.decisions.minutes import read_minute
from portal.decisions.minutes.files import MAX_BYTES, text_of_file
from portal.decisions.minutes.reading import ReadMinute

SEEDS = Path(__file__).parent / "seeds"
DOCUMENT = "word/document.xml"


def upload(name: str, content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes | None) -> bytes:
    """The same zip file with one part replaced, or left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
            elif part is not None:
                new.writestr(name, part)
    return stream.getvalue()


def resolutions(minute: ReadMinute) -> list[tuple[str, str]]:
    return [(r.number, r.text) for r in minute.resolutions]


@pytest.mark.parametrize("name", ["strategy", "frameworks", "supported_living", "extension_notice", "extra_care"])
def test_a_minute_reads_the_same_as_word_as_text_and_as_pasted(name: str) -> None:
    pasted = (SEEDS / f"{name}.txt").read_text()
    document = Document()
    for line in pasted.split("\n"):
        document.add_paragraph(line)
    expected = read_minute(pasted)
    for file in (
        upload("minute.docx", saved(document)),
        upload("minute.txt", pasted.encode()),
        upload("minute.txt", pasted.encode("utf-16")),
        upload("minute.txt", pasted.encode("cp1252", "replace")),
    ):
        read = read_minute(text_of_file(file, None))
        assert (read.title, read.body, read.key) == (expected.title, expected.body, expected.key)
        assert resolutions(read) == resolutions(expected)


def test_cells_of_a_table_stand_one_after_the_other_and_once() -> None:
    document = Document()
    document.add_paragraph("Decision Made: That:")
    table = document.add_table(rows=3, cols=2)
    for row, (left, right) in zip(
        table.rows,
        [("(1)", "it be noted; and"), ("(2)", "it be approved."), ("Supporting documents:", "")],
        strict=True,
    ):
        row.cells[0].text, row.cells[1].text = left, right
    table.rows[2].cells[0].merge(table.rows[2].cells[1])
    text = text_of_file(upload("minute.docx", saved(document)), None)
    assert text.count("Supporting documents:") == 1
    assert resolutions(read_minute(text)) == [("1", "it be noted; and"), ("2", "it be approved.")]


def test_numbers_that_word_counts_are_written_out() -> None:
    document = Document()
    document.add_paragraph("Decision Made: That:")
    for words in ("it be noted; and", "it be approved."):
        document.add_paragraph(words, style="List Number")
    document.add_paragraph("Reasons for the Decision:")
    document.add_paragraph("To go on.", style="List Bullet")
    read = read_minute(text_of_file(upload("minute.docx", saved(document)), None))
    assert resolutions(read) == [("1", "it be noted; and"), ("2", "it be approved.")]
    assert [reason.text for reason in read.reasons] == ["To go on."]


def listed(document: object, depth: str, words: str) -> None:
    paragraph = document.add_paragraph(words)  # type: ignore[attr-defined]
    place = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", depth), ("w:numId", "77")):
        child = OxmlElement(name)
        child.set(qn("w:val"), value)
        place.append(child)
    paragraph._p.get_or_add_pPr().append(place)


NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="(%1)"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2.%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="PATTERN"/></w:lvl>
</w:abstractNum><w:num w:numId="77"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""


def test_deeper_numbers_begin_again_under_each_number() -> None:
    document = Document()
    document.add_paragraph("one", style="List Number")
    for depth, words in ("0a", "1b", "1c", "2d", "0e", "1f", "3g", "8h"):
        listed(document, depth, words)
    numbering = NUMBERING.replace("PATTERN", "%1" * 1000).encode()
    content = with_part(saved(document), "word/numbering.xml", numbering)
    assert text_of_file(upload("minute.docx", content), None).split("\n\n")[-8:] == [
        "(4) a",
        "a) b",
        "b) c",
        "4.b.i. d",
        "(5) e",
        "a) f",
        "g",
        "h",
    ]


def test_what_was_deleted_under_track_changes_is_left_out() -> None:
    document = Document()
    paragraph = document.add_paragraph("kept ")
    for tag, words in (("w:del", "gone"), ("w:ins", "added"), ("w:moveFrom", "moved")):
        change = OxmlElement(tag)
        change.append(document.add_paragraph(words).runs[0]._r)
        paragraph._p.append(change)
    assert text_of_file(upload("minute.docx", saved(document)), None).split() == ["kept", "added"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("minute.pdf", b"%PDF-1.7\n%%EOF\n", "The portal cannot read the text of a PDF. Open it, copy the text"),
        ("minute.csv", b"a,b\n", r"A minute is taken as Word \(.docx\) or plain text \(.txt\). This is a CSV table."),
        ("minute.doc", b"\xd0\xcf\x11\xe0", r"Files ending in \.doc are not accepted\. This is the older Word format"),
        ("minute.txt", b"", "The file is empty"),
        ("minute.txt", b"\x00\x01", "The file is not plain text"),
        ("minute.txt", b"<html><body>RESOLVED</body></html>", "The file holds a web page"),
        ("minute.txt", b"a" * (MAX_BYTES + 1), "The file is larger than 5 MB"),
        ("minute.docx", b"PK\x03\x04", "The file is damaged"),
        ("minute.docx", saved(Document()), "The Word document holds no text"),
        ("minute.docx", with_part(saved(Document()), DOCUMENT, None), "The Word document is damaged"),
        ("minute.docx", with_part(saved(Document()), DOCUMENT, b"<w:p>"), "The Word document is damaged"),
        (
            "minute.docx",
            with_part(saved(Document()), "word/numbering.xml", b"<a>" + b" " * (16 * 1024 * 1024) + b"</a>"),
            "The Word document is far longer than a minute",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(UploadRefused, match=sentence):
        text_of_file(upload(name, content), None)


def test_a_form_without_a_file_is_told_to_choose_one() -> None:
    with pytest.raises(UploadRefused, match="Choose a file"):
        text_of_file(FileStorage(io.BytesIO(b""), filename=""), None)


class Refusing(Scanner):
    def __init__(self) -> None:
        super().__init__(Path("nowhere"))

    def check(self, content: bytes) -> None:
        raise MalwareFound("Eicar")


def test_a_file_is_scanned_before_it_is_read() -> None:
    with pytest.raises(MalwareFound):
        text_of_file(upload("minute.txt", b"Decision: That it be noted."), Refusing())
