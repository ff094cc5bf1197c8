"""A board meeting: called, its agenda, held, its minutes confirmed. By the lead's officers, for all councils that take part."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.core.workflow import fire
from portal.decisions.kinds import kind_of
from portal.decisions.meeting_notifications import tell_meeting_called, tell_meeting_cancelled, tell_meeting_held
from portal.decisions.meeting_states import MEETING, RUN
from portal.decisions.models import AgendaItem, BoardMeeting, IndicatedPosition
from portal.decisions.queries.decisions import matter_of
from portal.decisions.systems import systems_by_id


def call_meeting(
    session: Session, actor: Actor, *, system_id: UUID, title: str, meets_on: date | None, place: str
) -> BoardMeeting:
    """Call a meeting of the councils of a system, and tell them. `place`: a room, or the address of a call.

    Raises NotPermitted for anybody but an officer of the lead, Invalid (`title`, `meets_on`, `place`).
    """
    _may_run(actor, system_id)
    values = _cleaned(title, meets_on, place, earliest=clock.today())
    system = next(iter(systems_by_id(session, [system_id])), None)
    if system is None:
        raise Missing
    meeting = BoardMeeting(
        id=uuid4(),
        system_id=system_id,
        system_title=system.title,
        called_by_id=actor.organisation_id,
        called_by=actor.organisation_name,
        demonstration=system.demonstration,
        **values,
    )
    session.add(meeting)
    session.flush()
    _record(session, meeting, "call", f"Called the board meeting “{meeting.title}” for {say_day(meeting.meets_on)}.")
    for council in system.councils:
        if council.id != actor.organisation_id:
            tell_meeting_called(session, meeting, council.id)
    return meeting


def change_meeting(
    session: Session, actor: Actor, *, meeting_id: UUID, title: str, meets_on: date | None, place: str
) -> BoardMeeting:
    """Another title, day or place. A meeting that was held keeps a day that is past. Raises as `call_meeting`, and Refused."""
    meeting = run_meeting(session, actor, meeting_id)
    held = meeting.status == "held"
    values = _cleaned(title, meets_on, place, earliest=None if held else clock.today(), latest_today=held)
    for name, value in values.items():
        setattr(meeting, name, value)
    session.flush()
    _record(session, meeting, "change", f"Changed the board meeting “{meeting.title}”: {say_day(meeting.meets_on)}.")
    return meeting


def add_matter(session: Session, actor: Actor, *, meeting_id: UUID, matter_id: UUID) -> AgendaItem:
    """Put an open joint decision of the meeting's system at the end of the agenda.

    Raises Missing, NotPermitted, Refused for one that is settled or on the agenda already.
    """
    meeting = run_meeting(session, actor, meeting_id)
    matter = matter_of(session, matter_id)
    if matter.system_id != meeting.system_id:
        raise Missing
    if matter.status != "open":
        raise Refused("This joint decision is no longer open, so it needs no place on the agenda.")
    title = f"{kind_of(matter.kind).title}: {matter.subject_label}"
    return _add(session, meeting, AgendaItem(matter_id=matter_id, title=title))


def add_item(session: Session, actor: Actor, *, meeting_id: UUID, title: str, note: str) -> AgendaItem:
    """Put a free item, on which nothing is decided, at the end of the agenda. Raises Invalid (`title`, `note`)."""
    meeting = run_meeting(session, actor, meeting_id)
    clean = Cleaning()
    called = clean.line("title", title, "Enter what the item is about.")
    noted = clean.lines("note", note, max_chars=2_000)
    clean.finish()
    return _add(session, meeting, AgendaItem(title=called, note=noted))


def move_item(session: Session, actor: Actor, *, item_id: UUID, up: bool) -> AgendaItem:
    """One place up or down; at the end it stays where it is. Raises Missing, NotPermitted, Refused."""
    item, meeting = run_item(session, actor, item_id)
    items = list(
        session.scalars(
            select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).order_by(AgendaItem.position, AgendaItem.id)
        )
    )
    here = items.index(item)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(items):
        return item
    items[here], items[there] = items[there], items[here]
    for position, one in enumerate(items, start=1):
        one.position = position
    session.flush()
    _record(session, meeting, "reorder", f"Moved “{item.title}” on the agenda of “{meeting.title}”.")
    return item


def remove_item(session: Session, actor: Actor, *, item_id: UUID) -> BoardMeeting:
    """Take an item off the agenda. Raises Refused once something was noted on it."""
    item, meeting = run_item(session, actor, item_id)
    noted = session.scalar(select(IndicatedPosition.id).where(IndicatedPosition.item_id == item_id).limit(1))
    if noted or item.minuted or item.reasons or item.alternatives:
        raise Refused("Something was noted on this item, so it stays on the agenda.")
    session.delete(item)
    session.flush()
    _record(session, meeting, "remove", f"Took “{item.title}” off the agenda of “{meeting.title}”.")
    return meeting


def hold_meeting(session: Session, actor: Actor, *, meeting_id: UUID) -> BoardMeeting:
    """The meeting has taken place: its minutes are written now, and each council asked is told what it can confirm.

    Raises Refused before its day, and while attendance says nothing of a council.
    """
    meeting = run_meeting(session, actor, meeting_id)
    fire(session, actor, MEETING, meeting, "hold", sentence=f"The board meeting “{meeting.title}” was held.")
    session.refresh(meeting)
    indicated = select(IndicatedPosition.authority_id).where(IndicatedPosition.meeting_id == meeting_id).distinct()
    for authority_id in session.scalars(indicated.order_by(IndicatedPosition.authority_id)):
        tell_meeting_held(session, meeting, authority_id)
    return meeting


def confirm_minutes(session: Session, actor: Actor, *, meeting_id: UUID) -> BoardMeeting:
    """From now on nothing in the minutes changes. Raises Refused before the meeting was held."""
    meeting = run_meeting(session, actor, meeting_id)
    fire(session, actor, MEETING, meeting, "confirm", sentence=f"Confirmed the minutes of “{meeting.title}”.")
    session.refresh(meeting)
    return meeting


def cancel_meeting(session: Session, actor: Actor, *, meeting_id: UUID, because: str) -> BoardMeeting:
    """A planned meeting does not take place; the councils are told why. Raises Invalid (`because`), Refused once it was held."""
    meeting = run_meeting(session, actor, meeting_id)
    clean = Cleaning()
    reason = clean.line("because", because, "Say why the meeting does not take place.", 500)
    clean.finish()
    if meeting.status == "planned":
        meeting.cancelled_because = reason
    fire(
        session,
        actor,
        MEETING,
        meeting,
        "cancel",
        sentence=f"Cancelled the board meeting “{meeting.title}” of {say_day(meeting.meets_on)}: {reason}",
    )
    for system in systems_by_id(session, [meeting.system_id]):
        for council in system.councils:
            if council.id != actor.organisation_id:
                tell_meeting_cancelled(session, meeting, council.id)
    return meeting


def run_meeting(session: Session, actor: Actor, meeting_id: UUID) -> BoardMeeting:
    """The meeting, locked, for the lead's officer who changes it: of two at once the second sees what the first did.

    Raises Missing, NotPermitted, Refused once its minutes are confirmed or it is cancelled.
    """
    meeting = session.get(BoardMeeting, meeting_id)
    if meeting is None:
        raise Missing
    _may_run(actor, meeting.system_id)
    if meeting.status in ("planned", "held"):
        session.refresh(meeting, with_for_update=True)
    if meeting.status == "confirmed":
        raise Refused("The minutes of this meeting are confirmed: nothing in them is changed any more.")
    if meeting.status == "cancelled":
        raise Refused("This meeting was cancelled.")
    return meeting


def run_item(session: Session, actor: Actor, item_id: UUID) -> tuple[AgendaItem, BoardMeeting]:
    """An item of such a meeting. Raises as `run_meeting`."""
    item = session.get(AgendaItem, item_id)
    if item is None:
        raise Missing
    meeting = run_meeting(session, actor, item.meeting_id)
    session.refresh(item)
    return item, meeting


def _may_run(actor: Actor, system_id: UUID) -> None:
    if not actor.may(RUN) or not actor.leads(system_id):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority runs a board meeting.")


def _cleaned(
    title: str, meets_on: date | None, place: str, *, earliest: date | None, latest_today: bool = False
) -> dict[str, str | date]:
    clean = Cleaning()
    called = clean.line("title", title, "Give the meeting a title.", 120)
    where = clean.line("place", place, "Enter where it meets: a room, or the address of the call.", 300)
    if meets_on is None:
        clean.wrong("meets_on", "Enter the day of the meeting.")
    elif earliest and meets_on < earliest:
        clean.wrong("meets_on", "That day has passed. Enter today or a later day.")
    elif latest_today and meets_on > clock.today():
        clean.wrong("meets_on", "The meeting was held, so its day cannot be in the future.")
    clean.finish()
    assert meets_on is not None
    return {"title": called, "meets_on": meets_on, "place": where}


def _add(session: Session, meeting: BoardMeeting, item: AgendaItem) -> AgendaItem:
    last = session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id))
    item.id = uuid4()
    item.meeting_id, item.system_id = meeting.id, meeting.system_id
    item.position = (last or 0) + 1
    try:
        with session.begin_nested():
            session.add(item)
            session.flush()
    except IntegrityError:
        raise Refused("This joint decision is on the agenda already.") from None
    _record(session, meeting, "add", f"Put “{item.title}” on the agenda of “{meeting.title}”.")
    return item


def _record(session: Session, meeting: BoardMeeting, verb: str, sentence: str) -> None:
    record(session, f"decisions.meeting.{verb}", sentence, system=meeting.system_id, meeting=meeting.id)
