"""A score with its reason: one evaluator, one candidate, one question."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import author, own_submitted_first


class Score(Identified, Base):
    """0 to 5, no half marks. Kept unchanged once submitted, also after consensus (ALL-05)."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("member_id", "candidate_id", "question_id"),
        ForeignKeyConstraint(
            ["member_id", "panel_id", "person_id"],
            [
                "evaluation.panel_members.id",
                "evaluation.panel_members.panel_id",
                "evaluation.panel_members.person_id",
            ],
        ),
        Index("ix_scores_panel_id_question_id", "panel_id", "question_id"),
        CheckConstraint("score BETWEEN 0 AND 5", name="score"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        author(insert=True, update=("score", "reason", "saved_at"), when="submitted_at IS NULL"),
        own_submitted_first(when="submitted_at IS NOT NULL"),
    )

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    member_id: Mapped[UUID]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str]
    candidate_id: Mapped[UUID]
    question_id: Mapped[UUID]
    score: Mapped[int]
    reason: Mapped[str]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
