"""Weights of a lot, shared out at once, until the round is published."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.questionnaires.models import Question
from portal.questionnaires.rules import weights_problem
from tenants.permissions import Permission


def edit_weights(
    session: Session, actor: Actor, *, round_id: UUID, lot_id: UUID, lot_title: str, weights: dict[UUID, Decimal]
) -> None:
    """Share out the weights of one lot's method statements at once: they sum to 100 per cent.

    Raises Invalid, with the field `weight-<question id>` or `weights` for the sum; Missing, NotPermitted, Refused (frozen).
    """
    questions = session.scalars(
        select(Question)
        .where(Question.round_id == round_id, Question.lot_id == lot_id, Question.part == "quality")
        .order_by(Question.position)
    ).all()
    if not questions or {q.id for q in questions} != set(weights):
        raise Missing
    clean = Cleaning()
    for question in questions:
        _check(actor, question)
        _weight(clean, f"weight-{question.id}", weights[question.id])
    clean.finish()
    problem = weights_problem(weights.values(), lot_title)
    if problem:
        raise Invalid(weights=problem)
    for question in questions:
        question.weight = weights[question.id]
    record(
        session,
        "questionnaires.weights.edit",
        f"Shared out the weights of {lot_title}.",
        system=questions[0].system_id,
        round=round_id,
        lot=lot_id,
        weights={q.key: str(q.weight) for q in questions},
    )


def _check(actor: Actor, question: Question) -> None:
    if question.lead_id != actor.organisation_id or not actor.may(Permission.QUESTION_EDIT):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority edits the questions.")
    if question.frozen_at is not None:
        raise Refused("The questions of this round are frozen. They cannot be edited.")


def _weight(clean: Cleaning, field: str, weight: Decimal | None) -> None:
    if weight is None:
        clean.wrong(field, "Enter a weight.")
        return
    clean.between(field, weight, 1, 100, "Enter a weight from 1 to 100.")
    if weight.is_finite() and weight != weight.quantize(Decimal("0.01")):
        clean.wrong(field, "Enter a weight with no more than two decimal places.")
