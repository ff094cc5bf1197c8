"""Letters that came and have not been looked at: their message is unread."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activity.needs.need import Need
from portal.applications.models import Letter
from portal.core.notify.models import Message
from portal.core.types import Actor
from portal.purchasing_systems.models import PurchasingSystem, Round
from tenants.permissions import Permission


def letters(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Outcome letters whose message this person has not opened."""
    if not actor.may(Permission.LETTER_READ):
        return []
    rows = session.execute(
        select(Message.link, Round.number, PurchasingSystem.alias, Letter.released_at)
        .join(Letter, Message.link == func.concat("/letters/", Letter.id))
        .join(Round, Round.id == Letter.round_id)
        .join(PurchasingSystem, PurchasingSystem.id == Letter.system_id)
        .where(
            Message.read_at.is_(None),
            Message.person_id == actor.person_id,
            Message.organisation_id == actor.organisation_id,
            Letter.provider_id == actor.organisation_id,
            Letter.released_at.is_not(None),
        )
        .order_by(Letter.released_at.desc(), Message.link)
    )
    return [Need(f"Read your outcome letter: round {row.number}", row.link, None, row.alias) for row in rows]
