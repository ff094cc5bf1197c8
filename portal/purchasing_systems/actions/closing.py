"""A later closing time: proposed by an officer of one council, confirmed by an officer of another, told to all who are interested."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.web.look import instant
from portal.purchasing_systems.models import ClosingChange, PurchasingSystem, Round
from portal.purchasing_systems.queries.rounds import round_for
from portal.purchasing_systems.queries.systems import participants_of, stands_alone
from portal.purchasing_systems.round_notifications import ask_to_confirm_closing, tell_closing_changed
from tenants.permissions import Permission


def propose_closing(session: Session, actor: Actor, *, round_id: UUID, closes_at: datetime, reason: str) -> UUID:
    """Propose that a published round closes later. Nothing changes until an officer of another council confirms. Returns the change's id.

    Raises Missing, NotPermitted, Refused (closed, or not later), Invalid.
    """
    round_, system = _changeable(session, actor, round_id)
    clean = Cleaning()
    why = clean.lines("reason", reason, "Enter the reason. Everybody who is interested will read it.", 2000)
    if clean.aware("closes_at", closes_at) <= round_.closes_at:
        clean.wrong("closes_at", "The new closing time must be later than the one published.")
    clean.finish()
    change_id: UUID = session.execute(
        text("SELECT app.propose_closing(:round, :closes, :reason)"),
        {"round": round_id, "closes": closes_at, "reason": why},
    ).scalar_one()
    there = [c.authority_id for c in participants_of(session, system.id)]
    others = [authority for authority in there if authority != actor.organisation_id] or there
    ask_to_confirm_closing(
        session, system, round_, closes_at=closes_at, proposer=actor.organisation_name, councils=others
    )
    record(
        session,
        "purchasing_systems.closing.propose",
        f"Proposed that round {round_.number} of “{system.title}” closes later, at {instant(closes_at)}.",
        system=system.id,
        id=change_id,
        round=round_id,
        closes_at=closes_at,
        reason=why,
    )
    return change_id


def confirm_closing(session: Session, actor: Actor, *, change_id: UUID) -> Round:
    """Confirm another council's proposal: the round closes later, the same for all, and all who are interested are told.

    Raises Missing, NotPermitted, Refused (own council's proposal, closed meanwhile, already confirmed).
    """
    change = session.get(ClosingChange, change_id)
    if change is None:
        raise Missing
    round_, system = _changeable(session, actor, change.round_id)
    if change.confirmed_at is not None:
        raise Refused("This change is already confirmed.")
    if change.proposed_for_id == actor.organisation_id and not stands_alone(session, system.id):
        raise Refused(
            "A change of the closing time is confirmed by an officer of another council than the one that proposed it."
        )
    session.execute(text("SELECT app.confirm_closing(:change)"), {"change": change_id})
    session.refresh(round_)
    session.refresh(change)
    tell_closing_changed(session, system, round_, change.reason)
    record(
        session,
        "purchasing_systems.closing.confirm",
        f"Confirmed that round {round_.number} of “{system.title}” closes later, at {instant(round_.closes_at)}.",
        about=change.proposed_for_id,
        system=system.id,
        id=change_id,
        round=round_.id,
        closed_before=change.old_closes_at,
        closes_at=round_.closes_at,
    )
    return round_


def _changeable(session: Session, actor: Actor, round_id: UUID) -> tuple[Round, PurchasingSystem]:
    round_, system = round_for(session, actor, round_id)
    if not actor.may(Permission.CLOSING_CHANGE):
        raise NotPermitted("Only a procurement or commissioning officer of a participating authority can do this.")
    if round_.always_open:
        raise Refused("This round is always open. It has no closing time.")
    if round_.status == "planned":
        raise Refused("The round is not published yet. The lead authority can still move its window.")
    if round_.status != "published" or clock.now() >= round_.closes_at:
        raise Refused("The closing time can only be put back before it has passed.")
    return round_, system
