"""Vehicle profiles: the operator's pages, and what they mean for one system."""

from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing, Refused
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.profiles import add_profile, record_notice_due, take_latest_profile
from portal.purchasing_systems.actions.systems import commencement
from portal.purchasing_systems.models import PurchasingSystem, VehicleProfile
from portal.purchasing_systems.profile_forms import NoticeDueForm, ProfileForm, data_of, rules_of
from portal.purchasing_systems.queries.profiles import (
    latest_of,
    latest_profiles,
    notices_due,
    profile_by_id,
    profile_of,
    versions_of,
)
from portal.purchasing_systems.queries.systems import led_system, system_for
from portal.purchasing_systems.reference import laws, regimes, threshold_on
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, made_by, page, sections
from portal.purchasing_systems.rules.profiles import ADMISSION, MOMENTS, shown
from tenants.permissions import Permission

_LIST = "/operator/vehicle-profiles"


@pages.route(_LIST, permit=Permission.PROFILE_EDIT)
def vehicle_profiles() -> ResponseReturnValue:
    """The latest version of every vehicle."""
    return page("vehicle_profiles", profiles=latest_profiles(session()), patterns=ADMISSION)


@pages.route(f"{_LIST}/<uuid:profile_id>", permit=Permission.PROFILE_EDIT)
def vehicle_profile(profile_id: UUID) -> ResponseReturnValue:
    """One version: every rule with its source."""
    found = profile_by_id(session(), profile_id)
    return page(
        "vehicle_profile",
        profile=found,
        rules=list(shown(found, regimes())),
        versions=versions_of(session(), found.code),
    )


@pages.route(f"{_LIST}/new", permit=Permission.PROFILE_EDIT, methods=("GET", "POST"))
def new_vehicle_profile() -> ResponseReturnValue:
    """A vehicle of its own: from nothing, or copied from another (`?copy=`)."""
    copied = _asked("copy")
    form = ProfileForm(data=data_of(copied) if copied else {"notices": [{}, {}]})
    if request.method == "POST" and (made := _added(form, form.code.data or "", new=True)):
        return redirect(f"{_LIST}/{made.id}", 303)
    return page("edit_vehicle_profile", form, profile=None, copied=copied, profiles=latest_profiles(session()))


@pages.route(f"{_LIST}/<uuid:profile_id>/new-version", permit=Permission.PROFILE_EDIT, methods=("GET", "POST"))
def new_profile_version(profile_id: UUID) -> ResponseReturnValue:
    """The next version of a vehicle, begun with the rules of this one."""
    found = profile_by_id(session(), profile_id)
    form = ProfileForm(data=data_of(found))
    if request.method == "POST" and (made := _added(form, found.code, new=False)):
        return redirect(f"{_LIST}/{made.id}", 303)
    return page("edit_vehicle_profile", form, profile=found, copied=None, profiles=[])


@pages.route("/systems/<uuid:system_id>/rules", permit=Permission.SYSTEM_READ, endpoint="system_rules")
def rules_page(system_id: UUID) -> ResponseReturnValue:
    """The rules a system keeps, its law and threshold, and the notices due."""
    found = system_for(session(), actor(), system_id)
    profile = profile_of(session(), found)
    leads = found.lead_id == actor().organisation_id
    latest = latest_of(session(), found.vehicle)
    law = laws()[found.regime]
    commenced = commencement(found.commenced_on, found.valid_from)
    threshold = threshold_on(law.threshold_kind, commenced)
    return page(
        "system_rules",
        system=found,
        sections=sections(found, "Rules"),
        profile=profile,
        rules=list(shown(profile, regimes())),
        newer=latest if latest is not None and latest.id != profile.id else None,
        edits=leads and actor().may(Permission.ADVERT_EDIT),
        law=law,
        commenced=commenced,
        threshold=threshold,
        above=threshold is not None and found.value_pounds >= Decimal(threshold.amount),
        due=notices_due(session(), found, profile),
        moments=MOMENTS,
        today=clock.today(),
    )


@pages.route("/systems/<uuid:system_id>/rules/latest", permit=Permission.ADVERT_EDIT, methods=("POST",))
def take_latest_rules(system_id: UUID) -> ResponseReturnValue:
    """Stand on the latest version, before the first publication."""
    take_latest_profile(session(), actor(), system_id=system_id)
    flash("The system stands on the latest version of its rules.", "success")
    return redirect(f"/systems/{system_id}/rules", 303)


@pages.route("/systems/<uuid:system_id>/notices-due/<which>", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def notice_due(system_id: UUID, which: str) -> ResponseReturnValue:
    """Record a notice the rules ask for. `which`: its place among them, from 0."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    if not which.isdecimal():
        raise Missing
    due = _due(found, place := int(which))
    form = NoticeDueForm()
    if request.method == "POST" and attempt(
        form,
        lambda: record_notice_due(
            session(),
            actor(),
            system_id=system_id,
            which=place,
            number=form.number.data or "",
            url=form.url.data or "",
            published_on=form.published_on.data,
        ),
    ):
        flash("The notice is on record.", "success")
        return redirect(f"/systems/{system_id}/rules", 303)
    return page("notice_due", form, system=found, due=due, moments=MOMENTS)


def _due(system: PurchasingSystem, which: int) -> dict[str, str]:
    asked = profile_of(session(), system).notices
    if which >= len(asked):
        raise Missing
    found: dict[str, str] = asked[which]
    if any(
        n.number and (n.moment, n.notice) == (found["moment"], found["notice"])
        for n in notices_due(session(), system, profile_of(session(), system))
    ):
        raise Refused("This notice is on record already.")
    return found


def _asked(name: str) -> VehicleProfile | None:
    code = request.args.get(name, "")
    return latest_of(session(), code) if code else None


def _added(form: ProfileForm, code: str, *, new: bool) -> VehicleProfile | None:
    made = made_by(form, lambda: add_profile(session(), actor(), code=code, new=new, rules=rules_of(form)))
    if made:
        flash(f"Version {made.version} of “{made.name}” is added. Systems set up from now on keep it.", "success")
    return made
