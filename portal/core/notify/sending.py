"""Four doors to the outbox. Bodies never hold sealed content, scores or names of children: a link leads to the page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.applicants import own_pen, pens_for, who_may_stand_behind


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


def tell_colleagues_sealed(session: Session, *, subject: str, body: str, link: str) -> None:
    """To everybody of the provider acting here, readable in its inbox alone: mail says that there is a message.

    Raises Missing where nobody acts for a provider.
    """
    sealed = own_pen(session).seal("message", {"subject": subject, "body": body, "link": link})
    session.execute(text("SELECT app.notify_sealed(:sealed)"), {"sealed": sealed})


def tell_interested(session: Session, round_id: UUID, *, subject: str, body: str, link: str) -> None:
    """To every provider interested in a round, by a sender who never learns who they are; mail says that there is a message."""
    providers, keys = who_may_stand_behind(session, round_id)
    session.execute(
        text("SELECT app.notify_interested(:round, :providers, :keys, :sealed)"),
        {
            "round": round_id,
            "providers": providers,
            "keys": keys,
            "sealed": _sealed_for(session, providers, subject, body, link),
        },
    )


def tell_asker(session: Session, round_id: UUID, question_id: UUID, *, subject: str, body: str, link: str) -> None:
    """The same, to the one who asked a question about the round."""
    providers, keys = who_may_stand_behind(session, round_id)
    session.execute(
        text("SELECT app.notify_asker(:question, :providers, :keys, :sealed)"),
        {
            "question": question_id,
            "providers": providers,
            "keys": keys,
            "sealed": _sealed_for(session, providers, subject, body, link),
        },
    )


def _sealed_for(session: Session, providers: Sequence[UUID], subject: str, body: str, link: str) -> list[bytes]:
    content = {"subject": subject, "body": body, "link": link}
    return [pen.seal("message", content) for pen in pens_for(session, providers)]


def tell_stranger(session: Session, email: str, *, kind: str, subject: str, body: str, link: str) -> None:
    """To an address without an account: invitation and registration."""
    session.execute(
        text("SELECT app.notify_stranger(:email, :kind, :subject, :body, :link)"),
        {"email": email, "kind": kind, "subject": subject, "body": body, "link": link},
    )
