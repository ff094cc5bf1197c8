"""A panel: who scores, from which councils, and which parts they may read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import owner, participant
from portal.evaluation.rules.panels import named


class Panel(Identified, Base):
    """One a subject (a round), of the system's lead. Price is hidden from everyone until `quality_agreed_at`.

    Status and instants are written by `app.move_panel` alone, which checks that what it says is so.
    """

    __tablename__ = "panels"
    __table_args__ = (
        UniqueConstraint("subject_id", "lead_id"),
        UniqueConstraint("id", "lead_id", "system_id"),
        CheckConstraint(
            "status IN ('forming', 'scoring', 'moderating', 'quality_agreed', 'signed_off')", name="status"
        ),
        CheckConstraint(
            "(status IN ('quality_agreed', 'signed_off')) = (quality_agreed_at IS NOT NULL)", name="agreed"
        ),
        CheckConstraint("(status = 'signed_off') = (signed_off_at IS NOT NULL)", name="signed_off"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            select=False,
            insert=True,
            becomes="status = 'forming' AND system_id = ANY ((SELECT app.claimed('led'))::uuid[])",
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
    """One person for one council. `parts` of the applications they may read: quality, documents, price.

    Who reads quality and is not the chair scores. `candidate_ids`: for whom a stand-in scores in place of a colleague
    removed for these alone; None: for every candidate.
    """

    __tablename__ = "panel_members"
    __table_args__ = (
        UniqueConstraint("panel_id", "person_id"),
        UniqueConstraint("id", "panel_id", "person_id", "organisation_id"),
        Index("ix_panel_members_person_id", "person_id"),
        ForeignKeyConstraint(
            ["panel_id", "lead_id", "system_id"],
            ["evaluation.panels.id", "evaluation.panels.lead_id", "evaluation.panels.system_id"],
            onupdate="CASCADE",
        ),
        CheckConstraint("status IN ('active', 'removed')", name="status"),
        CheckConstraint("parts <@ ARRAY['quality', 'price', 'documents']", name="parts"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner("lead_id", select=False, insert=True, update=("status", "replaced_by_id", "candidate_ids")),
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
    candidate_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))

    @property
    def words(self) -> str:
        """Post and council."""
        return named(self.post, self.organisation_name)

    @property
    def scores(self) -> bool:
        """Does this member score quality? The chair leads the meeting and does not."""
        return "quality" in self.parts and not self.chair
