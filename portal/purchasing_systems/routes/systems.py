"""Systems: the list, one system, setting it up, its grounds, making it public, ending it."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.core.workflow import offers
from portal.purchasing_systems.actions.systems import (
    activate_system,
    cancel_system,
    create_system,
    edit_system,
    establish_system,
    refuse_frozen,
)
from portal.purchasing_systems.forms import GroundsForm, ReasonForm, SystemForm
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.profiles import latest_profiles, profile_of
from portal.purchasing_systems.queries.programmes import programme_of_system, related_systems
from portal.purchasing_systems.queries.readiness import checks_of_system
from portal.purchasing_systems.queries.rounds import rounds_of
from portal.purchasing_systems.queries.systems import (
    SYSTEM_STATUS,
    led_system,
    participants_of,
    seen_system,
    systems_of,
)
from portal.purchasing_systems.queries.versions import has_later_version, versions_of
from portal.purchasing_systems.reference import regimes
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, made_by, page, sections
from portal.purchasing_systems.routes.moving import moving
from portal.purchasing_systems.states import SYSTEM
from tenants.permissions import Permission

_FIELDS = (
    "title", "alias", "regime", "vehicle", "legal_basis", "client_group", "valid_from", "valid_until", "value_pounds", "cpv",
    "standstill_days", "quality_pass_mark", "panel_councils", "commenced_on", "longer_because",
)  # fmt: skip


@pages.route("/systems", permit=Permission.SYSTEM_READ)
def systems() -> ResponseReturnValue:
    """Every system in which this authority leads or takes part."""
    return page("systems", rows=systems_of(session(), actor()), statuses=SYSTEM_STATUS)


@pages.route("/systems/<uuid:system_id>", permit=Permission.SYSTEM_READ)
def system(system_id: UUID) -> ResponseReturnValue:
    """One system: where it stands, its rounds, who takes part, on what terms."""
    found = seen_system(session(), actor(), system_id)
    leads = found.lead_id == actor().organisation_id
    draft = found.published_at is None
    programme, waits = programme_of_system(session(), system_id)
    return page(
        "system",
        system=found,
        status=SYSTEM_STATUS[found.status],
        sections=sections(found, "Overview"),
        leads=leads,
        edits=leads and actor().may(Permission.ADVERT_EDIT) and found.frozen_at is None,
        runs=leads and actor().may(Permission.ROUND_RUN),
        asks=leads and actor().may(Permission.MATTER_RAISE),
        councils=participants_of(session(), system_id),
        flags=_version_flags(system_id),
        rounds=rounds_of(session(), system_id),
        checks=checks_of_system(session(), found) if draft and actor().may_read(system_id) else [],
        offers=offers(session(), actor(), SYSTEM, found) if leads else [],
        related=related_systems(session(), found),
        programme=programme,
        waits=waits,
        regime=regimes().get(found.regime, found.regime),
        profile=profile_of(session(), found),
    )


def _version_flags(system_id: UUID) -> dict[UUID, str]:
    """By council: on which version it is, where a later one waits (R3-03). Nothing is asked where there is only one version."""
    if not has_later_version(session(), system_id):
        return {}
    return {c.council.authority_id: c.flag for c in versions_of(session(), system_id).councils if c.flag}


@pages.route("/systems/new", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def new_system() -> ResponseReturnValue:
    """Set up a system led by this authority."""
    form = system_form(vehicle=request.args.get("vehicle", ""))
    if request.method == "POST":
        made = made_by(form, lambda: create_system(session(), actor(), **_values(form), restriction_grounds=[]))
        if made:
            flash("The purchasing system is set up. Add its lots, its councils and its specification.", "success")
            return redirect(f"/systems/{made.id}", 303)
    return page("new_system", form)


@pages.route(
    "/systems/<uuid:system_id>/edit", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"), endpoint="edit_system"
)
def edit_system_page(system_id: UUID) -> ResponseReturnValue:
    """Change it, until a round freezes it."""
    found = _editable(system_id)
    form, moved = system_form(**{name: getattr(found, name) for name in _FIELDS}), None
    if request.method == "POST":
        grounds = list(found.restriction_grounds)
        done, moved = moving(
            form,
            lambda: edit_system(session(), actor(), system_id=system_id, **_values(form), restriction_grounds=grounds),
            system_id=system_id,
        )
        if done:
            flash("The purchasing system is saved.", "success")
            return redirect(f"/systems/{system_id}", 303)
    return page("edit_system", form, system=found, moved=moved)


@pages.route("/systems/<uuid:system_id>/restriction-grounds", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def restriction_grounds(system_id: UUID) -> ResponseReturnValue:
    """The grounds published in the documents; a council may restrict a provider that passed on no other."""
    found = _editable(system_id)
    form = GroundsForm(data={"grounds": [*found.restriction_grounds, {}]})
    if request.method == "POST":
        values: dict[str, Any] = {name: getattr(found, name) for name in _FIELDS}
        done = attempt(
            form,
            lambda: edit_system(session(), actor(), system_id=system_id, **values, restriction_grounds=_grounds(form)),
        )
        if done:
            flash("The restriction grounds are saved.", "success")
            more = "add" in request.form
            return redirect(f"/systems/{system_id}/restriction-grounds" if more else f"/systems/{system_id}", 303)
    return page("restriction_grounds", form, system=found)


@pages.route("/systems/<uuid:system_id>/publish", permit=Permission.ADVERT_EDIT, methods=("POST",))
def publish_system(system_id: UUID) -> ResponseReturnValue:
    """Make it public."""
    establish_system(session(), actor(), system_id=system_id)
    flash("The purchasing system is public.", "success")
    return redirect(f"/systems/{system_id}", 303)


@pages.route(
    "/systems/<uuid:system_id>/activate", permit=Permission.ADVERT_EDIT, methods=("POST",), endpoint="activate_system"
)
def activate_system_page(system_id: UUID) -> ResponseReturnValue:
    """Established, and in use."""
    activate_system(session(), actor(), system_id=system_id)
    flash("The purchasing system is active.", "success")
    return redirect(f"/systems/{system_id}", 303)


@pages.route(
    "/systems/<uuid:system_id>/cancel", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"), endpoint="cancel_system"
)
def cancel_system_page(system_id: UUID) -> ResponseReturnValue:
    """End it before it is established, with a reason."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    form = ReasonForm()
    if request.method == "POST":
        done = attempt(
            form, lambda: cancel_system(session(), actor(), system_id=system_id, reason=form.reason.data or "")
        )
        if done:
            flash("The purchasing system is cancelled.", "success")
            return redirect(f"/systems/{system_id}", 303)
    return page("cancel_system", form, system=found)


