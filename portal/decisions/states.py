"""The way of one authority's decision: its own draft, then on the record; a deferral gives way to the answer that follows."""

from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.core.types import Actor
from portal.core.workflow import Machine, Move
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.decisions import restrictions_of
from portal.decisions.rules import CONTENT, missing


def _complete(session: Session, actor: Actor, row: Decision) -> str | None:
    matter = session.get(Matter, row.matter_id)
    if matter is None or matter.status != "open":
        return "This joint decision is no longer open. A later change needs a new one."
    values = {name: getattr(row, name) for name in CONTENT}
    found = missing(
        values,
        restrictions=len(restrictions_of(session, row.id)),
        may_restrict=kind_of(matter.kind).may_restrict,
        today=today(),
    )
    return next(iter(found.values()), None)


def _own(session: Session, actor: Actor, row: Decision) -> str | None:
    return None if row.authority_id == actor.organisation_id else "Each council records its own decision."


def _deferred(session: Session, actor: Actor, row: Decision) -> str | None:
    return None if row.outcome == "defer" else "Your council has answered. A later change needs a new joint decision."


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
            "Put the answer in place of the deferral",
            (_own, _deferred),
        ),
    ),
)
