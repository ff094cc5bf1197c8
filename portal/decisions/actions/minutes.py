"""What the minute-taker writes: who was there, what was said, what each council indicated. And what a council makes of it itself."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.decisions.actions.drafting import draft_decision
from portal.decisions.actions.meetings import run_item, run_meeting
from portal.decisions.meeting_rules import OUTCOME_OF, POSITIONS, PRESENCE, evidence, indicated
from portal.decisions.models import AgendaItem, Attendance, BoardMeeting, Decision, IndicatedPosition
from portal.decisions.queries.decisions import draft_of
from portal.decisions.queries.parties import parties_of
from portal.decisions.systems import systems_by_id


class Seat(NamedTuple):
    """`presence`: present, apologies, or empty while it is not known. `post`: which post came."""

    presence: str
    post: str


class Said(NamedTuple):
    """`position`: in_favour, against, undecided, not_present, or empty for nothing noted."""

    position: str
    condition: str = ""
    note: str = ""


def take_attendance(
    session: Session, actor: Actor, *, meeting_id: UUID, seats: Mapping[UUID, Seat]
) -> list[Attendance]:
    """Write who is there, council by council; those not named stay as they are. A council that has left loses its seat until the
    meeting is held.

    Raises Missing, NotPermitted, Refused for a council that does not take part, Invalid (`seats`).
    """
    meeting = run_meeting(session, actor, meeting_id)
    there = {row.authority_id: row for row in _attendance(session, meeting_id)}
    joined = {c.id: c.name for system in systems_by_id(session, [meeting.system_id]) for c in system.councils}
    taken = _checked(seats, {who: row.authority_name for who, row in there.items()} | joined)
    for authority_id, seat in taken.items():
        row = there.get(authority_id)
        if row is None and seat.presence:
            session.add(
                Attendance(
                    meeting_id=meeting.id,
                    system_id=meeting.system_id,
                    authority_id=authority_id,
                    authority_name=joined[authority_id],
                    presence=seat.presence,
                    post=seat.post,
                )
            )
        elif row is not None and seat.presence:
            row.presence, row.post = seat
        elif row is not None:
            session.delete(row)
    for authority_id, row in there.items():
        if meeting.status == "planned" and authority_id not in joined:
            session.delete(row)
    session.flush()
    found = _attendance(session, meeting_id)
    present = ", ".join(row.authority_name for row in found if row.presence == "present")
    _record(
        session, meeting, "attendance", f"Took attendance of “{meeting.title}”. Present: {present or 'nobody yet'}."
    )
    return found


def write_minutes(
    session: Session,
    actor: Actor,
    *,
    item_id: UUID,
    minuted: str,
    reasons: str = "",
    alternatives: str = "",
    positions: Mapping[UUID, Said] | None = None,
) -> AgendaItem:
    """Write one item: what was said, the reasons and alternatives the councils share, and what each council indicated.

    An indicated position settles nothing and takes no effect. Councils not named stay as they are; an empty position takes the
    row away. Raises Missing, NotPermitted, Refused (minutes confirmed, a council that was not asked or does not take part),
    Invalid (`minuted`, `reasons`, `alternatives`, `positions`).
    """
    item, meeting = run_item(session, actor, item_id)
    clean = Cleaning()
    texts = {
        "minuted": clean.lines("minuted", minuted, max_chars=10_000),
        "reasons": clean.lines("reasons", reasons, max_chars=20_000),
        "alternatives": clean.lines("alternatives", alternatives, max_chars=20_000),
    }
    cleaned = {who: _cleaned(clean, said) for who, said in (positions or {}).items()}
    if item.matter_id is None and (
        texts["reasons"] or texts["alternatives"] or any(s.position for s in cleaned.values())
    ):
        clean.wrong("positions", "Nothing is asked on this item, so no council indicates a position.")
    clean.finish()
    for name, text in texts.items():
        setattr(item, name, text)
    noted = _note(session, meeting, item, cleaned)
    session.flush()
    _record(
        session,
        meeting,
        "minute",
        f"Wrote the minutes of “{item.title}” at “{meeting.title}”"
        + (f". Indicated, which is no decision: {'; '.join(noted)}." if noted else "."),
    )
    return item


def confirm_indicated(session: Session, actor: Actor, *, item_id: UUID) -> Decision:
    """Begin the draft of the council acted for from what it indicated: outcome, common reasons and alternatives, the meeting as
    evidence. Who decided, and when, is left for its officer to enter; recording stays a second act.

    A draft that is there is never overwritten. Raises Missing, NotPermitted without the role, Refused before the meeting was
    held, where nothing was indicated to begin from, or over a draft.
    """
    item = session.get(AgendaItem, item_id)
    if item is None or item.matter_id is None:
        raise Missing
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting your council's decision.")
    meeting = session.get_one(BoardMeeting, item.meeting_id)
    if meeting.status not in ("held", "confirmed"):
        raise Refused("The meeting has not been held, so there is nothing to confirm.")
    said = session.scalar(
        select(IndicatedPosition).where(
            IndicatedPosition.item_id == item_id, IndicatedPosition.authority_id == actor.organisation_id
        )
    )
    if said is None or said.position not in OUTCOME_OF:
        raise Refused(
            "Your council indicated neither yes nor no at this meeting. Its officers write its answer themselves."
        )
    if draft_of(session, item.matter_id, actor.organisation_id) is not None:
        raise Refused("Your council already has a draft of its decision. It is not overwritten.")
    return draft_decision(
        session,
        actor,
        matter_id=item.matter_id,
        outcome=OUTCOME_OF[said.position],
        reasons=item.reasons,
        alternatives=item.alternatives,
        evidence=evidence(meeting.title, meeting.meets_on, said.position, said.condition),
    )


def _checked(seats: Mapping[UUID, Seat], names: Mapping[UUID, str]) -> dict[UUID, Seat]:
    clean = Cleaning()
    taken = {}
    for authority_id, seat in seats.items():
        name = names.get(authority_id)
        if name is None:
            raise Refused("This council does not take part in the purchasing system now.")
        post = clean.line("seats", seat.post, max_chars=200)
        if seat.presence and seat.presence not in PRESENCE:
            clean.wrong("seats", f"{name}: choose present or apologies.")
        elif seat.presence == "present" and not post:
            clean.wrong("seats", f"{name}: enter which post was there.")
        taken[authority_id] = Seat(seat.presence, post)
    clean.finish()
    return taken


def _cleaned(clean: Cleaning, said: Said) -> Said:
    if said.position and said.position not in POSITIONS:
        clean.wrong("positions", "Choose one of the positions.")
    condition = clean.line("positions", said.condition, max_chars=200)
    note = clean.line("positions", said.note, max_chars=500)
    if not said.position and (condition or note):
        clean.wrong("positions", "Choose a position where you enter a condition or a note.")
    return Said(said.position, condition, note)


def _note(session: Session, meeting: BoardMeeting, item: AgendaItem, positions: Mapping[UUID, Said]) -> list[str]:
    rows = {
        row.authority_id: row
        for row in session.scalars(select(IndicatedPosition).where(IndicatedPosition.item_id == item.id))
    }
    for authority_id, said in positions.items():
        row = rows.get(authority_id)
        if row is None and said.position:
            assert item.matter_id is not None
            rows[authority_id] = IndicatedPosition(
                meeting_id=meeting.id,
                item_id=item.id,
                matter_id=item.matter_id,
                system_id=meeting.system_id,
                authority_id=authority_id,
                authority_name="",  # the database writes it
                position=said.position,
                condition=said.condition,
                note=said.note,
            )
            session.add(rows[authority_id])
        elif row is not None and said.position:
            row.position, row.condition, row.note = said
        elif row is not None:
            session.delete(rows.pop(authority_id))
    session.flush()
    names = (
        {party.authority_id: party.authority_name for party in parties_of(session, item.matter_id)}
        if rows and item.matter_id
        else {}
    )
    return sorted(f"{names[who]}: {indicated(row.position, row.condition)}" for who, row in rows.items())


def _attendance(session: Session, meeting_id: UUID) -> list[Attendance]:
    return list(
        session.scalars(
            select(Attendance).where(Attendance.meeting_id == meeting_id).order_by(Attendance.authority_name)
        )
    )


def _record(session: Session, meeting: BoardMeeting, verb: str, sentence: str) -> None:
    record(session, f"decisions.meeting.{verb}", sentence, system=meeting.system_id, meeting=meeting.id)
