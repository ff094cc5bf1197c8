"""What happens to a decision after it was recorded: called in, corrected. Its own words never change."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import owner, participant, published


class CallIn(Identified, Base):
    """A request to call a decision in, made inside its period: implementation stops until scrutiny has spoken (LGA 2000 s.9F).

    `outcome`: upheld, or confirmed on reconsideration (the decision takes effect on `effective_on`); reconsider or referred (it still waits:
    the decision maker confirms it, or a later decision takes its place).
    """

    __tablename__ = "call_ins"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        ForeignKeyConstraint(
            ["decision_id", "authority_id"], ["decisions.decisions.id", "decisions.decisions.authority_id"]
        ),
        # One request at a time, and one decision is called in once.
        Index("uq_call_ins_one", "decision_id", unique=True),
        CheckConstraint("outcome IN ('upheld', 'reconsider', 'referred', 'confirmed')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (resolved_on IS NULL)", name="resolved"),
        CheckConstraint("resolved_on >= requested_on", name="order"),
        CheckConstraint("grounds <> '' AND requested_by <> ''", name="request"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner("authority_id", insert=True, update=("outcome", "resolved_on", "note")),
        participant(),
        published("public_at IS NOT NULL"),
    )

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    system_id: Mapped[UUID | None]
    requested_on: Mapped[date]
    requested_by: Mapped[str]
    grounds: Mapped[str]
    outcome: Mapped[str | None]
    resolved_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    written_by: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]
    public_at: Mapped[datetime | None]


class Correction(Identified, Base):
    """A clerical error put right: the field, the words as recorded and as they should read. Both versions are always shown."""

    __tablename__ = "corrections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["decision_id", "authority_id"], ["decisions.decisions.id", "decisions.decisions.authority_id"]
        ),
        CheckConstraint("because <> '' AND reads <> ''", name="why"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner("authority_id", insert=True),
        # The evidence stays with the council; so do its errors.
        participant(when="field <> 'evidence'"),
        published("public_at IS NOT NULL AND field <> 'evidence'"),
    )

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    system_id: Mapped[UUID | None]
    field: Mapped[str]
    read: Mapped[str]
    reads: Mapped[str]
    because: Mapped[str]
    written_by: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]
    public_at: Mapped[datetime | None]
