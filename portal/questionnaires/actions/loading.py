"""Question sets come into a round from data files, or from an earlier round."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.questionnaires.content import read_content
from portal.questionnaires.models import Question, QuestionSet
from tenants.permissions import Permission

_SPAN = 1000
"""Positions between one set and the next, so that sets follow each other in the order they were loaded."""


def load_question_set(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    round_id: UUID,
    lot_id: UUID | None,
    content: Mapping[str, Any],
) -> QuestionSet:
    """Put a parsed data file into a planned round, in place of what the round asked for that lot (None: for all lots).

    Raises Invalid(content=…) with every problem of the file; NotPermitted; the database refuses a round that is not planned or not led.
    """
    if not actor.may(Permission.QUESTION_EDIT):
        raise NotPermitted("Your role cannot load questions.")
    try:
        read = read_content(content)
    except ValueError as error:
        raise Invalid(content=str(error)) from None
    base = _make_room(session, actor, round_id, lot_id, {q.key for q in read.questions})
    made = QuestionSet(
        id=uuid4(),
        system_id=system_id,
        lead_id=actor.organisation_id,
        round_id=round_id,
        lot_id=lot_id,
        title=read.title,
    )
    session.add(made)
    session.flush()
    same = {
        "set_id": made.id,
        "system_id": system_id,
        "lead_id": actor.organisation_id,
        "round_id": round_id,
        "lot_id": lot_id,
        "frozen_at": None,
    }
    rows = [{"id": uuid4(), "position": base + i, **same, **asdict(q)} for i, q in enumerate(read.questions)]
    session.execute(insert(Question), rows)
    record(
        session,
        "questionnaires.question_set.load",
        f"Loaded the question set “{read.title}” with {len(rows)} questions.",
        system=system_id,
        id=made.id,
        round=round_id,
        questions=len(rows),
    )
    return made


def copy_question_sets(
    session: Session,
    actor: Actor,
    *,
    from_round_id: UUID,
    round_id: UUID,
    system_id: UUID,
    lots: Mapping[UUID, UUID] | None = None,
) -> int:
    """Ask in a planned round what another round asked. Returns how many questions.

    `lots`: for a round of another system, its lots to the lots of this one; sets of other lots are left behind. None: the same system.

    Raises NotPermitted, Missing (nothing to copy), Refused (this round has questions already).
    """
    if not actor.may(Permission.QUESTION_EDIT):
        raise NotPermitted("Your role cannot load questions.")
    wanted = select(QuestionSet).where(QuestionSet.round_id == from_round_id)
    if lots is None:
        wanted = wanted.where(QuestionSet.system_id == system_id)
    sets = [
        one
        for one in session.scalars(wanted.order_by(QuestionSet.lot_id.nulls_first()))
        if lots is None or one.lot_id is None or one.lot_id in lots
    ]
    if not sets:
        raise Missing
    if session.scalar(select(func.count()).select_from(QuestionSet).where(QuestionSet.round_id == round_id)):
        raise Refused("This round has questions already. Load a file to replace a set.")
    copied = 0
    left_out = {"id", "set_id", "round_id", "frozen_at", "lead_id", "system_id", "lot_id", "version"}
    for one in sets:
        lot_id = one.lot_id if lots is None or one.lot_id is None else lots[one.lot_id]
        made = QuestionSet(
            id=uuid4(),
            system_id=system_id,
            lead_id=actor.organisation_id,
            round_id=round_id,
            lot_id=lot_id,
            title=one.title,
        )
        session.add(made)
        session.flush()
        columns = [c for c in Question.__table__.columns if c.name not in left_out]
        same = {
            "set_id": made.id,
            "round_id": round_id,
            "lead_id": actor.organisation_id,
            "frozen_at": None,
            "system_id": system_id,
            "lot_id": lot_id,
            "version": 1,
        }
        rows = [
            {"id": uuid4(), **same, **row}
            for row in session.execute(select(*columns).where(Question.set_id == one.id)).mappings()
        ]
        session.execute(insert(Question), rows)
        copied += len(rows)
    record(
        session,
        "questionnaires.question_set.copy",
        f"Copied {copied} questions from an earlier round.",
        system=system_id,
        round=round_id,
        copied_from=from_round_id,
        questions=copied,
    )
    return copied


def _make_room(session: Session, actor: Actor, round_id: UUID, lot_id: UUID | None, keys: set[str]) -> int:
    """Take away the set that is replaced; the position at which the new one begins. Raises Invalid for a key used elsewhere."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(round_id), 0))))
    old = session.scalars(
        select(QuestionSet).where(QuestionSet.round_id == round_id, QuestionSet.lot_id.is_not_distinct_from(lot_id))
    ).one_or_none()
    base = None
    if old is not None:
        if old.lead_id != actor.organisation_id:
            raise NotPermitted("Only the lead authority loads the questions of this round.")
        if old.frozen_at is not None:
            raise Refused("The questions of this round are frozen. They cannot be replaced.")
        base = session.scalar(select(func.min(Question.position)).where(Question.set_id == old.id))
        session.execute(delete(Question).where(Question.set_id == old.id))
        session.delete(old)
        session.flush()
    twice = session.scalars(
        select(Question.key).where(Question.round_id == round_id, Question.key.in_(keys)).order_by(Question.key)
    ).all()
    if twice:
        raise Invalid(
            content=f"Another set of this round already asks {', '.join(twice)}. Keys are used once in a round."
        )
    if base is not None or lot_id is None:
        return base or 0
    highest = session.scalar(select(func.max(Question.position)).where(Question.round_id == round_id)) or 0
    return (highest // _SPAN + 1) * _SPAN
