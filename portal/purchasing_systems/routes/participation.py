"""Who takes part and how: the list as it stands and as it stood, every step, and the steps that can be taken."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.participation import (
    close_system,
    list_authority,
    record_accession,
    take_over,
    take_step,
)
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.participation_forms import AccessionForm, AsAtForm, ListForm, StepForm
from portal.purchasing_systems.queries.lead import lead_on
from portal.purchasing_systems.queries.participation import Part, could_buy, part_of, parts_of, versions_in_force
from portal.purchasing_systems.queries.systems import authorities, led_system, seen_system
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from portal.purchasing_systems.rules.participation import BASIS, REASONED, WORDS
from tenants.permissions import Permission

_HERE = "/systems/<uuid:system_id>/participation"
_FORMAT = "%d %m %Y"


@pages.route(_HERE, permit=Permission.SYSTEM_READ)
def participation(system_id: UUID) -> ResponseReturnValue:
    """The list today; and who could buy on any day."""
    found = seen_system(session(), actor(), system_id)
    form = AsAtForm(request.args if "on" in request.args else None, meta={"csrf": False}, data={"on": clock.today()})
    typed = form.validate()
    on = (form.on.data if typed else None) or clock.today()
    leads = found.lead_id == actor().organisation_id
    return page(
        "participation",
        form,
        system=found,
        sections=sections(found, "Participation"),
        parts=parts_of(session(), actor(), found),
        buyers=could_buy(session(), system_id, on) if actor().takes_part(system_id) else [],
        on=on,
        led_by=lead_on(session(), found, on),
        is_today=on == clock.today(),
        words=WORDS,
        basis=BASIS,
        takes_over=actor().may(Permission.PARTICIPATION_MOVE) and leads,
        closes=leads and found.status == "closing" and actor().may(Permission.ADVERT_EDIT),
    )


@pages.route(f"{_HERE}/new", permit=Permission.PARTICIPATION_MOVE, methods=("GET", "POST"))
def list_an_authority(system_id: UUID) -> ResponseReturnValue:
    """Put an authority into the list that has not joined."""
    found = led_system(session(), actor(), system_id, Permission.PARTICIPATION_MOVE)
    there = {one.authority_id for one in parts_of(session(), actor(), found)}
    names = {str(a.id): a for a in authorities(session()) if a.id not in there}
    form = ListForm()
    form.authority_id.choices = options([("", "Select an authority"), *((key, a.name) for key, a in names.items())])
    chosen = names.get(form.authority_id.data or "")
    if request.method == "POST" and attempt(
        form,
        lambda: list_authority(
            session(),
            actor(),
            system_id=system_id,
            authority_id=chosen.id if chosen else None,
            status=form.status.data or "",
            basis=form.basis.data or "",
            words=form.words.data or "",
        ),
    ):
        flash("The authority is in the list. Its officers are told.", "success")
        return redirect(f"/systems/{system_id}/participation", 303)
    return page("list_authority", form, system=found)


@pages.route(f"{_HERE}/take-over", permit=Permission.PARTICIPATION_MOVE, methods=("POST",))
def take_over_decisions(system_id: UUID) -> ResponseReturnValue:
    """Carry what is decided into the list."""
    led_system(session(), actor(), system_id, Permission.PARTICIPATION_MOVE)
    said = take_over(session(), actor(), system_id=system_id)
    flash(" ".join(said) if said else "Nothing has changed: the list is as decided.", "success")
    return redirect(f"/systems/{system_id}/participation", 303)


@pages.route(f"{_HERE}/closing", permit=Permission.ADVERT_EDIT, methods=("POST",))
def close_for_good(system_id: UUID) -> ResponseReturnValue:
    """The last day has passed."""
    close_system(session(), actor(), system_id=system_id)
    flash("The purchasing system is closed.", "success")
    return redirect(f"/systems/{system_id}/participation", 303)


@pages.route(
    f"{_HERE}/<uuid:participation_id>/accession", permit=Permission.PARTICIPATION_MOVE, methods=("GET", "POST")
)
def accession(system_id: UUID, participation_id: UUID) -> ResponseReturnValue:
    """Record what was signed."""
    found, part = _one(system_id, participation_id)
    if not part.signs:
        raise Missing
    versions = versions_in_force(session(), system_id)
    form = AccessionForm()
    form.specification_id.choices = options([(str(i), f"Version {number}: {title}") for i, number, title in versions])
    if request.method == "POST" and attempt(
        form,
        lambda: record_accession(
            session(),
            actor(),
            participation_id=participation_id,
            reference=form.reference.data or "",
            signed_on=form.signed_on.data,
            specification_id=_uuid(form.specification_id.data),
        ),
    ):
        flash("The accession agreement is recorded.", "success")
        return redirect(f"/systems/{system_id}/participation", 303)
    return page("accession", form, system=found, part=part)


@pages.route(
    f"{_HERE}/<uuid:participation_id>/step/<step>", permit=Permission.PARTICIPATION_MOVE, methods=("GET", "POST")
)
def participation_step(system_id: UUID, participation_id: UUID, step: str) -> ResponseReturnValue:
    """One step: what it means, and the button."""
    found, part = _one(system_id, participation_id)
    verb = step.replace("-", "_")
    button = next((one for one in part.buttons if one.verb == verb), None)
    if button is None:
        raise Missing
    form = StepForm()
    if request.method == "POST" and attempt(
        form,
        lambda: take_step(
            session(),
            actor(),
            participation_id=participation_id,
            verb=verb,
            reason=form.reason.data or "",
            ground=form.ground.data or "",
        ),
    ):
        flash(f"{part.name}: done. Both sides are told.", "success")
        # Whoever declines reads nothing of this system any more.
        return redirect("/systems" if verb == "decline" else f"/systems/{system_id}/participation", 303)
    return page("participation_step", form, system=found, part=part, button=button, reasoned=verb in REASONED)


def _one(system_id: UUID, participation_id: UUID) -> tuple[PurchasingSystem, Part]:
    found = seen_system(session(), actor(), system_id)
    part = part_of(session(), actor(), found, participation_id)
    if part is None:
        raise Missing
    return found, part


def _uuid(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None
