"""A provider keeps its passport; an officer copies a grade."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.providers.actions.passport import record_grade, save_contact, save_insurance, save_service
from portal.providers.forms import ContactForm, GradeForm, InsuranceForm, ServiceForm
from portal.providers.queries.passport import passport_of, service_of
from portal.providers.queries.reference import SOURCE, grades_of, registration_of
from portal.providers.routes import pages
from portal.providers.rules.passport import CONTACTS, INSURANCES, KINDS, REGULATORS
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid


@pages.route("/your-services", permit=Permission.PASSPORT_KEEP)
def your_services() -> ResponseReturnValue:
    """Services, contacts and insurances of the provider acted for."""
    return render_template(
        "providers/your_services.html",
        passport=passport_of(session(), actor().organisation_id),
        registration_of=registration_of,
        source=SOURCE,
        kinds=KINDS,
        regulators=REGULATORS,
        contact_kinds=CONTACTS,
        insurance_kinds=INSURANCES,
        today=clock.today(),
    )


@pages.route("/your-services/new", permit=Permission.PASSPORT_KEEP, methods=("GET", "POST"))
def new_service() -> ResponseReturnValue:
    """Enter a service."""
    return _service(None, ServiceForm())


@pages.route("/your-services/<uuid:service_id>", permit=Permission.PASSPORT_KEEP, methods=("GET", "POST"))
def edit_service(service_id: UUID) -> ResponseReturnValue:
    """Say what has changed; what was said before stays on the record."""
    found = service_of(session(), actor(), service_id)
    return _service(service_id, ServiceForm(obj=found))


def _service(service_id: UUID | None, form: ServiceForm) -> ResponseReturnValue:
    if request.method == "POST" and _done(
        form,
        lambda: save_service(
            session(),
            actor(),
            service_id=service_id,
            name=form.name.data or "",
            kind=form.kind.data or "",
            regulator=form.regulator.data or "",
            number=form.number.data or "",
            area=form.area.data or "",
            capacity=form.capacity.whole,
            opened_on=form.opened_on.data,
            closed_on=form.closed_on.data,
        ),
    ):
        flash("The service is saved. Councils read it from now on.", "success")
        return redirect("/your-services", 303)
    return _page("service", form, service_id=service_id)


@pages.route("/your-services/contacts/<kind>", permit=Permission.PASSPORT_KEEP, methods=("GET", "POST"))
def edit_contact(kind: str) -> ResponseReturnValue:
    """Where referrals go, or who tells of vacancies."""
    if kind not in CONTACTS:
        raise Missing
    form = ContactForm(obj=passport_of(session(), actor().organisation_id).contacts.get(kind))
    if request.method == "POST" and _done(
        form,
        lambda: save_contact(
            session(),
            actor(),
            kind=kind,
            post=form.post.data or "",
            email=form.email.data or "",
            telephone=form.telephone.data or "",
        ),
    ):
        flash(f"{CONTACTS[kind]}: saved.", "success")
        return redirect("/your-services", 303)
    return _page("contact", form, title=CONTACTS[kind])


@pages.route("/your-services/insurances/<kind>", permit=Permission.PASSPORT_KEEP, methods=("GET", "POST"))
def edit_insurance(kind: str) -> ResponseReturnValue:
    """An insurance, and until when."""
    if kind not in INSURANCES:
        raise Missing
    form = InsuranceForm(obj=passport_of(session(), actor().organisation_id).insurances.get(kind))
    if request.method == "POST" and _done(
        form,
        lambda: save_insurance(
            session(), actor(), kind=kind, amount=form.amount.amount, expires_on=form.expires_on.data
        ),
    ):
        flash(f"{INSURANCES[kind]}: saved.", "success")
        return redirect("/your-services", 303)
    return _page("insurance", form, title=INSURANCES[kind])


@pages.route("/services/<uuid:service_id>/grade", permit=Permission.GRADE_RECORD, methods=("GET", "POST"))
def new_grade(service_id: UUID) -> ResponseReturnValue:
    """Copy what the regulator published of a service."""
    service = service_of(session(), actor(), service_id)
    if not service.number:
        raise Missing
    form = GradeForm()
    form.grade.choices = options(
        [("", "Select a grade"), *((g, g) for g in grades_of(service.regulator, service.kind))]
    )
    if request.method == "POST" and _done(
        form,
        lambda: record_grade(
            session(),
            actor(),
            regulator=service.regulator,
            number=service.number,
            kind=service.kind,
            grade=form.grade.data or "",
            graded_on=form.graded_on.data,
            source_url=form.source_url.data or "",
        ),
    ):
        flash("The grade is noted.", "success")
        return redirect(f"/register?name={service.number}", 303)
    return _page("grade", form, service=service, regulator=REGULATORS[service.regulator])


def _done(form: FlaskForm, act: Callable[[], object]) -> bool:
    if not form.validate():
        return False
    try:
        act()
    except Invalid as error:
        show_invalid(form, error)
        return False
    return True


def _page(template: str, form: FlaskForm, **context: Any) -> ResponseReturnValue:
    return render_template(f"providers/{template}.html", form=form, **context), 422 if form.errors else 200
