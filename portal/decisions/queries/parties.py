"""To whom a question was put."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.decisions.models import MatterParty


def is_party(session: Session, matter_id: UUID, authority_id: UUID) -> bool:
    """Was the question put to this authority?"""
    return (
        session.scalar(
            select(MatterParty.id).where(MatterParty.matter_id == matter_id, MatterParty.authority_id == authority_id)
        )
        is not None
    )


def parties_of(session: Session, matter_id: UUID) -> Sequence[MatterParty]:
    """Every authority asked, by name."""
    return session.scalars(
        select(MatterParty).where(MatterParty.matter_id == matter_id).order_by(MatterParty.authority_name)
    ).all()


def asked_of(session: Session, matter_ids: Collection[UUID], authority_id: UUID) -> set[UUID]:
    """Which of these questions were put to this authority."""
    if not matter_ids:
        return set()
    query = select(MatterParty.matter_id)
    return set(
        session.scalars(query.where(MatterParty.matter_id.in_(matter_ids), MatterParty.authority_id == authority_id))
    )