def system_form(**data: Any) -> SystemForm:
    """The form, with every vehicle there is; a new system begins with the standstill that its vehicle proposes."""
    profiles = latest_profiles(session())
    chosen = next((p for p in profiles if p.code == data.get("vehicle")), None)
    if chosen is not None and "title" not in data:
        data |= {"standstill_days": chosen.standstill_days}
        if chosen.selection == "pass_fail":
            data |= {"quality_pass_mark": 0}
    form = SystemForm(data=data)
    form.vehicle.choices = options([("", "Select a vehicle"), *((p.code, p.name) for p in profiles)])
    return form


def _editable(system_id: UUID) -> PurchasingSystem:
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    refuse_frozen(found)
    return found


def _values(form: SystemForm) -> dict[str, Any]:
    for field, sentence in (
        (form.valid_from, "Enter the first day of validity."),
        (form.valid_until, "Enter the last day of validity."),
        (form.value_pounds, "Enter the estimated value."),
        (form.quality_pass_mark, "Enter a pass mark; 0 if there is none."),
        (form.panel_councils, "Enter how many councils send evaluators."),
    ):
        if not field.data:
            field.errors = [sentence]
    first, last = form.valid_from.data, form.valid_until.data
    pounds, mark, panel = form.value_pounds.amount, form.quality_pass_mark.number, form.panel_councils.whole
    if first is None or last is None or pounds is None or mark is None or panel is None:
        raise Invalid  # the fields say why
    return {
        "title": form.title.data or "",
        "alias": form.alias.data or "",
        "regime": form.regime.data or "",
        "vehicle": form.vehicle.data or "",
        "legal_basis": form.legal_basis.data or "",
        "client_group": form.client_group.data or "",
        "valid_from": first,
        "valid_until": last,
        "value_pounds": Decimal(pounds),
        "cpv": form.cpv.data or "",
        "standstill_days": form.standstill_days.whole,
        "quality_pass_mark": mark,
        "panel_councils": panel,
        "commenced_on": form.commenced_on.data,
        "longer_because": form.longer_because.data or "",
    }


def _grounds(form: GroundsForm) -> list[dict[str, str]]:
    typed = [
        {"title": (row.form.title.data or "").strip(), "text": (row.form.text.data or "").strip()}
        for row in form.grounds
    ]
    return [
        {**ground, "slug": re.sub(r"[^a-z0-9]+", "-", ground["title"].lower()).strip("-")[:80] or "ground"}
        for ground in typed
        if ground["title"] or ground["text"]
    ]
