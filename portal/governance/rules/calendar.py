"""A council's calendar. Pure values."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

PRE_ELECTION = "pre_election"


@dataclass(frozen=True)
class Sitting:
    """A meeting of a body. `report_deadline_on`: the last day on which a report is taken for it; None: not entered."""

    id: UUID
    body: str
    kind: str
    held_on: date
    report_deadline_on: date | None = None
    cancelled: bool = False


@dataclass(frozen=True)
class Quiet:
    """Recess or the pre-election period, both days included."""

    kind: str
    first: date
    last: date


@dataclass(frozen=True)
class Calendar:
    """Meetings by day, and the periods in which nothing is decided."""

    meetings: tuple[Sitting, ...] = ()
    quiet: tuple[Quiet, ...] = ()

    def quiet_on(self, day: date, *, officer: bool = False) -> Quiet | None:
        """The period that a day falls into, if any. `officer`: an officer decides; only the pre-election period stops that."""
        return next(
            (q for q in self.quiet if q.first <= day <= q.last and not (officer and q.kind != PRE_ELECTION)), None
        )
