"""The browser's half of a session: Flask-Login carries the secret in the signed cookie, the database knows its hash."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user, logout_user

from portal.core.types import Actor
from portal.core.web.lifecycle import enter_request
from tenants.carrying import Typed, carry
from tenants.forms import SignInForm


class SignedIn:
    """What Flask-Login asks of a user. Who it is was resolved when the request entered its scope."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    """Attach Flask-Login and the answer to whoever is not signed in."""
    manager = LoginManager(app)
    # It would compare addresses and browsers; a session ends on the server instead, at once and for all.
    manager.session_protection = None
    manager.user_loader(_load)
    app.extensions["ask_to_sign_in"] = ask_to_sign_in


def _load(token: str) -> SignedIn | None:
    return SignedIn(token, g.actor) if g.get("actor") is not None and token == g.get("token") else None


@dataclass(frozen=True)
class Former:
    """What the signed cookie says of the session before, which may have ended on the server."""

    person: str | None
    organisation: str | None
    form_secret: str | None


def former() -> Former:
    """Read before the cookie is emptied."""
    return Former(cookie.get("person"), cookie.get("organisation"), cookie.get("csrf_token"))


def begin(token: str, before: Former | None = None) -> Actor | None:
    """A new cookie for a new secret (nothing of an older one survives), and the rest of the request in its scope.

    With one exception: who comes back as the same person for the same organisation can still send the forms of their
    open windows. For anybody else, and for another organisation, those are refused.
    """
    forget()
    enter_request(token)
    actor: Actor | None = g.actor
    if actor is not None:
        login_user(SignedIn(token, actor))
        # Signed, so that after the session's end a form can still be given back to whoever typed it.
        cookie["person"], cookie["organisation"] = _named(actor)
        if before and before.form_secret and before == Former(*_named(actor), before.form_secret):
            cookie["csrf_token"] = before.form_secret
    return actor


def _named(actor: Actor) -> tuple[str, str]:
    return str(actor.person_id), str(actor.organisation_id)


def forget() -> None:
    """An empty cookie, and no form token of before."""
    logout_user()
    cookie.clear()
    g.pop("csrf_token", None)


def local_path(text: str | None) -> str | None:
    """A path of this portal, or None: `//elsewhere`, `/\\elsewhere`, other schemes and control characters lead away."""
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return None
    if any(ord(character) < 33 or ord(character) == 127 for character in text):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def ask_to_sign_in() -> ResponseReturnValue:
    """GET: over to the sign-in page and back afterwards. POST: the sign-in form, carrying what was typed."""
    if request.method in ("GET", "HEAD"):
        here = request.full_path.rstrip("?")
        return redirect(url_for("tenants.sign_in", next=here), 303)
    if "X-Autosave" in request.headers or request.accept_mimetypes.best == "application/json":
        return {
            "sentence": "Your session has ended. Sign in again in another window; what you typed is still here."
        }, 401
    typed = _typed()
    form = SignInForm(formdata=None)
    form.carried.data = carry(typed, current_app.config["SECRET_KEY"]) if typed else None
    return (
        render_template(
            "tenants/sign_in.html",
            form=form,
            ended=True,
            kept=bool(form.carried.data),
            files=typed.files if typed else (),
        ),
        401,
    )


def _typed() -> Typed | None:
    try:
        person, organisation = UUID(cookie["person"]), UUID(cookie["organisation"])
    except (KeyError, ValueError):
        return None
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name.lower()
    )
    files = tuple(sorted({name for name, file in request.files.items(multi=True) if file.filename}))
    return Typed(person, organisation, request.full_path.rstrip("?"), fields, files)
