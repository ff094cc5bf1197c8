"""Messages about board meetings. They name the meeting and its day, never what a council indicated."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_organisation
from portal.core.wording import say_day
from portal.decisions.models import BoardMeeting
from portal.decisions.notifications import DECIDING


def tell_meeting_called(session: Session, meeting: BoardMeeting, authority_id: UUID) -> None:
    """To the officers who draft and record an authority's decision."""
    _tell(
        session,
        meeting,
        authority_id,
        what="called",
        subject=f"Board meeting on {say_day(meeting.meets_on)}: {meeting.title}",
        body=f"{meeting.called_by} has called a board meeting for {say_day(meeting.meets_on)}: {meeting.title}, {meeting.system_title}. "
        "Its agenda is on the page.",
    )


def tell_meeting_cancelled(session: Session, meeting: BoardMeeting, authority_id: UUID) -> None:
    """To the same officers."""
    _tell(
        session,
        meeting,
        authority_id,
        what="cancelled",
        subject=f"No board meeting on {say_day(meeting.meets_on)}: {meeting.title}",
        body=f"{meeting.called_by} has cancelled this board meeting of {meeting.system_title}. Why, the page says.",
    )


def tell_meeting_held(session: Session, meeting: BoardMeeting, authority_id: UUID) -> None:
    """To the officers of a council that indicated something: it has still to decide."""
    _tell(
        session,
        meeting,
        authority_id,
        what="held",
        subject=f"Your council can confirm what it indicated on {say_day(meeting.meets_on)}",
        body=f"The board meeting “{meeting.title}” was held. What your council indicated there is not its decision. An officer of your "
        "council can begin its draft from it, and your council records its own decision.",
    )


def _tell(session: Session, meeting: BoardMeeting, to: UUID, *, what: str, subject: str, body: str) -> None:
    tell_organisation(
        session,
        to,
        kind=f"decisions.meeting.{what}",
        subject=subject,
        body=body,
        link=f"/decisions/meetings/{meeting.id}",
        roles=DECIDING,
    )
