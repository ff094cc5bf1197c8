"""Moderation is a meeting: who attended, and what was agreed, with its own rationale."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import own_submitted_first, owner

_PANEL = ForeignKeyConstraint(["panel_id", "lead_id"], ["evaluation.panels.id", "evaluation.panels.lead_id"])


class ModerationMeeting(Identified, Base):
    """`attendance`: posts and councils present, apologies with them."""

    __tablename__ = "moderation_meetings"
    __table_args__ = (_PANEL, {"schema": "evaluation"})
    __tenancy__ = (owner("lead_id", insert=True, update=("ended_at", "attendance")), own_submitted_first())

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    title: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    attendance: Mapped[list[Any]] = mapped_column(JSONB, default=list)


class Consensus(Identified, Base):
    """The agreed score, its rationale for the letter and, apart, the internal one."""

    __tablename__ = "consensus"
    __table_args__ = (
        UniqueConstraint("panel_id", "candidate_id", "question_id"),
        ForeignKeyConstraint(["panel_id", "lead_id"], ["evaluation.panels.id", "evaluation.panels.lead_id"]),
        CheckConstraint("score BETWEEN 0 AND 5", name="score"),
        CheckConstraint("letter_rationale <> ''", name="rationale"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=("score", "letter_rationale", "internal_rationale", "agreed_at", "recorded_by", "meeting_id"),
            when="locked_at IS NULL",
        ),
        own_submitted_first(),
    )

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    candidate_id: Mapped[UUID]
    question_id: Mapped[UUID]
    meeting_id: Mapped[UUID | None]
    score: Mapped[int]
    letter_rationale: Mapped[str]
    internal_rationale: Mapped[str]
    agreed_at: Mapped[datetime]
    recorded_by: Mapped[str]
    locked_at: Mapped[datetime | None]
