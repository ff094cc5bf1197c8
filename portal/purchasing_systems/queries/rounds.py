"""Reading rounds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.purchasing_systems.models import ClosingChange, PurchasingSystem, Round, VehicleProfile
from portal.purchasing_systems.queries.rolling import system_runs
from portal.purchasing_systems.queries.systems import LotRow, lots_of
from portal.purchasing_systems.rules.rounds import PHASES, round_phase
from portal.questionnaires.models import QuestionSet


@dataclass(frozen=True)
class RoundRow:
    """A round in a list, with the phase the clock gives it."""

    id: UUID
    system_id: UUID
    number: int
    opens_at: datetime
    closes_at: datetime
    status: str
    always_open: bool
    taken_from_id: UUID | None
    phase: str
    take_on_id: UUID | None = None

    @property
    def phase_words(self) -> str:
        """The phase in words."""
        return PHASES[self.phase][0]

    @property
    def phase_tone(self) -> str:
        """The colour that repeats it."""
        return PHASES[self.phase][1]


def phase_of(round_: Round | RoundRow) -> str:
    """Where a round stands at this moment."""
    return round_phase(round_.status, round_.opens_at, round_.closes_at, clock.now())


def rounds_of(session: Session, system_id: UUID) -> list[RoundRow]:
    """Rounds of a system, latest first."""
    return _rows(session, Round.system_id == system_id)


def published_rounds(session: Session) -> list[RoundRow]:
    """Every published round, latest closing first; not the batches in which an always-open round is opened."""
    return _rows(session, Round.published_at.is_not(None) & Round.taken_from_id.is_(None) & Round.take_on_id.is_(None))


def round_for(session: Session, actor: Actor, round_id: UUID) -> tuple[Round, PurchasingSystem]:
    """A round and its system, for an authority that leads, takes part or considers to. Raises Missing for every other."""
    row = session.execute(
        select(Round, PurchasingSystem)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Round.id == round_id)
    ).one_or_none()
    if row is None or not (row[0].lead_id == actor.organisation_id or actor.may_read(row[0].system_id)):
        raise Missing
    return row[0], row[1]


def published_round(session: Session, round_id: UUID) -> tuple[Round, PurchasingSystem]:
    """A published round and its system, for anybody. Raises Missing."""
    row = session.execute(
        select(Round, PurchasingSystem)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Round.id == round_id, Round.published_at.is_not(None), PurchasingSystem.published_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise Missing
    return row[0], row[1]


def published_round_with_rules(session: Session, round_id: UUID) -> tuple[Round, PurchasingSystem, VehicleProfile]:
    """The same with the rules that the system keeps, in one statement. Raises Missing."""
    row = session.execute(
        select(Round, PurchasingSystem, VehicleProfile)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .join(VehicleProfile, VehicleProfile.id == PurchasingSystem.profile_id)
        .where(Round.id == round_id, Round.published_at.is_not(None), PurchasingSystem.published_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise Missing
    return row[0], row[1], row[2]


def lots_offered(session: Session, round_: Round) -> list[LotRow]:
    """The lots this round offers, by number. While it is planned, none chosen means all."""
    return [lot for lot in lots_of(session, round_.system_id) if is_offered(round_, lot.id)]


def is_offered(round_: Round, lot_id: UUID) -> bool:
    """Can this lot be applied for in this round?"""
    return not round_.lots or lot_id in round_.lots


def interest_count(session: Session, round_id: UUID) -> int:
    """How many providers registered an interest: the lead's to know, and never who. 0 for anybody else."""
    count: int = session.execute(text("SELECT app.interest_count(:round)"), {"round": round_id}).scalar_one()
    return count


def closing_changes_of(session: Session, round_id: UUID) -> list[ClosingChange]:
    """Proposed and confirmed changes of the closing time, latest first."""
    c = ClosingChange
    return list(session.scalars(select(c).where(c.round_id == round_id).order_by(c.proposed_at.desc(), c.id)))


def _rows(session: Session, condition: object) -> list[RoundRow]:
    now = clock.now()
    r = Round
    rows = session.execute(
        select(
            r.id,
            r.system_id,
            r.number,
            r.opens_at,
            r.closes_at,
            r.status,
            r.always_open,
            r.taken_from_id,
            r.take_on_id,
            PurchasingSystem.valid_until,
        )
        .join(PurchasingSystem, PurchasingSystem.id == r.system_id)
        .where(condition)  # type: ignore[arg-type]  # a column expression, made two lines above
        .order_by(r.closes_at.desc(), r.id)
    )
    found = []
    for row in rows.mappings():
        values = dict(row)
        valid_until = values.pop("valid_until")
        phase = round_phase(row["status"], row["opens_at"], row["closes_at"], now)
        # Nobody closes an always-open round; beyond its system's validity what comes in waits (R9-03). Seldom, so asked one by one.
        if phase == "open" and row["always_open"] and valid_until < clock.local_day(now):
            runs = system_runs(session, row["system_id"])
            phase = "lapsed" if runs.waits(clock.local_day(now)) else phase
        found.append(RoundRow(**values, phase=phase))
    return found


def rounds_with_questions(session: Session, but: UUID) -> list[tuple[UUID, UUID, str]]:
    """Rounds this actor may read that ask something, the latest first: id, system, and what it is called. Fifty at most."""
    rows = session.execute(
        select(Round.id, Round.system_id, PurchasingSystem.alias, PurchasingSystem.title, Round.number)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Round.id != but, select(QuestionSet.id).where(QuestionSet.round_id == Round.id).exists())
        .order_by(Round.opens_at.desc(), Round.id)
        .limit(50)
    )
    return [(row.id, row.system_id, f"{row.alias or row.title}, round {row.number}") for row in rows]
