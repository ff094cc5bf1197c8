"""Four doors to the outbox. Bodies never hold sealed content, scores or names of children: a link leads to the page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


def tell_organisation(
    session: Session,
    organisation: UUID,
    *,
    kind: str,
    subject: str,
    body: str,
    link: str,
    roles: Sequence[str] | None = None,
) -> int:
    """To everybody of an organisation (or those with one of the roles). Returns how many rows were written."""
    sent: int = session.execute(
        text("SELECT app.notify(:organisation, :roles, :kind, :subject, :body, :link)"),
        {
            "organisation": organisation,
            "roles": list(roles) if roles else None,
            "kind": kind,
            "subject": subject,
            "body": body,
            "link": link,
        },
    ).scalar_one()
    return sent


def tell_person(
    session: Session, person: UUID, organisation: UUID, *, kind: str, subject: str, body: str, link: str
) -> None:
    """To one person, in the organisation they act for."""
    session.execute(
        text("SELECT app.notify_person(:person, :organisation, :kind, :subject, :body, :link)"),
        {"person": person, "organisation": organisation, "kind": kind, "subject": subject, "body": body, "link": link},
    )


def tell_interested(session: Session, round_id: UUID, *, kind: str, subject: str, body: str, link: str) -> None:
    """To every provider interested in a round, by a sender who never learns who they are."""
    session.execute(
        text("SELECT app.notify_interested(:round, :kind, :subject, :body, :link)"),
        {"round": round_id, "kind": kind, "subject": subject, "body": body, "link": link},
    )


def tell_stranger(session: Session, email: str, *, kind: str, subject: str, body: str, link: str) -> None:
    """To an address without an account: invitation and registration."""
    session.execute(
        text("SELECT app.notify_stranger(:email, :kind, :subject, :body, :link)"),
        {"email": email, "kind": kind, "subject": subject, "body": body, "link": link},
    )
