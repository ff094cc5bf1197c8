"""Sign in, sign out, act for another organisation."""

from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.core.web import public, signed_in
from portal.core.web.pages import actor
from tenants.actions.sessions import act_for, note_sign_in, sign_in, sign_out, sign_out_everywhere
from tenants.carrying import carried
from tenants.cookies import Former, begin, forget, former, local_path
from tenants.emails import parse_email
from tenants.forms import SignInForm
from tenants.routes import pages

_WRONG = "The e-mail address or the password is not right. Check both and try again."
_THROTTLED = (
    "There were too many tries with a wrong password. Wait 15 minutes and try again. Nobody has been locked out."
)


@pages.route(
    "/sign-in",
    permit=public("Whoever is not signed in signs in here."),
    methods=("GET", "POST"),
    endpoint="sign_in",
)
def sign_in_page() -> ResponseReturnValue:
    """E-mail and password; the same answer whether the account exists or not."""
    form = SignInForm()
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next"))
        if g.get("actor") is not None:
            return redirect(form.next.data or "/home", 303)
        return render_template("tenants/sign_in.html", form=form)
    if not form.validate():
        return _again(form, 422)
    answer = sign_in(
        session(),
        email=form.email.data or "",
        password=form.password.data or "",
        address=request.remote_addr or "",
    )
    session().commit()  # the count of failures stays, whatever the page answers
    if answer.token is None:
        sentence = _THROTTLED if answer.throttled else _WRONG
        g.refusal = {"status": 429 if answer.throttled else 401, "sentence": sentence}
        form.form_errors.append(sentence)
        return _again(form, 429 if answer.throttled else 422)
    return _signed_in(answer.token, form)


def _again(form: SignInForm, status: int) -> ResponseReturnValue:
    form.email.data = _shown(form.email.data or "")
    kept = carried(form.carried.data or "", current_app.config["SECRET_KEY"])
    page = render_template(
        "tenants/sign_in.html",
        form=form,
        ended=kept is not None,
        kept=kept is not None,
        files=kept.files if kept else (),
    )
    return page, status, {"Retry-After": "900"} if status == 429 else {}


def _shown(email: str) -> str:
    # What cannot be an address is not said back: it may hold what no page may hold.
    try:
        return parse_email(email)
    except ValueError:
        return ""


def _signed_in(token: str, form: SignInForm) -> ResponseReturnValue:
    before = former()
    who = begin(token, before)
    if who is None:  # the last membership ended between two statements
        raise Missing
    note_sign_in(session(), who)
    who = _back_where_they_were(token, who, before)
    sealed = form.carried.data
    typed = carried(sealed, current_app.config["SECRET_KEY"]) if sealed else None
    if typed is not None and (typed.person_id, typed.organisation_id) == (who.person_id, who.organisation_id):
        return render_template("tenants/continue.html", typed=typed, path=local_path(typed.path) or "/home")
    if sealed:
        flash(
            "What had been typed before is not shown: it belongs to whoever was signed in then, "
            "acting for their organisation.",
            "neutral",
        )
        return redirect("/home", 303)
    return redirect(local_path(form.next.data) or "/home", 303)


def _back_where_they_were(token: str, who: Actor, before: Former) -> Actor:
    """The same person goes on acting for the organisation they acted for; the page says which."""
    organisation = next((choice.id for choice in who.choices if str(choice.id) == before.organisation), None)
    if organisation is None or before.person != str(who.person_id):
        return who
    fresh = act_for(session(), who, token=token, organisation_id=organisation)
    session().commit()
    changed = begin(fresh, before)
    if changed is None:
        raise Missing
    return changed


@pages.route(
    "/sign-out",
    permit=public("Signing out twice is no error."),
    methods=("POST",),
    endpoint="sign_out",
)
def sign_out_page() -> ResponseReturnValue:
    """End the session on the server and empty the cookie."""
    if g.get("token"):
        sign_out(session(), g.get("actor"), token=g.token)
    forget()
    flash("You are signed out.", "success")
    return redirect("/sign-in", 303)


@pages.route(
    "/sign-out-everywhere",
    permit=signed_in("A person's own sessions."),
    methods=("POST",),
    endpoint="sign_out_everywhere",
)
def sign_out_everywhere_page() -> ResponseReturnValue:
    """End every session of this person."""
    sign_out_everywhere(session(), actor())
    forget()
    flash("You are signed out everywhere.", "success")
    return redirect("/sign-in", 303)


@pages.route(
    "/acting-for",
    permit=signed_in("Everybody may see for whom they can act."),
    methods=("GET", "POST"),
    endpoint="acting_for",
)
def acting_for_page() -> ResponseReturnValue:
    """One organisation at a time; changing begins a new session."""
    who = actor()
    if request.method == "GET":
        return render_template("tenants/acting_for.html")
    try:
        organisation_id = UUID(request.form.get("organisation", ""))
    except ValueError:
        raise Missing from None
    fresh = act_for(session(), who, token=g.token, organisation_id=organisation_id)
    session().commit()
    changed = begin(fresh)
    if changed is None:
        raise Missing
    flash(f"You now act for {changed.organisation_name}.", "success")
    return redirect("/home", 303)
