"""From a minute that was read to what a person confirms: proposals for the form, phrases by key, words marked. Pure."""

import itertools
import re
import string
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from portal.core.wording import say_day
from portal.decisions.minutes import KINDS, Phrase, ReadAlternative, ReadMinute, ReadReason, phrases_in

EFFECTS = {
    "approves": "Approves",
    "delegates": "Delegates power to decide",
    "authorises_work": "Authorises work, without power to decide",
    "notes": "Notes",
}
"""What a resolution does."""
MOST = 60
"""Resolutions of one decision."""

_SUGGESTS = {
    "sole": "delegates",
    "in_consultation": "delegates",
    "joint_holders": "delegates",
    "post_and_nominated": "delegates",
    "work_on": "authorises_work",
    "oversee": "authorises_work",
    "approve": "approves",
    "authorise": "approves",
}
_CAPACITY = {
    "cabinet": "Executive, collectively",
    "cabinet_member": "Executive member",
    "officer": "Officer",
    "joint_holders": "Joint holders",
    "committee": "Committee",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Marked:
    """A phrase with its mark: `letter` stands behind its words, `title` says what it means, `key` is what a person ticks."""

    key: str
    letter: str
    title: str
    words: str
    holders: tuple[str, ...]
    consulted: tuple[str, ...]
    note: str

    @property
    def label(self) -> str:
        """Everything about it in one line."""
        said = f"[{self.letter}] {self.title}: “{self.words}”"
        if self.holders:
            said += f". Who: {'; '.join(self.holders)}"
        if self.consulted:
            said += f". In consultation with: {'; '.join(self.consulted)}"
        return said


@dataclass(frozen=True)
class Piece:
    """A piece of a resolution's words. `is_marked`: part of a phrase; `letters`: of the phrases that end with it."""

    text: str
    is_marked: bool
    letters: str


def key_of(phrase: Phrase) -> str:
    """The phrase's name in a form: where it stands, and what it was read as."""
    return f"{phrase.kind}-{phrase.start}-{phrase.end}"


def mark_of(words: str) -> str:
    """A short mark of words, so that phrases are confirmed of the very words they were read from."""
    return sha256(words.encode()).hexdigest()[:16]


def read_again(words: str) -> tuple[Phrase, ...]:
    """The phrases of a resolution that can be confirmed, one for each place and kind."""
    return tuple({key_of(phrase): phrase for phrase in phrases_in(words)}.values())


def suggested(phrases: Iterable[Phrase]) -> str | None:
    """What the words suggest that a resolution does; None where they suggest nothing. Power to decide goes before the rest."""
    found = {_SUGGESTS[phrase.kind] for phrase in phrases if phrase.kind in _SUGGESTS}
    return next((effect for effect in ("delegates", "authorises_work", "approves") if effect in found), None)


Names = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""By the key of a phrase, whom it names as holders and whom as consulted, where a person has put that right."""


def corrected(phrases: Iterable[Phrase], names: Names) -> tuple[Phrase, ...]:
    """The phrases, with the posts that a person entered in the place of those that were read."""

    def put_right(phrase: Phrase) -> Phrase:
        found = names.get(key_of(phrase))
        return replace(phrase, holders=found[0], consulted=found[1]) if found else phrase

    return tuple(map(put_right, phrases))


def confirmed(words: str, keys: Collection[str], names: Names | None = None) -> list[dict[str, Any]]:
    """The phrases that a person ticked, as they are kept: kind, start, end, words, holders, consulted, note. `names`: see `corrected`."""
    return [
        {
            "kind": phrase.kind,
            "start": phrase.start,
            "end": phrase.end,
            "words": words[phrase.start : phrase.end],
            "holders": list(phrase.holders),
            "consulted": list(phrase.consulted),
            "note": phrase.note,
        }
        for phrase in corrected(read_again(words), names or {})
        if key_of(phrase) in keys
    ]


def kept(phrases: Iterable[Mapping[str, Any]]) -> tuple[Phrase, ...]:
    """Phrases as they were kept."""
    return tuple(
        Phrase(p["kind"], p["start"], p["end"], tuple(p["holders"]), tuple(p["consulted"]), p["note"]) for p in phrases
    )


def marked(words: str, phrases: Sequence[Phrase]) -> tuple[Marked, ...]:
    """Each phrase with its letter, in the order of the words."""
    return tuple(
        Marked(
            key_of(phrase),
            _letter(n),
            KINDS[phrase.kind],
            words[phrase.start : phrase.end],
            phrase.holders,
            phrase.consulted,
            phrase.note,
        )
        for n, phrase in enumerate(phrases)
    )


def pieces(words: str, phrases: Sequence[Phrase]) -> tuple[Piece, ...]:
    """The words, cut where a phrase begins or ends; joined again they are the words."""
    cuts = sorted({0, len(words), *(p.start for p in phrases), *(p.end for p in phrases)})
    return tuple(
        Piece(
            words[start:end],
            any(p.start <= start and end <= p.end for p in phrases),
            ", ".join(_letter(n) for n, p in enumerate(phrases) if p.end == end),
        )
        for start, end in itertools.pairwise(cuts)
    )


def _letter(n: int) -> str:
    rest, letter = divmod(n, 26)
    return (string.ascii_lowercase[rest - 1] if rest else "") + string.ascii_lowercase[letter]


def plain(text: str) -> str:
    """As a form takes it: in one spelling, lines ended alike, and a control character as the mark for one, where a person can see and delete it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("\ufffd", lines)).strip()


