"""Moderation is a meeting of one lot: who attended, and what was agreed, question by question across all providers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, Refused
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.evaluation.models import Consensus, ModerationMeeting, Panel
from portal.evaluation.queries.panels import led_panel
from portal.evaluation.rules import MAXIMUM, named
from portal.evaluation.states import PANEL

Attendance = Sequence[dict[str, Any]]
"""`{"post", "organisation", "present": bool}` for each person asked to come."""


def start_moderation(
    session: Session, actor: Actor, *, panel_id: UUID, lot_id: UUID, title: str, attendance: Attendance
) -> ModerationMeeting:
    """Begin the meeting of a lot. From now on the panel sees all scores of that lot.

    Raises NotPermitted, Invalid (`title`, `attendance`); the database refuses (409) while somebody's scores are missing.
    """
    panel = led_panel(session, actor, panel_id)
    cleaning = Cleaning()
    called = cleaning.line("title", title, "Give the meeting a title.")
    if not any(one.get("present") for one in attendance):
        cleaning.wrong("attendance", "Select who attends.")
    cleaning.finish()
    if _open_meeting(session, panel_id, lot_id) is not None:
        raise Refused("A meeting of this lot is open. End it before you begin another.")
    meeting = ModerationMeeting(
        panel_id=panel_id,
        system_id=panel.system_id,
        lead_id=panel.lead_id,
        lot_id=lot_id,
        title=called,
        started_at=clock.now(),
        attendance=[dict(one) for one in attendance],
    )
    session.add(meeting)
    session.flush()
    sentence = f"Began the moderation meeting “{called}”. Present: {_present(attendance)}."
    if panel.status == "scoring":
        fire(session, actor, PANEL, panel, "begin_moderation", sentence=sentence, meeting=meeting.id)
    else:
        record(
            session, "evaluation.meeting.begun", sentence, system=panel.system_id, panel=panel_id, meeting=meeting.id
        )
    return meeting


def end_moderation(
    session: Session, actor: Actor, *, meeting_id: UUID, attendance: Attendance | None = None
) -> ModerationMeeting:
    """End a meeting; `attendance` corrects who was there. Raises Missing, NotPermitted, Refused when it has ended."""
    meeting, panel = _meeting(session, actor, meeting_id)
    meeting.ended_at = clock.now()
    if attendance is not None:
        if not any(one.get("present") for one in attendance):
            raise Invalid(attendance="Select who attended.")
        meeting.attendance = [dict(one) for one in attendance]
    record(
        session,
        "evaluation.meeting.ended",
        f"Ended the moderation meeting “{meeting.title}”. Present: {_present(meeting.attendance)}.",
        system=panel.system_id,
        panel=panel.id,
        meeting=meeting.id,
    )
    return meeting


def record_consensus(
    session: Session,
    actor: Actor,
    *,
    panel_id: UUID,
    candidate_id: UUID,
    question_id: UUID,
    lot_id: UUID,
    score: int | None,
    letter_rationale: str,
    internal_rationale: str,
    meeting_id: UUID,
) -> Consensus:
    """Record the agreed score with its rationale for the letter and, apart, the internal one. Individual scores stay.

    Raises Missing, NotPermitted, Refused outside an open meeting of the lot, Invalid (`score`, `letter_rationale`,
    `internal_rationale`).
    """
    meeting, panel = _meeting(session, actor, meeting_id)
    if meeting.panel_id != panel_id or meeting.lot_id != lot_id:
        raise Missing
    if panel.status != "moderating":
        raise Refused("Quality is agreed: the scores stay as they are.")
    cleaning = Cleaning()
    if score is None or not 0 <= score <= MAXIMUM:
        cleaning.wrong("score", f"Select the agreed score, from 0 to {MAXIMUM}.")
    letter = cleaning.lines("letter_rationale", letter_rationale, "Say why, for the letter to the provider.", 4_000)
    internal = cleaning.lines("internal_rationale", internal_rationale, max_chars=4_000)
    cleaning.finish()
    assert score is not None
    row = session.scalars(
        select(Consensus).where(
            Consensus.panel_id == panel_id,
            Consensus.candidate_id == candidate_id,
            Consensus.question_id == question_id,
            Consensus.superseded_by_id.is_(None),
        )
    ).one_or_none()
    if row is None:
        row = Consensus(
            panel_id=panel_id,
            system_id=panel.system_id,
            lead_id=panel.lead_id,
            lot_id=lot_id,
            candidate_id=candidate_id,
            question_id=question_id,
        )
        session.add(row)
    row.score, row.letter_rationale, row.internal_rationale = score, letter, internal
    row.meeting_id, row.agreed_at = meeting_id, clock.now()
    row.recorded_by = named(actor.person_label, actor.organisation_name)
    session.flush()
    record(
        session,
        "evaluation.consensus.recorded",
        f"Recorded an agreed score of {score} out of {MAXIMUM} in “{meeting.title}”.",
        system=panel.system_id,
        panel=panel_id,
        candidate=candidate_id,
        question=question_id,
        score=score,
    )
    return row


def agree_quality(session: Session, actor: Actor, *, panel_id: UUID) -> Panel:
    """Quality is agreed: agreed scores are locked, and price opens to those who read it.

    Raises NotPermitted, Refused while a meeting is open; the database refuses (409) while an agreed score is missing.
    """
    panel = led_panel(session, actor, panel_id)
    open_ = session.scalars(
        select(ModerationMeeting.title).where(
            ModerationMeeting.panel_id == panel_id, ModerationMeeting.ended_at.is_(None)
        )
    ).first()
    if open_:
        raise Refused(f"The meeting “{open_}” is still open. End it first.")
    fire(
        session,
        actor,
        PANEL,
        panel,
        "agree_quality",
        sentence="Agreed quality: the agreed scores are locked, and the prices can be read by those who check them.",
    )
    session.refresh(panel)
    return panel


def _meeting(session: Session, actor: Actor, meeting_id: UUID) -> tuple[ModerationMeeting, Panel]:
    meeting = session.get(ModerationMeeting, meeting_id)
    if meeting is None:
        raise Missing
    panel = led_panel(session, actor, meeting.panel_id)
    if meeting.ended_at is not None:
        raise Refused("This meeting has ended. Begin another one.")
    return meeting, panel


def _open_meeting(session: Session, panel_id: UUID, lot_id: UUID) -> ModerationMeeting | None:
    return session.scalars(
        select(ModerationMeeting).where(
            ModerationMeeting.panel_id == panel_id,
            ModerationMeeting.lot_id == lot_id,
            ModerationMeeting.ended_at.is_(None),
        )
    ).first()


def _present(attendance: Attendance) -> str:
    return "; ".join(named(one["post"], one["organisation"]) for one in attendance if one.get("present"))
