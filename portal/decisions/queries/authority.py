"""May this decision be taken so? Asked of the council's own ledger and clocks, for the day on which it was taken."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.core.wording import say_day
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.contents import agreements_of, consultations_of
from portal.decisions.rules.answers import DELEGATED
from portal.decisions.wording import posts
from portal.governance.queries.facts import clocks_of
from portal.governance.queries.ledger import delegations_of
from portal.governance.queries.posts import holder_on, posts_of
from portal.governance.queries.posts import holders_of as post_holders
from portal.governance.rules.clocks import CouncilClocks, is_key
from portal.governance.rules.delegation import Act, Agreement, Consulted, covering, why_not


def why_not_authorised(session: Session, draft: Decision) -> dict[str, str]:
    """Nothing where the route needs no delegation, or the one chosen allows it; else one sentence that names what is missing.

    For answers to a joint decision, which have their effect here. A copy of a council's own minute is checked where a delegation was
    chosen for it.
    """
    copied = draft.matter_id is None and draft.delegation_id is None
    if draft.route not in DELEGATED or draft.decided_on is None or copied:
        return {}
    vacant = _vacant(session, draft, draft.decided_on)
    if vacant:
        return {"decided_by_post": vacant}
    known = delegations_of(session, draft.authority_id, draft.decided_on)
    act = _act(session, draft, draft.decided_on)
    if draft.delegation_id is None:
        found, sentence = covering(known, act)
        told = f"Choose the delegation it was taken under. That of {found.reference} allows it." if found else sentence
        return {"delegation_id": told}
    chosen = next((d for d in known if d.id == draft.delegation_id), None)
    if chosen is None:
        return {
            "delegation_id": "Choose one of the delegations in your council’s ledger that had been granted by that day."
        }
    lacking = why_not(chosen, act)
    return {"delegation_id": lacking} if lacking else {}


def _vacant(session: Session, draft: Decision, day: date) -> str:
    """Where the council keeps who holds a post: the sentence if nobody held it that day, acting up and deputies counted."""
    known, held = posts_of(session, draft.authority_id), post_holders(session, draft.authority_id)
    for title in posts(draft.decided_by_post):
        same = {post.id for post in known.called(title)}
        own = [one for one in held if one.post_id in same]
        if own and not any(one.holds_on(day) for one in own):
            return f"Nobody held the post of {title} on {say_day(day)}, not even acting up or as deputy. Check the council’s posts."
    return ""


def _act(session: Session, draft: Decision, day: date) -> Act:
    matter = session.get_one(Matter, draft.matter_id) if draft.matter_id else None
    return Act(
        kind=matter.kind if matter else "",
        subject_id=matter.subject_id if matter else None,
        day=day,
        acting_posts=posts(draft.decided_by_post),
        consulted=tuple(Consulted(c.post, c.consulted_on) for c in consultations_of(session, draft.id)),
        agreements=tuple(Agreement(a.post, a.agreed, a.agreed_on) for a in agreements_of(session, draft.id)),
        value_pounds=draft.value_pounds,
        commenced=bool(matter and matter.facts.get("commenced")),
        collective=matter is not None,
        key=draft.is_key,
        source_id=draft.system_id,
        source=str(matter.facts.get("system_title", "")) if matter else "",
    )


@dataclass(frozen=True)
class Clocks:
    """What the council's own clocks say of one decision. `known` is False where the council has not entered them."""

    known: bool
    call_in_ends_on: date | None = None
    effective_on: date | None = None
    differs: str = ""


def clocks_on(session: Session, decision: Decision) -> Clocks:
    """Until when it can be called in, from when it takes effect, and where what is stated differs. The stated day counts: the
    council's own record is the official one.
    """
    day = decision.published_on or decision.decided_on
    settings = clocks_of(session, decision.authority_id, day) if day else None
    if settings is None:
        return Clocks(known=False)
    return Clocks(
        known=True,
        call_in_ends_on=settings.call_in_ends_on(decision.published_on) if decision.published_on else None,
        effective_on=_effective(settings, decision),
        differs=_differs(settings, decision),
    )


def key_problem(session: Session, draft: Decision) -> dict[str, str]:
    """What the council's own tests say against what was entered: a key decision entered as none, or none that can be one."""
    settings = clocks_of(session, draft.authority_id, draft.decided_on) if draft.decided_on else None
    if settings is None:
        return {}
    if draft.is_key and not settings.has_key_decisions:
        return {
            "is_key": "Your council has a committee system, which has no key decisions (SI 2012/2089 does not apply to it)."
        }
    if draft.is_key and draft.notice_on and not draft.urgency and draft.decided_on:
        earliest = settings.decision_after_notice(draft.notice_on)
        if draft.decided_on < earliest:
            return {
                "decided_on": f"By your council’s own notice period the earliest lawful day is {say_day(earliest)}."
            }
    sentence = _key(settings, draft)
    return {"is_key": f"{sentence} Say that it is, and when its notice was published."} if sentence else {}


def _key(settings: CouncilClocks, decision: Decision) -> str:
    if decision.is_key or decision.value_pounds is None:
        return ""
    key, sentence = is_key(settings, decision.value_pounds, decision.wards or 0)
    return sentence if key else ""


def _effective(settings: CouncilClocks, decision: Decision) -> date | None:
    if decision.published_on is None or decision.call_in_exempt_because:
        return None
    return settings.effective_on(decision.published_on)


def _differs(settings: CouncilClocks, decision: Decision) -> str:
    ours = _effective(settings, decision)
    if ours is None or decision.effective_on is None or decision.effective_on == ours:
        return ""
    return (
        f"By the rules entered for this council it would take effect on {say_day(ours)}. Its own record states "
        f"{say_day(decision.effective_on)}, and that day counts. Check both."
    )


def holders_of(session: Session, decision: Decision) -> dict[str, str]:
    """Who held each deciding post on that day, where the council has entered it: "substantive", "acting", "deputy", or vacant."""
    if decision.decided_on is None or decision.route not in DELEGATED:
        return {}
    said = {}
    for post in posts(decision.decided_by_post):
        held = holder_on(session, decision.authority_id, post, decision.decided_on)
        if held:
            said[post] = "; ".join(f"{one.label} ({one.capacity})" for one in held)
    return said
