"""Forgotten and changed passwords."""

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web import public, signed_in
from portal.core.web.lifecycle import note_refusal
from portal.core.web.pages import actor
from tenants.actions.passwords import (
    ask_new_password,
    change_password,
    note_password_set,
    read_password_link,
    set_new_password,
)
from tenants.cookies import begin, former
from tenants.forms import AcceptForm, ChangePasswordForm, ForgottenForm
from tenants.routes import pages
from tenants.routes.forms import show_invalid

_TOO_MANY = {"Retry-After": "900"}


@pages.route(
    "/forgotten-password",
    permit=public("Whoever has forgotten their password cannot sign in."),
    methods=("GET", "POST"),
    endpoint="forgotten_password",
)
def forgotten_password_page() -> ResponseReturnValue:
    """Where to mail the link. The answer is the same for known and unknown addresses."""
    form = ForgottenForm()
    if request.method == "GET":
        return render_template("tenants/forgotten_password.html", form=form)
    email = form.email.data or ""
    try:
        form.validate()
        asked = ask_new_password(session(), email=email, address=request.remote_addr or "")
    except Invalid as error:
        show_invalid(form, error)
        # What was typed stays, but for what no page may hold.
        form.email.data = "".join(character for character in email if character.isprintable())
        return render_template("tenants/forgotten_password.html", form=form), 422
    if not asked:
        session().commit()  # the count stays
        sentence = "A link has been asked for several times already. Look in your mail, or wait 15 minutes."
        g.refusal = {"status": 429, "sentence": sentence}
        form.form_errors.append(sentence)
        return render_template("tenants/forgotten_password.html", form=form), 429, _TOO_MANY
    return render_template("tenants/forgotten_password_sent.html", email=email.strip())


@pages.route(
    "/new-password/<token>",
    permit=public("The secret in the address is what lets somebody choose a password, once."),
    methods=("GET", "POST"),
    endpoint="new_password",
)
def new_password_page(token: str) -> ResponseReturnValue:
    """Choose a password; the link is used up. Looking at it does not use it: mail is read by machines as well."""
    form, email = AcceptForm(), ""
    try:
        email = read_password_link(session(), token)
        if request.method == "GET":
            return render_template("tenants/new_password.html", form=form, email=email)
        form.validate()
        fresh = set_new_password(
            session(), token=token, password=form.password.data or "", repeated=form.repeated.data or ""
        )
    except Invalid as error:
        show_invalid(form, error)
        return render_template("tenants/new_password.html", form=form, email=email), 422
    except Missing as error:
        return _no_such_link(token, error)
    session().commit()
    who = begin(fresh)
    if who is None:
        raise Missing
    note_password_set(session(), who)
    flash("Your new password holds from now on. Wherever else you were signed in, that has ended.", "success")
    return redirect("/home", 303)


def _no_such_link(token: str, error: Missing) -> ResponseReturnValue:
    note_refusal(error)
    if token.isascii() and token.isalnum():
        # It may be somebody's, and good: of the secret only the beginning is written down.
        g.refusal["path"] = f"/new-password/{token[:8]}"
    return render_template("tenants/new_password_ended.html"), error.status


@pages.route(
    "/password",
    permit=signed_in("A person's own password."),
    methods=("GET", "POST"),
    endpoint="password",
)
def password_page() -> ResponseReturnValue:
    """Another password, on proof of the old one. This browser stays signed in, every other does not."""
    form = ChangePasswordForm()
    if request.method == "GET":
        return render_template("tenants/password.html", form=form)
    try:
        form.validate()
        fresh = change_password(
            session(),
            actor(),
            current=form.current_password.data or "",
            password=form.password.data or "",
            repeated=form.repeated.data or "",
        )
    except Invalid as error:
        session().commit()  # the count of failures stays
        show_invalid(form, error)
        if "current_password" in error.fields and form.current_password.data:
            g.refusal = {"status": 401, "sentence": error.sentence}
        return render_template("tenants/password.html", form=form), 422
    session().commit()
    if fresh is None:
        sentence = "There were too many tries. Wait 15 minutes and try again, or have a link sent to your mailbox."
        g.refusal = {"status": 429, "sentence": sentence}
        form.form_errors.append(sentence)
        return render_template("tenants/password.html", form=form), 429, _TOO_MANY
    if begin(fresh, former()) is None:
        raise Missing
    flash("Your password is changed. Wherever else you were signed in, that has ended.", "success")
    return redirect("/acting-for", 303)
