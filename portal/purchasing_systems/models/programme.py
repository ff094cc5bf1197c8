"""A programme: procurements in an order, each waiting for the one before it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, ORGANISATION, condition, owner

_MINE = "ANY ((SELECT app.programmes())::uuid[])"
MILESTONES = "'published', 'opened', 'decided', 'notified', 'complete', 'active'"


class Programme(Identified, Base):
    """Ordered procurements of one lead authority (R5-01); read by whoever takes part in one of its systems."""

    __tablename__ = "programmes"
    __table_args__ = (
        UniqueConstraint("id", "lead_id"),
        CheckConstraint("title <> ''", name="title"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("title", "purpose"), becomes=AN_AUTHORITY),
        condition("programme", f"id = {_MINE}"),
    )

    lead_id: Mapped[UUID] = mapped_column(index=True)
    lead_name: Mapped[str]
    title: Mapped[str]
    purpose: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ProgrammeStep(Identified, Base):
    """A system in its place. `milestone`: what the system before it must have reached before a round of this one is published."""

    __tablename__ = "programme_steps"
    __table_args__ = (
        UniqueConstraint("system_id"),
        UniqueConstraint("programme_id", "position"),
        UniqueConstraint("id", "system_id", "lead_id"),
        ForeignKeyConstraint(
            ["programme_id", "lead_id"], ["purchasing_systems.programmes.id", "purchasing_systems.programmes.lead_id"]
        ),
        ForeignKeyConstraint(
            ["system_id", "lead_id"], ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"]
        ),
        CheckConstraint(f"milestone IN ({MILESTONES})", name="milestone"),
        CheckConstraint("position BETWEEN 1 AND 99", name="position"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("milestone",), delete=True),
        condition("programme", f"programme_id = {_MINE}"),
    )

    programme_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    system_title: Mapped[str]
    position: Mapped[int]
    milestone: Mapped[str]


class ProgrammeOverride(Identified, Base):
    """A head of service of the lead lets a system go ahead before its turn, with a reason. Who and when is taken from the scope."""

    __tablename__ = "programme_overrides"
    __table_args__ = (
        UniqueConstraint("step_id"),
        ForeignKeyConstraint(
            ["step_id", "system_id", "lead_id"],
            [
                "purchasing_systems.programme_steps.id",
                "purchasing_systems.programme_steps.system_id",
                "purchasing_systems.programme_steps.lead_id",
            ],
        ),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        condition(
            "programme",
            f"lead_id = {ORGANISATION} OR EXISTS (SELECT 1 FROM purchasing_systems.programme_steps s WHERE s.id = step_id)",
        ),
    )

    step_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    reason: Mapped[str]
    made_by_id: Mapped[UUID]
    made_by_post: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
