"""The register of one council: today, at any past second, as a workbook, what has changed; one row with its history."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.clock import LONDON
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.parsing import parse_day
from portal.core.web.fields import options
from portal.core.web.look import day
from portal.core.web.pages import actor
from portal.providers.queries.reference import all_grades
from portal.providers.rules.passport import INSURANCES, KINDS, REGULATORS
from portal.purchasing_systems.actions.offers import set_supplier_number
from portal.purchasing_systems.actions.standing import change_standing
from portal.purchasing_systems.admission_states import ADMISSION
from portal.purchasing_systems.models import Admission
from portal.purchasing_systems.offer_forms import StandingForm, SupplierNumberForm
from portal.purchasing_systems.queries.as_at import RegisterFilter, history_of
from portal.purchasing_systems.queries.register_changes import changes_between
from portal.purchasing_systems.queries.registers import choices_of, register_entry, register_page, whole_register
from portal.purchasing_systems.register_workbook import NO_PROMISE, register_workbook
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page
from portal.purchasing_systems.rules.register_cycle import AGE_BANDS
from tenants.permissions import Permission

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STANDING = ("suspend", "reinstate", "remove", "end")


@dataclass(frozen=True)
class Asked:
    """What stands in the address. `problem`: what is wrong with its instant, beside the field."""

    at: datetime
    is_now: bool
    day: str
    time: str
    problem: str | None
    wanted: RegisterFilter

    @property
    def words(self) -> str:
        """The filter in words, for the workbook."""
        named = {"text": "words", "area": "area", "age_band": "age band", "grade": "grade", "standing": "shown"}
        found = [
            f"{words} “{getattr(self.wanted, name)}”" for name, words in named.items() if getattr(self.wanted, name)
        ]
        found += [
            f"one {words}" for name, words in (("system_id", "system"), ("lot_id", "lot")) if getattr(self.wanted, name)
        ]
        return f"Filtered by {', '.join(found)}" if found else "Not filtered"


@pages.route("/register", permit=Permission.REGISTER_READ)
def register() -> ResponseReturnValue:
    """Whom may we use, for what, since when, on whose decision: now, or at a past second."""
    if actor().organisation_kind == "provider":
        return redirect("/where-you-stand", 303)
    asked = _asked()
    found = register_page(session(), asked.at, asked.wanted, after=_after())
    kept = {name: value for name, value in request.args.items() if value and not name.startswith("after")}
    return render_template(
        "purchasing_systems/register.html",
        register=found,
        asked=asked,
        choices=choices_of(session(), actor()),
        age_bands=AGE_BANDS,
        grades=all_grades(),
        regulators=REGULATORS,
        insurances=INSURANCES,
        today=clock.today(),
        no_promise=NO_PROMISE,
        query=urlencode(kept),
        next_page=urlencode(kept | dict(zip(("after", "after_id", "after_of"), map(str, found.next_key), strict=True)))
        if found.next_key
        else None,
        has_errors=asked.problem is not None,
    ), 422 if asked.problem else 200


@pages.route("/register.xlsx", permit=Permission.REGISTER_READ)
def register_download() -> ResponseReturnValue:
    """The same rows as a workbook, stamped with their instant."""
    if actor().organisation_kind == "provider":
        raise Missing
    asked = _asked()
    if asked.problem:
        return redirect(f"/register?{request.query_string.decode('ascii', 'replace')}", 303)
    rows, details, more = whole_register(session(), asked.at, asked.wanted)
    sheet = register_workbook(
        organisation=actor().organisation_name,
        at=asked.at,
        asked=asked.words,
        entries=rows,
        details=details,
        total_cut=more,
    )
    answer = Response(sheet, mimetype=_XLSX)
    stamp = f"{asked.at.astimezone(LONDON):%Y-%m-%d-%H%M%S}"
    answer.headers["Content-Disposition"] = f'attachment; filename="register-as-at-{stamp}.xlsx"'
    return answer


@pages.route("/register/changes", permit=Permission.REGISTER_READ)
def register_changes() -> ResponseReturnValue:
    """What changed since last month, or between any two days."""
    if actor().organisation_kind == "provider":
        raise Missing
    now = clock.now()
    today = clock.today()
    problems: dict[str, str] = {}
    begins = _day_of("since", today.replace(day=1) - timedelta(days=1), problems)
    ends = _day_of("until", today, problems)
    if not problems and begins >= ends:
        problems["since"] = "Enter a day before the last one."
    found = []
    if not problems:
        later = min(_end_of(ends), now)
        found = changes_between(
            session(), _end_of(begins), later, RegisterFilter(authority_id=actor().organisation_id), days=(begins, ends)
        )
    return render_template(
        "purchasing_systems/register_changes.html",
        changes=found,
        since=request.args.get("since") or begins.isoformat(),
        until=request.args.get("until") or ends.isoformat(),
        begins=begins,
        ends=ends,
        problems=problems,
        today=today,
        has_errors=bool(problems),
    ), 422 if problems else 200


@pages.route(
    "/register/admissions/<uuid:admission_id>",
    permit=Permission.REGISTER_READ,
    methods=("GET", "POST"),
    endpoint="register_row",
)
def one_row(admission_id: UUID) -> ResponseReturnValue:
    """One provider in one lot: what it offers, every interval of its use by this council, the council's own supplier number."""
    if actor().organisation_kind != "authority":
        raise Missing
    me = actor().organisation_id
    entry, details = register_entry(session(), clock.now(), admission_id=admission_id, authority_id=me)
    form = SupplierNumberForm(data={"number": details.supplier_number})
    provider = entry.provider_id
    if request.method == "POST":
        if provider is None:
            raise Missing
        if attempt(
            form, lambda: set_supplier_number(session(), actor(), provider_id=provider, number=form.number.data or "")
        ):
            flash("The supplier number is kept. No other council sees it.", "success")
            return redirect(f"/register/admissions/{admission_id}", 303)
    leads = provider is not None and _leads(admission_id)
    return page(
        "register_row",
        form,
        entry=entry,
        details=details,
        history=() if entry.external else history_of(session(), admission_id=admission_id, authority_id=me),
        kinds=KINDS,
        regulators=REGULATORS,
        insurances=INSURANCES,
        age_bands=AGE_BANDS,
        no_promise=NO_PROMISE,
        keeps_number=provider is not None and actor().may(Permission.SUPPLIER_NUMBER_EDIT),
        notes_grades=actor().may(Permission.GRADE_RECORD),
        leads=leads,
        today=clock.today(),
    )


