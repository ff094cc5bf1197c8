"""A person's messages in the organisation they act for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.orm import Session

from portal.activity.queries.paging import PAGE, Page, instant_key, page_of, parse_instant_key
from portal.core.applicants import pen_of
from portal.core.errors import Missing
from portal.core.notify.models import Message
from portal.core.sealing import SealBroken
from portal.core.types import Actor


@dataclass(frozen=True)
class Note:
    """One message as it is shown."""

    id: UUID
    subject: str
    body: str
    link: str
    created_at: datetime
    read_at: datetime | None


_COLUMNS = (
    Message.id,
    Message.subject,
    Message.body,
    Message.link,
    Message.created_at,
    Message.read_at,
    Message.sealed,
)


def _note(session: Session, row: Row[*tuple[Any, ...]]) -> Note:
    """As it is; or, of a sealed one, what its recipient alone can read."""
    *shown, sealed = row
    note = Note(*shown)
    pen = pen_of(session)
    if sealed is None or pen is None:
        return note
    try:
        return replace(note, **pen.open("message", sealed))
    except SealBroken:
        return replace(note, subject="A message that can no longer be read", body=SealBroken().sentence)


def messages_of(session: Session, actor: Actor, before: str | None = None) -> Page[Note]:
    """Newest first."""
    query = (
        select(*_COLUMNS)
        .where(Message.person_id == actor.person_id, Message.organisation_id == actor.organisation_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(PAGE + 1)
    )
    key = parse_instant_key(before)
    if key:
        query = query.where(tuple_(Message.created_at, Message.id) < tuple_(*key))
    rows = [_note(session, row) for row in session.execute(query)]
    return page_of(rows, lambda note: instant_key(note.created_at, note.id))


def newest_unread(session: Session, actor: Actor, limit: int = 3) -> list[Note]:
    """For the home page."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(
            Message.person_id == actor.person_id,
            Message.organisation_id == actor.organisation_id,
            Message.read_at.is_(None),
        )
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return [_note(session, row) for row in rows]


def message_of(session: Session, actor: Actor, message_id: UUID) -> Note:
    """One of them. Raises Missing."""
    row = session.execute(
        select(*_COLUMNS).where(
            Message.id == message_id,
            Message.person_id == actor.person_id,
            Message.organisation_id == actor.organisation_id,
        )
    ).one_or_none()
    if row is None:
        raise Missing
    return _note(session, row)
