"""What a document tells besides its content: its author's name, tracked changes, comments.

It is found and said, never removed: the document is evidence as it was sent. Found by its marks, not by reading the
document as a programme would, so an unusual one may carry more than is said.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from portal.core.documents.kinds import Kind

_STEP = 256 * 1024
_OVERLAP = 64  # bytes; no mark is longer
_MOST_INFLATED = 16 * 1024 * 1024  # bytes, of all object streams of a PDF together

AUTHOR = "the name of its author"
CHANGES = "tracked changes"
COMMENTS = "comments"

_OFFICE_AUTHOR = re.compile(
    rb"<(?:dc:creator|cp:lastModifiedBy|meta:initial-creator|dc:publisher|Manager)\b[^>]*>\s*[^<\s]"
)
_MARKS: dict[Kind, tuple[tuple[str, re.Pattern[str], re.Pattern[bytes]], ...]] = {
    Kind.DOCX: (
        (CHANGES, re.compile(r"word/.*\.xml"), re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)[ >]")),
        (COMMENTS, re.compile(r"word/comments.*\.xml"), re.compile(rb"<w\d*:comment[ >]")),
        (AUTHOR, re.compile(r"docProps/(?:core|app)\.xml"), _OFFICE_AUTHOR),
    ),
    Kind.XLSX: (
        (CHANGES, re.compile(r"xl/revisions/.*\.xml"), re.compile(rb"<(?:rcc|rrc|rm|rfmt)[ >]")),
        (
            COMMENTS,
            re.compile(r"xl/(?:comments|threadedComments).*\.xml"),
            re.compile(rb"<(?:comment|threadedComment)[ >]"),
        ),
        (AUTHOR, re.compile(r"docProps/(?:core|app)\.xml"), _OFFICE_AUTHOR),
    ),
    Kind.ODT: (
        (CHANGES, re.compile(r"content\.xml"), re.compile(rb"<text:changed-region[ >]")),
        (COMMENTS, re.compile(r"content\.xml"), re.compile(rb"<office:annotation[ >]")),
        (AUTHOR, re.compile(r"meta\.xml"), _OFFICE_AUTHOR),
    ),
    Kind.ODS: (
        (CHANGES, re.compile(r"content\.xml"), re.compile(rb"<table:tracked-changes[ >]")),
        (COMMENTS, re.compile(r"content\.xml"), re.compile(rb"<office:annotation[ >]")),
        (AUTHOR, re.compile(r"meta\.xml"), _OFFICE_AUTHOR),
    ),
}
_PDF_MARKS = (
    (COMMENTS, re.compile(rb"/Subtype\s*/(?:Text|FreeText|Highlight|Underline|StrikeOut|Squiggly|Caret|Ink|Stamp)\b")),
    (
        AUTHOR,
        re.compile(
            rb"/Author\s*(?:\(\s*[^)\s]|<\s*(?!FEFF\s*>)[0-9A-Fa-f])|<dc:creator>\s*<rdf:Seq>\s*<rdf:li[^>]*>\s*[^<\s]"
        ),
    ),
)
_PDF_OBJECTS = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)


def traces_of(kind: Kind, content: bytes) -> str:
    """A sentence on what the document carries besides its content, or "". Call after its check."""
    if kind is Kind.PDF:
        texts = [content, *_inflated(content)]
        found = [what for what, mark in _PDF_MARKS if any(mark.search(text) for text in texts)]
    elif kind in _MARKS:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            names = file.namelist()
            found = [
                what
                for what, where, mark in _MARKS[kind]
                if any(where.fullmatch(name) and _holds(file, name, mark) for name in names)
            ]
    else:
        found = []
    if not found:
        return ""
    told = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    one = found == [AUTHOR]
    return f"This document carries {told}. Remove {'it if it is' if one else 'them if they are'} not meant to be read."


def _holds(file: zipfile.ZipFile, name: str, mark: re.Pattern[bytes]) -> bool:
    kept = b""
    with file.open(name) as part:
        while piece := part.read(_STEP):
            if mark.search(kept + piece):
                return True
            kept = piece[-_OVERLAP:]
    return False


def _inflated(content: bytes) -> Iterator[bytes]:
    """Objects that a PDF keeps compressed, up to a bound: newer writers put author and comments there."""
    left = _MOST_INFLATED
    for start in _PDF_OBJECTS.finditer(content):
        try:
            piece = zlib.decompressobj().decompress(content[start.end() : start.end() + _STEP], min(left, _STEP * 4))
        except zlib.error:
            continue
        left -= len(piece)
        yield piece
        if left <= 0:
            return
