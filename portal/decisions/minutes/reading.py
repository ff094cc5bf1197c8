"""Reads the text of a council's minute into a draft. Nothing it says is certain: a person confirms every piece of it."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.decisions.minutes import facts
from portal.decisions.minutes.facts import KeyFacts, TermFact
from portal.decisions.minutes.labels import divided, is_cut
from portal.decisions.minutes.phrases import Phrase, phrases_in
from portal.decisions.minutes.sections import Part, parts_of
from portal.decisions.minutes.text import LONGEST, dates_in, first_sentence, folded, lines_of

ROUTES = ("cabinet", "cabinet_member", "officer", "joint_holders", "committee", "unknown")
"""Which way the decision was taken, as far as the name of the body tells."""


@dataclass(frozen=True)
class ReadResolution:
    """One resolution, word for word. `number`: "1", or "" where the minute counts none; `heading`: "" or what it stands under."""

    number: str
    heading: str
    text: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class ReadReason:
    """One paragraph of the reasons, under its heading or ""."""

    heading: str
    text: str


@dataclass(frozen=True)
class ReadAlternative:
    """An option that was rejected, and why; `because` is "" where the text does not part them."""

    number: str
    heading: str
    option: str
    because: str


@dataclass(frozen=True)
class ReadMinute:
    """A draft of what a minute says. "" or empty where the text does not say it; nothing is guessed but `route`."""

    title: str
    item: str
    body: str
    taken_on: date | None
    report_of: str
    route: str
    summary: tuple[str, ...]
    headings: tuple[str, ...]
    resolutions: tuple[ReadResolution, ...]
    reasons: tuple[ReadReason, ...]
    alternatives: tuple[ReadAlternative, ...]
    interests: tuple[str, ...]
    consultees: tuple[str, ...]
    representations: tuple[str, ...]
    key: KeyFacts | None
    term: tuple[TermFact, ...]
    contacts: tuple[str, ...]
    """Lines that name persons. Not to be carried into a decision: it names posts."""
    unread: tuple[str, ...]
    remarks: tuple[str, ...]
    """Sentences for the person who confirms it: what is doubtful, contradicts itself or is missing."""
    parts: tuple[Part, ...]
    """The whole text in its order; every word is in exactly one part."""


_OPTION = re.compile(r" [-–—] |: ")
_OPTION_CHARS = 200


def read_minute(text: str) -> ReadMinute:
    """The draft of a minute that was pasted from a web page, a PDF or an e-mail.

    A text that is no minute gives no resolutions, and a remark that says so. Raises ValueError with a sentence for the person when
    it is longer than 200,000 characters.
    """
    if len(text) > LONGEST:
        raise ValueError(
            f"The text has {len(text):,} characters. Paste {LONGEST:,} or fewer: the minute of this one matter is enough."
        )
    parts = parts_of(divided(lines_of(text)))
    if not {part.kind for part in parts} - {"title", "item", "summary", "unread", "furniture", "number"}:
        parts = [Part("unread", part.text) for part in parts]
    return _assembled(_Parts(parts))


class _Parts:
    """The parts by what they are."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.all = tuple(parts)

    def of(self, *kinds: str) -> tuple[str, ...]:
        return tuple(part.text for part in self.all if part.kind in kinds)

    def stated(self) -> dict[str, list[str]]:
        """What labels state, by fact."""
        found: dict[str, list[str]] = {}
        for part in self.all:
            if part.kind == "fact":
                found.setdefault(part.about, []).append(part.text)
        return found

    def numbered(self, kind: str) -> Iterable[tuple[str, str, str]]:
        """(heading, number as written, text) of each part of a kind. A label ends a heading."""
        heading = number = ""
        for part in self.all:
            if part.kind == kind:
                yield heading, number.strip("()."), part.text
            heading = part.text if part.kind == "heading" else "" if part.kind == "label" else heading
            number = part.text if part.kind == "number" else ""


def _assembled(parts: _Parts) -> ReadMinute:
    stated = parts.stated()
    representations = parts.of("representation")
    key = facts.key_facts(stated, representations)
    summary = parts.of("summary")
    body = _body(parts, stated, key)
    resolutions = tuple(
        ReadResolution(number, heading, text, phrases_in(text))
        for heading, number, text in parts.numbered("resolution")
    )
    days = _days(parts, stated)
    return ReadMinute(
        title=next(reversed(_titles(parts)), ""),
        item=_item(parts),
        body=body,
        taken_on=next(iter(days)) if len(days) == 1 else None,
        report_of=next(filter(None, map(facts.report_of, (*parts.of("report_of"), *summary))), ""),
        route=facts.route_of(body),
        summary=summary,
        headings=tuple(dict.fromkeys(filter(None, (resolution.heading for resolution in resolutions)))),
        resolutions=resolutions,
        reasons=tuple(ReadReason(heading, text) for heading, _, text in parts.numbered("reason")),
        alternatives=tuple(_alternative(*found) for found in parts.numbered("alternative")),
        interests=parts.of("interest"),
        consultees=tuple(name.rstrip(" ;,") for name in parts.of("consultee")),
        representations=representations,
        key=key,
        term=facts.terms_in(" ".join((*summary, *parts.of("resolution", "reason")))),
        contacts=parts.of("contact"),
        unread=parts.of("unread"),
        remarks=tuple(_remarks(parts, days, resolutions, key)),
        parts=parts.all,
    )


