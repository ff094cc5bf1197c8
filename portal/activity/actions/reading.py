"""Marking messages as read. Not an act of the organisation, so no line in its trail."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.activity.queries.messages import message_of
from portal.core import clock
from portal.core.notify.models import Message
from portal.core.types import Actor


def open_message(session: Session, actor: Actor, *, message_id: UUID) -> str:
    """Mark it as read; returns where it leads. Raises Missing."""
    note = message_of(session, actor, message_id)
    if note.read_at is None:
        session.execute(update(Message).where(Message.id == note.id).values(read_at=clock.now()))
    return note.link


def read_all(session: Session, actor: Actor) -> None:
    """Mark everything of this person, in the organisation acted for."""
    session.execute(
        update(Message)
        .where(
            Message.person_id == actor.person_id,
            Message.organisation_id == actor.organisation_id,
            Message.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )
