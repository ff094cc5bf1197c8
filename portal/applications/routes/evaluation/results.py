"""Prices once quality is agreed, the results by rule, and their sign-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.evaluating import compute_round_results, reopen_round, sign_off_round
from portal.applications.candidates import candidate_answers
from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.opened import opened_applications
from portal.applications.reading import read_parts
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.web.pages import actor
from portal.decisions.queries.decisions import matter_about, was_refused
from portal.evaluation.forms import ReopenForm
from portal.evaluation.models import Reopening, Result
from portal.evaluation.queries.results import reopenings_of, results_of
from portal.evaluation.rules import OfferedPrice
from portal.purchasing_systems.queries.rounds import lots_offered
from portal.purchasing_systems.queries.systems import participants_of
from portal.questionnaires.queries import questions_of_round
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid


@dataclass(frozen=True)
class Offered:
    """One provider's prices for one lot."""

    provider_name: str
    lot_id: UUID
    prices: Sequence[OfferedPrice]

    @property
    def above(self) -> int:
        """How many are above their ceiling."""
        return sum(price.result == "above" for price in self.prices)


@pages.route("/rounds/<uuid:round_id>/evaluation/prices", permit=Permission.PANEL_SCORE, endpoint="prices")
def prices(round_id: UUID) -> ResponseReturnValue:
    """Every price against its ceiling, for who checks them. Shut until quality is agreed."""
    here = occasion(session(), actor(), round_id)
    seat = here.must_sit()
    if "price" not in seat.parts:
        raise NotPermitted("Your seat on this panel does not read prices.")
    if here.panel.quality_agreed_at is None:
        raise Refused("Prices stay shut until quality is agreed.")
    read = read_parts(session(), current_app.extensions["keys"], round_id=round_id, part="price")
    questions = questions_of_round(session(), round_id)
    offered = []
    for application in opened_applications(session(), round_id):
        if application.id not in read:
            continue
        found = candidate_answers(application, questions, (), read[application.id]).prices
        offered += [
            Offered(application.provider_name, lot, [p for p in found if p.lot_id == lot]) for lot in application.lots
        ]
    return render_template(
        "evaluation/prices.html", here=here, lots=lots_offered(session(), here.round), offered=offered
    )


@pages.route("/rounds/<uuid:round_id>/evaluation/results", permit=Permission.SYSTEM_READ, endpoint="results")
def results(round_id: UUID) -> ResponseReturnValue:
    """Per lot and provider. The lead computes and signs off; then every participating council reads them.

    `?version=1`: what was signed off before the first re-opening.
    """
    here = occasion(session(), actor(), round_id)
    reopenings = reopenings_of(session(), here.panel.id)
    wanted = request.args.get("version")
    version = next((r for r in reopenings if str(r.number) == wanted), None)
    if wanted and version is None:
        raise Missing
    if not reopenings:
        _must_be_there(here)
    found = results_of(session(), round_id, version.id if version else None)
    return render_template(
        "evaluation/results.html",
        here=here,
        lots=[
            lot for lot in lots_offered(session(), here.round) if any(r.lot_id == lot.id for r in found) or not found
        ],
        results=found,
        version=version,
        reopenings=reopenings,
        asked=_asked(here) if here.runs and here.panel.status == "signed_off" else None,
        councils={str(p.authority_id): p for p in participants_of(session(), here.system.id)},
    )


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/results/compute",
    permit=Permission.PANEL_RUN,
    methods=("POST",),
    endpoint="compute",
)
def compute(round_id: UUID) -> ResponseReturnValue:
    """Apply the published rules; again, if a ruling changed."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    found = compute_round_results(session(), actor(), current_app.extensions["keys"], round_id=round_id)
    met = sum(result.outcome == "recommended" for result in found)
    flash(f"Computed by rule: {met} met every rule, {len(found) - met} did not.", "success")
    return redirect(f"{here.url}/results", 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/results/sign-off",
    permit=Permission.PANEL_RUN,
    methods=("POST",),
    endpoint="sign_off",
)
def sign_off(round_id: UUID) -> ResponseReturnValue:
    """The results stay as they are from now on."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    sign_off_round(session(), actor(), round_id=round_id)
    flash("The results are signed off. Every participating council can read them.", "success")
    return redirect(f"/rounds/{round_id}/evaluation/results", 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/reopen",
    permit=Permission.PANEL_RUN,
    methods=("GET", "POST"),
    endpoint="reopen",
)
def reopen(round_id: UUID) -> ResponseReturnValue:
    """What follows from opening it again, and why it is done."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    if here.panel.status != "signed_off":
        raise Refused("The evaluation is not signed off, so there is nothing to re-open.")
    if here.round.status != "evaluated" or _asked(here) == "approved":
        raise Refused("The outcome of this round is approved. Its evaluation can no longer be re-opened.")
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            reopen_round(session(), actor(), round_id=round_id, reason=form.reason.data or "")
        except Invalid as error:
            show_invalid(form, error)
        else:
            flash("The evaluation is open again, in moderation. The results left behind stay on record.", "success")
            return redirect(here.url, 303)
    page = render_template("evaluation/reopen.html", here=here, form=form, asked=_asked(here))
    return page, 422 if form.errors else 200


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/results/<uuid:result_id>", permit=Permission.SYSTEM_READ, endpoint="result"
)
def result(round_id: UUID, result_id: UUID) -> ResponseReturnValue:
    """One provider in one lot: selection, quality, prices, and why."""
    here = occasion(session(), actor(), round_id)
    found = session().get(Result, result_id)
    if found is None or found.superseded_by_id is None:
        _must_be_there(here)
    if found is None or found.subject_id != round_id:
        raise Missing
    left = session().get(Reopening, found.superseded_by_id) if found.superseded_by_id else None
    return render_template(
        "evaluation/result.html",
        here=here,
        result=found,
        version=left,
        lot=next(lot for lot in lots_offered(session(), here.round) if lot.id == found.lot_id),
        councils={str(p.authority_id): p for p in participants_of(session(), here.system.id)},
    )


def _must_be_there(here: Occasion) -> None:
    if here.panel.status == "signed_off":
        return
    if not here.runs:
        raise Refused("The results are not signed off yet. Every participating council can read them then.")
    if here.panel.status != "quality_agreed":
        raise Refused("Results are computed once quality is agreed.")


def _asked(here: Occasion) -> str | None:
    """Where the question to the lead stands: None (not put), open, approved, refused."""
    matter = matter_about(session(), kind="approve_outcome", subject_id=here.round.id)
    if matter is None or matter.status == "open":
        return matter.status if matter else None
    return "refused" if was_refused(session(), matter) else "approved"
