"""A live system brought in: the workbook that was read, the providers it named, and the decisions it says councils took."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import LED, condition, lead, owner, participant


class TakeOn(Identified, Base):
    """One workbook: read (`previewed`, the lead's alone), taken on, perhaps undone. What came with it carries its id as `take_on_id`.

    `content`: what was read, emptied once it is taken on, for then it stands in the register; `counts` stays. `source`: where it comes
    from, in the officer's words. Confirmed by `app.take_on`, undone by `app.undo_take_on`, and by nothing else.
    """

    __tablename__ = "take_ons"
    __table_args__ = (
        UniqueConstraint("id", "system_id"),
        Index("ix_take_ons_system_id", "system_id"),
        # The same file twice would be the same admissions twice.
        Index(
            "uq_take_ons_one_file",
            "system_id",
            "file_sha256",
            unique=True,
            postgresql_where=text("status = 'taken_on'"),
        ),
        CheckConstraint("status IN ('previewed', 'taken_on', 'undone')", name="status"),
        CheckConstraint("(status = 'previewed') = (taken_on_at IS NULL)", name="taken_on"),
        CheckConstraint("status = 'previewed' OR source <> ''", name="source"),
        CheckConstraint("(status = 'undone') = (undone_at IS NOT NULL AND undone_because <> '')", name="undone"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        lead(insert=True, delete=True, when="status = 'previewed'"),
        condition("preview", f"system_id = {LED}"),
        participant(when="status <> 'previewed'"),
    )

    system_id: Mapped[UUID] = mapped_column(ForeignKey("purchasing_systems.systems.id"))
    status: Mapped[str] = mapped_column(default="previewed")
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    warnings: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    source: Mapped[str] = mapped_column(default="", server_default="")
    read_by: Mapped[str]
    read_at: Mapped[datetime]
    taken_on_by: Mapped[str] = mapped_column(default="", server_default="")
    taken_on_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="", server_default="")
    undone_at: Mapped[datetime | None]
    undone_because: Mapped[str] = mapped_column(default="", server_default="")


class TakenOnProvider(Identified, Base):
    """A provider that a workbook named. `made`: its organisation came into being with it; otherwise the lead had admitted it before.

    The lead's alone, for `email` is where its administrator is invited.
    """

    __tablename__ = "taken_on_providers"
    __table_args__ = (
        UniqueConstraint("take_on_id", "provider_id"),
        ForeignKeyConstraint(
            ["take_on_id", "system_id"], ["purchasing_systems.take_ons.id", "purchasing_systems.take_ons.system_id"]
        ),
        Index("ix_taken_on_providers_provider_id", "provider_id"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (condition("lead_reads", f"system_id = {LED}"),)

    take_on_id: Mapped[UUID]
    system_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    provider_name: Mapped[str]
    company_number: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    made: Mapped[bool]
    invited_at: Mapped[datetime | None]


class TakenOnDecision(Identified, Base):
    """What the lead's workbook says a council decided about a past round, before there was a portal. Never a decision taken here.

    It counts only from the council's own `answer`: `confirmed`. Dates are the council's own record's, found at `record_url` or under
    `minute_number`. Written by `app.take_on`, answered by `app.answer_taken_on`, and by nothing else.
    """

    __tablename__ = "taken_on_decisions"
    __table_args__ = (
        UniqueConstraint("round_id", "authority_id"),
        ForeignKeyConstraint(
            ["take_on_id", "system_id"], ["purchasing_systems.take_ons.id", "purchasing_systems.take_ons.system_id"]
        ),
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        Index("ix_taken_on_decisions_take_on_id", "take_on_id"),
        Index("ix_taken_on_decisions_authority_id", "authority_id", "answer"),
        CheckConstraint("outcome IN ('approve', 'not_approve')", name="outcome"),
        CheckConstraint("answer IN ('', 'confirmed', 'refused')", name="answer"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(answer = 'refused') = (answered_because <> '')", name="refused"),
        CheckConstraint("effective_on >= decided_on", name="days"),
        CheckConstraint("minute_number <> '' OR record_url <> ''", name="record"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("authority_id", name="authority"), participant())

    take_on_id: Mapped[UUID]
    system_id: Mapped[UUID]
    round_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    decided_on: Mapped[date]
    effective_on: Mapped[date]
    decided_by_post: Mapped[str]
    minute_number: Mapped[str] = mapped_column(default="")
    record_url: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_by: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    answered_because: Mapped[str] = mapped_column(default="", server_default="")
