"""The critical path: contracts from a day on, counted backwards for every council that takes part."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.fields import DayField, PoundsField, options
from portal.core.web.pages import actor
from portal.governance.rules.critical_path import LABELS, Plan
from portal.purchasing_systems.calendar_file import calendar_file
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.critical_path import critical_path, target_of
from portal.purchasing_systems.queries.systems import Participant, participants_of, system_for
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import page, sections
from portal.purchasing_systems.rules.timeline import SIGNS, timeline
from tenants.permissions import Permission

_AHEAD = timedelta(days=3660)
_COLUMNS = ("notice", "clearance", "report", "decision", "call_in", "effective")
STANDING = {
    "possible": ("In time", "green"),
    "exception": ("General exception only", "orange"),
    "late": ("Too late", "red"),
    "unknown": ("Not known", "grey"),
}


class TargetForm(Form):
    """What is wanted, and who decides by an officer. A question, not an act: it is asked in the address."""

    target = DayField("Contracts from", description="The day on which contracts should begin, like 1 9 2027.")
    value = PoundsField(
        "Value at stake for each council",
        description="Without VAT. Whether its decision is key is asked of it. Leave it empty to ask of the whole value of the system.",
    )
    officer = SelectMultipleField(
        "Councils for which an officer decides",
        description="For all others the last meeting in time of the body that decides is taken.",
        option_widget=CheckboxInput(),
        widget=ListWidget(),
        validate_choice=False,
    )


@pages.route("/systems/<uuid:system_id>/critical-path", permit=Permission.SYSTEM_READ)
def system_critical_path(system_id: UUID) -> ResponseReturnValue:
    """Every council's last day to publish its report, and who holds everybody up."""
    system = system_for(session(), actor(), system_id)
    councils = participants_of(session(), system_id)
    form, plan = _asked(system, councils)
    found = _plan_page(plan) if plan else {}
    colours = {c.authority_id: c.colour_class for c in councils}
    return page(
        "critical_path",
        form,
        system=system,
        sections=sections(system, "Critical path"),
        plan=plan,
        colours=colours,
        labels=LABELS,
        **found,
    )


@pages.route("/systems/<uuid:system_id>/critical-path.ics", permit=Permission.SYSTEM_READ)
def critical_path_calendar(system_id: UUID) -> ResponseReturnValue:
    """The days of the council acted for, for its officers' calendars."""
    system = system_for(session(), actor(), system_id)
    own = [c for c in participants_of(session(), system_id) if c.authority_id == actor().organisation_id]
    form, plan = _asked(system, own)
    if plan is None:
        raise Invalid(target=" ".join(form.target.errors) or "Say from which day contracts are wanted.")
    days = [m for path in plan.paths for m in path.milestones] + list(plan.shared)
    body = calendar_file(
        days, system_id=system_id, authority_id=actor().organisation_id, alias=system.alias, made_at=clock.now()
    )
    name = f"critical-path-{plan.target.starts_on.isoformat()}.ics"
    return Response(body, mimetype="text/calendar", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _asked(system: PurchasingSystem, councils: list[Participant]) -> tuple[TargetForm, Plan | None]:
    """The form as it was sent, and the plan if it names a day that can be planned for. `target`: 2027-09-01, or the three boxes."""
    typed = request.args.getlist("target")
    if len(typed) == 1:
        typed = [part.lstrip("0") or part for part in typed[0].split("-")[::-1]]
    form = TargetForm(
        MultiDict(
            [("target", part) for part in typed]
            + [("value", request.args.get("value", ""))]
            + [("officer", o) for o in _officers()]
        )
    )
    form.officer.choices = options([(str(c.authority_id), c.short_name) for c in councils])
    if not typed or not form.validate():
        return form, None
    target, today = form.target.data, clock.today()
    if target is None or not today < target <= today + _AHEAD:
        form.target.errors = ["Enter a day to come, within the next ten years."]
        return form, None
    officers = {c.authority_id for c in councils if str(c.authority_id) in _officers()}
    found = critical_path(
        session(), target_of(system, target, form.value.amount), councils, by_officer=officers, today=today
    )
    return form, found


def _officers() -> list[str]:
    return request.args.getlist("officer")


def _plan_page(plan: Plan) -> dict[str, object]:
    officers = [("officer", str(path.council.id)) for path in plan.paths if path.council.by_officer]
    at_stake = [("value", request.args["value"])] if request.args.get("value") else []
    return {
        "picture": timeline(plan, clock.today()),
        "signs": SIGNS,
        "columns": _COLUMNS,
        "standing": STANDING,
        "own": next((p for p in plan.paths if p.council.id == actor().organisation_id), None),
        "question": urlencode([("target", plan.target.starts_on.isoformat()), *at_stake, *officers]),
    }
