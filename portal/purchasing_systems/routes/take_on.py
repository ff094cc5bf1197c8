"""A live system taken on: history and upload, the look before, what came with a workbook, undo, and each council's answer."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core.database import session
from portal.core.documents.errors import DocumentError
from portal.core.documents.kinds import Kind
from portal.core.documents.scanner import Scanner
from portal.core.documents.upload import read_upload
from portal.core.errors import Missing
from portal.core.spreadsheets import SheetProblem, SheetRefused
from portal.core.spreadsheets.books_in import LARGEST
from portal.core.web.fields import options
from portal.core.web.lifecycle import note_refusal
from portal.core.web.look import day
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.matters import ask_to_use
from portal.purchasing_systems.actions.take_on import (
    ENDED,
    answer_taken_on,
    discard_take_on,
    invite_taken_on,
    read_take_on,
    take_on,
    undo_take_on,
)
from portal.purchasing_systems.models import PurchasingSystem, TakenOnProvider, TakeOn
from portal.purchasing_systems.queries.rounds import round_for, rounds_of
from portal.purchasing_systems.queries.systems import led_system, lots_of, participants_of, system_for
from portal.purchasing_systems.queries.take_ons import (
    admissions_taken_on,
    decisions_taken_on,
    providers_taken_on,
    take_on_of,
    take_ons_of,
    used_by,
)
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from portal.purchasing_systems.rules.take_on_columns import SHEETS
from portal.purchasing_systems.take_on_forms import AnswerForm, AskForm, InviteForm, SourceForm, UndoForm, WorkbookForm
from portal.purchasing_systems.take_on_workbook import template
from tenants.permissions import Permission

_READ, _WRITE = Permission.SYSTEM_READ, Permission.ADVERT_EDIT
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 10
"""Rows of each sheet that a preview shows."""


@pages.route("/systems/<uuid:system_id>/take-on", permit=_READ, methods=("GET", "POST"), endpoint="take_ons")
def every_take_on(system_id: UUID) -> ResponseReturnValue:
    """The workbooks so far; for officers of the lead the template and a place for the filled one."""
    system = system_for(session(), actor(), system_id)
    form, problems = WorkbookForm(), list[SheetProblem]()
    if request.method == "POST":
        led_system(session(), actor(), system_id, _WRITE)
        made = _read(form, system_id, problems) if form.validate() else None
        if made:
            return redirect(f"/take-on/{made.id}", 303)
    return page(
        "take_ons",
        form,
        system=system,
        sections=sections(system, ""),
        take_ons=take_ons_of(session(), system_id),
        problems=problems,
        takes_on=_takes_on(system) and system.status not in ENDED,
    )


def _read(form: WorkbookForm, system_id: UUID, problems: list[SheetProblem]) -> TakeOn | None:
    scanner: Scanner | None = current_app.extensions["scanner"]
    try:
        upload = read_upload(request.files.get("file"), scanner, LARGEST)
        if upload.kind is not Kind.XLSX:
            form.file.errors = ["Choose the filled template, an .xlsx file."]
            return None
        return read_take_on(session(), actor(), system_id=system_id, file_name=upload.name, data=upload.content)
    except SheetRefused as refused:
        problems.extend(p for p in refused.problems if p.cell)
        first = refused.problems[0].sentence
        form.file.errors = [_count(problems) if problems else first]
    except DocumentError as refusal:
        note_refusal(refusal)
        form.file.errors = [refusal.sentence]
    return None


def _count(problems: list[SheetProblem]) -> str:
    things = "1 thing must" if len(problems) == 1 else f"{len(problems)} things must"
    return f"{things} be put right. Nothing was taken on."


@pages.route("/systems/<uuid:system_id>/take-on/template.xlsx", permit=_WRITE)
def take_on_template(system_id: UUID) -> ResponseReturnValue:
    """The empty workbook, with the names of this system's lots and councils."""
    system = led_system(session(), actor(), system_id, _WRITE)
    sheet = template(
        system=system.title,
        lots=[(lot.number, lot.title) for lot in lots_of(session(), system_id)],
        councils=[c.short_name for c in participants_of(session(), system_id)],
    )
    answer = Response(sheet, mimetype=_XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="take-on-template.xlsx"'
    return answer


@pages.route("/take-on/<uuid:take_on_id>", permit=_READ, methods=("GET", "POST"), endpoint="take_on")
def one_take_on(take_on_id: UUID) -> ResponseReturnValue:
    """What was read, to be looked at a second time; once taken on, what came with it and where that stands."""
    made, system = take_on_of(session(), take_on_id)
    form = SourceForm()
    if request.method == "POST":
        if not _takes_on(system):
            led_system(session(), actor(), system.id, _WRITE)
        if attempt(form, lambda: take_on(session(), actor(), take_on_id=take_on_id, source=form.source.data or "")):
            flash("It is taken on. The councils named are asked to confirm their decisions.", "success")
            return redirect(f"/take-on/{take_on_id}", 303)
    if made.status == "previewed":
        return page("take_on_preview", form, made=made, system=system, sheets=_previewed(made))
    leads = _takes_on(system)
    stands = made.status == "taken_on"
    return page(
        "take_on",
        form,
        made=made,
        system=system,
        decisions=decisions_taken_on(session(), take_on_id=take_on_id),
        admissions=admissions_taken_on(session(), take_on_id),
        providers=providers_taken_on(session(), take_on_id) if leads else [],
        leads=leads,
        used=used_by(session(), take_on_id) if leads and stands else None,
        answers=_answers(),
        me=actor().organisation_id,
        rounds=sorted(
            (r for r in rounds_of(session(), system.id) if r.take_on_id == take_on_id), key=lambda r: r.number
        ),
    )


@pages.route("/take-on/<uuid:take_on_id>/discard", permit=_WRITE, methods=("POST",))
def discard_preview(take_on_id: UUID) -> ResponseReturnValue:
    """Throw away what was only looked at."""
    system_id = discard_take_on(session(), actor(), take_on_id=take_on_id)
    flash("The workbook is thrown away. Nothing was taken on.", "success")
    return redirect(f"/systems/{system_id}/take-on", 303)


@pages.route("/take-on/<uuid:take_on_id>/undo", permit=_WRITE, methods=("GET", "POST"))
def undo(take_on_id: UUID) -> ResponseReturnValue:
    """All of it out again, as long as nothing refers to it."""
    made, system = take_on_of(session(), take_on_id)
    led_system(session(), actor(), system.id, _WRITE)
    form = UndoForm()
    used = used_by(session(), take_on_id)
    done = _posted(
        form, lambda: undo_take_on(session(), actor(), take_on_id=take_on_id, because=form.because.data or "")
    )
    if done:
        flash("What came with the workbook is out of the portal again.", "success")
        return redirect(f"/take-on/{take_on_id}", 303)
    return page("take_on_undo", form, made=made, system=system, used=used)


@pages.route("/take-on/<uuid:take_on_id>/answer", permit=Permission.GOVERNANCE_EDIT, methods=("GET", "POST"))
def answer_take_on(take_on_id: UUID) -> ResponseReturnValue:
    """Democratic services say whether what a workbook says of their council stands in its records."""
    made, system = take_on_of(session(), take_on_id)
    mine = [
        d
        for d in decisions_taken_on(session(), take_on_id=take_on_id, authority_id=actor().organisation_id)
        if not d.answer
    ]
    if not mine:
        return redirect(f"/take-on/{take_on_id}", 303)
    form = AnswerForm()
    form.refused.choices = options(
        (str(d.id), f"Round {d.number}: decided on {day(d.decided_on)} by {d.decided_by_post}") for d in mine
    )
    offered = {str(d.id) for d in mine}
    if _posted(
        form,
        lambda: answer_taken_on(
            session(),
            actor(),
            take_on_id=take_on_id,
            refused=[UUID(one) for one in form.refused.data or [] if one in offered],
            because=form.because.data or "",
        ),
    ):
        flash("Your council’s answer is on the record.", "success")
        return redirect(f"/take-on/{take_on_id}", 303)
    return page("take_on_answer", form, made=made, system=system, decisions=mine)


@pages.route("/take-on/rounds/<uuid:round_id>/ask", permit=Permission.MATTER_RAISE, methods=("GET", "POST"))
def ask_about_round(round_id: UUID) -> ResponseReturnValue:
    """Put the use of the providers of a past round to the councils without a decision that counts."""
    round_, system = round_for(session(), actor(), round_id)
    if round_.take_on_id is None:
        raise Missing
    led_system(session(), actor(), system.id, Permission.MATTER_RAISE)
    form = AskForm()
    if request.method == "POST" and form.validate() and form.answer_by.data is None:
        form.answer_by.errors = ["Enter the day by which you ask them."]
    elif (by := form.answer_by.data) and _posted(
        form, lambda: ask_to_use(session(), actor(), round_id=round_id, answer_by=by)
    ):
        flash("The councils without a confirmed decision are asked.", "success")
        return redirect(f"/take-on/{round_.take_on_id}", 303)
    return page("take_on_ask", form, round=round_, system=system)


@pages.route("/taken-on-providers/<uuid:row_id>/invite", permit=_WRITE, methods=("GET", "POST"))
def invite_provider(row_id: UUID) -> ResponseReturnValue:
    """Ask the administrator of a provider in."""
    row = session().get(TakenOnProvider, row_id)
    if row is None:
        raise Missing
    form = InviteForm(data={"email": row.email})
    if _posted(form, lambda: invite_taken_on(session(), actor(), provider_row=row_id, email=form.email.data or "")):
        flash(f"The invitation of {row.provider_name} is on its way.", "success")
        return redirect(f"/take-on/{row.take_on_id}", 303)
    return page("take_on_invite", form, row=row)


@pages.route("/taken-on-decisions/<uuid:decision_id>", permit=_READ)
def taken_on_decision(decision_id: UUID) -> ResponseReturnValue:
    """One decision that predates the portal, with where its official record is."""
    found = decisions_taken_on(session(), decision_id=decision_id)
    if not found:
        raise Missing
    made, system = take_on_of(session(), found[0].take_on_id)
    return page("taken_on_decision", d=found[0], made=made, system=system)


def _posted(form: FlaskForm, act: Callable[[], object]) -> bool:
    return request.method == "POST" and attempt(form, act)


def _takes_on(system: PurchasingSystem) -> bool:
    return system.lead_id == actor().organisation_id and actor().may(_WRITE)


def _answers() -> bool:
    return actor().may(Permission.GOVERNANCE_EDIT)


def _previewed(made: TakeOn) -> list[dict[str, Any]]:
    """Of each sheet how many lines, and the first as they would become."""
    shown: dict[str, tuple[tuple[str, str], ...]] = {
        "Providers": (("name", "Provider"), ("number", "Company number"), ("email", "Administrator e-mail")),
        "Rounds": (("number", "Round"), ("opened_on", "Opened on"), ("closed_on", "Closed on"), ("notice_number", "Notice number")),
        "Admissions": (
            ("provider", "Provider"), ("lot", "Lot"), ("councils", "Councils"), ("round", "Round"), ("since", "Effective from"),
            ("status", "Status"), ("agreement", "Agreement"),
        ),
        "Services": (("provider", "Provider"), ("lot", "Lot"), ("name", "Service"), ("regulator", "Regulator"), ("number", "Number"), ("area", "Area")),
        "Prices": (("provider", "Provider"), ("lot", "Lot"), ("age_band", "Age band"), ("pounds", "Pounds a week"), ("since", "From")),
        "Decisions": (
            ("council", "Council"), ("round", "About round"), ("decided_on", "Decided on"), ("effective_on", "Effective on"),
            ("post", "Decided by post"), ("outcome", "Outcome"),
        ),
    }  # fmt: skip
    return [
        {
            "name": name,
            "count": made.counts.get(name.lower(), 0),
            "headings": [heading for _, heading in shown[name]],
            "rows": [
                [_shown(line.get(key)) for key, _ in shown[name]]
                for line in made.content.get(name.lower(), [])[:_SHOWN]
            ],
        }
        for name in SHEETS
    ]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    typed = "" if value is None else str(value)
    if len(typed) == 10 and typed[4:5] == "-" and typed[7:8] == "-":
        return day(date.fromisoformat(typed))
    return typed.replace("_", " ") or "None"
