"""One item of a board meeting on the shared screen: the question, what follows, and what each council indicates."""

import hashlib
import json
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.web.pages import actor
from portal.decisions.actions.minutes import Said, write_minutes
from portal.decisions.meeting_forms import ScreenForm
from portal.decisions.meeting_rules import NEVER_A_DECISION
from portal.decisions.queries.meetings import ItemView, MeetingView, meeting_view
from portal.decisions.routes import pages
from tenants.permissions import Permission

_TEXTS = ("minuted", "reasons", "alternatives")


@pages.route("/decisions/meetings/<uuid:meeting_id>/screen", permit=Permission.MATTER_READ)
def meeting_screen(meeting_id: UUID) -> ResponseReturnValue:
    """`?item=2`: the second item. Every participating council reads it."""
    view, item = _item(meeting_id)
    form = ScreenForm()
    _fill(form, view, item)
    return _page(form, view, item)


@pages.route("/decisions/meetings/<uuid:meeting_id>/screen", permit=Permission.MEETING_RUN, methods=("POST",))
def write_meeting_screen(meeting_id: UUID) -> ResponseReturnValue:
    """The lead's officer writes the item; `next`: and goes on to the one after it."""
    view, item = _item(meeting_id)
    form = ScreenForm()
    if not view.runs:
        raise NotPermitted("The lead’s officer takes the minutes, until they are confirmed.")
    mark = _mark(item)
    if form.seen.data != mark:
        form.form_errors.append(
            "A colleague has saved this item since you opened it. What they saved is shown below the form. Save again to keep yours."
        )
        form.seen.data = mark
        return _page(form, view, item, theirs=True), 409
    try:
        write_minutes(
            session(),
            actor(),
            item_id=item.id,
            minuted=form.minuted.data or "",
            reasons=form.reasons.data or "",
            alternatives=form.alternatives.data or "",
            positions=_positions(form, item),
        )
    except Invalid as error:
        _show(form, error)
        return _page(form, view, item), 422
    flash("Saved.", "success")
    following = item.number + 1 if "next" in request.form and item.number < len(view.items) else item.number
    return redirect(f"/decisions/meetings/{meeting_id}/screen?item={following}", 303)


def _item(meeting_id: UUID) -> tuple[MeetingView, ItemView]:
    view = meeting_view(session(), actor(), meeting_id)
    number = request.args.get("item", 1, type=int)
    if not view.items:
        raise Refused("The agenda is empty. Put an item on it first.")
    if not 1 <= number <= len(view.items):
        raise Missing
    return view, view.items[number - 1]


def _page(form: ScreenForm, view: MeetingView, item: ItemView, *, theirs: bool = False) -> str:
    councils = {str(p.council.id): p.council for p in item.positions}
    return render_template(
        "decisions/meeting_screen.html",
        form=form,
        meeting=view,
        item=item,
        councils=councils,
        url=f"/decisions/meetings/{view.id}",
        never=NEVER_A_DECISION,
        theirs=theirs,
    )


def _fill(form: ScreenForm, view: MeetingView, item: ItemView) -> None:
    away = {seat.council.id for seat in view.seats if seat.presence == "apologies"}
    for p in item.positions:
        # Whoever sent apologies is offered as not present: it is not saved before somebody saves it.
        offered = p.position or ("not_present" if p.council.id in away else "")
        form.positions.append_entry(
            {"authority": str(p.council.id), "position": offered, "condition": p.condition, "note": p.note}
        )
    for name in _TEXTS:
        form[name].data = getattr(item, name)
    form.seen.data = _mark(item)


def _positions(form: ScreenForm, item: ItemView) -> dict[UUID, Said]:
    asked = {p.council.id for p in item.positions}
    positions = {}
    for entry in form.positions.entries:
        if entry.form.authority_id not in asked:
            raise Refused("The councils asked have changed. Open the item again.")
        positions[entry.form.authority_id] = Said(
            entry.form.position.data or "", entry.form.condition.data or "", entry.form.note.data or ""
        )
    return positions


def _show(form: ScreenForm, error: Invalid) -> None:
    for name, sentence in error.fields.items():
        if name in _TEXTS:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)


def _mark(item: ItemView) -> str:
    content = [item.minuted, item.reasons, item.alternatives]
    content += [f"{p.council.id}|{p.position}|{p.condition}|{p.note}" for p in item.positions]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
