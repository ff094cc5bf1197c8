"""A question, and, in a row that the asker alone can read, whose it is."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import applicant, condition, participant


class Question(Identified, Base):
    """As the provider typed it, for the councils and the asker; what the public reads is a `Wording`.

    `asker_number`: the asker's name at the councils, the same for all its questions of the round, drawn by lot, so that no order says
    who came first. `ruling`: whether it is answered alone: `none` (not wanted), `asked`, `granted`, `refused`, and `accepted` when the
    asker, refused, agreed to an answer for all. Written by definer functions alone.
    """

    __tablename__ = "questions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        CheckConstraint("ruling IN ('none', 'asked', 'granted', 'refused', 'accepted')", name="ruling"),
        CheckConstraint("(ruling = 'none') = (confidential_because IS NULL)", name="confidential"),
        CheckConstraint("(ruling IN ('none', 'asked')) = (ruled_on IS NULL)", name="ruled"),
        CheckConstraint("withdrawn_on IS NULL OR answered_at IS NULL", name="one_end"),
        Index("ix_questions_round_id_asked_on", "round_id", "asked_on", "id"),
        {"schema": "clarifications"},
    )
    __tenancy__ = (participant(), condition("asker", "id = ANY ((SELECT app.own_clarifications())::uuid[])"))

    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    asker_number: Mapped[int]
    text: Mapped[str]
    asked_on: Mapped[date]
    """To the day: a minute would lead to who was signed in then."""
    ruling: Mapped[str] = mapped_column(default="none")
    confidential_because: Mapped[str | None]
    ruled_because: Mapped[str | None]
    ruled_on: Mapped[date | None]
    ruled_by: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]


class Asker(Base):
    """Which pseudonym of the round asked. Kept apart, so that officers cannot tell it by the applications either, once these are opened."""

    __tablename__ = "askers"
    __table_args__ = (
        ForeignKeyConstraint(["question_id"], ["clarifications.questions.id"]),
        {"schema": "clarifications"},
    )
    __tenancy__ = (applicant(),)

    question_id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID]
    applicant_id: Mapped[UUID] = mapped_column(index=True)
