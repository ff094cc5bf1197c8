"""A need: something this person can do now. A date: something that comes by itself. An offer: something they may take up.
A standing: how things are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from portal.core.clock import LONDON

Kind = Literal["act", "date", "offer", "standing"]


@dataclass(frozen=True)
class Need:
    """`by`: the instant, or the last day; None where nothing presses. `kind` "act": it waits for this person. `title`: what may stand in a
    mail or a calendar, where `text` says more.
    """

    text: str
    url: str
    by: datetime | date | None = None
    organisation: str | None = None
    kind: Kind = "act"
    detail: str | None = None
    title: str | None = None


def counted(number: int, noun: str) -> str:
    """`1 letter`, `2 letters`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def earliest_first(found: Sequence[Need]) -> list[Need]:
    """What presses most on top; what has no day at the end."""
    return sorted(found, key=lambda need: (_instant(need.by), need.text))


def _instant(by: datetime | date | None) -> datetime:
    if by is None:
        return datetime.max.replace(tzinfo=UTC)
    return by if isinstance(by, datetime) else datetime.combine(by, time.max, LONDON)
