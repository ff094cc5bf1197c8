"""An authority's part in a purchasing system, and every step by which it came to that (domain: membership of an authority)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import CONSIDERED, SYSTEMS, invited, of_published_system, owner, participant

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
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
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
        owner("lead_id", insert=True),
        owner("authority_id", name="authority"),
        participant(),
        invited(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID] = mapped_column(index=True)
    authority_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="joined")
    basis: Mapped[str] = mapped_column(default="founding", server_default="founding")
    basis_words: Mapped[str] = mapped_column(default="", server_default="")
    specification_id: Mapped[UUID | None]
    joined_on: Mapped[date | None]
    exit_on: Mapped[date | None]
    left_on: Mapped[date | None]


def acts_on(day: date) -> ColumnElement[bool]:
    """Whether it decides, evaluates and buys on this day, as the status stands: joined, or its notice not yet run out (`app.acts`)."""
    return or_(
        Participation.status == "joined", and_(Participation.status == "withdrawing", Participation.exit_on >= day)
    )


class ParticipationStep(Identified, Base):
    """One step of a participation, never changed: from the day `effective_on` it stands at `to_status`. Written by definer functions alone.

    `number` counts the steps of one participation. `ground`: of a suspension, where it is published or agreed. `event`: what happened, of those that leave the status as it was too (`renewed`).
    `matter_id`, `decision_id`: the joint decision and the council's own decision behind it, where there is one. Who could buy on a past day
    is read from here.
    """

    __tablename__ = "participation_steps"
    __table_args__ = (
        UniqueConstraint("participation_id", "number"),
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
    __tenancy__ = (owner("authority_id", name="authority"), participant())

    participation_id: Mapped[UUID]
    number: Mapped[int]
    event: Mapped[str]
    system_id: Mapped[UUID] = mapped_column(index=True)
    authority_id: Mapped[UUID]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    effective_on: Mapped[date]
    exit_on: Mapped[date | None]
    specification_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    ground: Mapped[str] = mapped_column(default="", server_default="")
    matter_id: Mapped[UUID | None]
    decision_id: Mapped[UUID | None]
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class AccessionAgreement(Identified, Base):
    """What an authority signed to join a system, on the version of the specification it joins to (R3-02). Never changed.

    Recorded by the lead or by the authority itself, once its own decision is in effect, through `app.record_accession` alone.
    """

    __tablename__ = "accession_agreements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participation_id", "system_id", "authority_id"],
            [
                "purchasing_systems.participations.id",
                "purchasing_systems.participations.system_id",
                "purchasing_systems.participations.authority_id",
            ],
        ),
        ForeignKeyConstraint(
            ["specification_id", "system_id"],
            ["purchasing_systems.specifications.id", "purchasing_systems.specifications.system_id"],
        ),
        CheckConstraint("reference <> ''", name="words"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("authority_id", name="authority"), participant())

    participation_id: Mapped[UUID] = mapped_column(index=True)
    system_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    specification_id: Mapped[UUID]
    reference: Mapped[str]
    signed_on: Mapped[date]
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class DocumentComment(Identified, Base):
    """What an authority says on the specification or a document before it is fixed; the lead answers, once.

    Read by every council that takes part, and by the authority that wrote it. `about`: what it is on, as it was called then.
    """

    __tablename__ = "document_comments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        CheckConstraint("text <> '' AND about <> ''", name="words"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "authority_id",
            insert=True,
            becomes=f"(system_id = {SYSTEMS} OR system_id = {CONSIDERED})",
            name="authority",
        ),
        owner("lead_id", update=("answer",), when="answered_at IS NULL", becomes="true"),
        participant(),
    )

    system_id: Mapped[UUID] = mapped_column(index=True)
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    about: Mapped[str]
    text: Mapped[str]
    written_by: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_by: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
