"""The set-up of a system on one page, its buying terms, and the officers who help; beginning from an earlier system."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.clock import today
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.fields import london_instant, options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.copying import NOT_COPIED, copy_system, to_copy
from portal.purchasing_systems.actions.set_up import add_note, answer_note, edit_buying_terms, end_share, share_task
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.models import PurchasingSystem, SetupNote
from portal.purchasing_systems.queries.profiles import latest_profiles
from portal.purchasing_systems.queries.readiness import checks_of_system
from portal.purchasing_systems.queries.set_up import buying_terms, set_up
from portal.purchasing_systems.queries.systems import led_system, participants_of, system_for
from portal.purchasing_systems.reference import laws
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, made_by, page, sections
from portal.purchasing_systems.rules.set_up import GROUPS, STATES, TASKS
from portal.purchasing_systems.set_up_forms import AnswerNoteForm, BuyingTermsForm, CopyForm, NoteForm, ShareForm
from tenants.permissions import Permission


@pages.route("/systems/<uuid:system_id>/set-up", permit=Permission.SYSTEM_READ, endpoint="set_up")
def set_up_page(system_id: UUID) -> ResponseReturnValue:
    """Every task with its state, what is missing, who helps, and what they proposed."""
    found = system_for(session(), actor(), system_id)
    leads = found.lead_id == actor().organisation_id
    terms = buying_terms(session(), system_id)
    copied = session().get(PurchasingSystem, terms.copied_from_id) if terms and terms.copied_from_id else None
    return page(
        "set_up",
        system=found,
        sections=sections(found, "Set-up"),
        setup=set_up(session(), actor(), found),
        groups=GROUPS,
        states=STATES,
        tasks=TASKS,
        leads=leads,
        edits=leads and actor().may(Permission.ADVERT_EDIT) and found.frozen_at is None,
        helps=actor().may(Permission.SCHEDULE_EDIT) and found.frozen_at is None,
        copied_from=copied,
        copied=bool(terms and terms.copied_from_id),
        ready=[check for check in checks_of_system(session(), found) if check.missing],
    )


@pages.route("/systems/<uuid:system_id>/set-up/buying", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def edit_buying(system_id: UUID) -> ResponseReturnValue:
    """Value ceiling, permitted users, award model."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    refuse_frozen(found)
    there = buying_terms(session(), system_id)
    names = (
        "ceiling_pounds",
        "users_kind",
        "users_words",
        "users_examples",
        "award_method",
        "award_words",
        "no_extension",
    )
    form = BuyingTermsForm(data={name: getattr(there, name) for name in names} if there else {})

    def act() -> object:
        values: dict[str, Any] = {name: form[name].data or "" for name in names[1:-1]}
        return edit_buying_terms(
            session(), actor(), system_id=system_id, ceiling_pounds=form.ceiling_pounds.amount,
            no_extension=bool(form.no_extension.data), **values,
        )  # fmt: skip

    if request.method == "POST" and attempt(form, act):
        flash("It is saved.", "success")
        return redirect(f"/systems/{system_id}/set-up", 303)
    return page("edit_buying", form, system=found)


