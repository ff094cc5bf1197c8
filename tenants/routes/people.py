"""Colleagues: who belongs here, with which roles; for administrators."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.pages import actor
from tenants.actions.invitations import invite_colleague, withdraw_invitation
from tenants.actions.people import change_roles, end_membership
from tenants.forms import ColleagueForm, InviteForm
from tenants.permissions import Permission
from tenants.queries import colleague, colleagues, invited
from tenants.routes import pages
from tenants.routes.forms import show_invalid


@pages.route("/people", permit=Permission.PEOPLE_MANAGE)
def people() -> ResponseReturnValue:
    """Who belongs to the organisation, and who is invited."""
    return render_template("tenants/people.html", people=colleagues(session(), actor()), invited=invited(session()))


@pages.route("/people/invite", permit=Permission.PEOPLE_MANAGE, methods=("GET", "POST"))
def invite() -> ResponseReturnValue:
    """A colleague gets a link that works once."""
    form = InviteForm()
    form.offer(actor().organisation_kind)
    if request.method == "POST":
        try:
            form.validate()
            invite_colleague(
                session(),
                actor(),
                email=form.email.data or "",
                post=form.post.data or "",
                roles=form.roles.data or (),
            )
        except Invalid as error:
            show_invalid(form, error)
            return render_template("tenants/invite.html", form=form), 422
        flash(f"The invitation is on its way to {(form.email.data or '').strip()}.", "success")
        return redirect("/people", 303)
    return render_template("tenants/invite.html", form=form)


@pages.route("/people/invitations/<uuid:invitation_id>/withdraw", permit=Permission.PEOPLE_MANAGE, methods=("POST",))
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """The link ends."""
    withdraw_invitation(session(), actor(), invitation_id=invitation_id)
    flash("The invitation is withdrawn: its link no longer works.", "success")
    return redirect("/people", 303)


@pages.route("/people/<uuid:membership_id>", permit=Permission.PEOPLE_MANAGE, methods=("GET", "POST"))
def colleague_page(membership_id: UUID) -> ResponseReturnValue:
    """Post and roles of one colleague."""
    found = colleague(session(), actor(), membership_id)
    form = ColleagueForm(data={"post": found.post, "roles": list(found.roles)})
    form.offer(actor().organisation_kind)
    if request.method == "POST":
        try:
            form.validate()
            change_roles(
                session(),
                actor(),
                membership_id=membership_id,
                post=form.post.data or "",
                roles=form.roles.data or (),
            )
        except Invalid as error:
            show_invalid(form, error)
            return render_template("tenants/colleague_page.html", form=form, colleague=found), 422
        flash(f"Saved. What {found.post} may do has changed from now on.", "success")
        return redirect("/people", 303)
    return render_template("tenants/colleague_page.html", form=form, colleague=found)


@pages.route("/people/<uuid:membership_id>/end", permit=Permission.PEOPLE_MANAGE, methods=("POST",))
def end(membership_id: UUID) -> ResponseReturnValue:
    """The colleague has left: their access ends now."""
    found = colleague(session(), actor(), membership_id)
    end_membership(session(), actor(), membership_id=membership_id)
    flash(f"The access of {found.post} has ended. What they did stays in the trail.", "success")
    return redirect("/people", 303)
