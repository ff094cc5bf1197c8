"""The way of a board meeting: planned, held, its minutes confirmed; or cancelled."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.core.workflow import Machine, Move
from portal.decisions.meeting_rules import not_yet_held
from portal.decisions.models import Attendance, BoardMeeting
from portal.decisions.systems import systems_by_id

RUN = "decisions:meeting:run"


def _attended(session: Session, actor: Actor, row: BoardMeeting) -> str | None:
    said = select(Attendance.authority_name, Attendance.presence).where(Attendance.meeting_id == row.id)
    recorded = {row.authority_name: row.presence for row in session.execute(said)}
    councils = [council.name for system in systems_by_id(session, [row.system_id]) for council in system.councils]
    return not_yet_held(row.meets_on, clock.today(), councils, recorded)


MEETING = Machine(
    "decisions.meeting",
    BoardMeeting,
    (
        Move("hold", ("planned",), "held", RUN, "Mark the meeting as held", (_attended,)),
        Move("confirm", ("held",), "confirmed", RUN, "Confirm the minutes"),
        Move("cancel", ("planned",), "cancelled", RUN, "Cancel the meeting"),
    ),
)
