"""Days for questions and answers; the public outage log, and recording an outage."""

from uuid import UUID

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.types import Actor
from portal.core.web import public
from portal.core.web.fields import london_instant
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.clarification_days import record_outage, set_clarification_days
from portal.purchasing_systems.actions.rounds import led_round
from portal.purchasing_systems.forms import ClarificationDaysForm, OutageForm
from portal.purchasing_systems.queries.clarification_days import clarification_days, outages
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import at_fields, attempt, made_by, page, round_url
from portal.purchasing_systems.routes.rounds import round_in
from tenants.permissions import Permission


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/clarification-days",
    permit=Permission.ROUND_RUN,
    methods=("GET", "POST"),
    endpoint="clarification_days",
)
def clarification_days_page(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Until when providers ask and the councils answer."""
    round_in(system_id, round_id)
    round_, system = led_round(session(), actor(), round_id, lock=request.method == "POST")
    days = clarification_days(session(), round_id)
    form = ClarificationDaysForm(
        data={"last_ask_on": days[0] if days else None, "last_answer_on": days[1] if days else None}
    )

    def act() -> bool:
        set_clarification_days(
            session(),
            actor(),
            round_id=round_id,
            last_ask_on=form.last_ask_on.data,
            last_answer_on=form.last_answer_on.data,
        )
        return True

    if request.method == "POST" and attempt(form, act):
        flash("The days for questions and answers are saved.", "success")
        return redirect(round_url(system_id, round_id), 303)
    return page("clarification_days", form, system=system, round=round_, published=round_.status == "published")


@pages.route("/outages", permit=public("Whether the portal worked concerns everybody who had a deadline."))
def outage_log() -> ResponseReturnValue:
    """Every outage, and how many rounds got its time back."""
    who: Actor | None = g.get("actor")
    return page("outages", outages=outages(session()), records=who is not None and who.may(Permission.OUTAGE_RECORD))


@pages.route("/outages/record", permit=Permission.OUTAGE_RECORD, methods=("GET", "POST"), endpoint="record_outage")
def record_outage_page() -> ResponseReturnValue:
    """Record one; later closing times are proposed for the rounds it hit."""
    form = OutageForm()

    def act() -> tuple[int]:
        since = london_instant(form.since_on, form.since_time)
        until = london_instant(form.until_on, form.until_time)
        if since is None or until is None:
            raise Invalid
        with at_fields(since="since_on", until="until_on"):
            rounds = record_outage(
                session(), actor(), since=since, until=until, what=form.what.data or "", source=form.source.data or ""
            )
        return (len(rounds),)

    if request.method == "POST":
        done = made_by(form, act)
        if done:
            flash(
                f"The outage is recorded. The same extra time is proposed for {done[0]} "
                f"{'round' if done[0] == 1 else 'rounds'}; an officer of another council confirms each.",
                "success",
            )
            return redirect("/outages", 303)
    return page("record_outage", form)
