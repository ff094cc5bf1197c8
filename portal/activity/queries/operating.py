"""The operator's view: that mail goes out, and where an applicant who asked for help is stuck. Never content."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

OUTBOX = 200
STATES = {"waiting": "Waiting", "sent": "Sent", "kept": "Kept: no mail server is set", "failed": "Failed"}


@dataclass(frozen=True)
class Sent:
    """A message by state and recipient's domain."""

    created_at: datetime
    kind: str
    domain: str
    state: str
    sent_at: datetime | None
    attempts: int
    failure: str | None


@dataclass(frozen=True)
class Mail:
    """A whole message, in demonstration mode alone."""

    created_at: datetime
    email: str
    subject: str
    body: str
    link: str
    state: str


@dataclass(frozen=True)
class Help:
    """An applicant who granted help: when they last saved, and the last upload that failed."""

    reference: str
    number: int
    closes_at: datetime
    saved_at: datetime | None
    last_upload_error: str | None
    help_granted_until: datetime


def outbox(session: Session) -> list[Sent]:
    """The newest messages."""
    rows = session.execute(
        text("SELECT created_at, kind, domain, state, sent_at, attempts, failure FROM app.outbox(:limit)"),
        {"limit": OUTBOX},
    )
    return [Sent(*row) for row in rows]


def demonstration_outbox(session: Session) -> list[Mail]:
    """The newest messages with their links; empty unless the database says that this is a demonstration."""
    rows = session.execute(
        text("SELECT created_at, email, subject, body, link, state FROM app.demonstration_outbox(:limit)"),
        {"limit": OUTBOX},
    )
    return [Mail(*row) for row in rows]


def help_wanted(session: Session) -> list[Help]:
    """Applications whose applicant lets the help desk look; the nearest closing first."""
    rows = session.execute(
        text(
            "SELECT reference, number, closes_at, saved_at, last_upload_error, help_granted_until FROM app.help_wanted()"
        )
    )
    return [Help(*row) for row in rows]
