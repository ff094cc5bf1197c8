"""A minute that comes as a file: its text, for `read_minute`. The file itself is not kept here.

A Word document is read from its one part that holds the text, paragraph by paragraph, tables cell by cell; what was deleted under
"track changes" is left out. Numbers that Word counts by itself are written out, since resolutions are told apart by them.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from portal.core.documents import Kind, Scanner, UploadRefused, read_upload
from portal.core.documents.texts import decoded
from portal.core.documents.upload import ReceivedFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES = 5 * 1024 * 1024
ACCEPTED = "Word (.docx) or plain text (.txt)"
_MAX_XML = 16 * 1024 * 1024  # bytes, unpacked: a hundred times the longest minute

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}
_DAMAGED = "The Word document is damaged: its text cannot be read. Save it anew, or paste the text."
_PLACE = re.compile(r"%([1-9])")
_START = re.compile(r"[0-9]{1,4}")
_DEPTHS = frozenset("012345678")
_LONGEST_PATTERN = 40


def text_of_file(file: ReceivedFile | None, scanner: Scanner | None) -> str:
    """The text of an uploaded minute.

    Raises UploadRefused with a sentence for the person: nothing chosen, over 5 MB, another kind, damaged, without text;
    MalwareFound and ScannerUnavailable. `scanner`: None where the host has none.
    """
    upload = read_upload(file, scanner, MAX_BYTES)
    if upload.kind is Kind.TXT:
        return decoded(upload.content)
    if upload.kind is Kind.PDF:
        raise UploadRefused(
            "The portal cannot read the text of a PDF. Open it, copy the text of the minute and paste it, or upload it as "
            f"{ACCEPTED}."
        )
    if upload.kind is not Kind.DOCX:
        raise UploadRefused(
            f"A minute is taken as {ACCEPTED}. This is {upload.kind.label}. Upload another file, or paste the text."
        )
    text = _text_of_word(upload.content)
    if not text.strip():
        raise UploadRefused("The Word document holds no text, perhaps only a picture of it. Paste the text instead.")
    return text


def _text_of_word(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            body = _part(file, "word/document.xml")
            names = set(file.namelist())
            numbering, styles = (
                _part(file, name) if name in names else None for name in ("word/numbering.xml", "word/styles.xml")
            )
    except (ElementTree.ParseError, DefusedXmlException, KeyError, zipfile.BadZipFile):
        raise UploadRefused(_DAMAGED) from None
    return "\n\n".join(_paragraphs(body, _Numbers.of(numbering, styles)))


def _part(file: zipfile.ZipFile, name: str) -> "Element":
    with file.open(name) as part:
        content = part.read(_MAX_XML + 1)
    if len(content) > _MAX_XML:
        raise UploadRefused(
            "The Word document is far longer than a minute. Upload the minute of this one matter, or paste its text."
        )
    element: Element = ElementTree.fromstring(content)
    return element


@dataclass
class _Level:
    """How one level of a list is written: "(%1)" and decimal, from `start`."""

    pattern: str
    style: str
    start: int


@dataclass
class _Numbers:
    """The numbers that Word counts by itself. A place is a list's id and the depth in it, "0" to "8"."""

    levels: Mapping[tuple[str, str], _Level]
    styles: Mapping[str, tuple[str, str]]
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, numbering: "Element | None", styles: "Element | None") -> "_Numbers":
        """Read from the parts that describe lists and styles, as far as the document has them."""
        return cls(
            {} if numbering is None else dict(_levels(numbering)),
            {} if styles is None else dict(_numbered_styles(styles)),
        )

    def next(self, paragraph: "Element") -> str:
        """The number this paragraph has, with a space, or "" where it has none."""
        place = self._place(paragraph)
        level = self.levels.get(place)
        if level is None:
            return ""
        number, depth = place
        self.counts[place] += 1
        for deeper in range(int(depth) + 1, 9):
            self.counts.pop((number, str(deeper)), None)
        return _PLACE.sub(lambda found: self._written(number, str(int(found[1]) - 1)), level.pattern) + " "

    def _place(self, paragraph: "Element") -> tuple[str, str]:
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        if own is not None:
            return _child(own, "numId"), _child(own, "ilvl") or "0"
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self.styles.get("" if style is None else _value(style, "val"), ("", ""))

    def _written(self, number: str, depth: str) -> str:
        level = self.levels.get((number, depth))
        if level is None:
            return ""
        count = level.start + max(self.counts[number, depth], 1) - 1
        if level.style.endswith("Letter"):
            return chr(ord("a") + (count - 1) % 26)
        return _roman(count) if level.style.endswith("Roman") else str(count)


def _levels(numbering: "Element") -> Iterator[tuple[tuple[str, str], _Level]]:
    """Each place in a list that is counted. What no list of a minute would need is left out, and bounds what a number costs."""
    described = {_value(item, "abstractNumId"): item for item in numbering.findall(f"{_W}abstractNum")}
    for number in numbering.findall(f"{_W}num"):
        item = described.get(_child(number, "abstractNumId"))
        for level in () if item is None else item.findall(f"{_W}lvl")[:9]:
            pattern, start, depth = _child(level, "lvlText"), _child(level, "start"), _value(level, "ilvl")
            if depth in _DEPTHS and len(pattern) <= _LONGEST_PATTERN and _PLACE.search(pattern):
                first = int(start) if _START.fullmatch(start) else 1
                yield (_value(number, "numId"), depth), _Level(pattern, _child(level, "numFmt"), first)


def _numbered_styles(styles: "Element") -> Iterator[tuple[str, tuple[str, str]]]:
    """The place in a list that a paragraph style such as "List Number" stands for."""
    for style in styles.findall(f"{_W}style"):
        place = style.find(f"{_W}pPr/{_W}numPr")
        if place is not None:
            yield _value(style, "styleId"), (_child(place, "numId"), _child(place, "ilvl") or "0")


def _paragraphs(body: "Element", numbers: _Numbers) -> Iterator[str]:
    """The text of each paragraph, in the order of the document."""
    words: list[str] = []
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if element.tag in _LEFT_OUT:
            continue
        if element.tag == f"{_W}p":
            yield "".join(words)
            words = [numbers.next(element)]
        elif element.tag == f"{_W}t":
            words.append(element.text or "")
        else:
            words.append(_BREAKS.get(element.tag, ""))
        waiting.extend(reversed(element))
    yield "".join(words)


def _value(element: "Element", name: str) -> str:
    return element.get(f"{_W}{name}", "")


def _child(element: "Element", name: str) -> str:
    """The value of a child such as <w:numId w:val="3"/>, or ""."""
    child = element.find(f"{_W}{name}")
    return "" if child is None else _value(child, "val")


def _roman(count: int) -> str:
    tens, ones = divmod(count, 10)
    return "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]
