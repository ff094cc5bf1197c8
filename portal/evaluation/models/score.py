"""A score with its reason: one evaluator, one candidate, one question; and the sheet that submits a lot's scores."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import author, own_submitted_first, participant

_SEAT = ["member_id", "panel_id", "person_id", "organisation_id"]
_OF_MEMBER = [f"evaluation.panel_members.{column}" for column in ("id", "panel_id", "person_id", "organisation_id")]


class Score(Identified, Base):
    """0 to 5, no half marks; None while only the reason is written. Kept unchanged once submitted, also after consensus (ALL-05).

    A trigger keeps it to seats that have declared for the candidate and were ruled on, before the sheet is submitted.
    """

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("member_id", "candidate_id", "question_id"),
        ForeignKeyConstraint(_SEAT, _OF_MEMBER),
        Index("ix_scores_panel_id_question_id", "panel_id", "question_id"),
        CheckConstraint("score BETWEEN 0 AND 5", name="score"),
        CheckConstraint("submitted_at IS NULL OR (score IS NOT NULL AND reason <> '')", name="submitted"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        author(insert=True, update=("score", "reason", "saved_at"), when="submitted_at IS NULL"),
        own_submitted_first(when="submitted_at IS NOT NULL"),
    )

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    member_id: Mapped[UUID]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str]
    candidate_id: Mapped[UUID]
    question_id: Mapped[UUID]
    score: Mapped[int | None]
    reason: Mapped[str]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class ScoreSheet(Identified, Base):
    """One evaluator's scores for one lot, submitted: written by `app.submit_scores` alone. Says that, never how they scored."""

    __tablename__ = "score_sheets"
    __table_args__ = (
        UniqueConstraint("member_id", "lot_id"),
        ForeignKeyConstraint(_SEAT, _OF_MEMBER),
        Index("ix_score_sheets_panel_id_lot_id", "panel_id", "lot_id"),
        Index("ix_score_sheets_person_id", "person_id"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (participant(),)

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    member_id: Mapped[UUID]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    submitted_at: Mapped[datetime]
