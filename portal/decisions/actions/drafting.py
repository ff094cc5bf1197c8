"""A council's own draft of its decision."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.types import Actor
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, Matter, Restriction
from portal.decisions.queries.decisions import draft_of, in_force, matter_of
from portal.decisions.queries.parties import is_party
from portal.decisions.rules import OUTCOMES, closed, grounds_of, restriction_problem


class Named(NamedTuple):
    """One restriction: the provider, the slug of the published ground, the reason; in one lot, or in all (`lot_id` None)."""

    subject_id: UUID
    name: str
    ground: str
    reason: str
    lot_id: UUID | None = None


def draft_decision(
    session: Session,
    actor: Actor,
    *,
    matter_id: UUID,
    outcome: str | None = None,
    defer_until: date | None = None,
    decided_by_post: str = "",
    decided_by_capacity: str = "",
    authority_source: str = "",
    consulted_post: str = "",
    evidence: str = "",
    report_reference: str = "",
    record_url: str = "",
    decided_on: date | None = None,
    effective_on: date | None = None,
    reasons: str = "",
    alternatives: str = "",
    interests: str = "",
    restrictions: Sequence[Named] = (),
) -> Decision:
    """Write the draft of the council acted for; it may be incomplete, and nobody else sees it.

    Raises Missing for a matter of others, NotPermitted without the role, Refused when the council was not asked or can no longer answer,
    Invalid (outcome, decided_on, restrictions, …) for what could never be recorded.
    """
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting your council's decision.")
    matter = matter_of(session, matter_id)
    standing = in_force(session, matter_id, actor.organisation_id)
    _may_answer(session, actor, matter, standing)
    if outcome is not None and outcome not in OUTCOMES:
        raise Invalid(outcome="Choose one of the answers.")
    deferred = outcome == "defer"
    draft = draft_of(session, matter_id, actor.organisation_id) or _begin(session, actor, matter)
    draft.outcome = outcome
    draft.defer_until = defer_until if deferred else None
    draft.decided_by_post = decided_by_post
    draft.decided_by_capacity = decided_by_capacity
    draft.authority_source = authority_source
    draft.consulted_post = consulted_post
    draft.evidence = evidence
    draft.report_reference = report_reference
    draft.record_url = _checked_url(record_url)
    draft.decided_on = _checked_day(decided_on)
    draft.effective_on = None if deferred else effective_on
    draft.reasons = reasons
    draft.alternatives = alternatives
    draft.interests = interests
    named = restrictions if outcome == "approve_with_restriction" else ()
    _restrict(session, actor, matter, draft, [Named(*one) for one in named])
    if draft.effective_on and draft.decided_on and draft.effective_on < draft.decided_on:
        raise Invalid(effective_on="A decision cannot take effect before the day it was taken.")
    session.flush()
    record(
        session,
        "decisions.decision.draft",
        f"Drafted this council's decision on “{kind_of(matter.kind).title}: {matter.subject_label}”.",
        system=matter.system_id,
        matter=matter.id,
        decision=draft.id,
    )
    return draft


def _may_answer(session: Session, actor: Actor, matter: Matter, standing: Decision | None) -> None:
    if not is_party(session, matter.id, actor.organisation_id):
        raise Refused("This joint decision was not put to your council.")
    answered = standing is not None and standing.outcome != "defer"
    shut = closed(rule=matter.rule, status=matter.status, is_live=matter.is_live, answered=answered)
    if shut:
        raise Refused(shut)


def _begin(session: Session, actor: Actor, matter: Matter) -> Decision:
    draft = Decision(
        id=uuid4(),
        matter_id=matter.id,
        system_id=matter.system_id,
        authority_id=actor.organisation_id,
        authority_name=actor.organisation_name,
        demonstration=bool(matter.facts.get("demonstration")),
    )
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        raise Refused("A colleague has just begun this draft. Reload the page to see it.") from None
    return draft


def _restrict(session: Session, actor: Actor, matter: Matter, draft: Decision, named: Sequence[Named]) -> None:
    if named and not kind_of(matter.kind).may_restrict:
        raise Invalid(outcome="This joint decision cannot carry a restriction on a provider.")
    allowed = grounds_of(matter.facts)
    wide = {one.subject_id for one in named if one.lot_id is None}
    for number, one in enumerate(named):
        rest = [other for other in named[:number] if other.subject_id == one.subject_id]
        if any(other.lot_id == one.lot_id or one.subject_id in wide for other in rest):
            raise Invalid(restrictions="A provider is named twice for the same lot.")
        lot = None if one.lot_id is None else str(one.lot_id)
        problem = restriction_problem(str(one.subject_id), one.ground, one.reason, allowed, lot)
        if problem:
            raise Invalid(restrictions=problem)
    session.flush()
    session.execute(delete(Restriction).where(Restriction.decision_id == draft.id))
    session.add_all(
        Restriction(
            id=uuid4(),
            decision_id=draft.id,
            matter_id=matter.id,
            system_id=matter.system_id,
            authority_id=actor.organisation_id,
            subject_id=one.subject_id,
            subject_name=allowed.providers[str(one.subject_id)],
            lot_id=one.lot_id,
            lot_name=allowed.lots[str(one.subject_id)][str(one.lot_id)] if one.lot_id else None,
            ground=one.ground,
            reason=one.reason,
        )
        for one in named
    )


def _checked_day(decided_on: date | None) -> date | None:
    if decided_on and decided_on > clock.today():
        raise Invalid(decided_on="The decision cannot be dated in the future. Record it once it has been taken.")
    return decided_on


def _checked_url(address: str) -> str:
    if address and not address.startswith(("https://", "http://")):
        raise Invalid(record_url="Enter the full address of the official record, beginning with https://.")
    return address
