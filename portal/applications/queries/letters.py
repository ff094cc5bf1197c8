"""The outcome letters a provider has received."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.models import Letter
from portal.core.types import Actor


@dataclass(frozen=True)
class Received:
    """One letter in a list."""

    id: UUID
    round_number: int
    system_title: str
    reference: str
    released_at: datetime


def letters_to(session: Session, actor: Actor) -> list[Received]:
    """Released ones, the latest first."""
    rows = session.execute(
        select(
            Letter.id,
            Letter.content["round_number"].as_integer(),
            Letter.content["system_title"].as_string(),
            Letter.content["reference"].as_string(),
            Letter.released_at,
        )
        .where(Letter.provider_id == actor.organisation_id, Letter.released_at.is_not(None))
        .order_by(Letter.released_at.desc(), Letter.id)
    )
    return [Received(*row) for row in rows]
