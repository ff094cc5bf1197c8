"""How an authority comes to take part in a system, and how it leaves. The database writes each step and checks who may, and whether it is so."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.core.workflow import Guard, Machine, Move
from portal.purchasing_systems.models import Participation, PurchasingSystem
from portal.purchasing_systems.rules.participation import LEAD, OWN, SIDES, Facts, missing
from tenants.permissions import Permission


def facts_of(session: Session, system_id: Any) -> dict[Any, Facts]:
    """What each participation's steps depend on, by its id, in one statement."""
    rows = session.execute(text("SELECT * FROM app.participation_facts(:system)"), {"system": system_id})
    return {row[0]: Facts(*row[1:]) for row in rows}


def why_not(verb: str, actor: Actor, row: Any, system: PurchasingSystem, facts: Facts) -> str | None:
    """Why this actor cannot take this step now, or None."""
    sides = {side for side, who in ((LEAD, row.lead_id), (OWN, row.authority_id)) if who == actor.organisation_id}
    if not sides & set(SIDES[verb]):
        return "This step is the lead authority’s." if LEAD in SIDES[verb] else "This step is the authority’s own."
    public = system.frozen_at is not None or system.published_at is not None
    leads = row.authority_id == row.lead_id
    return missing(verb, basis=row.basis, public=public, leads=leads, facts=facts, today=clock.today())


def _guard(verb: str) -> Guard:
    def ask(session: Session, actor: Actor, row: Any) -> str | None:
        system = session.get(PurchasingSystem, row.system_id)
        facts = facts_of(session, row.system_id).get(row.id, Facts())
        return why_not(verb, actor, row, system, facts) if system else "There is no such system."

    return ask


def _move(verb: str, sources: tuple[str, ...], target: str, label: str) -> Move:
    event = f"purchasing_systems.participation.{target}"
    return Move(verb, sources, target, Permission.PARTICIPATION_MOVE, label, (_guard(verb),), event)


PARTICIPATION = Machine(
    "purchasing_systems.participation",
    Participation,
    (
        _move("consider", ("invited", "named_user"), "considering", "Begin to consider"),
        _move("decline", ("invited", "considering", "named_user"), "declined", "Decline"),
        _move("approve", ("invited", "considering", "named_user"), "approved", "Take over the decision to take part"),
        _move("join", ("approved",), "joined", "Join"),
        _move("suspend", ("joined",), "suspended", "Suspend"),
        _move("reinstate", ("suspended",), "joined", "Reinstate"),
        _move("give_notice", ("joined",), "withdrawing", "Give notice"),
        _move("stay", ("withdrawing",), "joined", "Take back the notice"),
        _move("leave", ("withdrawing",), "withdrawn", "Record that it has left"),
        _move("invite_again", ("declined", "withdrawn"), "invited", "Invite again"),
    ),
    writer="app.move_participation",
)


def move(session: Session, row: Participation, target: str) -> None:
    """The lead sets up who takes part before publication: in and out again, without a decision. The database refuses it afterwards."""
    session.flush()
    session.execute(
        text("SELECT app.move_participation(:id, :source, :target)"),
        {"id": row.id, "source": row.status, "target": target},
    )
    session.refresh(row)
