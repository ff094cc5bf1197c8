"""Joint decisions that await this council's own answer."""

from datetime import date, datetime

from sqlalchemy import and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.activity import addresses
from portal.activity.needs.need import Need
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.decisions.kinds import kind_of
from portal.decisions.meeting_rules import OUTCOME_OF
from portal.decisions.models import BoardMeeting, Decision, IndicatedPosition, Matter, MatterParty
from portal.purchasing_systems.models import PurchasingSystem
from tenants.permissions import Permission


def awaiting(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Without a recorded answer (a deferral is none), by the stated day, or with a draft. Silence is never consent."""
    if not actor.may(Permission.MATTER_READ):
        return []
    draft, deferral = aliased(Decision), aliased(Decision)
    answered = (
        select(Decision.id)
        .where(
            Decision.matter_id == Matter.id,
            Decision.authority_id == actor.organisation_id,
            Decision.status == "recorded",
            Decision.outcome != "defer",
        )
        .exists()
    )
    # What the council said last, if it was yes or no: its draft can begin from it.
    last = (
        select(IndicatedPosition.position, BoardMeeting.meets_on)
        .join(BoardMeeting, BoardMeeting.id == IndicatedPosition.meeting_id)
        .where(
            IndicatedPosition.matter_id == Matter.id,
            IndicatedPosition.authority_id == actor.organisation_id,
            BoardMeeting.status.in_(("held", "confirmed")),
        )
        .order_by(BoardMeeting.meets_on.desc(), BoardMeeting.created_at.desc())
        .limit(1)
        .lateral("indicated")
    )
    of_council = (MatterParty.matter_id == Matter.id, MatterParty.authority_id == actor.organisation_id)
    rows = session.execute(
        select(
            Matter.id,
            Matter.kind,
            Matter.question,
            Matter.subject_label,
            Matter.answer_by,
            Matter.rule,
            PurchasingSystem.alias,
            draft.id.label("draft_id"),
            func.coalesce(draft.decided_by_post, "").label("decided_by"),
            deferral.defer_until,
            case((last.c.position.in_(OUTCOME_OF), last.c.meets_on)).label("indicated_on"),
        )
        .join(MatterParty, and_(*of_council))
        .join(PurchasingSystem, PurchasingSystem.id == Matter.system_id)
        .outerjoin(
            draft,
            and_(draft.matter_id == Matter.id, draft.authority_id == actor.organisation_id, draft.status == "draft"),
        )
        .outerjoin(
            deferral,
            and_(
                deferral.matter_id == Matter.id,
                deferral.authority_id == actor.organisation_id,
                deferral.status == "recorded",
            ),
        )
        .outerjoin(last, true())
        # Also the draft of a council that decides anew: it waits to be recorded.
        .where(or_(and_(Matter.status == "open", ~answered), and_(Matter.status != "withdrawn", draft.id.is_not(None))))
        .where(Matter.asked_again_at.is_(None))
        .order_by(Matter.answer_by, Matter.id)
    )
    return [
        Need(
            _text(actor, drafted=row.draft_id is not None, question=row.question, indicated_on=row.indicated_on),
            addresses.matter(row.id),
            row.defer_until or row.answer_by,
            row.alias,
            "act" if actor.may(Permission.DECISION_DRAFT) else "date",
            _detail(row.subject_label, row.decided_by, deferred=row.defer_until is not None),
            _text(
                actor,
                drafted=row.draft_id is not None,
                question=f"{kind_of(row.kind).title}, {row.subject_label}",
                indicated_on=row.indicated_on,
            ),
        )
        for row in rows
    ]


def _text(actor: Actor, *, drafted: bool, question: str, indicated_on: date | None) -> str:
    if drafted and actor.may(Permission.DECISION_RECORD):
        return f"Record your council’s decision: {question}"
    if drafted:
        return f"Have your council’s drafted decision recorded: {question}"
    if actor.may(Permission.DECISION_DRAFT) and indicated_on:
        return f"Confirm what your council indicated on {say_day(indicated_on)}: {question}"
    if actor.may(Permission.DECISION_DRAFT):
        return f"Draft your council’s decision: {question}"
    return f"Your council’s answer is awaited: {question}"


def _detail(subject: str, decided_by: str, *, deferred: bool) -> str:
    parts = [subject]
    if deferred:
        parts.append("deferred to that day")
    if decided_by:
        parts.append(f"drafted for {decided_by}")
    return " · ".join(parts)
