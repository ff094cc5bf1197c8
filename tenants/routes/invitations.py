"""Register a provider; accept an invitation."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web import public
from tenants.actions.invitations import accept_invitation, note_joined, read_invitation, register_provider
from tenants.cookies import begin
from tenants.forms import AcceptForm, RegisterForm
from tenants.routes import pages
from tenants.routes.forms import show_invalid


@pages.route(
    "/register-organisation",
    permit=public("A provider without an account registers here."),
    methods=("GET", "POST"),
    endpoint="register",
)
def register_page() -> ResponseReturnValue:
    """Name, post, address; the rest by a link in the mail. The answer is the same for known and unknown addresses."""
    form = RegisterForm()
    if request.method == "GET":
        return render_template("tenants/register.html", form=form)
    email = form.email.data or ""
    try:
        form.validate()
        sent = register_provider(
            session(),
            organisation=form.organisation.data or "",
            post=form.post.data or "",
            email=email,
            address=request.remote_addr or "",
        )
    except Invalid as error:
        show_invalid(form, error)
        return render_template("tenants/register.html", form=form), 422
    if not sent:
        session().commit()  # the count stays
        form.form_errors.append(
            "A link has been asked for several times already. Look in your mail, or wait 15 minutes."
        )
        return render_template("tenants/register.html", form=form), 429, {"Retry-After": "900"}
    return render_template("tenants/register_sent.html", email=email.strip())


@pages.route(
    "/invitations/<token>",
    permit=public("The secret in the address is what lets somebody in, once."),
    methods=("GET", "POST"),
    endpoint="invitation",
)
def invitation_page(token: str) -> ResponseReturnValue:
    """Set a password, or prove the one of the account; either way the link is used up."""
    if len(token) > 100 or not token.isascii() or not token.isalnum():
        raise Missing
    found = read_invitation(session(), token)
    form = AcceptForm()
    if request.method == "GET":
        return render_template("tenants/invitation.html", form=form, invitation=found)
    try:
        form.validate()
        fresh = accept_invitation(
            session(), token=token, password=form.password.data or "", repeated=form.repeated.data or ""
        )
    except Invalid as error:
        session().commit()  # the count of failures stays
        show_invalid(form, error)
        return render_template("tenants/invitation.html", form=form, invitation=found), 422
    session().commit()
    who = begin(fresh)
    if who is None:
        raise Missing
    note_joined(session(), who)
    flash(f"You now act for {who.organisation_name}.", "success")
    return redirect("/home", 303)
