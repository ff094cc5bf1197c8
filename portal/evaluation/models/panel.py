"""A panel: who scores, from which councils, and which parts they may read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import owner, participant


class Panel(Identified, Base):
    """One a subject (a round). Price is hidden from everyone until `quality_agreed_at`."""

    __tablename__ = "panels"
    __table_args__ = (
        UniqueConstraint("subject_id"),
        UniqueConstraint("id", "lead_id"),
        # Only the lead of the subject forms its panel; a string, because evaluation imports nothing of what it scores.
        ForeignKeyConstraint(
            ["subject_id", "lead_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.lead_id"]
        ),
        CheckConstraint(
            "status IN ('forming', 'scoring', 'moderating', 'quality_agreed', 'signed_off')", name="status"
        ),
        CheckConstraint(
            "status NOT IN ('quality_agreed', 'signed_off') OR quality_agreed_at IS NOT NULL", name="agreed"
        ),
        CheckConstraint("(status = 'signed_off') = (signed_off_at IS NOT NULL)", name="signed_off"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=("status", "quality_agreed_at", "signed_off_at", "signed_off_by"),
            when="status <> 'signed_off'",
            becomes="true",
        ),
        participant(),
    )

    subject_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="forming")
    quality_agreed_at: Mapped[datetime | None]
    signed_off_at: Mapped[datetime | None]
    signed_off_by: Mapped[str | None]


class PanelMember(Identified, Base):
    """One person for one council. `parts` of the applications they may read: quality (with documents), price, or both.

    `scores_submitted_at` is written by `app.submit_scores` alone; before it, nobody else's scores are there to read.
    """

    __tablename__ = "panel_members"
    __table_args__ = (
        UniqueConstraint("panel_id", "person_id"),
        UniqueConstraint("id", "panel_id", "person_id"),
        Index("ix_panel_members_person_id", "person_id"),
        ForeignKeyConstraint(["panel_id", "lead_id"], ["evaluation.panels.id", "evaluation.panels.lead_id"]),
        CheckConstraint("status IN ('active', 'removed')", name="status"),
        CheckConstraint("parts <@ ARRAY['quality', 'price', 'documents']", name="parts"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("status", "replaced_by_id", "chair")),
        participant(),
    )

    panel_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str]
    post: Mapped[str]
    parts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    chair: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="active")
    replaced_by_id: Mapped[UUID | None]
    scores_submitted_at: Mapped[datetime | None]
