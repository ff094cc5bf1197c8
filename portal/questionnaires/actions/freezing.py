"""Freezing: what is asked, weighed and required does not change once the round is published."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.questionnaires.models import Question, QuestionSet
from portal.questionnaires.queries import condition_problems, questions_of_round, weight_problems
from tenants.permissions import Permission


def freeze_questions(session: Session, actor: Actor, *, round_id: UUID, lots: dict[UUID, str] | None = None) -> int:
    """Freeze every question of a round; returns how many. `lots`: id to title, for the sentence about weights.

    Raises Refused when there are no questions or the weights of a lot do not sum to 100; NotPermitted; Missing.
    """
    questions = questions_of_round(session, round_id)
    if not questions:
        raise Refused("There are no questions yet. Load the question sets first.")
    if questions[0].lead_id != actor.organisation_id or not actor.may(Permission.QUESTION_EDIT):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority freezes the questions.")
    titles = lots or {q.lot_id: "A lot" for q in questions if q.lot_id}
    problems = [*weight_problems(questions, titles), *condition_problems(questions, titles)]
    if problems:
        raise Refused(" ".join(problems))
    at = clock.now()
    for table in (Question, QuestionSet):
        session.execute(
            update(table)
            .where(table.round_id == round_id, table.frozen_at.is_(None))
            .values(frozen_at=at)
            .execution_options(synchronize_session="fetch")
        )
    if any(q.frozen_at is None for q in questions_of_round(session, round_id)):
        raise Missing
    record(
        session,
        "questionnaires.question_set.freeze",
        f"Froze {len(questions)} questions: what is asked, weighed and required no longer changes.",
        system=questions[0].system_id,
        round=round_id,
        questions=len(questions),
    )
    return len(questions)
