"""Messages: the inbox of a person and the outbox of the portal are the same rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import author, system_only, worker


class Message(Identified, Base):
    """Written by `app.notify`, one row a recipient. Never holds sealed content; the link leads to the page that shows it."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'kept')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        {"schema": "notify"},
    )
    __tenancy__ = (author(update=("read_at",)), worker(update=("state", "sent_at", "attempts", "failure")))

    person_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    email: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    link: Mapped[str]
    sealed: Mapped[bytes | None]
    """Subject, body and link of a message that must not say what it is about: for its recipient's own eyes."""
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="waiting")
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]


class Told(Identified, Base):
    """What the portal told somebody of its own accord, so that it says it once. `key`: what, and of which day or week; it holds no content.

    Written by `app.tell_once` and `app.begin_telling`, which note a day's or week's beginning under the empty id.
    """

    __tablename__ = "told"
    __table_args__ = (UniqueConstraint("key", "organisation_id", "person_id"), {"schema": "notify"})
    __tenancy__ = (system_only(),)

    key: Mapped[str]
    organisation_id: Mapped[UUID]
    person_id: Mapped[UUID]
    told_at: Mapped[datetime]
