"""Democratic services keep the facts of their own council: begin one, end one, call and cancel meetings."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.governance.actions.facts import (
    add_quiet_period,
    begin_body,
    begin_clocks,
    begin_form,
    end_fact,
    own_fact,
)
from portal.governance.actions.meetings import add_meeting, cancel_meeting, move_deadline
from portal.governance.forms import BodyForm, ClocksForm, DeadlineForm, EndForm, GovernanceForm, MeetingForm, QuietForm
from portal.governance.queries.facts import bodies_of, meeting_of
from portal.governance.routes import pages
from portal.governance.routes.facts import WORDS
from portal.governance.rules.clocks import STATUTORY_NOTICE
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid

_USUAL = {"notice_clear_days": STATUTORY_NOTICE, "exception_working_days": 5}
"""What the law itself says stands in an empty form; everything else is the council's own."""


@pages.route("/governance/forms/new", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST"))
def new_form() -> ResponseReturnValue:
    """A form of governance."""
    form = GovernanceForm()

    def act() -> object:
        return begin_form(
            session(), actor(), form=_chosen(form.form), executive_name=_typed(form.executive_name), **_dated(form)
        )

    return _kept(form, act, "new_form", "The form of governance is entered.")


@pages.route("/governance/clocks/new", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST"))
def new_clocks() -> ResponseReturnValue:
    """The clocks."""
    form = ClocksForm(data=_USUAL)
    days = (
        "notice_clear_days",
        "agenda_clear_days",
        "call_in_working_days",
        "exception_working_days",
        "key_wards",
    )
    chosen = ("agenda_counts", "call_in_ends", "effective", "record_kept")

    def act() -> object:
        values: dict[str, Any] = {name: form[name].whole for name in days}
        values["publication_working_days"] = form.publication_working_days.whole or 0
        values |= {name: _chosen(form[name]) for name in chosen}
        values |= {name: _typed(form[name]) for name in ("record_name", "record_address")}
        threshold = form.key_threshold_pounds.amount
        return begin_clocks(session(), actor(), key_threshold_pounds=threshold, **values, **_dated(form))

    return _kept(form, act, "new_clocks", "The clocks are entered.")


@pages.route("/governance/bodies/new", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST"))
def new_body() -> ResponseReturnValue:
    """A body."""
    form = BodyForm()
    form.reviews_id.choices = options([("", "No other body"), *_bodies()])

    def act() -> object:
        return begin_body(
            session(),
            actor(),
            name=_typed(form.name),
            kind=_chosen(form.kind),
            reviews_id=_id(form.reviews_id, "Choose a body of your own council."),
            **_dated(form),
        )

    return _kept(form, act, "new_body", "The body is entered.")


@pages.route("/governance/quiet-periods/new", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST"))
def new_quiet_period() -> ResponseReturnValue:
    """Recess, or the pre-election period."""
    form = QuietForm()

    def act() -> object:
        return add_quiet_period(session(), actor(), kind=_chosen(form.kind), **_dated(form))

    return _kept(form, act, "new_quiet_period", "The period is entered.")


@pages.route("/governance/meetings/new", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST"))
def new_meeting() -> ResponseReturnValue:
    """A meeting."""
    form = MeetingForm()
    form.body_id.choices = options([("", "Select a body"), *_bodies()])

    def act() -> object:
        return add_meeting(
            session(),
            actor(),
            body_id=_id(form.body_id, "Choose a body of your council."),
            held_on=form.held_on.data,
            report_deadline_on=form.report_deadline_on.data,
            source=_typed(form.source),
        )

    return _kept(form, act, "new_meeting", "The meeting is entered.")


@pages.route("/governance/meetings/<uuid:sitting_id>/cancel", permit=Permission.GOVERNANCE_EDIT, methods=("POST",))
def cancel(sitting_id: UUID) -> ResponseReturnValue:
    """It is not held."""
    cancel_meeting(session(), actor(), meeting_id=sitting_id)
    return _back("The meeting is cancelled. It stays in the calendar as cancelled.")


@pages.route(
    "/governance/meetings/<uuid:sitting_id>/deadline", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST")
)
def deadline(sitting_id: UUID) -> ResponseReturnValue:
    """Another last day for reports."""
    meeting, body = meeting_of(session(), actor().organisation_id, sitting_id)
    form = DeadlineForm(data={"report_deadline_on": meeting.report_deadline_on})

    def act() -> object:
        return move_deadline(session(), actor(), meeting_id=sitting_id, report_deadline_on=form.report_deadline_on.data)

    return _kept(form, act, "deadline", "The last day for reports is saved.", meeting=meeting, body=body)


@pages.route("/governance/facts/<uuid:fact_id>/end", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST"))
def end(fact_id: UUID) -> ResponseReturnValue:
    """The last day of a fact."""
    fact, kind = own_fact(session(), actor(), fact_id)
    form = EndForm(data={"last_day": fact.ends_on})

    def act() -> object:
        by_mistake = bool(form.by_mistake.data)
        return end_fact(session(), actor(), fact_id=fact_id, last_day=form.last_day.data, by_mistake=by_mistake)

    return _kept(form, act, "end", "The end is entered.", fact=fact, noun=kind.noun)


def _kept(form: FlaskForm, act: Callable[[], object], template: str, done: str, **context: Any) -> ResponseReturnValue:
    if request.method == "POST" and form.validate():
        try:
            act()
        except Invalid as error:
            show_invalid(form, error)
        else:
            return _back(done)
    shown = render_template(
        f"governance/{template}.html", form=form, words=WORDS, back=_own_page(), today=clock.today(), **context
    )
    return shown, 422 if form.errors else 200


def _back(done: str) -> ResponseReturnValue:
    flash(done, "success")
    return redirect(_own_page(), 303)


def _own_page() -> str:
    return f"/governance/{actor().organisation_id}"


def _bodies() -> list[tuple[str, str]]:
    return [(str(body.id), body.name) for body in bodies_of(session(), actor().organisation_id, clock.today())]


def _dated(form: FlaskForm) -> Mapping[str, Any]:
    return {"starts_on": form.starts_on.data, "ends_on": form.ends_on.data, "source": _typed(form.source)}


def _typed(field: Any) -> str:
    return field.data or ""


def _chosen(field: Any) -> str:
    return field.data if isinstance(field.data, str) else ""


def _id(field: Any, sentence: str) -> UUID | None:
    if not field.data:
        return None
    try:
        return UUID(field.data)
    except ValueError:
        raise Invalid(**{field.name: sentence}) from None
