"""One authority's decision: its draft, the one in force, and its restrictions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.decisions.models import Decision, Matter, Restriction

LIVE = (Matter.status != "withdrawn", Matter.asked_again_at.is_(None))
"""Of the matters on one question at most one is this: neither withdrawn nor asked again."""


STANDING = ("recorded", "called_in")


def matter_of(session: Session, matter_id: UUID) -> Matter:
    """The matter. Raises Missing where this actor's organisation takes no part."""
    matter = session.get(Matter, matter_id)
    if matter is None:
        raise Missing
    return matter


def draft_of(session: Session, matter_id: UUID, authority_id: UUID) -> Decision | None:
    """The council's own draft; nobody else's is there to read."""
    return session.scalar(
        select(Decision).where(
            Decision.matter_id == matter_id, Decision.authority_id == authority_id, Decision.status == "draft"
        )
    )


def in_force(session: Session, matter_id: UUID, authority_id: UUID) -> Decision | None:
    """The decision of an authority that stands, called in or not: at most one."""
    return session.scalar(
        select(Decision).where(
            Decision.matter_id == matter_id, Decision.authority_id == authority_id, Decision.status.in_(STANDING)
        )
    )


def latest_superseded(session: Session, matter_id: UUID, authority_id: UUID) -> Decision | None:
    """The decision that the authority's latest one takes, or took, the place of."""
    return session.scalars(
        select(Decision)
        .where(Decision.matter_id == matter_id, Decision.authority_id == authority_id, Decision.status == "superseded")
        .order_by(Decision.recorded_at.desc())
        .limit(1)
    ).one_or_none()


def decision_of(session: Session, decision_id: UUID) -> Decision:
    """A decision on the record, or a draft of one's own. Raises Missing for anybody else's draft."""
    decision = session.get(Decision, decision_id)
    if decision is None:
        raise Missing
    return decision


def restrictions_of(session: Session, decision_id: UUID) -> Sequence[Restriction]:
    """The providers a decision restricts, by name and lot."""
    return session.scalars(
        select(Restriction)
        .where(Restriction.decision_id == decision_id)
        .order_by(Restriction.subject_name, Restriction.lot_name)
    ).all()


def approved(session: Session, *, kind: str, subject_id: UUID, authority_id: UUID) -> Decision | None:
    """Is there a recorded approval of this authority for this? The one call that slices above ask; None means no, or not yet."""
    return session.scalar(
        select(Decision)
        .join(Matter, Matter.id == Decision.matter_id)
        .where(
            Matter.kind == kind,
            Matter.subject_id == subject_id,
            *LIVE,
            Decision.authority_id == authority_id,
            Decision.status == "recorded",
            Decision.outcome.in_(("approve", "approve_with_restriction", "approve_in_part")),
        )
    )


def matter_about(session: Session, *, kind: str, subject_id: UUID) -> Matter | None:
    """The live matter of this kind about this subject, if the question has been put."""
    return session.scalar(select(Matter).where(Matter.kind == kind, Matter.subject_id == subject_id, *LIVE))


def was_refused(session: Session, matter: Matter) -> bool:
    """Whether everybody asked has answered, and all with no: the one case in which a question can be asked again."""
    other = select(Decision.id).where(
        Decision.matter_id == matter.id, Decision.status == "recorded", Decision.outcome != "not_approve"
    )
    return matter.status == "settled" and session.scalar(other.limit(1)) is None
