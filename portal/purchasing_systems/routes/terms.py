"""The term of a system: until when each council may buy, where it can be extended, and going on after it."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Refused
from portal.core.types import Actor
from portal.core.web.look import day
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.terms import add_extension_point, go_on_after_term, remove_extension_point
from portal.purchasing_systems.forms import ExtensionPointForm, OverrideForm
from portal.purchasing_systems.queries.consequences import consequences
from portal.purchasing_systems.queries.systems import led_system, system_for
from portal.purchasing_systems.queries.terms import Term, extension_points, term_about, term_of, terms_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from portal.purchasing_systems.routes.moving import moving, tell
from tenants.permissions import Permission


@pages.app_context_processor
def term_banner() -> dict[str, Any]:
    """On every page about a system: that its term has ended for the council acted for. One statement, and only for whom some term may be over."""
    who: Actor | None = g.get("actor")
    # A page that says what went wrong asks the database nothing more.
    if who is None or not who.ended or g.get("failed"):
        return {}

    def ended() -> Term | None:
        for about, id_ in (request.view_args or {}).items():
            found = term_about(session(), about, id_, who.organisation_id) if isinstance(id_, UUID) else None
            if found:
                return found if found.expired else None
        return None

    return {"ended_term": ended}


@pages.route("/systems/<uuid:system_id>/term", permit=Permission.SYSTEM_READ)
def term(system_id: UUID) -> ResponseReturnValue:
    """Until when each council may buy."""
    found = system_for(session(), actor(), system_id)
    terms = terms_of(session(), system_id)
    mine = next((one for one in terms if one.authority_id == actor().organisation_id), None)
    leads = found.lead_id == actor().organisation_id
    return page(
        "term",
        system=found,
        sections=sections(found, "Term"),
        terms=terms,
        mine=mine,
        points=extension_points(session(), system_id),
        edits=leads and actor().may(Permission.ADVERT_EDIT),
        asks=leads and actor().may(Permission.MATTER_RAISE),
        may_go_on=mine is not None and mine.expired and actor().may(Permission.TERM_OVERRIDE),
    )


@pages.route("/systems/<uuid:system_id>/extension-points/new", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def new_extension_point(system_id: UUID) -> ResponseReturnValue:
    """Write down an option to extend."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    form, moved = ExtensionPointForm(data={"ends_on": found.valid_until}), None
    if request.method == "POST":
        saved, moved = moving(
            form,
            lambda: add_extension_point(
                session(),
                actor(),
                system_id=system_id,
                title=form.title.data or "",
                ends_on=form.ends_on.data,
                new_end=form.new_end.data,
                source=form.source.data or "",
            ),
            system_id=system_id,
        )
        if saved:
            flash("The extension point is noted.", "success")
            return redirect(f"/systems/{system_id}/term", 303)
    return page("new_extension_point", form, system=found, moved=moved)


@pages.route(
    "/systems/<uuid:system_id>/extension-points/<uuid:point_id>/remove",
    permit=Permission.ADVERT_EDIT,
    methods=("POST",),
    endpoint="remove_extension_point",
)
def remove_point(system_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Take out one that was noted in error."""
    _, moved = consequences(
        session(),
        actor(),
        lambda: remove_extension_point(session(), actor(), system_id=system_id, point_id=point_id),
        system_id=system_id,
    )
    tell(moved)
    flash("The extension point is taken out.", "success")
    return redirect(f"/systems/{system_id}/term", 303)


@pages.route("/systems/<uuid:system_id>/term/go-on", permit=Permission.TERM_OVERRIDE, methods=("GET", "POST"))
def go_on(system_id: UUID) -> ResponseReturnValue:
    """Go on after the term, with a reason."""
    found = system_for(session(), actor(), system_id)
    mine = term_of(session(), system_id, actor().organisation_id)
    if not mine.expired:
        raise Refused(f"The term runs until {day(mine.ends_on)}, so nothing has to be overridden.")
    form = OverrideForm()
    if request.method == "POST" and attempt(
        form,
        lambda: go_on_after_term(
            session(),
            actor(),
            system_id=system_id,
            reason=form.reason.data or "",
            need_note=form.need_note.data or "",
            until=form.until.data,
        ),
    ):
        flash("It is on the record. What is bought counts as off-system spend.", "success")
        return redirect(f"/systems/{system_id}/term", 303)
    return page("go_on", form, system=found, term=mine)
