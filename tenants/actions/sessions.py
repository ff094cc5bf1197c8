"""Signing in, out, and acting for another organisation. Each hands out a new secret; the database keeps its SHA-256."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Missing
from portal.core.types import Actor
from tenants.emails import parse_email
from tenants.passwords import MAXIMUM_LENGTH, derive


@dataclass(frozen=True)
class SignIn:
    """`token` None: not signed in; `throttled` says that it was not even tried."""

    token: str | None
    throttled: bool = False


def sign_in(session: Session, *, email: str, password: str, address: str) -> SignIn:
    """Try a password. Known and unknown accounts cost the same work and get the same answer.

    `address`: where the request came from, for the throttle. Commit also when it fails: the failure is counted.
    """
    try:
        account = parse_email(email)
    except ValueError:
        account = ""  # nobody's, tried all the same
    salt, parameters = session.execute(text("SELECT * FROM app.sign_in_salt(:email)"), {"email": account}).one()
    # No password is longer, so what is cut off here never held anyway; the work stays bounded.
    derived = derive(password[: MAXIMUM_LENGTH + 1], bytes(salt), parameters)
    answer = session.execute(
        text("SELECT app.sign_in(:email, :derived, :address)"),
        {"email": account, "derived": derived, "address": address},
    ).scalar_one()
    return SignIn(answer.get("token"), answer.get("refused") == "throttled")


def note_sign_in(session: Session, actor: Actor) -> None:
    """The line in the trail, written in the scope that has just been entered."""
    record(session, "tenants.session.started", f"{actor.person_label} signed in for {actor.organisation_name}.")


def sign_out(session: Session, actor: Actor | None, *, token: str) -> None:
    """End the session. Signing out twice is no error."""
    if actor is not None:
        record(session, "tenants.session.ended", f"{actor.person_label} signed out.")
    session.execute(text("SELECT app.sign_out(:token)"), {"token": token})


def sign_out_everywhere(session: Session, actor: Actor) -> None:
    """End every session of this person, whichever organisation it is for, this one too."""
    record(session, "tenants.session.ended_everywhere", f"{actor.person_label} signed out everywhere.")
    session.execute(text("SELECT app.sign_out_everywhere()"))


def act_for(session: Session, actor: Actor, *, token: str, organisation_id: UUID) -> str:
    """Leave one scope for another: the old secret ends, a new one is returned. Raises Missing for a foreign organisation."""
    chosen = next((choice for choice in actor.choices if choice.id == organisation_id), None)
    fresh: str | None = session.execute(
        text("SELECT app.act_for(:token, :organisation)"), {"token": token, "organisation": organisation_id}
    ).scalar_one()
    if fresh is None or chosen is None:
        raise Missing
    record(
        session,
        "tenants.session.changed",
        f"{actor.person_label} left {actor.organisation_name} to act for {chosen.name}.",
    )
    return fresh
