"""Moderation is a meeting: who attended, and what was agreed, with its own rationale."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import own_submitted_first, owner

_LEAD = ["panel_id", "lead_id", "system_id"]
_OF_PANEL = [f"evaluation.panels.{column}" for column in ("id", "lead_id", "system_id")]


class ModerationMeeting(Identified, Base):
    """Of one lot. `attendance`: posts and councils present, apologies with them.

    It begins only when everybody's scores for the lot are in (a trigger looks), and from then on the panel sees them.
    """

    __tablename__ = "moderation_meetings"
    __table_args__ = (
        ForeignKeyConstraint(_LEAD, _OF_PANEL, onupdate="CASCADE"),
        Index("ix_moderation_meetings_panel_id_lot_id", "panel_id", "lot_id"),
        Index("ix_moderation_meetings_lead_id", "lead_id"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (owner("lead_id", insert=True, update=("ended_at", "attendance")), own_submitted_first())

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    title: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    attendance: Mapped[list[Any]] = mapped_column(JSONB, default=list)


class Consensus(Identified, Base):
    """The agreed score, its rationale for the letter and, apart, the internal one.

    A re-opening leaves the locked row behind (`superseded_by_id`) and begins the next version with a copy of it.
    """

    __tablename__ = "consensus"
    __table_args__ = (
        Index(
            "uq_consensus_one_current",
            "panel_id",
            "candidate_id",
            "question_id",
            unique=True,
            postgresql_where=text("superseded_by_id IS NULL"),
        ),
        ForeignKeyConstraint(_LEAD, _OF_PANEL, onupdate="CASCADE"),
        ForeignKeyConstraint(["superseded_by_id"], ["evaluation.reopenings.id"]),
        CheckConstraint("superseded_by_id IS NULL OR locked_at IS NOT NULL", name="superseded"),
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
    lot_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    question_id: Mapped[UUID]
    meeting_id: Mapped[UUID | None]
    score: Mapped[int]
    letter_rationale: Mapped[str]
    internal_rationale: Mapped[str]
    agreed_at: Mapped[datetime]
    recorded_by: Mapped[str]
    locked_at: Mapped[datetime | None]
    superseded_by_id: Mapped[UUID | None]
