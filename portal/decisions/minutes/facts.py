"""Facts a minute states besides its resolutions: the meeting, the key decision, the term of a contract."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.decisions.minutes.posts import is_role, named, post_at
from portal.decisions.minutes.text import dates_in, folded


@dataclass(frozen=True)
class KeyFacts:
    """What the notice of a key decision states, in its own words; "" where it says nothing."""

    type: str = ""
    reason: str = ""
    status: str = ""
    divisions: str = ""
    first_published: date | None = None
    due: str = ""
    due_by: str = ""
    representations_until: str = ""


@dataclass(frozen=True)
class TermFact:
    """A piece of a contract's term. `kind`: initial, extension, open_for (years), ended, ends, from. `words`: as it stands."""

    kind: str
    value: str
    words: str


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_COUNT = r"(?P<value>[0-9]{1,2}|one|two|three|four|five|six|seven|eight|nine|ten) years?"
_DAY = rf"(?P<value>(?:[0-9]{{1,2}}(?:st|nd|rd|th)? )?(?:{_MONTHS}),? [0-9]{{4}})"
_TERM = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("initial", rf"\binitial (?:contract )?(?:term|period) of {_COUNT}"),
        (
            "extension",
            rf"\bextension (?:period )?of {_COUNT}|\bextended (?:for|by) (?:a further )?{_COUNT.replace('value', 'more')}",
        ),
        ("open_for", rf"\bopen for (?:a period of )?{_COUNT}"),
        ("ended", rf"\bended (?:in|on) (?:the )?{_DAY}"),
        ("ends", rf"\b(?:comes to an end|expires|ends) (?:in|on) (?:the )?{_DAY}"),
        ("from", rf"\bfrom {_DAY}"),
    )
)
_KEY = {"yes": "Key", "no": "Not key"}
"""What is said after "Is key decision?", in the words of the others."""
_DUE = re.compile(rf"(?P<due>.{{0,60}}?\b(?:{_MONTHS}) [0-9]{{4}})(?: by (?P<by>.+))?")
_UNTIL = re.compile(
    r"\bby (?P<until>the beginning of the month in which the decision is due(?: to be taken)?|[0-9]{1,2} \w{3,9} [0-9]{4})"
)
_CONSIDERED = re.compile(
    r"The (?P<body>[A-Z][^.;:]{0,80}?) (?:considered|received|resolved|agreed|noted|approved|had before (?:it|them))\b"
)
_REPORT_OF = re.compile(r"\b[Rr]eport of (?:the )?(?=[A-Z])")
_ITEM = re.compile(r"\b(?:[Ii]tem|[Mm]inute)(?: [Nn]o\.?)? (?P<item>[0-9]{1,4}[a-z]?)\b")
_ITEM_NUMBER = re.compile(r"[0-9]{1,4}[a-z]?")
_MEETING = re.compile(r"\(.{0,40}\)|Meeting:?|Date:?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{1,2}[.:][0-9]{2} ?[ap]m")
_ROUTES = (
    ("committee", re.compile(r"\b(?:committee|panel|sub-committee)\b", re.IGNORECASE)),
    ("cabinet_member", re.compile(r"\b(?:cabinet|executive|lead) member\b|\bportfolio holder\b", re.IGNORECASE)),
    ("officer", re.compile(r"\b(?:director|head of|officer|manager|chief|solicitor|treasurer)\b", re.IGNORECASE)),
    ("cabinet", re.compile(r"\b(?:cabinet|executive(?: board)?)\b", re.IGNORECASE)),
    ("committee", re.compile(r"\bboard\b", re.IGNORECASE)),
)
_BODY_NAME = re.compile(r"(?:[A-Z][\w'-]*(?:,? (?:and|of|for|the) |,? )?){0,12}")


def report_of(text: str) -> str:
    """The post whose report it is, or ""."""
    found = _REPORT_OF.search(text)
    post = post_at(folded(text), found.end()) if found else None
    return named(text, post) if post else ""


def body_in(text: str) -> str:
    """The body a sentence begins with: "The Cabinet considered …"."""
    found = _CONSIDERED.match(text)
    return found["body"] if found else ""


def body_of_meeting(text: str) -> str:
    """The body of a line such as "Meeting: 03/09/2020 - Cabinet (Item 32)"."""
    for piece in re.split(r" ?[-–,] ", _MEETING.sub(" ", text)):
        if route_of(piece) != "unknown":
            return " ".join(piece.split())
    return ""


def item_of(text: str) -> str:
    """The number of "(Item 32)" or of "32", or ""."""
    if found := _ITEM.search(text):
        return found["item"]
    number = _ITEM_NUMBER.match(text)
    return number[0] if number else ""


def route_of(body: str) -> str:
    """Which way a body or post decides: a guess from its name."""
    plain = folded(body)
    post = post_at(plain, 0)
    if post and post.end < len(plain) and plain[post.end :].startswith(" and ") and is_role(plain, post.end + 5):
        return "joint_holders"
    return next((route for route, pattern in _ROUTES if pattern.search(plain)), "unknown")


def terms_in(text: str) -> tuple[TermFact, ...]:
    """What the text says of a contract's term."""
    found = []
    for kind, pattern in _TERM:
        for match in pattern.finditer(text):
            value = next(filter(None, match.groups()))
            found.append((match.start(), TermFact(kind, value, match[0])))
    return tuple(fact for _, fact in sorted(found, key=lambda pair: pair[0]))


def key_facts(stated: Mapping[str, Sequence[str]], representations: Sequence[str]) -> KeyFacts | None:
    """The key decision's facts, from what the labels state; None where none of them does."""
    first = {name: values[0].rstrip(" ;") for name, values in stated.items() if values}
    if not first.keys() & {"type", "reason", "status", "divisions", "notice", "due"}:
        return None
    due = _DUE.fullmatch(first.get("due", ""))
    until = next(filter(None, (_UNTIL.search(text) for text in representations)), None)
    return KeyFacts(
        type=_KEY.get(first.get("type", "").lower(), first.get("type", "")),
        reason=first.get("reason", ""),
        status=first.get("status", ""),
        divisions=first.get("divisions", ""),
        first_published=next(dates_in(first.get("notice", "")), None),
        due=due["due"] if due else first.get("due", ""),
        due_by=(due["by"] or "") if due else "",
        representations_until=until["until"] if until else "",
    )
