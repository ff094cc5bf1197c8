"""An authority's part in a purchasing system, and every step by which it came to that (domain: membership of an authority)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import of_published_system, owner, participant

STATUSES = (
    "'invited', 'considering', 'named_user', 'approved', 'joined', 'suspended', 'withdrawing', 'withdrawn', 'declined'"
)


class Participation(Identified, Base):
    """Where an authority stands in a system today; `system_id` and `authority_id` never change.

    `basis`: it founded the system, or the notice names or describes it (an authority that the notice does neither is never given the right
    to buy later); `basis_words`: the notice's own. `joined_on`: the first day it may buy; `exit_on`: the last, once it has given notice;
    `left_on`: when it was gone. `specification_id`: the version of the specification it joined to (R3-02).
    """

    __tablename__ = "participations"
    __table_args__ = (
        UniqueConstraint("system_id", "authority_id"),
        UniqueConstraint("id", "system_id", "authority_id"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"], ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"]
        ),
        ForeignKeyConstraint(
            ["specification_id", "system_id"],
            ["purchasing_systems.specifications.id", "purchasing_systems.specifications.system_id"],
        ),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("basis IN ('founding', 'named', 'described')", name="basis"),
        CheckConstraint(
            "joined_on IS NOT NULL OR status IN ('invited', 'considering', 'named_user', 'approved', 'declined')",
            name="joined",
        ),
        CheckConstraint("status <> 'withdrawing' OR exit_on IS NOT NULL", name="exit"),
        CheckConstraint("status <> 'withdrawn' OR left_on IS NOT NULL", name="left"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("status", "left_on"), delete=False),
        owner("authority_id", name="authority"),
        participant(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID] = mapped_column(index=True)
    authority_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="joined")
    basis: Mapped[str] = mapped_column(default="founding")
    basis_words: Mapped[str] = mapped_column(default="")
    specification_id: Mapped[UUID | None]
    joined_on: Mapped[date | None]
    exit_on: Mapped[date | None]
    left_on: Mapped[date | None]


class ParticipationStep(Identified, Base):
    """One step of a participation, never changed: from the day `effective_on` it stands at `to_status`. Written by definer functions alone.

    `matter_id`, `decision_id`: the joint decision and the council's own decision behind it, where there is one. Who could buy on a past day
    is read from here.
    """

    __tablename__ = "participation_steps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participation_id", "system_id", "authority_id"],
            [
                "purchasing_systems.participations.id",
                "purchasing_systems.participations.system_id",
                "purchasing_systems.participations.authority_id",
            ],
        ),
        CheckConstraint(f"from_status IS NULL OR from_status IN ({STATUSES})", name="from"),
        CheckConstraint(f"to_status IN ({STATUSES})", name="to"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("authority_id", name="authority"), participant(), of_published_system())

    participation_id: Mapped[UUID] = mapped_column(index=True)
    system_id: Mapped[UUID] = mapped_column(index=True)
    authority_id: Mapped[UUID]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    effective_on: Mapped[date]
    exit_on: Mapped[date | None]
    specification_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    matter_id: Mapped[UUID | None]
    decision_id: Mapped[UUID | None]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
