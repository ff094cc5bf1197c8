"""Rounds, as the officers see them: planning, notice, publication, where it stands."""

from datetime import datetime
from uuid import UUID

from flask import current_app, flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.clock import LONDON
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.fields import london_instant, options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.rounds import (
    cancel_round,
    change_window,
    plan_round,
    publish_round,
    record_notice,
)
from portal.purchasing_systems.forms import NoticeForm, ReasonForm, WindowForm
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.consequences import consequences
from portal.purchasing_systems.queries.notice_facts import notice_facts
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.programmes import waits_for
from portal.purchasing_systems.queries.readiness import checks_of_round
from portal.purchasing_systems.queries.rolling import received_of, system_runs
from portal.purchasing_systems.queries.rounds import (
    closing_changes_of,
    interest_count,
    phase_of,
    round_for,
    rounds_of,
)
from portal.purchasing_systems.queries.systems import led_system, lots_of
from portal.purchasing_systems.reference import cancellation_notices
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import at_fields, attempt, made_by, page, round_url
from portal.purchasing_systems.routes.moving import moving, tell
from portal.purchasing_systems.rules.notice_text import notice_text
from portal.purchasing_systems.rules.rounds import PHASES
from portal.purchasing_systems.rules.stages import stages
from tenants.permissions import Permission


def round_in(system_id: UUID, round_id: UUID) -> tuple[Round, PurchasingSystem]:
    """The round of this very system. Raises Missing."""
    round_, system = round_for(session(), actor(), round_id)
    if system.id != system_id:
        raise Missing
    return round_, system


@pages.route("/systems/<uuid:system_id>/rounds/new", permit=Permission.ROUND_RUN, methods=("GET", "POST"))
def new_round(system_id: UUID) -> ResponseReturnValue:
    """Plan a round."""
    system = led_system(session(), actor(), system_id, Permission.ROUND_RUN)
    there = rounds_of(session(), system_id)
    profile = profile_of(session(), system)
    rolling = profile.admission == "rolling"
    form = WindowForm(data={"number": max((r.number for r in there), default=0) + 1})
    lots = {str(lot.id): lot for lot in lots_of(session(), system_id)}
    form.lots.choices = options((key, lot.name) for key, lot in lots.items())

    def act() -> Round:
        opens_at, closes_at = _window(form, rolling=rolling)
        if form.number.whole is None:
            raise Invalid(number="Enter the number of the round.")
        number = form.number.whole
        with at_fields(opens_at="opens_on", closes_at="closes_on"):
            return plan_round(
                session(),
                actor(),
                system_id=system_id,
                number=number,
                opens_at=opens_at,
                closes_at=closes_at,
                lots=[lots[key].id for key in form.lots.data or () if key in lots],
                first_assessed_by=form.first_assessed_by.data if profile.defers_first else None,
            )

    if request.method == "POST":
        seen = made_by(form, lambda: consequences(session(), actor(), act, system_id=system_id))
        if seen:
            made, moved = seen
            tell(moved)
            flash(
                f"Round {made.number} is planned. The list below says what is missing before it can be published.",
                "success",
            )
            return redirect(round_url(system_id, made.id), 303)
    return page("new_round", form, system=system, profile=profile, rolling=rolling)


