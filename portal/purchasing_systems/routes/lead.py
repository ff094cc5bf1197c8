"""Who leads and who led; and the new lead's button to take over."""

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.lead import take_the_lead
from portal.purchasing_systems.queries.lead import history, proposals
from portal.purchasing_systems.queries.systems import system_for
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import page, sections
from tenants.permissions import Permission


@pages.route("/systems/<uuid:system_id>/lead", permit=Permission.SYSTEM_READ)
def lead(system_id: UUID) -> ResponseReturnValue:
    """Who led when, and what is proposed; for councils that take part."""
    found = system_for(session(), actor(), system_id)
    if not actor().takes_part(system_id):
        raise Missing
    return page(
        "lead",
        system=found,
        sections=sections(found, "Participation"),
        times=history(session(), found),
        proposals=proposals(session(), found),
        may=actor().may(Permission.PARTICIPATION_MOVE),
        asks=actor().leads(system_id) and actor().may(Permission.MATTER_RAISE),
    )


@pages.route("/systems/<uuid:system_id>/lead/<uuid:matter_id>", permit=Permission.PARTICIPATION_MOVE)
def take_lead(system_id: UUID, matter_id: UUID) -> ResponseReturnValue:
    """What follows, and the button; for an officer of the council that is to lead."""
    found = system_for(session(), actor(), system_id)
    proposed = next((p for p in proposals(session(), found) if p.matter_id == matter_id), None)
    if proposed is None or proposed.authority_id != actor().organisation_id:
        raise Missing
    return page("take_lead", system=found, proposal=proposed)


@pages.route(
    "/systems/<uuid:system_id>/lead/<uuid:matter_id>/accept", permit=Permission.PARTICIPATION_MOVE, methods=("POST",)
)
def accept_lead(system_id: UUID, matter_id: UUID) -> ResponseReturnValue:
    """From now on it leads."""
    system_for(session(), actor(), system_id)
    take_the_lead(session(), actor(), matter_id=matter_id)
    flash(
        "Your council leads this system from now on. Every council and every provider with an agreement is told.",
        "success",
    )
    return redirect(f"/systems/{system_id}/lead", 303)
