"""Prices once quality is agreed, the results by rule, and their sign-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal.applications.actions.evaluating import compute_round_results, sign_off_round
from portal.applications.candidates import candidate_answers
from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.opened import opened_applications
from portal.applications.reading import read_parts
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.web.pages import actor
from portal.evaluation.models import Result
from portal.evaluation.rules import OfferedPrice
from portal.purchasing_systems.queries.systems import lots_of, participants_of
from portal.questionnaires.queries import questions_of_round
from tenants.permissions import Permission


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
        "evaluation/prices.html", here=here, lots=lots_of(session(), here.system.id), offered=offered
    )


@pages.route("/rounds/<uuid:round_id>/evaluation/results", permit=Permission.SYSTEM_READ, endpoint="results")
def results(round_id: UUID) -> ResponseReturnValue:
    """Per lot and provider. The lead computes and signs off; then every participating council reads them."""
    here = occasion(session(), actor(), round_id)
    _must_be_there(here)
    found = _results(here)
    return render_template(
        "evaluation/results.html",
        here=here,
        lots=[lot for lot in lots_of(session(), here.system.id) if any(r.lot_id == lot.id for r in found) or not found],
        results=found,
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
    "/rounds/<uuid:round_id>/evaluation/results/<uuid:result_id>", permit=Permission.SYSTEM_READ, endpoint="result"
)
def result(round_id: UUID, result_id: UUID) -> ResponseReturnValue:
    """One provider in one lot: selection, quality, prices, and why."""
    here = occasion(session(), actor(), round_id)
    _must_be_there(here)
    found = session().get(Result, result_id)
    if found is None or found.subject_id != round_id:
        raise Missing
    return render_template(
        "evaluation/result.html",
        here=here,
        result=found,
        lot=next(lot for lot in lots_of(session(), here.system.id) if lot.id == found.lot_id),
        councils={str(p.authority_id): p for p in participants_of(session(), here.system.id)},
    )


def _must_be_there(here: Occasion) -> None:
    if here.panel.status == "signed_off":
        return
    if not here.runs:
        raise Refused("The results are not signed off yet. Every participating council can read them then.")
    if here.panel.status != "quality_agreed":
        raise Refused("Results are computed once quality is agreed.")


def _results(here: Occasion) -> list[Result]:
    return list(
        session().scalars(
            select(Result)
            .where(Result.panel_id == here.panel.id)
            .order_by(Result.outcome.desc(), Result.candidate_name, Result.id)
        )
    )