@pages.route("/systems/<uuid:system_id>/rounds/<uuid:round_id>", permit=Permission.SYSTEM_READ, endpoint="round")
def round_page(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Where a round stands, and what it needs from whoever looks."""
    round_, system = round_in(system_id, round_id)
    leads = system.lead_id == actor().organisation_id
    phase = phase_of(round_)
    profile, runs = profile_of(session(), system), system_runs(session(), system_id)
    checks = checks_of_round(session(), system, round_) if phase == "planned" else []
    changes = closing_changes_of(session(), round_id)
    return page(
        "round",
        system=system,
        round=round_,
        phase=phase,
        words=PHASES[phase],
        stages=stages(phase),
        leads=leads,
        runs=leads and actor().may(Permission.ROUND_RUN),
        checks=checks,
        ready=all(check.done for check in checks if check.needed),
        links={check.key: _link(check.key, system, round_id) for check in checks},
        interested=interest_count(session(), round_id)
        if leads and phase in ("not_yet_open", "open", "closed")
        else None,
        pending=[c for c in changes if not c.confirmed_at and c.new_closes_at > round_.closes_at],
        confirmed=[c for c in changes if c.confirmed_at],
        days=clarification_days(session(), round_id),
        notice_due=cancellation_notices().get(system.regime) if round_.published_at and phase == "cancelled" else None,
        waits=waits_for(session(), system_id) if phase == "planned" else None,
        may_change=not round_.always_open
        and phase in ("not_yet_open", "open")
        and actor().may(Permission.CLOSING_CHANGE),
        may_open=(phase == "closed" or round_.always_open) and actor().may(Permission.ROUND_OPEN),
        received=received_of(session(), round_, profile, runs) if round_.always_open else [],
        batches=[r for r in rounds_of(session(), system_id) if r.taken_from_id == round_id]
        if round_.always_open
        else [],
        today=clock.today(),
    )


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/window",
    permit=Permission.ROUND_RUN,
    methods=("GET", "POST"),
    endpoint="change_window",
)
def change_window_page(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Move the window, while planned."""
    round_, system = _planned(system_id, round_id)
    opens, closes = round_.opens_at.astimezone(LONDON), round_.closes_at.astimezone(LONDON)
    form = WindowForm(
        data={
            "number": round_.number,
            "opens_on": opens.date(),
            "opens_time": opens.time(),
            **({} if round_.always_open else {"closes_on": closes.date(), "closes_time": closes.time()}),
        }
    )

    def act() -> Round:
        opens_at, closes_at = _window(form, rolling=round_.always_open)
        with at_fields(opens_at="opens_on", closes_at="closes_on"):
            return change_window(session(), actor(), round_id=round_id, opens_at=opens_at, closes_at=closes_at)

    moved = None
    if request.method == "POST":
        saved, moved = moving(form, act, system_id=system_id)
        if saved:
            flash("The window is saved.", "success")
            return redirect(round_url(system_id, round_id), 303)
    return page("change_window", form, system=system, round=round_, moved=moved)


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/notice", permit=Permission.ROUND_RUN, methods=("GET", "POST")
)
def notice(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """The text to paste into the notice service, and what came back: number, link, time."""
    round_, system = _planned(system_id, round_id)
    published = round_.notice_published_at.astimezone(LONDON) if round_.notice_published_at else None
    form = NoticeForm(
        data={
            "notice_number": round_.notice_number or "",
            "notice_url": round_.notice_url or "",
            "published_on": published.date() if published else None,
            "published_time": published.time() if published else None,
        }
    )

    def act() -> Round:
        at = london_instant(form.published_on, form.published_time)
        if at is None:
            raise Invalid
        with at_fields(notice_published_at="published_on"):
            return record_notice(
                session(),
                actor(),
                round_id=round_id,
                notice_number=form.notice_number.data or "",
                notice_url=form.notice_url.data or "",
                notice_published_at=at,
            )

    if request.method == "POST" and moving(form, act, system_id=system_id)[0]:
        flash("The official notice is recorded.", "success")
        return redirect(round_url(system_id, round_id), 303)
    address = current_app.config["PORTAL"].address
    text = notice_text(notice_facts(session(), system, round_, address))
    return page("notice", form, system=system, round=round_, text=text)


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/publish",
    permit=Permission.ROUND_RUN,
    methods=("POST",),
    endpoint="publish_round",
)
def publish_round_page(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Public from now on; what is asked is frozen."""
    round_in(system_id, round_id)
    done = publish_round(session(), actor(), round_id=round_id)
    flash(f"Round {done.number} is public. Its questions and documents no longer change.", "success")
    return redirect(round_url(system_id, round_id), 303)


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/cancel",
    permit=Permission.ROUND_RUN,
    methods=("GET", "POST"),
    endpoint="cancel_round",
)
def cancel_round_page(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Give it up, with a reason for everybody who is interested."""
    round_, system = round_in(system_id, round_id)
    led_system(session(), actor(), system_id, Permission.ROUND_RUN)
    if round_.status not in ("planned", "published"):
        raise Refused("Only a round that has not been opened can be cancelled.")
    form = ReasonForm()
    if request.method == "POST" and attempt(
        form, lambda: cancel_round(session(), actor(), round_id=round_id, reason=form.reason.data or "")
    ):
        flash("The round is cancelled.", "success")
        return redirect(round_url(system_id, round_id), 303)
    return page(
        "cancel_round",
        form,
        system=system,
        round=round_,
        public=round_.published_at is not None,
        notice=cancellation_notices().get(system.regime),
    )


def _planned(system_id: UUID, round_id: UUID) -> tuple[Round, PurchasingSystem]:
    round_in(system_id, round_id)
    round_, system = round_for(session(), actor(), round_id)
    led_system(session(), actor(), system_id, Permission.ROUND_RUN)
    if round_.status != "planned":
        raise Refused(
            "The round is published. Its notice stands, and its closing time can only be put back by two officers of two councils."
        )
    return round_, system


def _window(form: WindowForm, *, rolling: bool) -> tuple[datetime, datetime | None]:
    opens_at = london_instant(form.opens_on, form.opens_time)
    if rolling:
        if opens_at is None:
            raise Invalid
        return opens_at, None
    closes_at = london_instant(form.closes_on, form.closes_time)
    if opens_at is None or closes_at is None:
        raise Invalid
    return opens_at, closes_at


def _link(key: str, found: PurchasingSystem, round_id: UUID) -> str | None:
    system, round_ = f"/systems/{found.id}", round_url(found.id, round_id)
    # What is frozen is not offered to be changed.
    buying = None if found.frozen_at else f"{system}/set-up/buying"
    return {
        "lots": f"{system}/lots",
        "councils": f"{system}/councils",
        "specification": f"{system}/specification",
        "schedules": f"{system}/specification",
        "documents": f"{system}/documents",
        "grounds": f"{system}/restriction-grounds",
        "ceiling": buying,
        "users": buying,
        "award": buying,
        "timetable": f"{system}/timetable",
        "law": f"{system}/rules",
        "notices": f"{system}/rules",
        "questions": f"{round_}/questions",
        "weights": f"{round_}/questions",
        "window": f"{round_}/window",
        "notice": f"{round_}/notice",
    }[key]