@pages.route(
    "/register/admissions/<uuid:admission_id>/standing", permit=Permission.AGREEMENT_ISSUE, methods=("GET", "POST")
)
def admission_standing(admission_id: UUID) -> ResponseReturnValue:
    """The lead suspends, reinstates, removes or ends an admission."""
    admission = session().get(Admission, admission_id)
    if admission is None or not _leads(admission_id):
        raise Missing
    form = StandingForm()
    form.verb.choices = options(
        [(m.verb, m.label) for m in ADMISSION.moves if m.verb in _STANDING and admission.status in m.sources]
    )
    if request.method == "POST":
        if form.verb.data not in [choice.value for choice in form.verb.choices]:
            form.validate()
            form.verb.errors = ["Select what is to happen."]
            return page("admission_standing", form, admission=admission)
        if attempt(
            form,
            lambda: change_standing(
                session(),
                actor(),
                admission_id=admission_id,
                verb=form.verb.data or "",
                because=form.because.data or "",
            ),
        ):
            flash("It is on the record from this second.", "success")
            return redirect(f"/register/admissions/{admission_id}", 303)
    return page("admission_standing", form, admission=admission)


def _leads(admission_id: UUID) -> bool:
    admission = session().get(Admission, admission_id)
    return (
        admission is not None
        and admission.lead_id == actor().organisation_id
        and actor().may(Permission.AGREEMENT_ISSUE)
        and admission.status in ("effective", "suspended")
    )


def _asked() -> Asked:
    args = request.args
    now = clock.now()
    typed_day, typed_time = args.get("day", "").strip()[:20], args.get("time", "").strip()[:10]
    at, problem = _instant(typed_day, typed_time, now)
    standing = args.get("standing")
    return Asked(
        at=at,
        is_now=not typed_day,
        day=typed_day,
        time=typed_time,
        problem=problem,
        wanted=RegisterFilter(
            system_id=_uuid(args.get("system")),
            lot_id=_uuid(args.get("lot")),
            authority_id=_uuid(args.get("council")) or actor().organisation_id,
            text=re.sub(r"[\x00-\x1f]", " ", args.get("name", ""))[:100].strip(),
            area=re.sub(r"[\x00-\x1f]", " ", args.get("area", ""))[:100].strip(),
            age_band=args.get("age_band", "") if args.get("age_band") in AGE_BANDS else "",
            grade=args.get("grade", "") if args.get("grade") in all_grades() else "",
            standing=standing if standing in ("usable", "barred") else None,
        ),
    )


def _instant(typed_day: str, typed_time: str, now: datetime) -> tuple[datetime, str | None]:
    """The instant that day and time name in London; now, where nothing is typed or it cannot be read, with the sentence."""
    if not typed_day and not typed_time:
        return now, None
    try:
        on = parse_day(typed_day)
        hour = time.fromisoformat(typed_time) if typed_time else time(23, 59, 59)
    except ValueError:
        return now, "Enter a real day like 27/3/2027, and a time like 14:00 or 14:00:30."
    if on.year < 2000:
        return now, "Enter a day after 1999."
    at = datetime.combine(on, hour.replace(tzinfo=None), LONDON)
    if not typed_time and on == clock.local_day(now):
        return now, None
    if at > now:
        return now, "The register tells of seconds that have passed. Enter an earlier one."
    return at, None


def _day_of(name: str, default: date, problems: dict[str, str]) -> date:
    typed = request.args.get(name, "").strip()
    if not typed:
        return default
    try:
        found = parse_day(typed)
    except ValueError as wrong:
        problems[name] = str(wrong)
        return default
    if found > clock.today() or found.year < 2000:
        problems[name] = f"Enter a day from 2000 to {day(clock.today())}."
        return default
    return found


def _end_of(on: date) -> datetime:
    return datetime.combine(on, time(23, 59, 59), LONDON)


def _after() -> tuple[str, UUID, UUID] | None:
    name, id_, of = (
        request.args.get("after", ""),
        _uuid(request.args.get("after_id")),
        _uuid(request.args.get("after_of")),
    )
    return (name, id_, of) if name and id_ and of and "\x00" not in name else None


def _uuid(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None
