"""Systems managed elsewhere: the list, one of them with its providers, and the spreadsheet it is filled from."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.spreadsheets import SheetProblem, SheetRefused
from portal.core.spreadsheets.lists_in import LARGEST
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.external import (
    add_external_provider,
    end_external_admission,
    own_external,
    preview_sheet,
    register_external,
    take_back,
    take_over,
)
from portal.purchasing_systems.models import ExternalAdmission, ExternalSystem
from portal.purchasing_systems.offer_forms import EndForm, ExternalForm, ExternalProviderForm, SheetForm
from portal.purchasing_systems.queries.external import (
    external_admissions,
    external_system,
    external_systems,
    import_of,
    imports_of,
)
from portal.purchasing_systems.queries.systems import authorities
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, made_by, page
from portal.purchasing_systems.rules.external_rows import HEADINGS
from tenants.permissions import Permission

_READ, _WRITE = Permission.SYSTEM_READ, Permission.EXTERNAL_REGISTER


@pages.route("/external-systems", permit=_READ, endpoint="external_systems")
def every_external() -> ResponseReturnValue:
    """Those the council registered, or was named in."""
    return render_template(
        "purchasing_systems/external_systems.html",
        systems=external_systems(session()),
        registers=actor().may(_WRITE),
        today=clock.today(),
    )


@pages.route("/external-systems/new", permit=_WRITE, methods=("GET", "POST"))
def new_external() -> ResponseReturnValue:
    """Register one."""
    return _form(None, ExternalForm())


@pages.route("/external-systems/<uuid:external_id>/edit", permit=_WRITE, methods=("GET", "POST"))
def edit_external(external_id: UUID) -> ResponseReturnValue:
    """Correct what is said of it."""
    system = own_external(session(), actor(), external_id)
    form = ExternalForm(
        data={
            "name": system.name,
            "host": system.host,
            "reference": system.reference,
            "lots": "\n".join(lot["title"] for lot in system.lots),
            "starts_on": system.starts_on,
            "ends_on": system.ends_on,
            "source_url": system.source_url,
            "readers": [str(one) for one in system.readers],
        }
    )
    return _form(system, form)


def _form(system: ExternalSystem | None, form: ExternalForm) -> ResponseReturnValue:
    form.readers.choices = options(
        (str(o.id), o.name) for o in authorities(session()) if o.id != actor().organisation_id
    )
    offered = {choice.value for choice in form.readers.choices}
    if request.method == "POST":
        made = made_by(
            form,
            lambda: register_external(
                session(),
                actor(),
                external_id=system.id if system else None,
                name=form.name.data or "",
                host=form.host.data or "",
                reference=form.reference.data or "",
                lots=form.lots.data or "",
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                source_url=form.source_url.data or "",
                readers=[UUID(one) for one in form.readers.data or [] if one in offered],
            ),
        )
        if made:
            flash("The system is registered.", "success")
            return redirect(f"/external-systems/{made.id}", 303)
    return page("external_form", form, system=system)


@pages.route("/external-systems/<uuid:external_id>", permit=_READ, endpoint="external_system")
def one_external(external_id: UUID) -> ResponseReturnValue:
    """What is known of it, and who is admitted there."""
    system = external_system(session(), external_id)
    return render_template(
        "purchasing_systems/external_system.html",
        system=system,
        admissions=external_admissions(session(), external_id),
        imports=imports_of(session(), external_id),
        names={o.id: o.name for o in authorities(session())},
        keeps=actor().may(_WRITE) and system.registered_by_id == actor().organisation_id,
        today=clock.today(),
    )


@pages.route("/external-systems/<uuid:external_id>/providers/new", permit=_WRITE, methods=("GET", "POST"))
def new_external_provider(external_id: UUID) -> ResponseReturnValue:
    """A provider, by hand."""
    system = own_external(session(), actor(), external_id)
    form = ExternalProviderForm()
    if request.method == "POST" and attempt(
        form,
        lambda: add_external_provider(
            session(),
            actor(),
            external_id=external_id,
            provider_name=form.provider_name.data or "",
            lot_number=form.lot_number.whole,
            service_name=form.service_name.data or "",
            number=form.number.data or "",
            area=form.area.data or "",
            admitted_on=form.admitted_on.data,
            ended_on=form.ended_on.data,
        ),
    ):
        flash("The provider is entered.", "success")
        return redirect(f"/external-systems/{external_id}", 303)
    return page("external_provider", form, system=system)


@pages.route("/external-admissions/<uuid:admission_id>/end", permit=_WRITE, methods=("GET", "POST"))
def end_external(admission_id: UUID) -> ResponseReturnValue:
    """Its last day there."""
    admission = session().get(ExternalAdmission, admission_id)
    if admission is None or admission.registered_by_id != actor().organisation_id:
        raise Missing
    form = EndForm()
    back = f"/external-systems/{admission.external_id}"
    if request.method == "POST" and attempt(
        form,
        lambda: end_external_admission(session(), actor(), admission_id=admission_id, ended_on=form.ended_on.data),
    ):
        flash("The end is noted.", "success")
        return redirect(back, 303)
    return page("external_end", form, admission=admission, back=back)


@pages.route("/external-systems/<uuid:external_id>/upload", permit=_WRITE, methods=("GET", "POST"))
def upload_external(external_id: UUID) -> ResponseReturnValue:
    """Read a spreadsheet, to be looked at before anything changes."""
    system = own_external(session(), actor(), external_id)
    form = SheetForm()
    problems: tuple[SheetProblem, ...] = ()
    if request.method == "POST" and form.validate():
        file = form.file.data
        try:
            made = preview_sheet(
                session(),
                actor(),
                external_id=external_id,
                file_name=file.filename or "" if file else "",
                data=file.read(LARGEST + 1) if file else b"",
            )
        except SheetRefused as refused:
            problems = refused.problems
            form.file.errors = [
                problems[0].sentence
                if not problems[0].cell
                else f"{len(problems)} things must be put right. Nothing was taken over."
            ]
        else:
            return redirect(f"/external-imports/{made.id}", 303)
    context: dict[str, Any] = {"system": system, "problems": [p for p in problems if p.cell], "headings": HEADINGS}
    return page("external_upload", form, **context)


@pages.route("/external-imports/<uuid:import_id>", permit=_WRITE)
def external_import(import_id: UUID) -> ResponseReturnValue:
    """What was read; take it over, or take it back."""
    made = import_of(session(), import_id)
    return render_template(
        "purchasing_systems/external_import.html", made=made, system=external_system(session(), made.external_id)
    )


@pages.route("/external-imports/<uuid:import_id>/take-over", permit=_WRITE, methods=("POST",))
def take_over_import(import_id: UUID) -> ResponseReturnValue:
    """Into the register."""
    made = take_over(session(), actor(), import_id=import_id)
    flash(f"{len(made.rows)} lines are in the register.", "success")
    return redirect(f"/external-systems/{made.external_id}", 303)


@pages.route("/external-imports/<uuid:import_id>/take-back", permit=_WRITE, methods=("POST",))
def take_back_import(import_id: UUID) -> ResponseReturnValue:
    """Out of it again."""
    made = take_back(session(), actor(), import_id=import_id)
    flash("The lines are out of the register again.", "success")
    return redirect(f"/external-systems/{made.external_id}", 303)
