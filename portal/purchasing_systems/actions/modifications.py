"""A published question changes: with a reason, told to everybody interested, answers kept."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.queries.rounds import round_for
from portal.purchasing_systems.round_notifications import tell_question_modified
from portal.questionnaires.actions.building import short
from portal.questionnaires.models import Question
from tenants.permissions import Permission

MAY_CHANGE = ("prompt", "hint", "required", "word_limit", "minimum_score", "ceiling", "scorer_guidance")
"""The kind of answer, what can be chosen, tables and weights stay: answers given before must still be answers."""


def modify_question(
    session: Session, actor: Actor, *, question_id: UUID, changes: Mapping[str, Any], reason: str
) -> int:
    """Make the next version of a published set with one question changed; returns its number. `changes`: column to value.

    Providers with a draft keep their answer and are asked to check it; a submission stands, and may be replaced until closing.
    Raises Missing, NotPermitted, Invalid (fields of `changes`, `reason`), Refused: not published, closed, wording fixed, no change.
    """
    question = session.get(Question, question_id)
    if question is None:
        raise Missing
    round_, system = round_for(session, actor, question.round_id)
    if system.lead_id != actor.organisation_id or not actor.may(Permission.QUESTION_EDIT):
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can change the questions.")
    if round_.status != "published" or clock.now() >= round_.closes_at:
        raise Refused("A question can be modified only while the round is published and has not closed.")
    values = _clean(question, changes, reason)
    why = values.pop("reason")
    changed = {name: value for name, value in values.items() if getattr(question, name) != value}
    if not changed:
        raise Invalid(reason="Nothing has changed. Change the question, or go back.")
    version: int = session.execute(
        text("SELECT app.modify_question(:question, CAST(:changes AS jsonb), :reason)"),
        {"question": question_id, "changes": json.dumps(changed, default=str), "reason": why},
    ).scalar_one()
    session.refresh(question)
    tell_question_modified(session, system, round_, asked=short(question.prompt), version=version, reason=why)
    record(
        session,
        "purchasing_systems.question.modified",
        f"Changed the published question “{short(question.prompt)}” of round {round_.number} of “{system.title}”: {short(why)}",
        system=system.id,
        id=question_id,
        round=round_.id,
        version=version,
        changed=sorted(changed),
    )
    return version


def _clean(question: Question, changes: Mapping[str, Any], reason: str) -> dict[str, Any]:
    if not set(changes) <= set(MAY_CHANGE):
        raise Refused("This cannot be changed once the round is published.")
    clean = Cleaning()
    found: dict[str, Any] = dict(changes)
    found["reason"] = clean.lines("reason", reason, "Enter the reason. Everybody who is interested will read it.", 2000)
    for name, missing in (("prompt", "Enter the question."), ("hint", None), ("scorer_guidance", None)):
        if name in changes:
            found[name] = clean.lines(name, changes[name], missing, 10_000) or None
    clean.between("word_limit", changes.get("word_limit"), 1, 20_000, "Enter a word limit from 1 to 20,000.")
    clean.between("minimum_score", changes.get("minimum_score"), 0, 5, "Enter a minimum score from 0 to 5.")
    if question.wording_fixed and any(
        found.get(name, getattr(question, name)) != getattr(question, name) for name in ("prompt", "hint")
    ):
        clean.wrong("prompt", f"The wording of this question is fixed by {question.origin}.")
    clean.finish()
    return found
