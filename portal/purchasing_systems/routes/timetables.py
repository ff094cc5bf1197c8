"""The timetable of a system or a round: reading it, beginning it, changing a day and seeing first what that moves."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.governance.rules.critical_path import LABELS
from portal.purchasing_systems.actions.timetables import begin_timetable, change_date, choose_officers
from portal.purchasing_systems.calendar_file import timetable_file
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.consequences import planned
from portal.purchasing_systems.queries.council_paths import Councils, broken
from portal.purchasing_systems.queries.rounds import rounds_of
from portal.purchasing_systems.queries.systems import led_system, participants_of, system_for
from portal.purchasing_systems.queries.timetables import TimetableView, changes_of, timetable_for, timetables_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from portal.purchasing_systems.routes.moving import moving
from portal.purchasing_systems.routes.rounds import round_in
from portal.purchasing_systems.set_up_forms import BeginTimetableForm, DateForm, OfficersForm
from tenants.permissions import Permission

_SYSTEM, _ROUND = "/systems/<uuid:system_id>/timetable", "/systems/<uuid:system_id>/rounds/<uuid:round_id>/timetable"
_COLUMNS = ("notice", "clearance", "report", "decision", "call_in")


@pages.route(_ROUND, permit=Permission.SYSTEM_READ, endpoint="round_timetable")
@pages.route(_SYSTEM, permit=Permission.SYSTEM_READ)
def timetable(system_id: UUID, round_id: UUID | None = None) -> ResponseReturnValue:
    """Every day, what follows from what, each council's own days, and what was planned before."""
    system, view = _read(system_id, round_id)
    return _page(system, view, round_id, BeginTimetableForm(formdata=None))


@pages.route(f"{_ROUND}/begin", permit=Permission.ADVERT_EDIT, methods=("POST",), endpoint="begin_round_timetable")
@pages.route(f"{_SYSTEM}/begin", permit=Permission.ADVERT_EDIT, methods=("POST",), endpoint="begin_timetable")
def begin(system_id: UUID, round_id: UUID | None = None) -> ResponseReturnValue:
    """The usual rows, from the day of the notice."""
    system, view = _read(system_id, round_id)
    form = BeginTimetableForm()

    def act() -> object:
        return begin_timetable(
            session(), actor(), system_id=system_id, round_id=round_id, notice_on=form.notice_on.data
        )

    if attempt(form, act):
        flash("The timetable is begun. Change the days that are different.", "success")
        return redirect(_url(system_id, round_id), 303)
    return _page(system, view, round_id, form)


