"""The specification: one common text, and what each council adds for its own area."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing, NotPermitted
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.specifications import (
    ScheduleConflict,
    write_local_schedule,
    write_specification,
)
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.forms import ScheduleForm, SpecificationForm
from portal.purchasing_systems.queries.specifications import specification_numbered, specification_of
from portal.purchasing_systems.queries.systems import led_system, lots_of, system_for
from portal.purchasing_systems.queries.versions import versions_of
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
        standing=versions_of(session(), system_id),
        begins=leads and not open_ and who.may(Permission.ADVERT_EDIT),
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
    version = request.args.get("version", 1, type=int)
    if version == 1:
        refuse_frozen(found)
    there = specification_numbered(session(), system_id, version)
    council = there.schedule(authority_id)
    lots = lots_of(session(), system_id)
    wanted = request.args.get("lot", "")
    lot = next((one for one in lots if str(one.id) == wanted), None)
    if council is None or (wanted and lot is None):
        raise Missing
    schedule = there.schedule(authority_id, lot.id if lot else None)
    text = schedule.text if schedule else ""
    back = f"/systems/{system_id}/" + (f"versions/{there.id}" if version > 1 else "specification")
    form = ScheduleForm(data={"text": text, "seen": text})
    conflict = None

    def act() -> object:
        return write_local_schedule(
            session(),
            actor(),
            system_id=system_id,
            authority_id=authority_id,
            text=form.text.data or "",
            lot_id=lot.id if lot else None,
            version=version,
            seen=(form.seen.data or "").replace("\r\n", "\n") if form.seen.raw_data else None,
        )

    if request.method == "POST":
        try:
            if attempt(form, act):
                flash(f"The local schedule of {council.short_name} is saved.", "success")
                return redirect(back, 303)
        except ScheduleConflict as met:
            conflict, form.seen.data = met, met.theirs
            form.text.errors = ["A colleague changed it meanwhile. Bring both texts together, then save."]
    return page(
        "edit_local_schedule",
        form,
        system=found,
        specification=there,
        council=council,
        lot=lot,
        lots=lots,
        version=version,
        back=back,
        conflict=conflict,
    )
