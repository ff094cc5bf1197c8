"""Lots and councils of a system."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.parts import (
    LOT_FACTS,
    add_lot,
    add_participant,
    edit_lot,
    end_participation,
    frozen_lots,
    lot_frozen,
)
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.forms import CouncilForm, LotForm
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.systems import (
    authorities,
    led_system,
    lots_of,
    participants_of,
    system_for,
)
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from tenants.permissions import Permission


@pages.route("/systems/<uuid:system_id>/lots", permit=Permission.SYSTEM_READ)
def lots(system_id: UUID) -> ResponseReturnValue:
    """The lots."""
    found = system_for(session(), actor(), system_id)
    return page(
        "lots",
        system=found,
        sections=sections(found, "Lots"),
        lots=lots_of(session(), system_id),
        frozen=frozen_lots(session(), system_id),
        edits=found.lead_id == actor().organisation_id and actor().may(Permission.ADVERT_EDIT),
    )


@pages.route("/systems/<uuid:system_id>/lots/new", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def new_lot(system_id: UUID) -> ResponseReturnValue:
    """Add a lot."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    there = lots_of(session(), system_id)
    form = LotForm(data={"number": max((lot.number for lot in there), default=0) + 1})

    def act() -> object:
        if form.number.whole is None:
            raise Invalid(number="Enter the number of the lot.")
        return add_lot(
            session(),
            actor(),
            system_id=system_id,
            number=form.number.whole,
            title=form.title.data or "",
            description=form.description.data or "",
            **_facts(form),
        )

    if request.method == "POST" and attempt(form, act):
        flash("The lot is added.", "success")
        return redirect(f"/systems/{system_id}/lots", 303)
    return page("new_lot", form, system=found)


@pages.route(
    "/systems/<uuid:system_id>/lots/<uuid:lot_id>",
    permit=Permission.ADVERT_EDIT,
    methods=("GET", "POST"),
    endpoint="edit_lot",
)
def edit_lot_page(system_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """Change the words of a lot."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    lot = next((one for one in lots_of(session(), system_id) if one.id == lot_id), None)
    if lot is None:
        raise Missing
    if lot_frozen(session(), lot_id, system_id):
        raise Refused("This lot was frozen when the first round that offers it was published.")
    form = LotForm(obj=lot)
    if request.method == "POST" and attempt(
        form,
        lambda: edit_lot(
            session(),
            actor(),
            lot_id=lot_id,
            title=form.title.data or "",
            description=form.description.data or "",
            **_facts(form),
        ),
    ):
        flash("The lot is saved.", "success")
        return redirect(f"/systems/{system_id}/lots", 303)
    return page("edit_lot", form, system=found, lot=lot)


@pages.route("/systems/<uuid:system_id>/councils", permit=Permission.SYSTEM_READ)
def councils(system_id: UUID) -> ResponseReturnValue:
    """Which authorities take part, since when."""
    found = system_for(session(), actor(), system_id)
    return page(
        "councils",
        system=found,
        sections=sections(found, "Councils"),
        councils=participants_of(session(), system_id),
        edits=_edits(found),
    )


@pages.route("/systems/<uuid:system_id>/councils/add", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def add_council(system_id: UUID) -> ResponseReturnValue:
    """Add an authority."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    refuse_frozen(found)
    there = {council.authority_id for council in participants_of(session(), system_id)}
    names = {str(a.id): a for a in authorities(session()) if a.id not in there}
    form = CouncilForm(data={"joined_on": clock.today()})
    form.authority_id.choices = options([("", "Select an authority"), *((key, a.name) for key, a in names.items())])

    def act() -> object:
        chosen = names.get(form.authority_id.data or "")
        if chosen is None:
            raise Invalid(authority_id="Select an authority.")
        if form.joined_on.data is None:
            raise Invalid(joined_on="Enter the day from which it takes part.")
        return add_participant(
            session(),
            actor(),
            system_id=system_id,
            authority_id=chosen.id,
            authority_name=chosen.official_name,
            joined_on=form.joined_on.data,
        )

    if request.method == "POST" and attempt(form, act):
        flash("The authority takes part.", "success")
        return redirect(f"/systems/{system_id}/councils", 303)
    return page("add_council", form, system=found)


@pages.route(
    "/systems/<uuid:system_id>/councils/<uuid:authority_id>/remove", permit=Permission.ADVERT_EDIT, methods=("POST",)
)
def remove_council(system_id: UUID, authority_id: UUID) -> ResponseReturnValue:
    """Take an authority out again, before publication."""
    ended = end_participation(session(), actor(), system_id=system_id, authority_id=authority_id)
    flash(f"{ended.authority_name} no longer takes part.", "success")
    return redirect(f"/systems/{system_id}/councils", 303)


def _facts(form: LotForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in LOT_FACTS}


def _edits(found: PurchasingSystem) -> bool:
    leads = found.lead_id == actor().organisation_id
    return leads and found.frozen_at is None and actor().may(Permission.ADVERT_EDIT)
