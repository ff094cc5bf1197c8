"""A council's own forward plan: its notices, drafts, what is published, what has come in."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.cleaning import Cleaning
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.pages import actor
from portal.decisions.actions.forward_plan import (
    change_entry,
    discard_entry,
    draft_entry,
    link_notice,
    publish_entry,
    values_of,
    withdraw_entry,
)
from portal.decisions.forward_plan_forms import EntryForm, LinkForm, WithdrawForm
from portal.decisions.queries.board import matters_awaiting
from portal.decisions.queries.decisions import matter_of
from portal.decisions.queries.forward_plan import (
    drafts_to_link,
    due_of,
    earliest_of,
    later_draft,
    own_entries,
    own_entry,
    representations_on,
    versions_of,
    warning_of,
)
from portal.decisions.routes import pages
from portal.decisions.rules.notices import STATES, unsaid
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid

_BASE = "/decisions/forward-plan"


@pages.route(_BASE, permit=Permission.MATTER_READ)
def forward_plan() -> ResponseReturnValue:
    """Every notice of the council acted for."""
    return render_template(
        "decisions/forward_plan.html",
        entries=own_entries(session(), actor()),
        due_of=due_of,
        earliest_of=earliest_of,
        states=STATES,
        may_draft=actor().may(Permission.DECISION_DRAFT),
    )


@pages.route(f"{_BASE}/new", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def new_forward_plan_entry() -> ResponseReturnValue:
    """Begin a notice."""
    form = EntryForm()
    return _edited(form, None)


@pages.route(f"{_BASE}/<uuid:entry_id>/edit", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def edit_forward_plan_entry(entry_id: UUID) -> ResponseReturnValue:
    """Write on a draft."""
    form = EntryForm()
    entry = own_entry(session(), actor(), entry_id)
    if entry.status != "draft":
        return redirect(f"{_BASE}/{entry_id}", 303)
    if request.method == "GET":
        form.fill(entry)
    return _edited(form, entry_id, entry.matter_id)


@pages.route(f"{_BASE}/<uuid:entry_id>", permit=Permission.MATTER_READ)
def forward_plan_entry(entry_id: UUID) -> ResponseReturnValue:
    """One notice as the council has it: what is missing, what can be done."""
    entry = own_entry(session(), actor(), entry_id)
    links = _links() if entry.published_at and actor().may(Permission.DECISION_DRAFT) else None
    return _page(entry_id, form=links)


@pages.route(f"{_BASE}/<uuid:entry_id>/publish", permit=Permission.DECISION_RECORD, methods=("POST",))
def publish_forward_plan_entry(entry_id: UUID) -> ResponseReturnValue:
    """From now on it is public."""
    entry = publish_entry(session(), actor(), entry_id=entry_id)
    flash("The notice is public. Its words are not changed any more: a change is a new version.", "success")
    return redirect(f"{_BASE}/{entry.id}", 303)


@pages.route(f"{_BASE}/<uuid:entry_id>/change", permit=Permission.DECISION_DRAFT, methods=("POST",))
def change_forward_plan_entry(entry_id: UUID) -> ResponseReturnValue:
    """A later version, in draft."""
    later = change_entry(session(), actor(), entry_id=entry_id)
    return redirect(f"{_BASE}/{later.id}/edit", 303)


@pages.route(f"{_BASE}/<uuid:entry_id>/discard", permit=Permission.DECISION_DRAFT, methods=("POST",))
def discard_forward_plan_entry(entry_id: UUID) -> ResponseReturnValue:
    """A draft that is not wanted."""
    discard_entry(session(), actor(), entry_id=entry_id)
    flash("The draft is gone.", "success")
    return redirect(_BASE, 303)


@pages.route(f"{_BASE}/<uuid:entry_id>/withdraw", permit=Permission.DECISION_RECORD, methods=("GET", "POST"))
def withdraw_forward_plan_entry(entry_id: UUID) -> ResponseReturnValue:
    """With a reason, which is public."""
    entry = own_entry(session(), actor(), entry_id)
    form = WithdrawForm()
    if request.method == "POST":
        clean = Cleaning()
        try:
            because = clean.lines("because", form.because.data, max_chars=4000)
            clean.finish()
            withdraw_entry(session(), actor(), entry_id=entry_id, because=because)
        except Invalid as error:
            show_invalid(form, error)
            return render_template("decisions/withdraw_notice.html", form=form, entry=entry), 422
        flash("The notice is withdrawn. It stays readable, with the reason.", "success")
        return redirect(f"{_BASE}/{entry_id}", 303)
    return render_template("decisions/withdraw_notice.html", form=form, entry=entry)


@pages.route(f"{_BASE}/<uuid:entry_id>/link", permit=Permission.DECISION_DRAFT, methods=("POST",))
def link_forward_plan_entry(entry_id: UUID) -> ResponseReturnValue:
    """Say which draft decision it has announced."""
    own_entry(session(), actor(), entry_id)
    form = _links()
    try:
        link_notice(session(), actor(), decision_id=UUID(form.decision_id.data or ""), entry_id=entry_id)
    except (ValueError, Missing):
        form.decision_id.errors = ["Choose one of your council’s draft decisions."]
        return _page(entry_id, form=form), 422
    flash("The draft decision says that it was announced by this notice, and since when.", "success")
    return redirect(f"{_BASE}/{entry_id}", 303)


@pages.route(f"{_BASE}/<uuid:entry_id>/representations", permit=Permission.DECISION_DRAFT)
def forward_plan_representations(entry_id: UUID) -> ResponseReturnValue:
    """What has come in, for those of the council who prepare the decision."""
    entry = own_entry(session(), actor(), entry_id)
    return render_template(
        "decisions/representations.html",
        entry=entry,
        found=representations_on(session(), entry),
        shows_address=actor().may(Permission.DECISION_RECORD),
    )


def _page(entry_id: UUID, form: LinkForm | None = None) -> str:
    entry = own_entry(session(), actor(), entry_id)
    linked = [] if form is None else [d for d in drafts_to_link(session(), actor()) if d.notice_id == entry.id]
    return render_template(
        "decisions/forward_plan_entry.html",
        entry=entry,
        form=form,
        state=STATES[entry.status],
        due=due_of(entry),
        earliest=earliest_of(entry),
        warning=warning_of(entry) if entry.status in ("draft", "live") else None,
        unsaid=unsaid(values_of(entry), clock.today()) if entry.status == "draft" else {},
        versions=versions_of(session(), entry),
        later=later_draft(session(), entry.id) if entry.status == "live" else None,
        linked=linked,
        may_draft=actor().may(Permission.DECISION_DRAFT),
        may_publish=actor().may(Permission.DECISION_RECORD),
    )


def _links() -> LinkForm:
    form = LinkForm()
    form.decision_id.choices = {str(draft.id): draft.label for draft in drafts_to_link(session(), actor())}
    return form


def _edited(form: EntryForm, entry_id: UUID | None, matter_id: UUID | None = None) -> ResponseReturnValue:
    form.matter_id.choices = _matters(matter_id)
    if request.method == "POST":
        try:
            values = form.values()
            if values["matter_id"]:
                values["system_id"] = _system_of(values["matter_id"], form)
            entry = draft_entry(
                session(),
                actor(),
                entry_id=entry_id,
                demonstration=current_app.config["PORTAL"].demonstration,
                **{"system_id": None, **values},
            )
        except Invalid as error:
            show_invalid(form, error)
            return render_template("decisions/edit_notice.html", form=form, entry_id=entry_id), 422
        flash("The draft is saved. Nobody outside your council sees it.", "success")
        return redirect(f"{_BASE}/{entry.id}", 303)
    return render_template("decisions/edit_notice.html", form=form, entry_id=entry_id)


def _matters(chosen: UUID | None) -> dict[str, str]:
    offered: dict[str, str] = {"": "No"}
    if chosen:
        offered[str(chosen)] = matter_of(session(), chosen).subject_label
    return offered | {str(board.id): board.title for board in matters_awaiting(session(), actor()) if board.mine}


def _system_of(matter_id: UUID, form: EntryForm) -> UUID:
    if str(matter_id) not in {option.data for option in form.matter_id}:
        raise Invalid(matter_id="Choose one of the joint decisions put to your council, or none.")
    return matter_of(session(), matter_id).system_id
