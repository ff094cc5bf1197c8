"""The councils' queue: every question of a round under its asker's number, and every answer on its way."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clarifications.models import Answer, Question, Wording
from portal.clarifications.rules.standing import STANDINGS, asker_name, standing
from portal.core.errors import Missing
from portal.core.types import Actor


@dataclass(frozen=True)
class QueuedQuestion:
    """A question as officers see it. `shown_as`: the words of its draft or publication."""

    id: UUID
    round_id: UUID
    system_id: UUID
    asker_number: int
    text: str
    asked_on: date
    ruling: str
    confidential_because: str | None
    ruled_because: str | None
    ruled_on: date | None
    ruled_by: str | None
    withdrawn_on: date | None
    answered_at: datetime | None
    answer_id: UUID | None
    shown_as: str | None
    standing: str = "waiting"

    @property
    def asker(self) -> str:
        """`Provider 47`."""
        return asker_name(self.asker_number)

    @property
    def words(self) -> tuple[str, str]:
        """The standing in words, and its colour."""
        return STANDINGS[self.standing]


def questions_of(session: Session, round_id: UUID) -> list[QueuedQuestion]:
    """All questions of a round, earliest day first; within a day in no order that says anything."""
    return _questions(session, Question.round_id == round_id)


def question_for(session: Session, actor: Actor, question_id: UUID) -> QueuedQuestion:
    """One of them, for an authority that takes part. Raises Missing."""
    found = _questions(session, Question.id == question_id)
    if not found or not actor.takes_part(found[0].system_id):
        raise Missing
    return found[0]


def answers_of(session: Session, round_id: UUID) -> list[Answer]:
    """Drafts and all the others, the oldest draft first."""
    return list(
        session.scalars(select(Answer).where(Answer.round_id == round_id).order_by(Answer.drafted_at, Answer.id))
    )


def answer_for(session: Session, actor: Actor, answer_id: UUID) -> Answer:
    """One of them, for an authority that takes part. Raises Missing."""
    found = session.get(Answer, answer_id)
    if found is None or not actor.takes_part(found.system_id):
        raise Missing
    return found


def _questions(session: Session, condition: object) -> list[QueuedQuestion]:
    q = Question
    rows = session.execute(
        select(
            q.id,
            q.round_id,
            q.system_id,
            q.asker_number,
            q.text,
            q.asked_on,
            q.ruling,
            q.confidential_because,
            q.ruled_because,
            q.ruled_on,
            q.ruled_by,
            q.withdrawn_on,
            q.answered_at,
            Wording.answer_id,
            Wording.text.label("shown_as"),
            Answer.status,
        )
        .outerjoin(Wording, Wording.question_id == q.id)
        .outerjoin(Answer, Answer.id == Wording.answer_id)
        .where(condition)  # type: ignore[arg-type]  # a column expression, made by the callers above
        .order_by(q.asked_on, q.id)
    )
    return [_queued(*row) for row in rows]


def _queued(*values: Any) -> QueuedQuestion:
    *shown, status = values
    found = QueuedQuestion(*shown)
    return replace(
        found,
        standing=standing(
            withdrawn=found.withdrawn_on is not None,
            answered=found.answered_at is not None,
            ruling=found.ruling,
            answer_status=status,
        ),
    )
