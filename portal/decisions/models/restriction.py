"""A council's restriction on one named provider, on a published ground."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import owner, participant, published
from portal.decisions.rules.answers import ALL_LOTS


class Restriction(Identified, Base):
    """A council's restriction on one named subject (a provider), on a ground published in the documents (R1-03a): in one lot, or in
    all of them (`lot_id` None).

    In force from the moment its decision is recorded: `app.keep_decision` says so, nobody else.
    """

    __tablename__ = "restrictions"
    __table_args__ = (
        UniqueConstraint("decision_id", "subject_id", "lot_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("(lot_id IS NULL) = (lot_name IS NULL)", name="lot"),
        ForeignKeyConstraint(
            ["decision_id", "authority_id"], ["decisions.decisions.id", "decisions.decisions.authority_id"]
        ),
        CheckConstraint("ground <> ''", name="ground"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner(
            "authority_id",
            insert=True,
            delete=True,
            when="in_force_at IS NULL",
        ),
        participant(when="in_force_at IS NOT NULL"),
        published("public_at IS NOT NULL"),
    )

    decision_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    system_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    subject_name: Mapped[str]
    lot_id: Mapped[UUID | None]
    lot_name: Mapped[str | None]
    ground: Mapped[str]
    reason: Mapped[str]
    in_force_at: Mapped[datetime | None]
    public_at: Mapped[datetime | None]

    @property
    def scope(self) -> str:
        """Where it holds, in words: the lot's name, or all lots."""
        return self.lot_name or ALL_LOTS
