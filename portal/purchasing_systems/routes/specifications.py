"""The specification: one common text, and what each council adds for its own area."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing, NotPermitted
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.specifications import write_local_schedule, write_specification
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.forms import ScheduleForm, SpecificationForm
from portal.purchasing_systems.queries.specifications import specification_of
from portal.purchasing_systems.queries.systems import led_system, system_for
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from tenants.permissions import Permission


@pages.route("/systems/<uuid:system_id>/specification", permit=Permission.SYSTEM_READ)
def specification(system_id: UUID) -> ResponseReturnValue:
    """Common text and local schedules, with what this actor may write."""
    found = system_for(session(), actor(), system_id)
    who, open_ = actor(), found.frozen_at is None
    leads = found.lead_id == who.organisation_id
    return page(
        "specification",
        system=found,
        sections=sections(found, "Specification"),
        specification=specification_of(session(), system_id),
        edits=leads and open_ and who.may(Permission.ADVERT_EDIT),
        writes_all=leads and open_ and who.may(Permission.SCHEDULE_EDIT),
        writes_own=open_ and who.may(Permission.SCHEDULE_EDIT),
    )


@pages.route("/systems/<uuid:system_id>/specification/edit", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def edit_specification(system_id: UUID) -> ResponseReturnValue:
    """Write the common text."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    refuse_frozen(found)
    there = specification_of(session(), system_id)
    form = SpecificationForm(data={"title": there.title, "common_text": there.common_text} if there else {})
    if request.method == "POST" and attempt(
        form,
        lambda: write_specification(
            session(),
            actor(),
            system_id=system_id,
            title=form.title.data or "",
            common_text=form.common_text.data or "",
        ),
    ):
        flash("The common text is saved.", "success")
        return redirect(f"/systems/{system_id}/specification", 303)
    return page("edit_specification", form, system=found)


@pages.route(
    "/systems/<uuid:system_id>/local-schedules/<uuid:authority_id>",
    permit=Permission.SCHEDULE_EDIT,
    methods=("GET", "POST"),
)
def edit_local_schedule(system_id: UUID, authority_id: UUID) -> ResponseReturnValue:
    """Write one council's local schedule: that council itself, or the lead."""
    found = system_for(session(), actor(), system_id)
    if actor().organisation_id not in (authority_id, found.lead_id):
        raise NotPermitted("A local schedule is written by its own council or by the lead authority.")
    refuse_frozen(found)
    there = specification_of(session(), system_id)
    schedule = next((s for s in there.schedules if s.authority_id == authority_id), None) if there else None
    if there is None or schedule is None:
        raise Missing
    form = ScheduleForm(data={"text": schedule.text})
    if request.method == "POST" and attempt(
        form,
        lambda: write_local_schedule(
            session(), actor(), system_id=system_id, authority_id=authority_id, text=form.text.data or ""
        ),
    ):
        flash(f"The local schedule of {schedule.short_name} is saved.", "success")
        return redirect(f"/systems/{system_id}/specification", 303)
    return page("edit_local_schedule", form, system=found, specification=there, schedule=schedule)
