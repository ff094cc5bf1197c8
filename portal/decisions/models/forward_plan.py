"""The forward plan: a council's public notice of a decision to be taken, and what anybody says about it before."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, SYSTEMS, owner, published

WRITTEN = (
    "title",
    "description",
    "is_key",
    "key_reason",
    "decision_maker",
    "lead_member",
    "lead_officer",
    "due_on",
    "due_is_month",
    "documents",
    "where_available",
    "how_to_ask",
    "more_may_follow",
    "consultees",
    "consultation",
    "representations_until",
    "representations_here",
    "wards",
    "is_private",
    "private_because",
    "contact_post",
    "contact_address",
    "matter_id",
    "system_id",
)
"""What a council writes into a notice, in the order of the form."""


class ForwardPlanEntry(Identified, Base):
    """One version of a notice (SI 2012/2089 regs 5 and 9). Published text is never overwritten: a later version takes its place, both stay.

    `due_on` is a day, or with `due_is_month` the first of the month. `documents` and `consultees` are lists of lines. `root_id`: the first
    version, `supersedes_id`: the one before. `noticed_at`: since when the public has notice of it as it is, as key or private; the clear
    days count from there, and a version that makes it key or private for the first time begins anew. Instants are the database's own.
    """

    __tablename__ = "forward_plan_entries"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        UniqueConstraint("supersedes_id"),
        ForeignKeyConstraint(
            ["supersedes_id", "authority_id"],
            ["decisions.forward_plan_entries.id", "decisions.forward_plan_entries.authority_id"],
        ),
        ForeignKeyConstraint(
            ["decision_id", "authority_id"], ["decisions.decisions.id", "decisions.decisions.authority_id"]
        ),
        ForeignKeyConstraint(
            ["matter_id", "authority_id", "system_id"],
            [
                "decisions.matter_parties.matter_id",
                "decisions.matter_parties.authority_id",
                "decisions.matter_parties.system_id",
            ],
        ),
        Index("ix_forward_plan_entries_due", "due_on", "id", postgresql_where=text("status = 'live'")),
        CheckConstraint("status IN ('draft', 'live', 'superseded', 'withdrawn', 'decided')", name="status"),
        CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_because <> '')", name="withdrawn"),
        CheckConstraint("(status = 'decided') = (decision_id IS NOT NULL)", name="decided"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(
            "status = 'draft' OR (description <> '' AND decision_maker <> '' AND due_on IS NOT NULL AND contact_post <> '' "
            "AND contact_address <> '' AND where_available <> '' AND how_to_ask <> '')",
            name="whole",
        ),
        CheckConstraint("status = 'draft' OR NOT is_key OR key_reason <> ''", name="key"),
        CheckConstraint("status = 'draft' OR NOT is_private OR private_because <> ''", name="private"),
        CheckConstraint("NOT due_is_month OR extract(day FROM due_on) = 1", name="month"),
        CheckConstraint(
            "status = 'draft' OR NOT representations_here OR representations_until IS NOT NULL", name="representations"
        ),
        CheckConstraint("matter_id IS NULL OR system_id IS NOT NULL", name="system"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner(
            "authority_id",
            insert=True,
            update=WRITTEN,
            delete=True,
            when="status = 'draft' AND published_at IS NULL",
            becomes=f"status = 'draft' AND published_at IS NULL AND {AN_AUTHORITY} "
            f"AND CASE WHEN system_id IS NULL THEN true ELSE system_id = {SYSTEMS} END",
        ),
        published("published_at IS NOT NULL"),
    )

    authority_id: Mapped[UUID] = mapped_column(index=True)
    authority_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="draft")
    root_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    supersedes_id: Mapped[UUID | None]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    is_key: Mapped[bool] = mapped_column(default=False)
    key_reason: Mapped[str] = mapped_column(default="")
    decision_maker: Mapped[str] = mapped_column(default="")
    lead_member: Mapped[str] = mapped_column(default="")
    lead_officer: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    due_is_month: Mapped[bool] = mapped_column(default=False)
    documents: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    where_available: Mapped[str] = mapped_column(default="")
    how_to_ask: Mapped[str] = mapped_column(default="")
    more_may_follow: Mapped[bool] = mapped_column(default=True)
    consultees: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    consultation: Mapped[str] = mapped_column(default="")
    representations_until: Mapped[date | None]
    representations_here: Mapped[bool] = mapped_column(default=False)
    wards: Mapped[str] = mapped_column(default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    private_because: Mapped[str] = mapped_column(default="")
    contact_post: Mapped[str] = mapped_column(default="")
    contact_address: Mapped[str] = mapped_column(default="")
    matter_id: Mapped[UUID | None]
    system_id: Mapped[UUID | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    first_published_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When it was superseded, withdrawn or decided."""
    withdrawn_because: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[UUID | None]


class Representation(Identified, Base):
    """What somebody says about a decision to be taken: read by its council alone, written through `app.send_representation` alone."""

    __tablename__ = "representations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entry_id", "authority_id"],
            ["decisions.forward_plan_entries.id", "decisions.forward_plan_entries.authority_id"],
        ),
        CheckConstraint("text <> ''", name="words"),
        {"schema": "decisions"},
    )
    __tenancy__ = (owner("authority_id"),)

    entry_id: Mapped[UUID] = mapped_column(index=True)
    authority_id: Mapped[UUID]
    name: Mapped[str]
    email: Mapped[str]
    text: Mapped[str]
    sent_at: Mapped[datetime]
