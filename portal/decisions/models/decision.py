"""The decision of one authority: its own, drafted and recorded by its own officers, never by anybody else's."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import owner, participant
from portal.decisions.rules import ALL_LOTS

_COLUMNS = (
    "outcome",
    "defer_until",
    "decided_by_post",
    "decided_by_capacity",
    "authority_source",
    "consulted_post",
    "evidence",
    "report_reference",
    "record_url",
    "decided_on",
    "effective_on",
    "reasons",
    "alternatives",
    "interests",
    "status",
)


class Decision(Identified, Base):
    """Decided by and recorded by are two things. A draft is the council's own; others see it once recorded.

    At most one decision of an authority on a matter is `recorded`: its latest. What came before is `superseded` and stays as it
    was: a deferral by the answer that follows, an answer by a later one, which takes over from its own effective date.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        ForeignKeyConstraint(
            ["matter_id", "authority_id", "system_id"],
            [
                "decisions.matter_parties.matter_id",
                "decisions.matter_parties.authority_id",
                "decisions.matter_parties.system_id",
            ],
        ),
        Index(
            "uq_decisions_one_in_force",
            "matter_id",
            "authority_id",
            unique=True,
            postgresql_where=text("status = 'recorded'"),
        ),
        Index(
            "uq_decisions_one_draft",
            "matter_id",
            "authority_id",
            unique=True,
            postgresql_where=text("status = 'draft'"),
        ),
        CheckConstraint("outcome IN ('approve', 'approve_with_restriction', 'not_approve', 'defer')", name="outcome"),
        CheckConstraint("status IN ('draft', 'recorded', 'superseded')", name="status"),
        CheckConstraint(
            "status = 'draft' OR (outcome IS NOT NULL AND decided_by_post <> '' AND decided_on IS NOT NULL AND reasons <> '' "
            "AND evidence <> '' AND recorded_at IS NOT NULL AND recorded_by_post <> '')",
            name="recorded",
        ),
        CheckConstraint(
            "status = 'draft' OR outcome IN ('defer') OR effective_on IS NOT NULL",
            name="effective",
        ),
        CheckConstraint("status = 'draft' OR (outcome = 'defer') = (defer_until IS NOT NULL)", name="deferred"),
        CheckConstraint("effective_on IS NULL OR decided_on IS NULL OR effective_on >= decided_on", name="order"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner(
            "authority_id",
            insert=True,
            update=_COLUMNS,
            when="status IN ('draft', 'recorded')",
            becomes="true",
        ),
        participant(when="status <> 'draft'"),
    )

    matter_id: Mapped[UUID]
    system_id: Mapped[UUID]
    authority_id: Mapped[UUID] = mapped_column(index=True)
    authority_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="draft")
    outcome: Mapped[str | None]
    defer_until: Mapped[date | None]
    decided_by_post: Mapped[str] = mapped_column(default="")
    decided_by_capacity: Mapped[str] = mapped_column(default="")
    authority_source: Mapped[str] = mapped_column(default="")
    consulted_post: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    report_reference: Mapped[str] = mapped_column(default="")
    record_url: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    reasons: Mapped[str] = mapped_column(default="")
    alternatives: Mapped[str] = mapped_column(default="")
    interests: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID | None]
    recorded_by_post: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


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

    @property
    def scope(self) -> str:
        """Where it holds, in words: the lot's name, or all lots."""
        return self.lot_name or ALL_LOTS
