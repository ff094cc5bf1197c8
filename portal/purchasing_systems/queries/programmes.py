"""Programmes, where each of their systems stands, and other systems with the same aims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, func, or_, select, text
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.purchasing_systems.models import (
    Programme,
    ProgrammeOverride,
    ProgrammeStep,
    PurchasingSystem,
)

MILESTONES = {
    "published": "A round is published",
    "opened": "Submissions are opened",
    "decided": "The outcome is decided",
    "notified": "Outcome letters are sent",
    "complete": "A round is complete",
    "active": "The system is active",
}
"""What a system can be waited for, in the order in which it comes. `app.waits_for` says the same words."""


@dataclass(frozen=True)
class StepView:
    """A system in its place. `status`: None where the reader takes no part in it; `free`: nothing keeps it waiting."""

    id: UUID
    system_id: UUID
    position: int
    title: str
    milestone: str
    status: str | None
    free: bool
    let_ahead_by: str | None
    let_ahead_because: str | None
    let_ahead_at: datetime | None

    @property
    def waits(self) -> bool:
        """It may not begin yet."""
        return not self.free and self.let_ahead_by is None


def programmes_of(session: Session) -> Sequence[Programme]:
    """Those the actor's authority leads or takes part in, by title."""
    return session.scalars(select(Programme).order_by(Programme.title, Programme.id)).all()


def programme_for(session: Session, programme_id: UUID) -> Programme:
    """One of them. Raises Missing."""
    found = session.get(Programme, programme_id)
    if found is None:
        raise Missing
    return found


def steps_of(session: Session, programme_id: UUID) -> list[StepView]:
    """Its systems in order. Two statements."""
    p, s, o = ProgrammeStep, PurchasingSystem, ProgrammeOverride
    free = {
        row.step_id: row.reached
        for row in session.execute(
            text("SELECT step_id, reached FROM app.steps_reached(:programme)"), {"programme": programme_id}
        )
    }
    rows = session.execute(
        select(
            p.id, p.system_id, p.position, p.system_title, p.milestone, s.status, o.made_by_post,
            o.reason, o.made_at,
        )
        .outerjoin(s, s.id == p.system_id)
        .outerjoin(o, o.step_id == p.id)
        .where(p.programme_id == programme_id)
        .order_by(p.position)
    )  # fmt: skip
    return [
        StepView(
            row.id, row.system_id, row.position, row.system_title, row.milestone, row.status, free.get(row.id, False),
            row.made_by_post, row.reason, row.made_at,
        )
        for row in rows
    ]  # fmt: skip


def programme_of_system(session: Session, system_id: UUID) -> tuple[Programme | None, str | None]:
    """The programme a system is in, where the actor reads it, and what `waits_for` says; in one statement."""
    s = PurchasingSystem
    row = session.execute(
        select(Programme, func.app.waits_for(s.id))
        .select_from(s)
        .outerjoin(ProgrammeStep, ProgrammeStep.system_id == s.id)
        .outerjoin(Programme, Programme.id == ProgrammeStep.programme_id)
        .where(s.id == system_id)
    ).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def waits_for(session: Session, system_id: UUID) -> str | None:
    """Why no round of this system may be published yet, in a sentence; None: nothing keeps it waiting (R5-01)."""
    said: str | None = session.scalar(text("SELECT app.waits_for(:system)"), {"system": system_id})
    return said


def related_systems(session: Session, system: PurchasingSystem) -> list[tuple[UUID, str, str, bool]]:
    """Other systems with the same aims that the reader may see: the same client group, or a CPV code in common (R1-11).

    Id, title, lead authority, whether the reader's councils see it from within.
    """
    s = PurchasingSystem
    codes = [code.strip() for code in system.cpv.split(",") if code.strip()]
    same = or_(
        func.lower(s.client_group) == system.client_group.lower(),
        func.string_to_array(func.replace(s.cpv, " ", ""), ",").op("&&")(cast(codes, ARRAY(Text))),
    )
    rows = session.execute(
        select(s.id, s.title, s.lead_name, s.published_at.is_not(None))
        .where(s.id != system.id, same, s.status.not_in(("cancelled",)))
        .order_by(s.title, s.id)
        .limit(20)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
