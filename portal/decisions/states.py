"""The way of one authority's decision: its own draft, then on the record, until a later one of its own takes its place."""

from sqlalchemy.orm import Session

from portal.core.types import Actor
from portal.core.workflow import Machine, Move
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.lacking import lacking
from portal.decisions.rules.answers import closed


def _complete(session: Session, actor: Actor, row: Decision) -> str | None:
    found = lacking(session, row)
    return next(iter(found.values()), None)


def _own(session: Session, actor: Actor, row: Decision) -> str | None:
    return None if row.authority_id == actor.organisation_id else "Each council records its own decision."


def _replaceable(session: Session, actor: Actor, row: Decision) -> str | None:
    matter = session.get_one(Matter, row.matter_id)
    return closed(
        rule=matter.rule,
        status=matter.status,
        is_live=matter.is_live,
        answered=row.outcome != "defer",
        called_in=row.status == "called_in",
    )


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
            ("recorded", "called_in"),
            "superseded",
            "decisions:decision:record",
            "Put the later decision in its place",
            (_own, _replaceable),
        ),
    ),
)
