"""What stands inside one decision, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.decisions.models import (
    Agreement,
    Appendix,
    CallIn,
    Consultation,
    ConsultationComment,
    Correction,
    Decision,
    DecisionPart,
    ExemptText,
    Resolution,
)


def parts_of(session: Session, decision_id: UUID) -> Sequence[DecisionPart]:
    """The answers to the parts of the question."""
    query = select(DecisionPart).where(DecisionPart.decision_id == decision_id).order_by(DecisionPart.title)
    return session.scalars(query).all()


def resolutions_of(session: Session, decision_id: UUID) -> Sequence[Resolution]:
    """The numbered paragraphs, as minuted."""
    query = select(Resolution).where(Resolution.decision_id == decision_id).order_by(Resolution.position)
    return session.scalars(query).all()


def consultations_of(session: Session, decision_id: UUID) -> Sequence[Consultation]:
    """Who was consulted, by day."""
    query = select(Consultation).where(Consultation.decision_id == decision_id)
    return session.scalars(query.order_by(Consultation.consulted_on, Consultation.post)).all()


def comments_on(session: Session, consultations: Sequence[Consultation]) -> dict[UUID, str]:
    """What consultees said, by consultation: rows that the council alone can read."""
    query = select(ConsultationComment.consultation_id, ConsultationComment.text)
    found = session.execute(query.where(ConsultationComment.consultation_id.in_([c.id for c in consultations])))
    return {row[0]: row[1] for row in found}


def agreements_of(session: Session, decision_id: UUID) -> Sequence[Agreement]:
    """What joint holders said, by day."""
    query = select(Agreement).where(Agreement.decision_id == decision_id)
    return session.scalars(query.order_by(Agreement.agreed_on, Agreement.post)).all()


def appendices_of(session: Session, decision_id: UUID) -> Sequence[Appendix]:
    """Titles and reasons of the exempt appendices."""
    query = select(Appendix).where(Appendix.decision_id == decision_id).order_by(Appendix.title)
    return session.scalars(query).all()


def exempt_texts_of(session: Session, appendices: Sequence[Appendix]) -> dict[UUID, str]:
    """The exempt texts, by appendix: rows that the council alone can read."""
    query = select(ExemptText.appendix_id, ExemptText.text)
    found = session.execute(query.where(ExemptText.appendix_id.in_([a.id for a in appendices])))
    return {row[0]: row[1] for row in found}


def call_in_of(session: Session, decision_id: UUID) -> CallIn | None:
    """The call-in of a decision, if there was one."""
    return session.scalar(select(CallIn).where(CallIn.decision_id == decision_id))


def corrections_of(session: Session, decision_id: UUID) -> Sequence[Correction]:
    """Clerical errors put right, the earliest first."""
    query = select(Correction).where(Correction.decision_id == decision_id)
    return session.scalars(query.order_by(Correction.written_at, Correction.id)).all()


@dataclass(frozen=True)
class Inside:
    """What stands inside a decision, as a page shows it. `comments` and `texts` hold only what the reader's own council wrote."""

    consultations: Sequence[Consultation]
    comments: dict[UUID, str]
    agreements: Sequence[Agreement]
    appendices: Sequence[Appendix]
    texts: dict[UUID, str]


def inside_of(session: Session, decision: Decision) -> Inside:
    """Consultations, agreements, appendices, each with what only their own council may read."""
    consultations, appendices = consultations_of(session, decision.id), appendices_of(session, decision.id)
    return Inside(
        consultations,
        comments_on(session, consultations) if consultations else {},
        agreements_of(session, decision.id),
        appendices,
        exempt_texts_of(session, appendices) if appendices else {},
    )
