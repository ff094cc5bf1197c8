"""Registering an interest, starting a draft, choosing lots, letting the help desk look."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.choosing import councils_of
from portal.applications.actions.drafting import choose_lots, grant_help, register_interest, start_application
from portal.applications.forms import HelpForm, LotsForm, option
from portal.applications.queries.assessing import admitted_lots
from portal.applications.queries.overview import Draft
from portal.applications.routes import pages
from portal.applications.routes.shared import draft, keys, page
from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.pages import actor
from tenants.permissions import Permission


@pages.route("/rounds/<uuid:round_id>/interest", permit=Permission.APPLICATION_DRAFT, methods=("POST",))
def interest(round_id: UUID) -> ResponseReturnValue:
    """Told of changes to this round; the lead learns how many are, never who."""
    register_interest(session(), actor(), round_id=round_id)
    flash(
        "Your interest is registered. You will be told if the round changes. The councils see a number, not who.",
        "success",
    )
    return redirect(f"/rounds/{round_id}", 303)


@pages.route("/rounds/<uuid:round_id>/apply", permit=Permission.APPLICATION_DRAFT, methods=("POST",))
def apply(round_id: UUID) -> ResponseReturnValue:
    """Start the provider's draft, or go on with it."""
    made = start_application(session(), actor(), keys(), round_id=round_id)
    return redirect(f"/applications/{made.id}" if made.lots else f"/applications/{made.id}/lots", 303)


@pages.route("/applications/<uuid:application_id>/lots", permit=Permission.APPLICATION_DRAFT, methods=("GET", "POST"))
def lots(application_id: UUID) -> ResponseReturnValue:
    """Lots, and for each the councils whose area is offered."""
    shown = draft(application_id)
    form = LotsForm()
    if request.method == "GET":
        form.lots.data = [str(lot.id) for lot in shown.chosen]
        return _lots_page(shown, form, shown.case.application.areas)
    wanted = {
        lot.id: request.form.getlist(f"areas-{lot.id}") for lot in shown.lots if str(lot.id) in (form.lots.data or [])
    }
    try:
        areas = {lot_id: [UUID(council) for council in councils] for lot_id, councils in wanted.items()}
        choose_lots(session(), actor(), application_id=application_id, areas=areas)
    except ValueError:
        return _lots_page(shown, form, {}, {"lots": "Select lots and councils of this round."}), 422
    except Invalid as fault:
        return _lots_page(shown, form, {str(lot): given for lot, given in wanted.items()}, fault.fields), 422
    flash("Lots and areas are saved.", "success")
    return redirect(f"/applications/{application_id}", 303)


def _lots_page(shown: Draft, form: LotsForm, areas: dict[str, list[str]], faults: dict[str, str] | None = None) -> str:
    form.lots.choices = [option(lot.id, f"Lot {lot.number}: {lot.title}") for lot in shown.lots]
    councils = councils_of(session(), shown.case.round.system_id)
    faults = faults or {}
    if "lots" in faults:
        form.lots.errors = [faults["lots"]]
    extra = [(sentence, f"#{field}") for field, sentence in faults.items() if field != "lots"]
    there = admitted_lots(session(), shown.case.round.system_id, actor().organisation_id)
    already = [lot for lot in shown.lots if lot.id in there]
    return page("lots", shown, form=form, councils=councils, areas=areas, faults=faults, extra=extra, already=already)


@pages.route(
    "/applications/<uuid:application_id>/help",
    permit=Permission.APPLICATION_DRAFT,
    methods=("GET", "POST"),
    endpoint="help",
)
def help_page(application_id: UUID) -> ResponseReturnValue:
    """Let the help desk see when the draft was last saved, and its last upload error."""
    shown = draft(application_id)
    form = HelpForm()
    if request.method == "GET":
        form.until.data = clock.today() + timedelta(days=7)
        return page("help", shown, form=form)
    until = None if "end" in request.form else _end_of(form)
    if until is None and "end" not in request.form:
        form.until.errors = ["Enter a real day, like 31 3 2027."]
        return page("help", shown, form=form), 422
    try:
        grant_help(session(), actor(), application_id=application_id, until=until)
    except Invalid as fault:
        form.until.errors = [fault.fields["until"]]
        return page("help", shown, form=form), 422
    flash("The help desk can look now." if until else "The help desk can no longer look.", "success")
    return redirect(f"/applications/{application_id}", 303)


def _end_of(form: HelpForm) -> datetime | None:
    try:
        return clock.london(form.until.data, 23, 59) if form.until.data else None
    except (ValueError, OverflowError):
        return None
