"""Texts and weights may be edited until the round is published."""

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

_FIELDS = ("prompt", "hint", "weight", "minimum_score", "word_limit", "ceiling", "scorer_guidance")


def edit_question(
    session: Session,
    actor: Actor,
    *,
    question_id: UUID,
    prompt: str,
    hint: str | None,
    weight: Decimal | None,
    minimum_score: int | None,
    word_limit: int | None,
    ceiling: Decimal | None,
    scorer_guidance: str | None,
) -> Question:
    """Change what is asked, how much it weighs (per cent), what it must reach. Raises Missing, NotPermitted, Refused (frozen), Invalid."""
    question = _editable(session, actor, question_id)
    clean = Cleaning()
    values = {
        "prompt": clean.lines("prompt", prompt, "Enter the question.", 10_000),
        "hint": clean.lines("hint", hint, None, 10_000) or None,
        "scorer_guidance": clean.lines("scorer_guidance", scorer_guidance, None, 10_000) or None,
        "weight": weight,
        "minimum_score": minimum_score,
        "word_limit": word_limit,
        "ceiling": ceiling,
    }
    clean.between("word_limit", word_limit, 1, 20_000, "Enter a word limit from 1 to 20,000.")
    clean.between("minimum_score", minimum_score, 0, 5, "Enter a minimum score from 0 to 5.")
    if question.part == "quality":
        _weight(clean, "weight", weight)
    elif weight is not None or minimum_score is not None:
        clean.wrong("weight", "Only a method statement has a weight and a minimum score.")
    if question.kind == "money":
        clean.between("ceiling", ceiling, 0, 999_999_999, "Enter a ceiling of £0.00 or more.")
    elif ceiling is not None:
        clean.wrong("ceiling", "Only a price has a ceiling.")
    clean.finish()
    changed = [name for name in _FIELDS if getattr(question, name) != values[name]]
    for name in changed:
        setattr(question, name, values[name])
    record(
        session,
        "questionnaires.question.edit",
        f"Edited the question “{_short(question.prompt)}”."
        if changed
        else f"Saved the question “{_short(question.prompt)}” unchanged.",
        system=question.system_id,
        id=question.id,
        changed=changed,
    )
    return question


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


def _editable(session: Session, actor: Actor, question_id: UUID) -> Question:
    question = session.get(Question, question_id)
    if question is None:
        raise Missing
    _check(actor, question)
    return question


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


def _short(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 120 else first[:117] + "…"
