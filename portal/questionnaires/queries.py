"""Reading question sets."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.questionnaires.conditions import first_problem
from portal.questionnaires.models import Modification, Question, QuestionSet
from portal.questionnaires.rules import weights_problem


@dataclass(frozen=True)
class QuestionView:
    """A question as it is asked; weight in per cent of the lot's quality, ceiling in pounds per `unit`."""

    id: UUID
    set_id: UUID
    system_id: UUID
    lead_id: UUID
    round_id: UUID
    lot_id: UUID | None
    key: str
    position: int
    part: str
    kind: str
    group_slug: str
    group_title: str
    group_intro: str | None
    prompt: str
    hint: str | None
    required: bool
    word_limit: int | None
    choices: list[Any]
    pass_rule: dict[str, Any] | None
    weight: Decimal | None
    minimum_score: int | None
    ceiling: Decimal | None
    unit: str | None
    theme: str | None
    descriptors: list[Any]
    accept: list[Any]
    scorer_guidance: str | None
    condition: dict[str, Any] | None
    grid: dict[str, Any] | None
    origin: str | None
    origin_prompt: str | None
    wording_fixed: bool
    version: int
    frozen_at: Any


@dataclass(frozen=True)
class QuestionGroup:
    """Questions that stand on one page."""

    slug: str
    title: str
    intro: str | None
    part: str
    lot_id: UUID | None
    questions: tuple[QuestionView, ...]


_COLUMNS = [getattr(Question, field.name) for field in fields(QuestionView)]


def questions_of_round(session: Session, round_id: UUID) -> tuple[QuestionView, ...]:
    """Every question of a round, in the order of the pages: those for all lots first, then lot by lot."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(Question.round_id == func.app.asked_in(round_id))
        .order_by(Question.position, Question.key)
    )
    return tuple(QuestionView(*row) for row in rows)


def question(session: Session, question_id: UUID) -> QuestionView | None:
    """One question, if this actor may see it."""
    row = session.execute(select(*_COLUMNS).where(Question.id == question_id)).one_or_none()
    return QuestionView(*row) if row else None


def sets_of_round(session: Session, round_id: UUID) -> tuple[QuestionSet, ...]:
    """The sets of a round, the common one first."""
    rows = session.scalars(
        select(QuestionSet)
        .where(QuestionSet.round_id == func.app.asked_in(round_id))
        .order_by(QuestionSet.lot_id.nulls_first())
    )
    return tuple(rows)


def in_groups(questions: tuple[QuestionView, ...]) -> tuple[QuestionGroup, ...]:
    """Questions gathered into the groups they are asked in, order kept."""
    gathered: dict[tuple[UUID | None, str], list[QuestionView]] = {}
    for one in questions:
        gathered.setdefault((one.lot_id, one.group_slug), []).append(one)
    return tuple(
        QuestionGroup(slug, first.group_title, first.group_intro, first.part, lot, tuple(members))
        for (lot, slug), members in gathered.items()
        for first in members[:1]
    )


def weight_problems(questions: tuple[QuestionView, ...], lots: dict[UUID, str]) -> list[str]:
    """What is wrong with the weights, lot by lot. `lots`: id to title."""
    found = [
        weights_problem([q.weight for q in questions if q.lot_id == lot and q.part == "quality"], title)
        for lot, title in lots.items()
    ]
    return [sentence for sentence in found if sentence]


def condition_problems(questions: tuple[QuestionView, ...], lots: dict[UUID, str]) -> list[str]:
    """Conditions that do not hold together, and lots where an applicant could be left with nothing to be scored."""
    found = []
    for set_id in dict.fromkeys(q.set_id for q in questions):
        astray = first_problem([q for q in questions if q.set_id == set_id])
        if astray:
            found.append(f"Question {astray[0]}: {astray[1]}")
    for lot, title in lots.items():
        scored = [q for q in questions if q.lot_id == lot and q.part == "quality"]
        if scored and all(q.condition and q.condition.get("then") != "require" for q in scored):
            found.append(f"{title}: every method statement has a condition. One at least is asked of everybody.")
    return found


@dataclass(frozen=True)
class Change:
    """One modification of a published set. `before` and `after`: column to value, of what changed."""

    id: UUID
    set_id: UUID
    question_id: UUID
    version: int
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    changed_at: datetime


def modifications_of(session: Session, round_id: UUID) -> tuple[Change, ...]:
    """What changed in a round's questions since it was published, the latest first."""
    columns = [getattr(Modification, field.name) for field in fields(Change)]
    rows = session.execute(
        select(*columns)
        .where(Modification.round_id == round_id)
        .order_by(Modification.changed_at.desc(), Modification.id)
    )
    return tuple(Change(*row) for row in rows)


def deviations(questions: tuple[QuestionView, ...]) -> list[QuestionView]:
    """Questions that no longer have the words they had in the questionnaire they come from: PPN 03/24 wants those of part 3 reported."""
    return [q for q in questions if q.origin and q.origin_prompt is not None and q.prompt != q.origin_prompt]