def proposed(minute: ReadMinute) -> dict[str, Any]:
    """Values for the form, by the names of its fields: only what the text says, and what follows from who decided."""
    key = minute.key
    route = "" if minute.route == "unknown" else minute.route
    report = f"Report of the {minute.report_of}" if minute.report_of else ""
    values: dict[str, Any] = {
        "title": minute.title,
        "route": route,
        "decided_by_post": minute.body,
        "decided_by_capacity": _CAPACITY.get(route, ""),
        "authority_source": report if route in ("cabinet", "committee") else "",
        "report_reference": report,
        "consulted_post": "; ".join(minute.consultees),
        "minute_number": minute.item,
        "reasons": "\n\n".join(_reasons(minute.reasons)),
        "alternatives": "\n\n".join(map(_alternative, minute.alternatives)),
        "interests": "\n\n".join(minute.interests),
        "key_reason": key.reason if key else "",
    }
    return {name: plain(value) for name, value in values.items()} | {
        "decided_on": minute.taken_on,
        "is_key": bool(key and key.type.lower() == "key"),
        "notice_on": key.first_published if key else None,
    }


def _reasons(reasons: Iterable[ReadReason]) -> Iterable[str]:
    heading = ""
    for reason in reasons:
        if reason.heading != heading:
            heading = reason.heading
            yield heading
        yield reason.text


def _alternative(one: ReadAlternative) -> str:
    under = f"({one.heading}) " if one.heading else ""
    return under + (f"{one.option.rstrip(' .;:')}: {one.because}" if one.because else one.option)


def cited(decided_by: str, decided_on: Any, minute_number: str, number: str) -> str:
    """How a resolution is quoted as an authority: `Cabinet, 3 September 2020, item 32 (1)`."""
    where = f"item {minute_number} ({number})" if minute_number else f"resolution ({number})"
    return ", ".join(filter(None, (decided_by, say_day(decided_on) if decided_on else "", where)))


def holders_of(phrases: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who was given a power, and who is to be consulted, in the confirmed phrases of a resolution; each once."""
    listed = [p for p in phrases if p["holders"]]
    holders = dict.fromkeys(post for p in listed for post in p["holders"])
    return tuple(holders), tuple(dict.fromkeys(post for p in listed for post in p["consulted"]))


def route_under(phrases: Iterable[Mapping[str, Any]]) -> str:
    """By which route those decide to whom the confirmed phrases delegate, "" where they name nobody."""
    listed = [p for p in phrases if p["holders"]]
    if not listed:
        return ""
    if any(p["kind"] == "joint_holders" for p in listed):
        return "joint_holders"
    first = listed[0]["holders"][0].lower()
    return (
        "cabinet_member"
        if re.match(r"(?:the )?(?:cabinet|executive|lead) member|portfolio holder", first)
        else "officer"
    )
