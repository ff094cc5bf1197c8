"""The way of one authority's decision: its own draft, then on the record, until a later one of its own takes its place."""

from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.core.types import Actor
from portal.core.workflow import Machine, Move
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.decisions import latest_superseded, restrictions_of
from portal.decisions.rules import CONTENT, closed, missing


def _complete(session: Session, actor: Actor, row: Decision) -> str | None:
    matter = session.get_one(Matter, row.matter_id)
    earlier = latest_superseded(session, row.matter_id, row.authority_id)
    answered = earlier is not None and earlier.outcome != "defer"
    shut = closed(rule=matter.rule, status=matter.status, is_live=matter.is_live, answered=answered)
    if shut:
        return shut
    values = {name: getattr(row, name) for name in CONTENT}
    found = missing(
        values,
        restrictions=len(restrictions_of(session, row.id)),
        may_restrict=kind_of(matter.kind).may_restrict,
        today=today(),
        earlier=(earlier.outcome, earlier.decided_on) if earlier else None,
    )
    return next(iter(found.values()), None)


def _own(session: Session, actor: Actor, row: Decision) -> str | None:
    return None if row.authority_id == actor.organisation_id else "Each council records its own decision."


def _replaceable(session: Session, actor: Actor, row: Decision) -> str | None:
    matter = session.get_one(Matter, row.matter_id)
    return closed(rule=matter.rule, status=matter.status, is_live=matter.is_live, answered=row.outcome != "defer")


DECISION = Machine(
    "decisions.decision",
    Decision,
    (
        Move(
            "record",
            ("draft",),
            "recorded",
            "decisions:decision:record",
            "Record this decision",
            (_own, _complete),
            "decisions.decision.recorded",
        ),
        Move(
            "supersede",
            ("recorded",),
            "superseded",
            "decisions:decision:record",
            "Put the later decision in its place",
            (_own, _replaceable),
        ),
    ),
)
