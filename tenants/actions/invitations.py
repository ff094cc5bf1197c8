"""Joining: a provider registers, an administrator invites, the invited accept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing
from portal.core.types import Actor
from tenants.actions.passwords import new_proof
from tenants.emails import parse_email
from tenants.notifications import tell_invited, tell_registered
from tenants.passwords import MAXIMUM_LENGTH, PARAMETERS, derive
from tenants.permissions import ROLES, ROLES_OF


@dataclass(frozen=True)
class Invitation:
    """What the link says. `known`: the address has an account, so its password is asked for and not set."""

    email: str
    organisation: str
    post: str
    known: bool


def _cleaned(*, email: str, post: str) -> tuple[Cleaning, str, str]:
    cleaning = Cleaning()
    address = ""
    try:
        address = parse_email(email)
    except ValueError as error:
        cleaning.wrong("email", str(error))
    return cleaning, address, cleaning.line("post", post, "Enter the post, such as Contracts manager", 100)


def register_provider(session: Session, *, organisation: str, post: str, email: str, address: str) -> bool:
    """Send the link that registers a provider. Returns False when too many were asked for from this place.

    The answer does not say whether the e-mail address is known. Raises Invalid.
    """
    cleaning, account, post = _cleaned(email=email, post=post)
    name = cleaning.line("organisation", organisation, "Enter the name of your organisation", 160)
    cleaning.finish()
    answer = session.execute(
        text("SELECT app.register_provider(:email, :name, :post, :address)"),
        {"email": account, "name": name, "post": post, "address": address},
    ).scalar_one()
    if "token" not in answer:
        return False
    tell_registered(session, email=account, organisation=name, token=answer["token"])
    return True


def invite_colleague(session: Session, actor: Actor, *, email: str, post: str, roles: Sequence[str]) -> None:
    """Send a colleague a single-use link. Raises Invalid; NotPermitted comes from the database."""
    cleaning, account, post = _cleaned(email=email, post=post)
    check_roles(cleaning, actor, roles)
    cleaning.finish()
    token = session.execute(
        text("SELECT app.invite(:email, :post, :roles)"), {"email": account, "post": post, "roles": list(roles)}
    ).scalar_one()
    tell_invited(session, email=account, organisation=actor.organisation_name, post=post, token=token)
    named = ", ".join(ROLES[role][0].lower() for role in roles)
    record(
        session,
        "tenants.invitation.sent",
        f"{actor.person_label} invited {post} to act for the organisation as {named}.",
    )


def withdraw_invitation(session: Session, actor: Actor, *, invitation_id: UUID) -> None:
    """The link ends. Raises Missing (from the database) for another organisation's."""
    session.execute(text("SELECT app.withdraw_invitation(:id)"), {"id": invitation_id})
    record(session, "tenants.invitation.withdrawn", f"{actor.person_label} withdrew an invitation.")


def read_invitation(session: Session, token: str) -> Invitation:
    """What a link leads to. Raises Missing for one that was used, has ended, or never was."""
    found = session.execute(text("SELECT app.invitation(:token)"), {"token": token}).scalar()
    if found is None:
        raise Missing("This link has been used already, has ended, or is not complete. Ask for a new one.")
    return Invitation(found["email"], found["organisation"], found["post"], found["known"])


def accept_invitation(session: Session, *, token: str, password: str, repeated: str) -> str:
    """Join, and begin a session: returns its secret. Raises Missing and Invalid.

    A known person proves the password they have; a new one sets it. Commit also when it fails: the failure is counted.
    """
    invitation = read_invitation(session, token)
    if invitation.known:
        salt, parameters = session.execute(
            text("SELECT * FROM app.sign_in_salt(:email)"), {"email": invitation.email}
        ).one()
        derived, salt = derive(password[: MAXIMUM_LENGTH + 1], bytes(salt), parameters), bytes(salt)
    else:
        salt, derived = new_proof(password, repeated, invitation.email)
        parameters = PARAMETERS
    fresh: str | None = session.execute(
        text("SELECT app.accept_invitation(:token, :salt, :derived, :parameters)"),
        {"token": token, "salt": salt, "derived": derived, "parameters": parameters or PARAMETERS},
    ).scalar_one()
    if fresh is None:
        raise Invalid(password="That is not the password of this account. Enter the one you sign in with")  # noqa: S106 - a sentence
    return fresh


def note_joined(session: Session, actor: Actor) -> None:
    """The line in the trail, written in the scope of the one who joined."""
    record(
        session, "tenants.invitation.accepted", f"{actor.person_label} joined {actor.organisation_name} and signed in."
    )


def check_roles(cleaning: Cleaning, actor: Actor, roles: Sequence[str]) -> None:
    """Note it when there is no role, or one that an organisation of this kind cannot give."""
    if not roles:
        cleaning.wrong("roles", "Choose at least one role")
    elif not set(roles) <= set(ROLES_OF[actor.organisation_kind]):
        cleaning.wrong("roles", "Choose roles from the list")
