"""Choosing the panel, and taking somebody off it."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.evaluating import start_evaluation
from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.evaluation.actions.panels import remove_member
from portal.evaluation.forms import PanelForm, RemovalForm
from portal.evaluation.models import PanelMember
from portal.evaluation.queries.officers import Officer, chosen, officers_for_panel
from portal.evaluation.queries.panels import members_of
from portal.evaluation.rules.panels import CHAIR, PRICE, QUALITY, PanelSeat
from portal.purchasing_systems.queries.systems import participants_of
from tenants.permissions import Permission


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/panel",
    permit=Permission.PANEL_RUN,
    methods=("GET", "POST"),
    endpoint="choose_panel",
)
def choose_panel(round_id: UUID) -> ResponseReturnValue:
    """Evaluators from several councils, a chair, somebody for the prices."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    if here.found is not None:
        return redirect(here.url, 303)
    officers = officers_of(here)
    form = PanelForm()
    form.chair.choices = options(
        [("", "Choose the chair"), *((o.value, o.words) for o in officers if _may_chair(here, o))]
    )
    form.price.choices = options([("", "Choose who checks the prices"), *((o.value, o.words) for o in officers)])
    if request.method == "GET":
        form.evaluators.data = []
        form.chair.data = f"{actor().person_id}:{actor().organisation_id}"
        return _choose(here, form, officers)
    try:
        seats = _seats(form, officers)
        start_evaluation(session(), actor(), round_id=round_id, members=seats)
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        return _choose(here, form, officers), 422
    flash("The evaluation has started. Each member of the panel has a message.", "success")
    return redirect(here.url, 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/members/<uuid:member_id>/remove",
    permit=Permission.PANEL_RUN,
    methods=("GET", "POST"),
    endpoint="remove_from_panel",
)
def remove_from_panel(round_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """With or without somebody else in their place."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    member = session().get(PanelMember, member_id)
    if member is None or member.panel_id != here.panel.id or member.status != "active" or member.chair:
        raise Missing
    seated = {m.person_id for m in members_of(session(), here.panel.id)}
    officers = [o for o in officers_of(here) if o.person_id not in seated]
    form = RemovalForm()
    form.replacement.choices = options([("", "Nobody"), *((o.value, o.words) for o in officers)])
    if request.method == "POST":
        try:
            new = chosen(officers, form.replacement.data, "replacement") if form.replacement.data else None
            remove_member(
                session(),
                actor(),
                member_id=member_id,
                replacement=new.seat(tuple(member.parts)) if new else None,
            )
        except Invalid as invalid:
            form.replacement.errors = [invalid.fields["replacement"]]
            return render_template("evaluation/remove_from_panel.html", here=here, form=form, member=member), 422
        flash(f"{member.words}, is no longer on the panel.", "success")
        return redirect(here.url, 303)
    return render_template("evaluation/remove_from_panel.html", here=here, form=form, member=member)


def officers_of(here: Occasion) -> tuple[Officer, ...]:
    """Officers of the participating councils who can sit on a panel."""
    councils = [p.authority_id for p in participants_of(session(), here.system.id)]
    return officers_for_panel(session(), councils)


def _may_chair(here: Occasion, officer: Officer) -> bool:
    return officer.can_chair and officer.organisation_id == here.system.lead_id


def _seats(form: PanelForm, officers: Sequence[Officer]) -> list[PanelSeat]:
    problems: dict[str, str] = {}
    seats: list[PanelSeat] = []
    for value in form.evaluators.data or []:
        try:
            seats.append(chosen(officers, value, "evaluators").seat(QUALITY))
        except Invalid as invalid:
            problems.update(invalid.fields)
    for field, parts in (("chair", CHAIR), ("price", PRICE)):
        if not form[field].data:
            continue
        try:
            seats.append(chosen(officers, form[field].data, field).seat(parts, chair=field == "chair"))
        except Invalid as invalid:
            problems.update(invalid.fields)
    if problems:
        raise Invalid(**problems)
    return seats


def _choose(here: Occasion, form: PanelForm, officers: Sequence[Officer]) -> str:
    by_council: dict[str, list[Officer]] = {}
    for officer in officers:
        by_council.setdefault(officer.organisation_name, []).append(officer)
    return render_template("evaluation/choose_panel.html", here=here, form=form, by_council=by_council)
