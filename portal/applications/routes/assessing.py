"""Clocks of the applications of an always-open round, for officers; and more time for one of them."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.assessing import extend_assessment
from portal.applications.forms import LongerForm
from portal.applications.queries.assessing import clock_of, clocks_of
from portal.applications.routes import pages
from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.pages import actor
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rounds import round_for
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid


@pages.route("/rounds/<uuid:round_id>/clocks", permit=Permission.SYSTEM_READ)
def clocks(round_id: UUID) -> ResponseReturnValue:
    """By when each application of a batch is decided."""
    round_, system = _batch(round_id)
    return render_template(
        "applications/clocks.html",
        round=round_,
        system=system,
        profile=profile_of(session(), system),
        clocks=clocks_of(session(), round_, system),
        today=clock.today(),
        extends=system.lead_id == actor().organisation_id and actor().may(Permission.ROUND_RUN),
    )


@pages.route(
    "/rounds/<uuid:round_id>/clocks/<uuid:application_id>/longer",
    permit=Permission.ROUND_RUN,
    methods=("GET", "POST"),
)
def longer(round_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Take the longer time, with a reason."""
    round_, system = _batch(round_id)
    one = clock_of(session(), round_, system, application_id)
    form = LongerForm()
    if request.method == "POST" and form.validate():
        try:
            extend_assessment(
                session(), actor(), round_id=round_id, application_id=application_id, reason=form.reason.data or ""
            )
        except Invalid as error:
            show_invalid(form, error)
        else:
            flash("The longer time is taken, and the provider is told why.", "success")
            return redirect(f"/rounds/{round_id}/clocks", 303)
    body = render_template(
        "applications/longer.html",
        form=form,
        round=round_,
        system=system,
        one=one,
        profile=profile_of(session(), system),
    )
    return body, 422 if form.errors else 200


def _batch(round_id: UUID) -> tuple[Round, PurchasingSystem]:
    round_, system = round_for(session(), actor(), round_id)
    if round_.taken_from_id is None:
        raise Missing
    return round_, system