@pages.route(f"{_ROUND}/change", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"), endpoint="change_round_date")
@pages.route(f"{_SYSTEM}/change", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"), endpoint="change_date")
def change(system_id: UUID, round_id: UUID | None = None) -> ResponseReturnValue:
    """Another day, or another rule, of the row that the address names; what moves is shown before it is saved."""
    key = request.args.get("row", "")
    system, view = _read(system_id, round_id)
    led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    row = next((r for r in view.rows if r.key == key), None) if view else None
    if view is None or row is None:
        raise Missing
    if key in view.facts:
        raise Refused(f"{row.label} is a fact of round {view.round_number}. Change it there.")
    above = view.rows[: view.rows.index(row)]
    how = "day" if row.pinned or row.after is None else "rule"
    form = DateForm(data={"how": how, "day": row.day, "count": row.count, "unit": row.unit, "after": row.after or ""})
    form.after.choices = options([(r.key, r.label) for r in above])

    def act() -> object:
        if form.how.data == "day" and form.day.data is None:
            raise Invalid(day="Enter a day.")
        return change_date(
            session(), actor(), system_id=system_id, round_id=round_id, key=key,
            day=form.day.data if form.how.data == "day" else None,
            after=form.after.data or None, count=form.count.whole, unit=form.unit.data or "",
        )  # fmt: skip

    moved = None
    if request.method == "POST":
        saved, moved = moving(form, act, system_id=system_id)
        if saved:
            flash(f"{row.label} is saved.", "success")
            return redirect(_url(system_id, round_id), 303)
    return page("change_date", form, system=system, view=view, row=row, ruled=bool(above), moved=moved)


@pages.route(f"{_ROUND}/officers", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"), endpoint="round_officers")
@pages.route(f"{_SYSTEM}/officers", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def timetable_officers(system_id: UUID, round_id: UUID | None = None) -> ResponseReturnValue:
    """For which councils an officer decides on the outcome."""
    system, view = _read(system_id, round_id)
    led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    if view is None:
        raise Missing
    councils = participants_of(session(), system_id)
    form = OfficersForm(data={"officer": [str(id_) for id_ in view.by_officer]})
    form.officer.choices = options([(str(c.authority_id), c.short_name) for c in councils])

    def act() -> object:
        known = {str(c.authority_id): c.authority_id for c in councils}
        if not set(form.officer.data or ()) <= set(known):
            raise Invalid(officer="Choose councils that take part.")
        choose_officers(
            session(), actor(), system_id=system_id, round_id=round_id,
            by_officer=[known[one] for one in form.officer.data or ()],
        )  # fmt: skip
        return True

    moved = None
    if request.method == "POST":
        saved, moved = moving(form, act, system_id=system_id)
        if saved:
            flash("It is saved.", "success")
            return redirect(_url(system_id, round_id), 303)
    return page("timetable_officers", form, system=system, view=view, moved=moved)


@pages.route(f"{_ROUND}.ics", permit=Permission.SYSTEM_READ, endpoint="round_timetable_calendar")
@pages.route(f"{_SYSTEM}.ics", permit=Permission.SYSTEM_READ)
def timetable_calendar(system_id: UUID, round_id: UUID | None = None) -> ResponseReturnValue:
    """The shared days and those of the council acted for, for its officers' calendars."""
    system, view = _read(system_id, round_id)
    if view is None:
        raise Missing
    own = [c for c in participants_of(session(), system_id) if c.authority_id == actor().organisation_id]
    rows = planned(system, view, Councils(session(), own), clock.today()).rows
    body = timetable_file(rows, timetable_id=view.id, alias=system.alias, made_at=clock.now())
    return Response(
        body, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="timetable.ics"'}
    )


def _read(system_id: UUID, round_id: UUID | None) -> tuple[PurchasingSystem, TimetableView | None]:
    system = system_for(session(), actor(), system_id)
    if round_id:
        round_in(system_id, round_id)
    return system, timetable_for(session(), system_id, round_id, clock.today())


def _url(system_id: UUID, round_id: UUID | None) -> str:
    return f"/systems/{system_id}/rounds/{round_id}/timetable" if round_id else f"/systems/{system_id}/timetable"


def _page(
    system: PurchasingSystem, view: TimetableView | None, round_id: UUID | None, form: BeginTimetableForm
) -> ResponseReturnValue:
    today = clock.today()
    more: dict[str, Any] = {}
    councils = participants_of(session(), system.id)
    if view:
        ways = Councils(session(), councils)
        letters = view.on("letters")
        paths = ways.paths(letters, system.value_pounds, today, view.by_officer) if letters and letters >= today else []
        ready = view.on("moderation")
        more = {
            "warnings": planned(system, view, ways, today).warnings,
            "paths": [(path, broken(path, today, ready_on=ready)) for path in paths],
            "changes": changes_of(session(), view.id),
            "labels_by_key": {row.key: row.label for row in view.rows},
        }
    others = [t for t in timetables_of(session(), [system.id], today) if view is None or t.id != view.id]
    return page(
        "timetable",
        form,
        system=system,
        sections=sections(system, "Timetable"),
        view=view,
        url=_url(system.id, round_id),
        others=others,
        rounds=rounds_of(session(), system.id),
        colours={c.authority_id: c.colour_class for c in councils},
        columns=_COLUMNS,
        labels=LABELS,
        today=today,
        edits=system.lead_id == actor().organisation_id and actor().may(Permission.ADVERT_EDIT),
        **more,
    )
