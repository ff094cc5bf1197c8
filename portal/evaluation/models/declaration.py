"""A declaration of interests: one evaluator, one applicant, after opening and before any content is read (ALL-04)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import author, owner


class Declaration(Identified, Base):
    """The evaluator declares; the lead records none, managed (how), or removed. A declaration is not in itself a removal.

    Nobody rules on an interest of their own.
    """

    __tablename__ = "declarations"
    __table_args__ = (
        UniqueConstraint("member_id", "candidate_id"),
        # Both keys hold the declarer to their own seat and the ruling to the panel's lead: nobody rules as a lead they named.
        ForeignKeyConstraint(
            ["panel_id", "lead_id", "system_id"],
            ["evaluation.panels.id", "evaluation.panels.lead_id", "evaluation.panels.system_id"],
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["member_id", "panel_id", "person_id", "organisation_id"],
            [f"evaluation.panel_members.{c}" for c in ("id", "panel_id", "person_id", "organisation_id")],
        ),
        CheckConstraint("ruling IN ('none', 'managed', 'removed')", name="ruling"),
        CheckConstraint("(ruling IS NULL) = (ruled_at IS NULL)", name="ruled"),
        CheckConstraint("ruling IS DISTINCT FROM 'managed' OR managed_how <> ''", name="managed"),
        CheckConstraint("NOT interest OR text <> ''", name="interest"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        author(insert=True, becomes="ruling IS NULL"),
        owner(
            "lead_id",
            update=("ruling", "managed_how", "ruled_at", "ruled_by"),
            when="NOT interest OR person_id <> (SELECT app.person())",
        ),
    )

    panel_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    member_id: Mapped[UUID]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    candidate_name: Mapped[str]
    interest: Mapped[bool]
    text: Mapped[str]
    declared_at: Mapped[datetime]
    ruling: Mapped[str | None]
    managed_how: Mapped[str | None]
    ruled_at: Mapped[datetime | None]
    ruled_by: Mapped[str | None]