def _body(parts: _Parts, stated: dict[str, list[str]], key: KeyFacts | None) -> str:
    """Whom the text names as deciding: its label, the meeting, the opening sentence, or by whom the decision is due."""
    return next(
        filter(
            None,
            (
                *stated.get("maker", ()),
                *map(facts.body_of_meeting, parts.of("meeting")),
                *map(facts.body_in, parts.of("summary")),
                key.due_by if key else "",
            ),
        ),
        "",
    )


def _item(parts: _Parts) -> str:
    written = (*reversed(_before_resolutions(parts, "item")), *parts.of("meeting"))
    return next(filter(None, map(facts.item_of, written)), "")


def _titles(parts: _Parts) -> list[str]:
    """The different titles before the resolutions; the last one is theirs."""
    return list({folded(title).casefold(): title for title in _before_resolutions(parts, "title")}.values())


def _before_resolutions(parts: _Parts, kind: str) -> list[str]:
    before = itertools.takewhile(lambda part: part.kind != "resolution", parts.all)
    return [part.text for part in before if part.kind == kind]


def _days(parts: _Parts, stated: dict[str, list[str]]) -> set[date | None]:
    """The days given as the meeting's or the decision's; None among them for one that no calendar has."""
    return {day for text in (*parts.of("meeting"), *stated.get("date", ())) for day in dates_in(text)}


def _alternative(heading: str, number: str, text: str) -> ReadAlternative:
    divides = _OPTION.search(text, 0, _OPTION_CHARS) if number else None
    if divides:
        return ReadAlternative(number, heading, text[: divides.start()], text[divides.end() :])
    option, because = first_sentence(text)
    return ReadAlternative(number, heading, option, because)


def _remarks(
    parts: _Parts, days: set[date | None], resolutions: Sequence[ReadResolution], key: KeyFacts | None
) -> Iterable[str]:
    if not resolutions:
        yield _none_read(parts, key)
    if any(map(is_cut, parts.of("furniture"))):
        yield "The text is cut off: the page it was copied from says that the full minute is elsewhere."
    if len(_titles(parts)) > 1:
        yield "The text holds more than one item. The draft is of the last one before the resolutions."
    if None in days:
        yield "A date in the text is in no calendar. Check the day the decision was taken."
    if len(days - {None}) > 1:
        yield "The text gives more than one day for the meeting or the decision. Choose the right one."
    yield from _two_reports(parts)
    if missing := _missing_numbers(resolutions):
        yield f"{'Resolutions' if len(missing) > 1 else 'Resolution'} {', '.join(missing)} could not be found in the text."
    yield from _alike(resolutions)
    if contacts := parts.of("contact"):
        yield f"{len(contacts)} {'lines name' if len(contacts) > 1 else 'line names'} a contact. The record of a decision names posts, not persons."


def _none_read(parts: _Parts, key: KeyFacts | None) -> str:
    if not parts.all:
        return "There is no text. Paste the minute."
    if key:
        return "The text is the notice of a key decision. It holds no resolutions."
    return "No resolutions could be read in this text. Check that it is a minute, or enter the decision by hand."


def _two_reports(parts: _Parts) -> Iterable[str]:
    headed = next(filter(None, map(facts.report_of, parts.of("report_of"))), "")
    told = next(filter(None, map(facts.report_of, parts.of("summary"))), "")
    if headed and told and folded(headed).casefold() != folded(told).casefold():
        yield f"The heading says the report is the {headed}’s, the text says it is the {told}’s."


def _missing_numbers(resolutions: Sequence[ReadResolution]) -> list[str]:
    """Numbers left out in the count, which begins again where it goes down."""
    missing = []
    last = 0
    for number in (int(resolution.number) for resolution in resolutions if resolution.number.isdigit()):
        missing += [f"({left_out})" for left_out in range(last + 1, number)]
        last = number
    return missing


def _alike(resolutions: Sequence[ReadResolution]) -> Iterable[str]:
    """Posts whose names differ by a word or two, of which one may be a slip of the pen."""
    posts = dict.fromkeys(
        holder for resolution in resolutions for phrase in resolution.phrases for holder in phrase.holders
    )
    names = list(posts)[:40]
    for one in names:
        for other in names:
            less, more = folded(one).split(), folded(other).split()
            if less != more and len(less) > 3 and less[:2] == more[:2] and set(less) < set(more):
                yield f"The minute names both “{one}” and “{other}”. Check whether they are one post."
