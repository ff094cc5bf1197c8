"""After a decision was recorded: its publication, call-in, and clerical errors. Its own words never change."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.events import emit
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.decisions.actions.matters import settle
from portal.decisions.models import CallIn, Correction, Decision
from portal.decisions.notifications import tell_called_in
from portal.decisions.queries.contents import call_in_of
from portal.decisions.queries.decisions import decision_of, matter_of
from portal.decisions.queries.embargo import embargo_of
from portal.decisions.rules.answers import CORRECTABLE

HEARD = {
    "upheld": "Scrutiny upheld the decision",
    "reconsider": "Scrutiny asked the decision maker to reconsider",
    "referred": "Scrutiny referred it to full council",
    "confirmed": "The decision was confirmed on reconsideration",
}
"""What scrutiny, or the decision maker after it, said on a call-in."""


def publish_record(
    session: Session, actor: Actor, *, decision_id: UUID, published_on: date | None, effective_on: date | None
) -> Decision:
    """Note that the council has published its record, and put the copy on the public register. The call-in period starts with that day.

    `effective_on`: as the council's own record states it; not needed for a deferral.
    Raises Missing, NotPermitted, Refused while an embargo stands or when it is public already, Invalid (`published_on`, `effective_on`).
    """
    decision = _own(session, actor, decision_id)
    day, effective = decision.published_on or published_on, decision.effective_on or effective_on
    found = {}
    if day is None:
        found["published_on"] = "Enter the day on which your council published its record."
    elif day > clock.today() or (decision.decided_on and day < decision.decided_on):
        found["published_on"] = "It is published on or after the day of the decision, and not in the future."
    if effective is None and decision.outcome != "defer":
        found["effective_on"] = "Enter the day your council’s own record states that it takes effect."
    elif (
        effective and day and effective < day and not decision.call_in_exempt_because and decision.effective_on is None
    ):
        found["effective_on"] = "It cannot take effect before its record was published."
    if found:
        raise Invalid(**found)
    held = embargo_of(session, decision)
    if held:
        raise Refused(held)
    session.execute(
        text("SELECT app.publish_decision(:id, :published, :effective)"),
        {"id": decision.id, "published": day, "effective": None if decision.outcome == "defer" else effective},
    )
    session.refresh(decision)
    _line(
        session,
        decision,
        "publish",
        f"Published the record of {decision.authority_name}’s decision on the register: its own publication is of "
        f"{say_day(decision.published_on) if decision.published_on else ''}.",
        published_on=decision.published_on,
        effective_on=decision.effective_on,
    )
    emit(session, "decisions.decision.published", decision_id=decision.id)
    return decision


def call_in(
    session: Session,
    actor: Actor,
    *,
    decision_id: UUID,
    requested_on: date | None,
    requested_by: str,
    grounds: str,
    last_day: date | None = None,
) -> CallIn:
    """Note a valid request to call the decision in. From now on it has no effect, until scrutiny has spoken.

    `last_day` of the call-in period, by the council's own rule, where that is known. Raises Missing, NotPermitted, Invalid (`requested_on`,
    `requested_by`, `grounds`), Refused for a decision that is not published, exempt, in effect, or called in before.
    """
    decision = _own(session, actor, decision_id)
    found = {}
    if requested_on is None:
        found["requested_on"] = "Enter the day of the request."
    elif last_day and requested_on > last_day:
        found["requested_on"] = f"The call-in period ended on {say_day(last_day)}. A later request is not valid."
    if not requested_by.strip():
        found["requested_by"] = (
            "Enter who asked, by post. For example, three members of the overview and scrutiny committee."
        )
    if not grounds.strip():
        found["grounds"] = "Enter the grounds of the request."
    if found:
        raise Invalid(**found)
    if call_in_of(session, decision.id):
        raise Refused("This decision has been called in before. A decision is called in once.")
    request = CallIn(
        id=uuid4(),
        decision_id=decision.id,
        authority_id=decision.authority_id,
        requested_on=requested_on,
        requested_by=requested_by.strip(),
        grounds=grounds.strip(),
        written_at=clock.now(),
    )
    session.add(request)
    session.flush()
    session.refresh(decision)
    _line(
        session,
        decision,
        "call_in",
        f"The decision of {decision.authority_name} was called in: implementation stops.",
        status=decision.status,
        effective_on=decision.effective_on,
    )
    emit(session, "decisions.decision.called_in", decision_id=decision.id)
    if decision.matter_id is not None:
        tell_called_in(session, matter_of(session, decision.matter_id), decision)
    return request


def resolve_call_in(
    session: Session, actor: Actor, *, decision_id: UUID, outcome: str, resolved_on: date | None, note: str = ""
) -> CallIn:
    """Note what scrutiny said, or that the decision was confirmed on reconsideration. Upheld or confirmed, it takes effect on that day.

    Raises Missing, NotPermitted, Invalid (`outcome`, `resolved_on`), Refused where nothing is called in.
    """
    decision = _own(session, actor, decision_id)
    request = call_in_of(session, decision.id)
    if request is None or decision.status != "called_in":
        raise Refused("This decision is not called in.")
    # The database says the same of a change; the same answer given twice is no change.
    if request.outcome is not None and outcome != "confirmed":
        raise Refused("What scrutiny has said on this call-in is on the record already.")
    found = {}
    if outcome not in HEARD:
        found["outcome"] = "Choose what was said on the call-in."
    if resolved_on is None:
        found["resolved_on"] = "Enter the day."
    elif not request.requested_on <= resolved_on <= clock.today():
        found["resolved_on"] = "It is on or after the day of the request, and not in the future."
    if found:
        raise Invalid(**found)
    request.outcome, request.resolved_on, request.note = outcome, resolved_on, note.strip()
    session.flush()
    session.refresh(decision)
    _line(
        session,
        decision,
        "call_in",
        f"{HEARD[outcome]}: {decision.authority_name}.",
        heard=outcome,
        status=decision.status,
        effective_on=decision.effective_on,
    )
    if decision.matter_id is not None:
        matter = matter_of(session, decision.matter_id)
        if decision.status == "recorded":
            tell_called_in(session, matter, decision, released=True)
        settle(session, matter)
    return request


def correct_record(
    session: Session, actor: Actor, *, decision_id: UUID, field: str, reads: str, because: str
) -> Correction:
    """Put a clerical error right, beside the record: both versions are shown. What was decided is changed by a later decision alone.

    Raises Missing, NotPermitted, Invalid (`field`, `reads`, `because`).
    """
    decision = _own(session, actor, decision_id)
    found = {}
    if field not in CORRECTABLE:
        found["field"] = "Choose which words are to be corrected."
    if not reads.strip():
        found["reads"] = "Enter how it should read."
    if not because.strip():
        found["because"] = "Say what the error was."
    if found:
        raise Invalid(**found)
    put_right = Correction(
        id=uuid4(),
        decision_id=decision.id,
        authority_id=decision.authority_id,
        field=field,
        read="",
        reads=reads.strip(),
        because=because.strip(),
        written_at=clock.now(),
    )
    session.add(put_right)
    session.flush()
    session.refresh(put_right)
    _line(
        session,
        decision,
        "correct",
        f"Corrected a clerical error in its record, “{CORRECTABLE[field]}”: {because.strip()}",
    )
    return put_right


def _own(session: Session, actor: Actor, decision_id: UUID) -> Decision:
    if not actor.may("decisions:decision:record"):
        raise NotPermitted("Only democratic services or a head of service of this council can do this.")
    decision = decision_of(session, decision_id)
    if decision.authority_id != actor.organisation_id or decision.status == "draft":
        raise Missing
    return decision


def _line(session: Session, decision: Decision, verb: str, sentence: str, **facts: Any) -> None:
    record(
        session,
        f"decisions.decision.{verb}",
        sentence,
        system=decision.system_id,
        decision=decision.id,
        **({"matter": decision.matter_id} if decision.matter_id else {}),
        **facts,
    )
