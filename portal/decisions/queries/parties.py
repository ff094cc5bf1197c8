"""To whom a question was put."""

from collections.abc import Sequence
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
