"""Putting a council's decision on the record: a second, explicit act, by a role that may."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import NotPermitted
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.core.workflow import fire
from portal.decisions.actions.matters import settle
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision
from portal.decisions.notifications import tell_decision_recorded
from portal.decisions.queries.decisions import decision_of, in_force, matter_of
from portal.decisions.rules.answers import SAID
from portal.decisions.states import DECISION


def record_decision(session: Session, actor: Actor, *, decision_id: UUID) -> Decision:
    """Record the draft. From now on the participating councils see it, it is not changed any more, and it has its effect.

    An earlier decision of the council stays on the record and gives way: a deferral at once, an answer from the day this one takes
    effect. When this is the last answer awaited the matter is settled, exactly once.
    Raises Missing for another council's draft, NotPermitted without the role, Refused with the sentence that says what is missing.
    """
    if not actor.may("decisions:decision:record"):
        raise NotPermitted("Only democratic services or a head of service can record your council's decision.")
    decision = decision_of(session, decision_id)
    if decision.matter_id is None:
        return _record_own(session, actor, decision)
    matter = matter_of(session, decision.matter_id)
    standing = in_force(session, matter.id, actor.organisation_id)
    what = f"“{kind_of(matter.kind).title}: {matter.subject_label}”"
    if standing is not None and standing.id != decision.id:
        fire(
            session,
            actor,
            DECISION,
            standing,
            "supersede",
            sentence=_in_place_of(standing, decision, what),
            about=_other(matter.raised_by_id, actor),
            matter=matter.id,
        )
    fire(
        session,
        actor,
        DECISION,
        decision,
        "record",
        sentence=f"{decision.authority_name} recorded its decision on {what}: {SAID[decision.outcome or 'defer'].lower()}. "
        f"Decided by {decision.decided_by_post}.",
        about=_other(matter.raised_by_id, actor),
        matter=matter.id,
        outcome=decision.outcome,
        effective_on=decision.effective_on,
    )
    session.refresh(decision)
    tell_decision_recorded(session, matter, decision, anew=standing is not None and standing.outcome != "defer")
    settle(session, matter)
    return decision


def _record_own(session: Session, actor: Actor, decision: Decision) -> Decision:
    fire(
        session,
        actor,
        DECISION,
        decision,
        "record",
        sentence=f"{decision.authority_name} recorded a decision of its own: “{decision.title}”. Decided by {decision.decided_by_post}.",
        outcome=decision.outcome,
    )
    session.refresh(decision)
    return decision


def _in_place_of(standing: Decision, decision: Decision, what: str) -> str:
    if standing.outcome == "defer":
        return f"The answer of {decision.authority_name} takes the place of its deferral, on {what}."
    day = decision.effective_on
    since = f"from {say_day(day)}" if day else ""
    return (
        f"{decision.authority_name} decided anew on {what}: its later decision takes the place of the earlier {since}."
    )


def _other(organisation: UUID, actor: Actor) -> UUID | None:
    return None if organisation == actor.organisation_id else organisation
