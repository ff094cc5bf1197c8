"""What a panel looks at: opened applications with their questions and, as far as this person may read, their answers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.queries.opened import OpenedApplication
from portal.core.money import parse_pounds
from portal.evaluation.models import CheckRuling
from portal.evaluation.rules import CandidateAnswers, Criterion, LotOffer, OfferedPrice, ScoredQuestion
from portal.questionnaires import grids
from portal.questionnaires.conditions import NOT_ASKED
from portal.questionnaires.queries import QuestionView
from portal.questionnaires.rules import passes
from portal.questionnaires.wording import answer_in_words

Answers = Mapping[str, str]
Ruled = Mapping[tuple[UUID, UUID], CheckRuling]
"""By application and question."""


@dataclass(frozen=True)
class SelectionCheck:
    """One selection answer against its pass rule. `passed` None: an officer judges, and has not yet."""

    application_id: UUID
    question: QuestionView
    answer: str
    passed: bool | None
    by_rule: bool
    reason: str
    ruling: CheckRuling | None = None


def rulings_of(session: Session, panel_id: UUID) -> dict[tuple[UUID, UUID], CheckRuling]:
    """What officers judged, and fails the rule found, of one panel."""
    rows = session.scalars(select(CheckRuling).where(CheckRuling.panel_id == panel_id))
    return {(row.candidate_id, row.question_id): row for row in rows}


def has_pass_rule(question: QuestionView) -> bool:
    """Is this a question that decides selection?"""
    return question.part == "selection" and (bool(question.pass_rule) or question.kind == "declaration")


def has_condition(question: QuestionView) -> bool:
    """Is it needed only if another answer says so? Unanswered then, it was not needed: submission has seen to that."""
    return bool(question.condition) and (question.condition or {}).get("then") == "require"


def asked_of(application: OpenedApplication, questions: Sequence[QuestionView]) -> list[QuestionView]:
    """Questions for all lots and for the lots applied for."""
    return [q for q in questions if q.lot_id is None or q.lot_id in application.lots]


def not_asked_of(answers: Answers) -> frozenset[UUID]:
    """Questions whose condition the applicant's own answers did not meet, as its sealed parts say."""
    return frozenset(UUID(question) for question, answer in answers.items() if answer == NOT_ASKED)


def checks_of(
    application: OpenedApplication, questions: Sequence[QuestionView], answers: Answers, ruled: Ruled
) -> list[SelectionCheck]:
    """Every selection question with a rule: what the rule says, or else the officer."""
    found = []
    for question in asked_of(application, questions):
        if not has_pass_rule(question):
            continue
        answer = answers.get(str(question.id), "")
        if answer == NOT_ASKED:
            continue
        verdict = passes(question, answer) if answer or not has_condition(question) else True
        ruling = ruled.get((application.id, question.id))
        judged = ruling is not None and verdict is None
        found.append(
            SelectionCheck(
                application.id,
                question,
                answer_in_words(question, answer),
                ruling.passed if ruling is not None and verdict is None else verdict,
                not judged and verdict is not None,
                ruling.reason if ruling is not None and verdict is None else _reason(question, answer, verdict),
                ruling if judged else None,
            )
        )
    return found


def candidate_answers(
    application: OpenedApplication,
    questions: Sequence[QuestionView],
    checks: Sequence[SelectionCheck],
    prices: Answers | None = None,
    not_asked: Collection[UUID] = (),
) -> CandidateAnswers:
    """What the rules look at. Checks that nobody judged yet are left out; `prices` None: not read.

    `not_asked`: method statements that the applicant's own answers left out; the rest is its quality.
    """
    asked = asked_of(application, questions)
    return CandidateAnswers(
        candidate_id=application.id,
        candidate_name=application.provider_name,
        provider_id=application.provider_id,
        lots=tuple(LotOffer(lot_id=lot, areas=application.areas_of(lot)) for lot in application.lots),
        criteria=tuple(
            Criterion(
                question_id=check.question.id,
                lot_id=check.question.lot_id,
                key=check.question.key,
                title=check.question.prompt,
                passed=check.passed,
                reason=check.reason,
            )
            for check in checks
            if check.passed is not None
        ),
        questions=tuple(
            scored_question(q, asked) for q in asked if q.part == "quality" and q.weight and q.id not in not_asked
        ),
        not_asked=tuple(
            scored_question(q, asked) for q in asked if q.part == "quality" and q.weight and q.id in not_asked
        ),
        prices=tuple(p for q in asked if q.part == "price" for p in _prices(q, prices)) if prices is not None else (),
    )


def scored_question(question: QuestionView, among: Sequence[QuestionView]) -> ScoredQuestion:
    """A method statement as the rules see it."""
    if question.lot_id is None or question.weight is None:
        raise ValueError(f"{question.key} is scored, so it belongs to one lot and has a weight")
    return ScoredQuestion(
        question_id=question.id,
        lot_id=question.lot_id,
        key=question.key,
        title=title_of(question, among),
        weight=question.weight,
        minimum=question.minimum_score,
        labels={int(d["score"]): str(d["label"]) for d in question.descriptors},
    )


def title_of(question: QuestionView, among: Sequence[QuestionView]) -> str:
    """The page's title where the question stands on it alone ("Method statement 1: Safeguarding"), else the question."""
    alone = sum(q.group_slug == question.group_slug and q.lot_id == question.lot_id for q in among) == 1
    return question.group_title if alone else question.prompt


def _reason(question: QuestionView, answer: str, verdict: bool | None) -> str:  # noqa: FBT001  # as `passes` gave it
    said = f"The answer was “{answer_in_words(question, answer)}”."
    if verdict is None:
        return f"{said} An officer judges it."
    return said if verdict else f"{said} The published rule does not accept it."


def _prices(question: QuestionView, prices: Answers) -> Iterator[OfferedPrice]:
    """Every price of a question: one, or each money cell of a table. None where the question was not asked."""
    if question.lot_id is None:
        raise ValueError(f"{question.key} is a price, so it belongs to one lot")
    given = prices.get(str(question.id), "").strip()
    if given == NOT_ASKED:
        return
    if question.kind == "grid":
        for row in grids.filled(question.grid or {}, given):
            for cell in row:
                if cell.kind == "money" and (cell.required or cell.value):
                    yield OfferedPrice(
                        lot_id=question.lot_id,
                        key=f"{question.key}:{cell.row}:{cell.column}",
                        title=f"{question.prompt.rstrip('.:')}: {cell.title}",
                        unit=cell.unit,
                        price=parse_pounds(cell.value) if cell.value else None,
                        ceiling=cell.ceiling,
                    )
        return
    yield OfferedPrice(
        lot_id=question.lot_id,
        key=question.key,
        title=question.prompt,
        unit=question.unit,
        price=parse_pounds(given) if given else None,
        ceiling=None if question.ceiling is None else Decimal(question.ceiling),
    )
