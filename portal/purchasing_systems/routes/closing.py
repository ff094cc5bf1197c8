"""A later closing time: one council proposes, another confirms."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.clock import LONDON
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.fields import london_instant
from portal.core.web.look import instant
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.closing import confirm_closing, propose_closing
from portal.purchasing_systems.forms import ClosingForm
from portal.purchasing_systems.queries.consequences import consequences
from portal.purchasing_systems.queries.rounds import closing_changes_of, phase_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import at_fields, attempt, page, round_url
from portal.purchasing_systems.routes.moving import tell
from portal.purchasing_systems.routes.rounds import round_in
from tenants.permissions import Permission


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/closing",
    permit=Permission.CLOSING_CHANGE,
    methods=("GET", "POST"),
    endpoint="propose_closing",
)
def propose_closing_page(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Propose a later closing time."""
    round_, system = round_in(system_id, round_id)
    if phase_of(round_) not in ("not_yet_open", "open"):
        raise Refused("The closing time can only be put back between publication and closing.")
    closes = round_.closes_at.astimezone(LONDON)
    form = ClosingForm(data={"closes_on": None, "closes_time": closes.time()})

    def act() -> UUID:
        at = london_instant(form.closes_on, form.closes_time)
        if at is None:
            raise Invalid
        with at_fields(closes_at="closes_on"):
            return propose_closing(session(), actor(), round_id=round_id, closes_at=at, reason=form.reason.data or "")

    if request.method == "POST" and attempt(form, act):
        flash("The later closing time is proposed. An officer of another council must confirm it.", "success")
        return redirect(round_url(system_id, round_id), 303)
    return page("propose_closing", form, system=system, round=round_)


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/closing/<uuid:change_id>/confirm",
    permit=Permission.CLOSING_CHANGE,
    methods=("POST",),
    endpoint="confirm_closing",
)
def confirm_closing_page(system_id: UUID, round_id: UUID, change_id: UUID) -> ResponseReturnValue:
    """Confirm another council's proposal."""
    round_in(system_id, round_id)
    if change_id not in {change.id for change in closing_changes_of(session(), round_id)}:
        raise Missing
    round_, moved = consequences(
        session(), actor(), lambda: confirm_closing(session(), actor(), change_id=change_id), system_id=system_id
    )
    tell(moved)
    flash(f"The round now closes at {instant(round_.closes_at)}. Everybody who is interested is told.", "success")
    return redirect(round_url(system_id, round_id), 303)