@pages.route(
    "/systems/<uuid:system_id>/set-up/share",
    permit=Permission.ADVERT_EDIT,
    methods=("GET", "POST"),
    endpoint="share_task",
)
def share_page(system_id: UUID) -> ResponseReturnValue:
    """Ask a member's officers to help with a task."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    refuse_frozen(found)
    form = ShareForm(data={"task": request.args.get("task", "")})
    members = [c for c in participants_of(session(), system_id) if c.authority_id != found.lead_id]
    form.authority_id.choices = options(
        [("", "Select an authority"), *((str(c.authority_id), c.short_name) for c in members)]
    )

    def act() -> object:
        return share_task(
            session(), actor(), system_id=system_id, authority_id=_uuid(form.authority_id.data), task=form.task.data or "",
            ends_on=form.ends_on.data,
        )  # fmt: skip

    if request.method == "POST" and attempt(form, act):
        flash("The task is shared. Their officers can make proposals for it.", "success")
        return redirect(f"/systems/{system_id}/set-up", 303)
    return page("share_task", form, system=found)


@pages.route(
    "/systems/<uuid:system_id>/set-up/shares/<uuid:share_id>/end",
    permit=Permission.ADVERT_EDIT,
    methods=("POST",),
    endpoint="end_share",
)
def end_share_page(system_id: UUID, share_id: UUID) -> ResponseReturnValue:
    """No longer."""
    end_share(session(), actor(), system_id=system_id, share_id=share_id)
    flash("The task is no longer shared with them. What they proposed stays.", "success")
    return redirect(f"/systems/{system_id}/set-up", 303)


@pages.route("/systems/<uuid:system_id>/set-up/propose", permit=Permission.SCHEDULE_EDIT, methods=("GET", "POST"))
def propose(system_id: UUID) -> ResponseReturnValue:
    """A proposal for a task. Which one, the address says."""
    found = system_for(session(), actor(), system_id)
    refuse_frozen(found)
    task = request.args.get("task", "")
    if task not in TASKS:
        raise Missing
    form = NoteForm()
    if request.method == "POST" and attempt(form, lambda: _note(system_id, task, "proposal", form.words.data or "")):
        flash("The lead authority has your proposal.", "success")
        return redirect(f"/systems/{system_id}/set-up", 303)
    return page("propose", form, system=found, task=TASKS[task][0])


@pages.route("/systems/<uuid:system_id>/set-up/review", permit=Permission.SCHEDULE_EDIT, methods=("POST",))
def review(system_id: UUID) -> ResponseReturnValue:
    """I have looked through a task."""
    _note(system_id, request.form.get("task", ""), "review", "")
    flash("Noted that you have looked through it.", "success")
    return redirect(f"/systems/{system_id}/set-up", 303)


@pages.route(
    "/systems/<uuid:system_id>/set-up/notes/<uuid:note_id>/answer",
    permit=Permission.ADVERT_EDIT,
    methods=("GET", "POST"),
    endpoint="answer_note",
)
def answer_note_page(system_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Taken over, or not and why."""
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    note = session().get(SetupNote, note_id)
    if note is None or note.system_id != system_id or note.kind != "proposal":
        raise Missing
    form = AnswerNoteForm()

    def act() -> object:
        return answer_note(
            session(), actor(), system_id=system_id, note_id=note_id, answer=form.answer.data or "",
            answer_words=form.answer_words.data or "",
        )  # fmt: skip

    if request.method == "POST" and attempt(form, act):
        flash("Whoever proposed it sees your answer.", "success")
        return redirect(f"/systems/{system_id}/set-up", 303)
    return page("answer_note", form, system=found, note=note, task=TASKS[note.task])


@pages.route(
    "/systems/<uuid:system_id>/copy", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"), endpoint="copy_system"
)
def copy_page(system_id: UUID) -> ResponseReturnValue:
    """What is copied, what is not, and the new system's own facts."""
    found = to_copy(session(), actor(), system_id)
    old = found.system
    # A law that no longer governs what commences today is not proposed again.
    form = CopyForm(
        data={"vehicle": old.vehicle, "regime": old.regime if laws()[old.regime].applies(today()) else None}
    )
    form.vehicle.choices = options((p.code, p.name) for p in latest_profiles(session()))

    def act() -> PurchasingSystem:
        window = {}
        if any(
            raw
            for field in (form.opens_on, form.opens_time, form.closes_on, form.closes_time)
            for raw in field.raw_data or ()
        ):
            window = {
                "opens_at": london_instant(form.opens_on, form.opens_time),
                "closes_at": london_instant(form.closes_on, form.closes_time),
            }
            if None in window.values():
                raise Invalid
        return copy_system(
            session(), actor(), system_id=system_id, title=form.title.data or "", alias=form.alias.data or "",
            valid_from=form.valid_from.data, regime=form.regime.data or "", vehicle=form.vehicle.data or "", **window,
        )  # fmt: skip

    if request.method == "POST":
        made = made_by(form, act)
        if made:
            flash("The new system is begun from the earlier one. Its tasks show what is still to do.", "success")
            return redirect(f"/systems/{made.id}/set-up", 303)
    return page("copy_system", form, system=old, found=found, not_copied=NOT_COPIED)


def _note(system_id: UUID, task: str, kind: str, words: str) -> SetupNote:
    return add_note(session(), actor(), system_id=system_id, task=task, kind=kind, words=words)


def _uuid(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None
