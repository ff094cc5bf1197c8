"""An answer on its way to everybody, and the words in which its questions are published."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import condition, participant


class Answer(Identified, Base):
    """Drafted by an officer of any participating authority, signed by another person of the lead, published to all at once.

    Once published nothing in it changes; a correction is another answer, which names it in `corrects_id`. `number`: in the round, for
    public ones. `is_confidential`: for the asker alone, with the reason. `modification`: what changes in the documents, and where to
    read it. `late_because`: why it was published after the last day for answers. Written by definer functions alone.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("id", "round_id"),
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        CheckConstraint("status IN ('draft', 'to_sign', 'signed', 'published')", name="status"),
        CheckConstraint("(status = 'published') = (published_at IS NOT NULL)", name="published"),
        CheckConstraint("(status IN ('signed', 'published')) = (signed_by_id IS NOT NULL)", name="signed"),
        CheckConstraint("signed_by_id <> drafted_by_id", name="another_person"),
        CheckConstraint("(number IS NOT NULL) = (status = 'published' AND NOT is_confidential)", name="numbered"),
        {"schema": "clarifications"},
    )
    __tenancy__ = (
        participant(),
        condition("public", "published_at IS NOT NULL AND NOT is_confidential"),
        condition("asker", "published_at IS NOT NULL AND id = ANY ((SELECT app.own_clarification_answers())::uuid[])"),
    )

    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    number: Mapped[int | None]
    text: Mapped[str]
    is_confidential: Mapped[bool] = mapped_column(default=False)
    modification: Mapped[str | None]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("clarifications.answers.id"), index=True)
    status: Mapped[str] = mapped_column(default="draft")
    drafted_by_id: Mapped[UUID]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    signed_by_id: Mapped[UUID | None]
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    late_because: Mapped[str | None]


class Wording(Base):
    """A question as its answer shows it, perhaps reworded so that it names nobody; the original stays in `Question`."""

    __tablename__ = "wordings"
    __table_args__ = (
        ForeignKeyConstraint(["question_id"], ["clarifications.questions.id"]),
        ForeignKeyConstraint(
            ["answer_id", "round_id"], ["clarifications.answers.id", "clarifications.answers.round_id"]
        ),
        {"schema": "clarifications"},
    )
    __tenancy__ = (
        participant(),
        condition("public", "published_at IS NOT NULL AND NOT is_confidential"),
        condition(
            "asker", "published_at IS NOT NULL AND question_id = ANY ((SELECT app.own_clarifications())::uuid[])"
        ),
    )

    question_id: Mapped[UUID] = mapped_column(primary_key=True)
    answer_id: Mapped[UUID] = mapped_column(index=True)
    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    text: Mapped[str]
    is_confidential: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
