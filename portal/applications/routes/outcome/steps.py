"""The lead's page after an evaluation: decisions, letters, standstill, agreements, one step after the other."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.letters import prepare_letters, release_letters
from portal.applications.outcome_forms import AskOutcomeForm, AskUseForm
from portal.applications.outcome_stages import stages
from portal.applications.queries.outcome import Outcome, outcome_of
from portal.applications.routes.outcome import pages
from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.admissions import accept_agreement, complete_round, issue_agreements
from portal.purchasing_systems.actions.matters import ask_to_approve_outcome, ask_to_use
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid

_HERE = "/rounds/<uuid:round_id>/outcome"


@pages.route(_HERE, permit=Permission.LETTER_READ)
def steps(round_id: UUID) -> ResponseReturnValue:
    """Where it stands, and the one thing to do next."""
    return _page(outcome_of(session(), actor(), round_id))


@pages.route(f"{_HERE}/ask", permit=Permission.MATTER_RAISE, methods=("POST",))
def ask_outcome(round_id: UUID) -> ResponseReturnValue:
    """Put the outcome to the lead."""
    form = AskOutcomeForm()

    def act() -> None:
        if form.answer_by.data is None:
            raise Invalid(answer_by="Enter the day to answer by.")
        ask_to_approve_outcome(
            session(),
            actor(),
            round_id=round_id,
            answer_by=form.answer_by.data,
            authority=form.authority.data or "",
            again_because=form.again_because.data or "",
        )

    return _asked(round_id, form, act, "The outcome is put to your council’s decision maker.")


@pages.route(f"{_HERE}/ask-use", permit=Permission.MATTER_RAISE, methods=("POST",))
def ask_use(round_id: UUID) -> ResponseReturnValue:
    """Put the use of the providers to every council."""
    form = AskUseForm()

    def act() -> None:
        if form.answer_by.data is None:
            raise Invalid(answer_by="Enter the day to answer by.")
        ask_to_use(
            session(),
            actor(),
            round_id=round_id,
            answer_by=form.answer_by.data,
            prices_valid_until=form.prices_valid_until.data,
        )

    return _asked(round_id, form, act, "The question is put to every participating council.")


@pages.route(f"{_HERE}/prepare-letters", permit=Permission.LETTER_RELEASE, methods=("POST",))
def prepare(round_id: UUID) -> ResponseReturnValue:
    """Letters to look at; none goes out."""
    made = prepare_letters(session(), actor(), round_id=round_id)
    return _done(round_id, f"{len(made)} letters are prepared. None has gone out.")


@pages.route(f"{_HERE}/release-letters", permit=Permission.LETTER_RELEASE, methods=("POST",))
def release(round_id: UUID) -> ResponseReturnValue:
    """All at once."""
    made = release_letters(session(), actor(), round_id=round_id)
    return _done(round_id, f"All {len(made)} letters have gone out.")


@pages.route(f"{_HERE}/issue-agreements", permit=Permission.AGREEMENT_ISSUE, methods=("POST",))
def issue(round_id: UUID) -> ResponseReturnValue:
    """After the standstill."""
    issued = issue_agreements(session(), actor(), round_id=round_id)
    return _done(round_id, f"{len(issued)} agreements are issued to the providers.")


@pages.route(f"{_HERE}/accept-agreements", permit=Permission.AGREEMENT_ACCEPT, methods=("POST",))
def accept_all(round_id: UUID) -> ResponseReturnValue:
    """Every agreement that its provider has accepted."""
    waiting = outcome_of(session(), actor(), round_id).to_accept
    for admission in waiting:
        accept_agreement(session(), actor(), admission_id=admission.id)
    return _done(round_id, f"{len(waiting)} agreements are in effect.")


@pages.route(f"{_HERE}/complete", permit=Permission.ROUND_RUN, methods=("POST",))
def complete(round_id: UUID) -> ResponseReturnValue:
    """Nothing is awaited any more."""
    complete_round(session(), actor(), round_id=round_id)
    return _done(round_id, "The round is complete.")


def _done(round_id: UUID, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(f"/rounds/{round_id}/outcome", 303)


def _asked(round_id: UUID, form: Any, act: Callable[[], None], sentence: str) -> ResponseReturnValue:
    found = outcome_of(session(), actor(), round_id)
    if form.validate():
        try:
            act()
        except Invalid as error:
            show_invalid(form, error)
        else:
            return _done(round_id, sentence)
    return _page(found, form), 422


def _page(found: Outcome, form: Any = None) -> str:
    asking = {"ask_outcome": AskOutcomeForm, "refused": AskOutcomeForm, "ask_use": AskUseForm}.get(found.next)
    if form is None and asking and request.method == "GET":
        form = asking(formdata=None)
    return render_template(
        "outcome/steps.html",
        found=found,
        form=form,
        stages=stages(
            found.next, standstill=found.system.standstill_days is not None, asks_councils=found.asks_councils
        ),
        lot_names={lot.id: lot.name for lot in found.lots},
    )
