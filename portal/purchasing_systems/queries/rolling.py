"""Always-open rounds: until when the system runs, what was received and by when it is decided."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.purchasing_systems.models import Round, VehicleProfile
from portal.purchasing_systems.rules.profiles import decide_by


@dataclass(frozen=True)
class Runs:
    """`ends_on`: the last day for any council, an extension in effect counted; `extended_from`: since when that is in effect."""

    valid_until: date
    ends_on: date
    extended_from: date | None

    def waits(self, received_on: date) -> bool:
        """Received after the validity: queued, and not evaluated (R9-03)."""
        return received_on > self.ends_on

    def counted_from(self, received_on: date) -> date:
        """When the time for deciding begins: on receipt, or on the day the extension released what had waited."""
        if received_on > self.valid_until and self.extended_from is not None:
            return max(received_on, self.extended_from)
        return received_on


@dataclass(frozen=True)
class Received:
    """So many applications of one day, sealed. `by`: the day to decide on them; None where they wait, or no days are set."""

    received_on: date
    number: int
    waits: bool
    by: date | None


def system_runs(session: Session, system_id: UUID) -> Runs:
    """Raises Missing for a system that is not public and not the actor's."""
    row = session.execute(text("SELECT * FROM app.system_runs(:system)"), {"system": system_id}).one_or_none()
    if row is None:
        raise Missing
    return Runs(row.valid_until, row.ends_on, row.extended_from)


def received_of(session: Session, round_: Round, profile: VehicleProfile, runs: Runs) -> list[Received]:
    """What was received in an always-open round and not opened, by day: never whose."""
    rows = session.execute(text("SELECT * FROM app.received(:round)"), {"round": round_.id})
    return [
        Received(
            row.received_on,
            row.number,
            waits := runs.waits(row.received_on),
            None if waits else due_of(round_, profile, runs, row.received_on),
        )
        for row in rows
    ]


def due_of(
    round_: Round, profile: VehicleProfile, runs: Runs, received_on: date, *, extended: bool = False
) -> date | None:
    """The day by which an application of this round is decided."""
    return decide_by(profile, runs.counted_from(received_on), extended=extended, not_before=round_.first_assessed_by)
