"""A minute taken apart into its parts, in their order: every word of the text is in exactly one of them."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from portal.decisions.minutes.labels import fact_of, is_furniture, section_of
from portal.decisions.minutes.numbering import Passage, begins_count, passages_of
from portal.decisions.minutes.phrases import phrases_in
from portal.decisions.minutes.text import dates_in, first_sentence, folded, paragraphs_of

PARTS = (
    "furniture", "title", "item", "meeting", "report_of", "label", "lead", "summary", "heading", "number", "resolution",
    "reason", "alternative", "consultee", "representation", "interest", "fact", "contact", "unread",
)  # fmt: skip
"""What a part can be. `furniture` is the web page's, `label` and `lead` introduce what follows."""


@dataclass(frozen=True)
class Part:
    """A piece of the text and what it was read as. `about`: which fact a `fact` states."""

    kind: str
    text: str
    about: str = ""


@dataclass
class _Section:
    name: str
    lines: list[str] = field(default_factory=list)
    label: str = ""


_ITEM = re.compile(r"(?:item )?(?P<item>[0-9]{1,4}[a-z]?)[.:]? (?=\D)", re.IGNORECASE)
_PDF = re.compile(r" (?:pdf icon )?PDF [0-9]{1,5} ?[KM]B$", re.IGNORECASE)
_PREFIX = re.compile(r"(?:Agenda item|Issue details|Issue - meetings|Decision details) (?=[A-Z])")
_REPORT = re.compile(r"(?:^|(?<= ))(?=(?:Joint )?Report of (?:the )?[A-Z])")
_OPENING = re.compile(
    r"(?<= )(?=The (?:Cabinet|Executive|Board|Committee|Council)(?: Board| Committee)? (?:considered|received) )"
)
_BODY = re.compile(r"Meeting\b|Cabinet\b|Executive\b|Council\b|[^.]{0,80}\b(?:Committee|Board|Panel)\b")
_BODY_ALONE = re.compile(
    r"(?:The )?(?:Cabinet|Executive(?: Board)?|[A-Z][\w ,&'’]{0,80} (?:Committee|Board|Panel))", re.IGNORECASE
)
_DATE_ALONE = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?[0-9]{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? [0-9]{4}(?:,? (?:at )?[0-9]{1,2}[.:][0-9]{2} ?[ap]m)?",
    re.IGNORECASE,
)
_MEETING = re.compile(r"Meeting: .{1,100}? \(Item [0-9a-z]{1,6}\) ?")
_LONGEST_TITLE = 250
_SUMMARY_CHARS = 80
_THAT = re.compile(r"(?:that|resolved|resolved that)\b ?[:;,–-]*", re.IGNORECASE)
_LEAD = re.compile(r"\boptions? (?:was|were|have been|had been) considered\b", re.IGNORECASE)
_CLOSED = (".", ".”", ".’")


def parts_of(lines: list[str]) -> list[Part]:
    """The parts of a text, from its lines."""
    reader = _Reader()
    for section in _sections(lines):
        if section.label:
            reader.parts.append(Part("label", section.label))
        reader.read(section)
    return reader.parts


def _sections(lines: Iterable[str]) -> list[_Section]:
    found = [_Section("head")]
    for line in lines:
        current = found[-1]
        if is_furniture(line):
            found += [_Section("furniture", [line]), _Section(current.name)]
        elif (fact := fact_of(line)) and _states(*fact):
            name, label, value = fact
            found.append(_Section(f"fact {name}", [value] if value else [], label))
        elif section := section_of(line):
            found.append(_Section(section[0], [section[2]], section[1]))
        elif current.name in ("head", "minutes") and begins_count(line):
            found.append(_Section("decision", [line]))
        else:
            _continue(found, line)
    return found


def _states(name: str, label: str, value: str) -> bool:
    return name != "date" or any(True for _ in dates_in(value))


def _continue(found: list[_Section], line: str) -> None:
    """Put a line into the section it goes on with. A fact has one line; in the head, the head goes on after it."""
    current = found[-1]
    if not current.name.startswith("fact ") or not any(current.lines):
        current.lines.append(line)
        return
    before = next(section.name for section in reversed(found) if not section.name.startswith("fact "))
    found.append(_Section(before if before in ("head", "minutes") else "after", [line]))


