"""Programmes: procurements in an order, where each stands, and letting one go ahead before its turn."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing, NotPermitted
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.programmes import add_step, begin_programme, let_ahead, remove_step
from portal.purchasing_systems.forms import ReasonForm
from portal.purchasing_systems.models import Programme
from portal.purchasing_systems.queries.programmes import (
    MILESTONES,
    StepView,
    programme_for,
    programmes_of,
    steps_of,
    waits_for,
)
from portal.purchasing_systems.queries.systems import SYSTEM_STATUS, systems_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, made_by, page
from portal.purchasing_systems.routes.set_up import _uuid
from portal.purchasing_systems.set_up_forms import ProgrammeForm, StepForm
from tenants.permissions import Permission


@pages.route("/programmes", permit=Permission.SYSTEM_READ)
def programmes() -> ResponseReturnValue:
    """Those this authority leads or takes part in."""
    return page("programmes", rows=programmes_of(session()), edits=actor().may(Permission.ADVERT_EDIT))


@pages.route("/programmes/new", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def new_programme() -> ResponseReturnValue:
    """Set one up."""
    form = ProgrammeForm()
    if request.method == "POST":
        made = made_by(
            form,
            lambda: begin_programme(session(), actor(), title=form.title.data or "", purpose=form.purpose.data or ""),
        )
        if made:
            flash("The programme is set up. Add its systems in their order.", "success")
            return redirect(f"/programmes/{made.id}", 303)
    return page("new_programme", form)


@pages.route("/programmes/<uuid:programme_id>", permit=Permission.SYSTEM_READ)
def programme(programme_id: UUID) -> ResponseReturnValue:
    """Its systems in order, what each waits for, and what was let ahead and why."""
    return _page(programme_for(session(), programme_id), None)


@pages.route("/programmes/<uuid:programme_id>/systems", permit=Permission.ADVERT_EDIT, methods=("POST",))
def add_programme_step(programme_id: UUID) -> ResponseReturnValue:
    """A system at its end."""
    found = programme_for(session(), programme_id)
    form = StepForm()

    def act() -> object:
        return add_step(
            session(), actor(), programme_id=programme_id, system_id=_uuid(form.system_id.data),
            milestone=form.milestone.data or "",
        )  # fmt: skip

    if attempt(form, act):
        flash("The system is in the programme.", "success")
        return redirect(f"/programmes/{programme_id}", 303)
    return _page(found, form)


@pages.route(
    "/programmes/<uuid:programme_id>/systems/<uuid:step_id>/remove", permit=Permission.ADVERT_EDIT, methods=("POST",)
)
def remove_programme_step(programme_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Take one out again."""
    remove_step(session(), actor(), programme_id=programme_id, step_id=step_id)
    flash("The system is no longer in the programme.", "success")
    return redirect(f"/programmes/{programme_id}", 303)


@pages.route(
    "/programmes/<uuid:programme_id>/systems/<uuid:step_id>/let-ahead",
    permit=Permission.PROGRAMME_OVERRIDE,
    methods=("GET", "POST"),
    endpoint="let_ahead",
)
def let_ahead_page(programme_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Before its turn, with a reason."""
    found = programme_for(session(), programme_id)
    step = next((s for s in steps_of(session(), programme_id) if s.id == step_id), None)
    if step is None:
        raise Missing
    if found.lead_id != actor().organisation_id:
        raise NotPermitted(f"Only a head of service of {found.lead_name} can let a system go ahead before its turn.")
    form = ReasonForm()
    if request.method == "POST" and attempt(
        form,
        lambda: let_ahead(
            session(), actor(), programme_id=programme_id, step_id=step_id, reason=form.reason.data or ""
        ),
    ):
        flash("It may go ahead. Your reason is on the programme’s page and in the trail.", "success")
        return redirect(f"/programmes/{programme_id}", 303)
    return page("let_ahead", form, programme=found, step=step, waits=waits_for(session(), step.system_id))


def _page(found: Programme, form: StepForm | None) -> ResponseReturnValue:
    steps: list[StepView] = steps_of(session(), found.id)
    leads = found.lead_id == actor().organisation_id
    edits = leads and actor().may(Permission.ADVERT_EDIT)
    shown = form or StepForm(formdata=None)
    if edits:
        free = [
            s
            for s in systems_of(session(), actor())
            if s.lead_id == found.lead_id and s.id not in {p.system_id for p in steps}
        ]
        shown.system_id.choices = options([("", "Select a system"), *((str(s.id), s.title) for s in free)])
    return page(
        "programme",
        shown,
        programme=found,
        steps=steps,
        milestones=MILESTONES,
        statuses=SYSTEM_STATUS,
        edits=edits,
        may_let=leads and actor().may(Permission.PROGRAMME_OVERRIDE),
    )
