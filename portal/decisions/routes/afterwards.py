"""After recording: the record is published, called in, heard by scrutiny, corrected."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core.cleaning import Cleaning
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.pages import actor
from portal.decisions.actions.afterwards import call_in, correct_record, publish_record, resolve_call_in
from portal.decisions.forms.contents import CallInForm, CorrectForm, HeardForm, PublishForm
from portal.decisions.models import Decision
from portal.decisions.queries.authority import clocks_on
from portal.decisions.queries.decisions import decision_of
from portal.decisions.routes import pages
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid

Act = Callable[[Cleaning], object]


@pages.route(
    "/decisions/records/<uuid:decision_id>/publish", permit=Permission.DECISION_RECORD, methods=("GET", "POST")
)
def publish(decision_id: UUID) -> ResponseReturnValue:
    """Note that the council has published its record."""
    found, form = _own(decision_id), PublishForm()
    if request.method == "GET":
        form.published_on.data, form.effective_on.data = found.published_on, found.effective_on

    def act(clean: Cleaning) -> object:
        clean.finish()
        return publish_record(
            session(),
            actor(),
            decision_id=decision_id,
            published_on=form.published_on.data,
            effective_on=form.effective_on.data,
        )

    return _answer("decisions/publish.html", form, found, act, "Published. The copy stands on the public register.")


@pages.route(
    "/decisions/records/<uuid:decision_id>/call-in", permit=Permission.DECISION_RECORD, methods=("GET", "POST")
)
def called_in(decision_id: UUID) -> ResponseReturnValue:
    """Note a valid request."""
    found, form = _own(decision_id), CallInForm()

    def act(clean: Cleaning) -> object:
        by = clean.line("requested_by", form.requested_by.data, max_chars=300)
        grounds = clean.lines("grounds", form.grounds.data, max_chars=4000)
        clean.finish()
        return call_in(
            session(),
            actor(),
            decision_id=decision_id,
            requested_on=form.requested_on.data,
            requested_by=by,
            grounds=grounds,
            last_day=clocks_on(session(), found).call_in_ends_on,
        )

    return _answer("decisions/call_in.html", form, found, act, "Called in. It has no effect until scrutiny has spoken.")


@pages.route("/decisions/records/<uuid:decision_id>/heard", permit=Permission.DECISION_RECORD, methods=("GET", "POST"))
def heard(decision_id: UUID) -> ResponseReturnValue:
    """Note what scrutiny said."""
    found, form = _own(decision_id), HeardForm()

    def act(clean: Cleaning) -> object:
        note = clean.lines("note", form.note.data, max_chars=4000)
        clean.finish()
        return resolve_call_in(
            session(),
            actor(),
            decision_id=decision_id,
            outcome=form.outcome.data or "",
            resolved_on=form.resolved_on.data,
            note=note,
        )

    return _answer("decisions/heard.html", form, found, act, "Noted.")


@pages.route(
    "/decisions/records/<uuid:decision_id>/correct", permit=Permission.DECISION_RECORD, methods=("GET", "POST")
)
def correct(decision_id: UUID) -> ResponseReturnValue:
    """Put a clerical error right."""
    found, form = _own(decision_id), CorrectForm()

    def act(clean: Cleaning) -> object:
        reads = clean.lines("reads", form.reads.data, max_chars=20_000)
        because = clean.line("because", form.because.data, max_chars=500)
        clean.finish()
        return correct_record(
            session(), actor(), decision_id=decision_id, field=form.field.data or "", reads=reads, because=because
        )

    return _answer("decisions/correct.html", form, found, act, "Corrected. Both versions are shown.")


def _own(decision_id: UUID) -> Decision:
    found = decision_of(session(), decision_id)
    if found.authority_id != actor().organisation_id or found.status == "draft":
        raise Missing
    return found


def _answer(template: str, form: FlaskForm, found: Decision, act: Act, said: str) -> ResponseReturnValue:
    if request.method == "POST":
        try:
            if not form.validate():
                raise Invalid
            act(Cleaning())
        except Invalid as error:
            show_invalid(form, error)
            return render_template(template, form=form, decision=found), 422
        flash(said, "success")
        return redirect(f"/decisions/records/{found.id}", 303)
    return render_template(template, form=form, decision=found)
