"""A new password: by the link in the mail for whoever has forgotten it, by the old one for whoever is signed in.

The database writes the link, mails it, and tells the person afterwards: its secret never passes through here before it is used.
"""

import re

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Missing
from portal.core.types import Actor
from tenants.emails import parse_email
from tenants.models import Person
from tenants.passwords import MAXIMUM_LENGTH, PARAMETERS, derive, new_salt
from tenants.rules import password_problem

_TOKEN = re.compile(r"[0-9a-f]{64}")


def ask_new_password(session: Session, *, email: str, address: str) -> bool:
    """Have the link mailed, if the address has an account. Returns False when too many were asked for.

    Says nothing of whether the account exists. `address`: where the request came from, for the throttle. Raises Invalid.
    Commit also when it is False: the try is counted.
    """
    try:
        account = parse_email(email)
    except ValueError as error:
        raise Invalid(email=str(error)) from None
    asked: bool = session.execute(
        text("SELECT app.ask_new_password(:email, :address)"), {"email": account, "address": address}
    ).scalar_one()
    return asked


def read_password_link(session: Session, token: str) -> str:
    """The e-mail address of the account a link is for. Raises Missing for one that was used, is old, or never was,

    and for one of somebody else than who is signed in.
    """
    found: str | None = None
    if _TOKEN.fullmatch(token):
        found = session.execute(text("SELECT app.password_link(:token)"), {"token": token}).scalar()
    if found is None:
        raise Missing("This link cannot be used.")
    return found


def set_new_password(session: Session, *, token: str, password: str, repeated: str) -> str:
    """Use the link: every session of the person ends, a new one begins. Returns its secret. Raises Missing and Invalid."""
    salt, derived = new_proof(password, repeated, read_password_link(session, token))
    fresh: str | None = session.execute(
        text("SELECT app.set_new_password(:token, :salt, :derived, :parameters)"),
        {"token": token, "salt": salt, "derived": derived, "parameters": PARAMETERS},
    ).scalar_one()
    if fresh is None:  # used a moment ago, in another window
        raise Missing("This link cannot be used.")
    return fresh


def note_password_set(session: Session, actor: Actor) -> None:
    """The line in the trail, written in the scope of the one who used the link."""
    record(
        session,
        "tenants.password.set",
        f"{actor.person_label} chose a new password by a link in the mail and signed in.",
    )


def change_password(session: Session, actor: Actor, *, current: str, password: str, repeated: str) -> str | None:
    """Another password, on proof of the old one; every session ends and a new one begins. Returns its secret.

    None when too many were tried. Raises Invalid. Commit also when it fails: the failure is counted.
    """
    if not current:
        raise Invalid(current_password="Enter the password you have now")  # noqa: S106 - a sentence
    if password == current:
        raise Invalid(password="That is the password you have now. Choose another")  # noqa: S106 - a sentence
    email = session.execute(select(Person.email).where(Person.id == actor.person_id)).scalar_one()
    salt, derived = new_proof(password, repeated, email)
    old_salt, parameters = session.execute(text("SELECT * FROM app.sign_in_salt(:email)"), {"email": email}).one()
    answer = session.execute(
        text("SELECT app.change_password(:current, :salt, :derived, :parameters)"),
        {
            "current": derive(current[: MAXIMUM_LENGTH + 1], bytes(old_salt), parameters),
            "salt": salt,
            "derived": derived,
            "parameters": PARAMETERS,
        },
    ).scalar_one()
    if answer.get("refused") == "throttled":
        return None
    if "token" not in answer:
        raise Invalid(current_password="That is not the password you have now. Try again")  # noqa: S106 - a sentence
    record(session, "tenants.password.changed", f"{actor.person_label} changed their password.")
    fresh: str = answer["token"]
    return fresh


def new_proof(password: str, repeated: str, email: str) -> tuple[bytes, bytes]:
    """Salt and derived bytes of a password that has just been chosen. Raises Invalid."""
    problem = password_problem(password, email)
    if problem:
        raise Invalid(password=problem)
    if password != repeated:
        raise Invalid(repeated="The two passwords are not the same. Type it again")
    salt = new_salt()
    return salt, derive(password, salt)
