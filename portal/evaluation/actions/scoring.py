"""Scoring: each evaluator alone, saved at each step, blind until a lot's scores are submitted."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import NotPermitted, Refused
from portal.core.types import Actor
from portal.evaluation.models import Panel, PanelMember, Score
from portal.evaluation.queries.panels import own_seat
from portal.evaluation.rules import MAXIMUM

LONGEST_REASON = 4_000


def save_score(
    session: Session,
    actor: Actor,
    *,
    panel_id: UUID,
    candidate_id: UUID,
    question_id: UUID,
    lot_id: UUID,
    score: int | None,
    reason: str,
    draft: bool = False,
) -> Score:
    """Save one's score (0 to 5, no half marks) and reason. `draft`: while it is being typed, either may still be missing.

    Raises Invalid (`score`, `reason`), NotPermitted without a seat that scores, Refused before scoring begins and after
    the lot's scores are submitted; the database answers 404 for an answer that is not this evaluator's to score.
    """
    seat = _scoring_seat(session, actor, panel_id)
    cleaning = Cleaning()
    text_ = cleaning.lines("reason", reason, None if draft else "Give your reasons for this score.", LONGEST_REASON)
    if score is None and draft and not text_:
        cleaning.wrong("score", "Nothing is written yet.")
    elif (score is None and not draft) or (score is not None and not 0 <= score <= MAXIMUM):
        cleaning.wrong("score", f"Select a score from 0 to {MAXIMUM}.")
    cleaning.finish()
    row = session.scalars(
        select(Score).where(
            Score.member_id == seat.id, Score.candidate_id == candidate_id, Score.question_id == question_id
        )
    ).one_or_none()
    if row is not None and (row.score, row.reason) == (score, text_) and row.submitted_at is None:
        return row
    if row is None:
        row = Score(
            panel_id=panel_id,
            system_id=seat.system_id,
            lot_id=lot_id,
            member_id=seat.id,
            person_id=seat.person_id,
            organisation_id=seat.organisation_id,
            organisation_name=seat.organisation_name,
            candidate_id=candidate_id,
            question_id=question_id,
        )
        session.add(row)
    elif row.submitted_at is not None:
        raise Refused("Your scores for this lot are submitted and stay as they are.")
    row.score, row.reason, row.saved_at = score, text_, clock.now()
    session.flush()
    if not draft:
        # While it is typed, the row's own instant is enough. No figure in the line: colleagues of the same council read
        # their trail, and scoring is blind to them too.
        record(
            session,
            "evaluation.score.saved",
            "Saved a score.",
            system=seat.system_id,
            panel=panel_id,
            candidate=candidate_id,
            question=question_id,
        )
    return row


def submit_scores(session: Session, actor: Actor, *, panel_id: UUID, lot_id: UUID) -> int:
    """Submit all of one's scores for a lot; they stay as they are from then on. Returns how many.

    Raises NotPermitted; the database refuses (409) while a score or a reason is missing, and says how many are.
    """
    seat = _scoring_seat(session, actor, panel_id)
    session.flush()
    count: int = session.execute(
        text("SELECT app.submit_scores(:panel, :lot)"), {"panel": panel_id, "lot": lot_id}
    ).scalar_one()
    record(
        session,
        "evaluation.scores.submitted",
        f"Submitted their own scores for a lot: {count}.",
        about=seat.lead_id if seat.lead_id != seat.organisation_id else None,
        system=seat.system_id,
        panel=panel_id,
        lot=lot_id,
        count=count,
    )
    session.expire_all()
    return count


def _scoring_seat(session: Session, actor: Actor, panel_id: UUID) -> PanelMember:
    seat = own_seat(session, actor, panel_id)
    if not seat.scores:
        raise NotPermitted("Your seat on this panel does not score quality.")
    if session.get_one(Panel, panel_id).status not in ("scoring", "moderating"):
        raise Refused("Scores are given between the selection checks and the agreement on quality.")
    return seat
