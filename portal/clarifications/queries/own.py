"""A provider's own questions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.clarifications.models import Answer, Asker, Question, Wording
from portal.clarifications.queries.published import own_answer_texts
from portal.clarifications.rules.standing import FOR_THE_ASKER, standing


@dataclass(frozen=True)
class OwnQuestion:
    """As its asker sees it. `answers`: the answer and its corrections, earliest first."""

    id: UUID
    text: str
    asked_on: date
    ruling: str
    ruled_because: str | None
    standing: str
    shown_as: str | None
    number: int | None
    is_confidential: bool
    answers: tuple[tuple[str, datetime], ...]

    @property
    def words(self) -> tuple[str, str]:
        """The standing in words, and its colour."""
        return FOR_THE_ASKER[self.standing]

    @property
    def is_open(self) -> bool:
        """Whether it can still be withdrawn."""
        return self.standing in ("waiting", "ruling")


def own_questions(session: Session, round_id: UUID) -> list[OwnQuestion]:
    """Of the provider acted for, latest first; what the councils draft is not in it."""
    rows = session.execute(
        select(
            Question,
            Wording.text.label("shown_as"),
            Answer.id.label("answer_id"),
            Answer.number,
            Answer.is_confidential,
        )
        .join(Asker, Asker.question_id == Question.id)
        .outerjoin(Wording, (Wording.question_id == Question.id) & Wording.published_at.is_not(None))
        .outerjoin(Answer, Answer.id == Wording.answer_id)
        .where(Question.round_id == round_id, Asker.applicant_id == func.app.applicant(round_id))
        .order_by(Question.asked_on.desc(), Question.id)
    ).all()
    texts = own_answer_texts(session, [row.answer_id for row in rows if row.answer_id])
    return [
        OwnQuestion(
            q.id,
            q.text,
            q.asked_on,
            q.ruling,
            q.ruled_because,
            standing(
                withdrawn=q.withdrawn_on is not None,
                answered=q.answered_at is not None,
                ruling=q.ruling,
                answer_status=None,
            ),
            shown_as,
            number,
            bool(confidential),
            tuple(texts.get(answer_id, ())),
        )
        for q, shown_as, answer_id, number, confidential in rows
    ]
