"""The calendar of the council acted for: calling a meeting, cancelling it, moving its report deadline."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Refused
from portal.core.types import Actor
from portal.core.web.look import day
from portal.governance.actions.facts import refuse_others
from portal.governance.models import Body, Meeting
from portal.governance.queries.facts import meeting_of


def add_meeting(
    session: Session,
    actor: Actor,
    *,
    body_id: UUID | None,
    held_on: date | None,
    report_deadline_on: date | None,
    source: str,
) -> Meeting:
    """A meeting of one of the council's bodies. `report_deadline_on`: the last day on which a report is taken for it, if known.

    Raises NotPermitted, Invalid.
    """
    refuse_others(actor)
    clean = Cleaning()
    body = session.get(Body, body_id) if body_id else None
    if body is None or body.authority_id != actor.organisation_id:
        clean.wrong("body_id", "Choose a body of your council.")
    if held_on is None:
        clean.wrong("held_on", "Enter the day of the meeting.")
    elif body is not None and not body.holds_on(held_on):
        clean.wrong("held_on", f"{body.name} does not exist on that day.")
    if held_on and report_deadline_on and report_deadline_on > held_on:
        clean.wrong("report_deadline_on", "Reports are taken before the meeting, not after it.")
    words = clean.line("source", source, "Enter where this is written down, like the calendar of meetings.", 500)
    clean.finish()
    if body is None or held_on is None:
        raise AssertionError
    taken = select(Meeting.id).where(Meeting.body_id == body.id, Meeting.held_on == held_on, ~Meeting.cancelled)
    if session.scalar(taken) is not None:
        raise Invalid(held_on=f"{body.name} already meets on that day.")
    meeting = Meeting(
        id=uuid4(),
        authority_id=actor.organisation_id,
        body_id=body.id,
        held_on=held_on,
        report_deadline_on=report_deadline_on,
        source=words,
        entered_at=clock.now(),
    )
    session.add(meeting)
    session.flush()
    record(session, "governance.meeting.add", f"Entered a meeting of {body.name} on {day(held_on)}.", id=meeting.id)
    return meeting


def cancel_meeting(session: Session, actor: Actor, *, meeting_id: UUID) -> Meeting:
    """It is not held; it stays in the calendar as cancelled. Raises NotPermitted, Missing, Refused."""
    refuse_others(actor)
    meeting, name = _to_come(session, actor, meeting_id)
    meeting.cancelled = True
    session.flush()
    sentence = f"Noted that the meeting of {name} on {day(meeting.held_on)} is cancelled."
    record(session, "governance.meeting.cancel", sentence, id=meeting.id)
    return meeting


def move_deadline(session: Session, actor: Actor, *, meeting_id: UUID, report_deadline_on: date | None) -> Meeting:
    """The last day on which a report is taken for it. Raises NotPermitted, Missing, Refused, Invalid."""
    refuse_others(actor)
    meeting, name = _to_come(session, actor, meeting_id)
    if report_deadline_on is None:
        raise Invalid(report_deadline_on="Enter the last day on which a report is taken.")
    if report_deadline_on > meeting.held_on:
        raise Invalid(report_deadline_on="Reports are taken before the meeting, not after it.")
    before, meeting.report_deadline_on = meeting.report_deadline_on, report_deadline_on
    session.flush()
    sentence = f"Noted that reports for {name} on {day(meeting.held_on)} are taken until {day(report_deadline_on)}."
    record(session, "governance.meeting.deadline", sentence, id=meeting.id, before=before)
    return meeting


def _to_come(session: Session, actor: Actor, meeting_id: UUID) -> tuple[Meeting, str]:
    meeting, name = meeting_of(session, actor.organisation_id, meeting_id)
    if meeting.cancelled:
        raise Refused("This meeting is cancelled. Add another if it is held after all.")
    if meeting.held_on < clock.today():
        raise Refused("This meeting is over and stays as it is.")
    return meeting, name
