"""What everybody reads: answers, latest first, each with its questions as they were published."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from portal.clarifications.models import Answer, Wording


@dataclass(frozen=True)
class PublishedAnswer:
    """An answer as the public has it."""

    id: UUID
    number: int
    text: str
    modification: str | None
    published_at: datetime
    corrects: int | None
    questions: tuple[str, ...]
    corrected_by: tuple[int, ...] = ()

    @property
    def anchor(self) -> str:
        """Where it stands on the page; never changes."""
        return f"answer-{self.number}"

    @property
    def title(self) -> str:
        """`Answer 3`, `Answer 7, correcting answer 3`."""
        return f"Answer {self.number}" + (f", correcting answer {self.corrects}" if self.corrects else "")


def published_answers(session: Session, round_id: UUID) -> list[PublishedAnswer]:
    """All public answers of a round, latest first; in two statements."""
    root = aliased(Answer)
    rows = session.execute(
        select(
            Answer.id,
            Answer.number,
            Answer.text,
            Answer.modification,
            Answer.published_at,
            root.number.label("corrects"),
        )
        .outerjoin(root, root.id == Answer.corrects_id)
        .where(Answer.round_id == round_id, Answer.status == "published", Answer.is_confidential.is_(False))
        .order_by(Answer.number.desc())
    ).all()
    if not rows:
        return []
    questions: dict[UUID, list[str]] = defaultdict(list)
    for answer_id, words in session.execute(
        select(Wording.answer_id, Wording.text)
        .where(Wording.answer_id.in_([row.id for row in rows]))
        .order_by(Wording.question_id)
    ):
        questions[answer_id].append(words)
    later: dict[int, list[int]] = defaultdict(list)
    for row in reversed(rows):
        if row.corrects:
            later[row.corrects].append(row.number)
    return [
        PublishedAnswer(
            row.id,
            row.number,
            row.text,
            row.modification,
            row.published_at,
            row.corrects,
            tuple(questions[row.id]),
            tuple(later[row.number]),
        )
        for row in rows
    ]


def matching(found: list[PublishedAnswer], words: str, *, changes: bool) -> list[PublishedAnswer]:
    """Those that hold all the words, or change the documents."""
    wanted = words.casefold().split()
    return [
        one
        for one in found
        if (not changes or one.modification)
        and all(
            word in f"{one.title} {one.text} {one.modification or ''} {' '.join(one.questions)}".casefold()
            for word in wanted
        )
    ]


def own_answer_texts(session: Session, answer_ids: list[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    """Of answers that this actor may read: their text, then those of their corrections, earliest first."""
    found: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    for row in session.execute(
        select(Answer.id, Answer.corrects_id, Answer.text, Answer.published_at)
        .where(Answer.published_at.is_not(None), or_(Answer.id.in_(answer_ids), Answer.corrects_id.in_(answer_ids)))
        .order_by(Answer.published_at, Answer.id)
    ):
        at = row.published_at
        if at is not None:
            found[row.corrects_id or row.id].append((row.text, at))
    return found
