"""Numbered passages: "(1)" on a line of its own or within the text, "1.", "a)"; only the next number divides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_NUMBER = r"\((?P<in>[0-9]{1,3}|[a-z]{1,4})\)|(?P<before>[0-9]{1,3}|[a-z]{1,4})[.)]"
_AT_START = re.compile(rf"(?:{_NUMBER}|(?P<bare>[0-9]{{1,3}})$)(?: |$)", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?<= )(?:\((?P<in>[0-9]{1,3}|[a-z]{1,4})\)|(?P<before>[0-9]{1,3}|[a-z]{1,4})[.)]) ", re.IGNORECASE
)
_DIVIDES = re.compile(r"(?:[;:.,]|\b(?:and|or|that))$", re.IGNORECASE)
_ROMAN = [
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
    "xvii",
    "xviii",
    "xix",
    "xx",
]
_HEADING_CHARS = 100


@dataclass
class Passage:
    """What stands after a number; `number` is "" before the first one. `marker` is the number as it was written."""

    number: str
    marker: str
    heading: str = ""
    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """Append a line; of empty ones that follow each other, one."""
        if line or (self.lines and self.lines[-1]):
            self.lines.append(line)

    @property
    def text(self) -> str:
        """The lines, joined by single spaces."""
        return " ".join(filter(None, self.lines))

    @property
    def last(self) -> str:
        """The last line that is not empty."""
        return next(filter(None, reversed(self.lines)), "")


class _Count:
    """Which number comes next. The first one sets the form and the style."""

    def __init__(self) -> None:
        self._form = ""
        self._style = ""
        self._last = 0

    def take(self, found: re.Match[str], *, may_skip: bool, may_restart: bool) -> str:
        """The number, counted, or "" where it is not the next."""
        form = str(found.lastgroup)
        written = found[str(found.lastgroup)].lower()
        position = self._position(written)
        follows = position == self._last + 1 or (position == 1 and may_restart)
        if may_skip and written.isdigit() and form == "in":
            follows = follows or self._last < position <= self._last + 20
        if not follows or (self._form and form != self._form):
            return ""
        self._form, self._last = form, position
        self._style = self._style or _style(written)
        return written

    def _position(self, written: str) -> int:
        """Its place in the count, from 1; 0 where it is no number of this style."""
        style = self._style or _style(written)
        if style == "digits":
            return int(written) if written.isdigit() else 0
        if style == "roman":
            return _ROMAN.index(written) + 1 if written in _ROMAN else 0
        return ord(written) - ord("a") + 1 if len(written) == 1 and written.isalpha() else 0


def _style(written: str) -> str:
    if written.isdigit():
        return "digits"
    return "roman" if written == "i" else "letters"


def begins_count(line: str) -> bool:
    """Whether a list of resolutions begins here without a label: "(1)"."""
    return line.startswith("(1) ") or line == "(1)"


def looks_like_heading(line: str) -> bool:
    """A short line with a capital that ends in no stop."""
    fits = 0 < len(line) <= _HEADING_CHARS and line[0].isupper()
    return fits and line[-1] not in ".;:,-–" and not line.endswith(" and") and not line.startswith("That")


def passages_of(lines: Iterable[str], *, headings: bool) -> list[Passage]:
    """The lines divided at their numbers; the first passage is what stands before them.

    `headings`: a short line before a number is the heading of what follows.
    """
    lines = list(lines)
    count = _Count()
    found = [Passage("", "")]
    is_flat = headings and sum(map(bool, lines)) == 1
    for line in lines:
        rest = line
        if marker := _AT_START.match(line):
            rest = _begin(found, count, marker, headings=headings)
        _within(found, count, rest, headings=is_flat)
    return found


def _begin(found: list[Passage], count: _Count, marker: re.Match[str], *, headings: bool) -> str:
    """Begin a passage where the marker is the next number. Returns what of the line is still to be read."""
    before = found[-1]
    heading = _heading_at_end(before) if headings else ""
    gap = not before.lines or not before.lines[-1] or not before.marker
    if not (heading or gap or _DIVIDES.search(before.last)):
        return marker.string
    number = count.take(marker, may_skip=True, may_restart=bool(heading))
    if not number:
        return marker.string
    if heading:
        _drop_last(before.lines)
    found.append(Passage(number, marker[0].strip(), heading))
    return marker.string[marker.end() :]


def _within(found: list[Passage], count: _Count, line: str, *, headings: bool) -> None:
    """Divide one line. `headings`: it is the whole text, which has lost its line breaks; a heading stands within it, too."""
    start = 0
    for marker in _WITHIN.finditer(line):
        before = line[max(start, marker.start() - _HEADING_CHARS - 1) : marker.start()].strip()
        heading = "" if _DIVIDES.search(before) else before[_last_stop(before) :].strip()
        if heading and not (headings and marker["in"] and looks_like_heading(heading)):
            continue
        if number := count.take(marker, may_skip=False, may_restart=False):
            text = line[start : marker.start()].strip()
            found[-1].add(text.removesuffix(heading).strip())
            found.append(Passage(number, marker[0].strip(), heading))
            start = marker.end()
    found[-1].add(line[start:].strip())


def _last_stop(text: str) -> int:
    return max(text.rfind(stop) for stop in ".;:") + 1


def _heading_at_end(passage: Passage) -> str:
    """The last line, where it is a heading and what stands before it has ended."""
    written = [line for line in passage.lines[-4:] if line]
    if not written or not looks_like_heading(written[-1]):
        return ""
    before = written[-2] if len(written) > 1 else ""
    return written[-1] if _DIVIDES.search(before) or not (before or passage.marker) else ""


def _drop_last(lines: list[str]) -> None:
    while lines and not lines[-1]:
        lines.pop()
    lines.pop()