class _Reader:
    """Reads section after section; knows the title and the headings seen so far."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._title = ""
        self._headings: set[str] = set()
        self._readers: dict[str, Callable[[list[str]], None]] = {
            "head": self._head,
            "minutes": self._minutes,
            "decision": self._decision,
            "reasons": self._reasons,
            "alternatives": self._alternatives,
            "consultation": self._consultation,
            "consultees": self._consultees,
        }

    def read(self, section: _Section) -> None:
        """Append the parts of one section."""
        if section.name.startswith("fact "):
            self._fact(section)
        elif read := self._readers.get(section.name):
            read(section.lines)
        else:
            kind = {"furniture": "furniture", "interests": "interest"}.get(section.name, "unread")
            self._add_all(kind, paragraphs_of(section.lines))

    def _add(self, kind: str, text: str, about: str = "") -> None:
        if text:
            self.parts.append(Part(kind, text, about))

    def _add_all(self, kind: str, texts: Iterable[str]) -> None:
        for text in texts:
            self._add(kind, text)

    def _fact(self, section: _Section) -> None:
        about = section.name.removeprefix("fact ")
        for line in section.lines:
            self._add("contact" if about == "contact" else "fact", line, about)

    # The head: title, meeting, whose report
    def _head(self, lines: list[str]) -> None:
        for paragraph in paragraphs_of(lines):
            prefix = _PREFIX.match(paragraph)
            if prefix:
                self._add("furniture", prefix[0].strip())
            for piece in _pieces(paragraph[prefix.end() if prefix else 0 :]):
                self._head_piece(piece)

    def _head_piece(self, text: str) -> None:
        if _is_meeting(text):
            self._add("meeting", text)
        elif meeting := _MEETING.match(text):
            self._add("meeting", meeting[0].strip())
            self._head_piece(text[meeting.end() :])
        elif _REPORT.match(text):
            self._add("report_of", text)
        elif not self._title_piece(text):
            is_summary = len(text) >= _SUMMARY_CHARS or text.endswith(_CLOSED)
            self._add("summary" if is_summary else "unread", text)

    def _title_piece(self, text: str) -> bool:
        """Whether this was the title, for the first time or again, or that of the next item."""
        if len(text) > _LONGEST_TITLE or (text.endswith(_CLOSED) and len(text) >= _SUMMARY_CHARS):
            return False
        item = _ITEM.match(text)
        pdf = _PDF.search(text)
        title = text[item.end() if item else 0 : pdf.start() if pdf else len(text)]
        is_next = bool(item and item[0].endswith(". ") and self.parts and not self.parts[-1].text.endswith(":"))
        if not title or (self._title and _same(title) != self._title and not is_next):
            return False
        self._title = _same(title)
        self._add("item", item[0].strip() if item else "")
        self._add("title", title)
        self._add("furniture", pdf[0].strip() if pdf else "")
        return True

    def _minutes(self, lines: list[str]) -> None:
        for paragraph in paragraphs_of(lines):
            self._add("report_of" if _REPORT.match(paragraph) else "summary", paragraph)

    # What was decided
    def _decision(self, lines: list[str]) -> None:
        first, *numbered = passages_of(lines, headings=True)
        for paragraph in paragraphs_of(first.lines):
            self._before_numbers(paragraph, numbered=bool(numbered))
        for passage in numbered:
            after = _cut_after_end(passage) if passage is numbered[-1] else []
            self._heading(passage.heading)
            if passage.text:
                self._add("number", passage.marker)
                self._add("resolution", passage.text)
            else:
                self._add("unread", passage.marker)
            self._add_all("unread", paragraphs_of(after))

    def _before_numbers(self, text: str, *, numbered: bool) -> None:
        if _THAT.fullmatch(text) or text.endswith((":", ": -")) or (numbered and len(text) < _SUMMARY_CHARS):
            self._add("lead", text)
        else:
            self._add("resolution" if phrases_in(text) else "unread", text)

    def _heading(self, text: str) -> None:
        if text:
            self._headings.add(_same(text))
            self._add("heading", text)

    # Why
    def _reasons(self, lines: list[str]) -> None:
        for paragraph in paragraphs_of(lines):
            self._add("heading" if _same(paragraph) in self._headings else "reason", paragraph)

    def _alternatives(self, lines: list[str]) -> None:
        for group in self._by_heading(lines):
            first, *numbered = passages_of(group, headings=False)
            for paragraph in paragraphs_of(first.lines):
                is_lead = _LEAD.search(paragraph) and not first_sentence(paragraph)[1]
                kind = "lead" if is_lead or paragraph.endswith(":") else "alternative"
                self._add("heading" if _same(paragraph) in self._headings else kind, paragraph)
            for passage in numbered:
                self._add("number", passage.marker)
                self._add("alternative", passage.text)

    def _by_heading(self, lines: list[str]) -> Iterator[list[str]]:
        group: list[str] = []
        for line in lines:
            if _same(line) in self._headings:
                yield group
                yield [line]
                group = []
            else:
                group.append(line)
        yield group

    # Who was asked
    def _consultation(self, lines: list[str]) -> None:
        for paragraph in paragraphs_of(lines):
            self._add("representation" if "representation" in paragraph.lower() else "unread", paragraph)

    def _consultees(self, lines: list[str]) -> None:
        for line in lines:
            for name in re.split(r"(?<=;) ?", line):
                self._add("consultee" if len(name) <= _SUMMARY_CHARS else "unread", name)


def _pieces(text: str) -> Iterator[str]:
    """The head of a copy without line breaks, divided before "Report of the …" and "The Cabinet considered"."""
    starts = {0, len(text)} | {found.start() for found in _OPENING.finditer(text)}
    if report := _REPORT.search(text):
        starts.add(report.start())
    places = sorted(starts)
    for start, end in itertools.pairwise(places):
        yield text[start:end].strip()


def _is_meeting(text: str) -> bool:
    """Whether a line of the head is the body's name, a day, or both."""
    if _MEETING.match(text) or len(text) > _LONGEST_TITLE:
        return False
    if _BODY_ALONE.fullmatch(text) or _DATE_ALONE.fullmatch(text):
        return True
    return bool(_BODY.match(text)) and any(True for _ in dates_in(text))


def _cut_after_end(passage: Passage) -> list[str]:
    """Take from the last resolution what begins a new paragraph after its full stop: it may belong to another matter."""
    for place in range(1, len(passage.lines) - 1):
        before, gap, after = passage.lines[place - 1 : place + 2]
        if before.endswith(_CLOSED) and not gap and (after[:1].isupper() or _ITEM.match(after)):
            rest = passage.lines[place + 1 :]
            del passage.lines[place:]
            return rest
    return []


def _same(text: str) -> str:
    return folded(text).casefold().rstrip(" :")
