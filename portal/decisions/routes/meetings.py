"""Board meetings: the list, calling one, its page with agenda and documents, attendance, and what moves it on."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.web.pages import actor
from portal.core.workflow import offers
from portal.decisions.actions.meetings import (
    add_item,
    add_matter,
    call_meeting,
    cancel_meeting,
    change_meeting,
    confirm_minutes,
    hold_meeting,
    move_item,
    remove_item,
)
from portal.decisions.actions.minutes import Seat, take_attendance
from portal.decisions.meeting_forms import AttendanceForm, CancelForm, FreeItemForm, MatterItemForm, MeetingForm
from portal.decisions.meeting_rules import NEVER_A_DECISION, STATUS
from portal.decisions.meeting_states import MEETING
from portal.decisions.models import BoardMeeting
from portal.decisions.queries.meetings import MeetingView, embargoes, meeting_view, meetings, open_for_agenda
from portal.decisions.routes import pages
from portal.decisions.systems import systems_by_id
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid

_PAGE = 50


@pages.route("/decisions/meetings", permit=Permission.MATTER_READ)
def board_meetings() -> ResponseReturnValue:
    """The latest day first."""
    before = _key(request.args.get("before"))
    found = meetings(session(), before=before, limit=_PAGE)
    last = found[_PAGE - 1] if len(found) > _PAGE else None
    return render_template(
        "decisions/meetings.html",
        meetings=found[:_PAGE],
        status=STATUS,
        older_url=f"/decisions/meetings?before={last.meets_on.isoformat()}_{last.id}" if last else None,
        is_first=before is None,
        may_call=actor().may(Permission.MEETING_RUN) and bool(actor().led),
    )


@pages.route("/decisions/meetings/new", permit=Permission.MEETING_RUN, methods=("GET", "POST"))
def new_meeting() -> ResponseReturnValue:
    """Call a meeting of a system that the council leads."""
    systems = systems_by_id(session(), actor().led)
    form = MeetingForm()
    choices = {str(system.id): system.title for system in systems}
    form.system_id.choices = choices if len(systems) == 1 else {"": "Choose a purchasing system"} | choices
    if request.method == "GET":
        return render_template("decisions/meeting_form.html", form=form, meeting=None)
    try:
        if form.system_id.data not in choices:
            raise Invalid(system_id="Choose one of the purchasing systems your council leads.")
        if not form.validate():
            raise Invalid
        meeting = call_meeting(
            session(),
            actor(),
            system_id=UUID(form.system_id.data),
            title=form.title.data or "",
            meets_on=form.meets_on.data,
            place=form.place.data or "",
        )
    except Invalid as error:
        show_invalid(form, error)
        return render_template("decisions/meeting_form.html", form=form, meeting=None), 422
    flash("The meeting is called, and the councils are told. Put its agenda together now.", "success")
    return redirect(f"/decisions/meetings/{meeting.id}", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>/edit", permit=Permission.MEETING_RUN, methods=("GET", "POST"))
def edit_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Title, day, place."""
    meeting = _run(meeting_id)
    form = MeetingForm(obj=meeting)
    del form.system_id
    if request.method == "GET":
        return render_template("decisions/meeting_form.html", form=form, meeting=meeting)
    try:
        if not form.validate():
            raise Invalid
        change_meeting(
            session(),
            actor(),
            meeting_id=meeting_id,
            title=form.title.data or "",
            meets_on=form.meets_on.data,
            place=form.place.data or "",
        )
    except Invalid as error:
        show_invalid(form, error)
        return render_template("decisions/meeting_form.html", form=form, meeting=meeting), 422
    flash("The meeting is changed.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>", permit=Permission.MATTER_READ)
def board_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Agenda, attendance, documents, and what comes next."""
    return _page(meeting_view(session(), actor(), meeting_id))


@pages.route("/decisions/meetings/<uuid:meeting_id>/matters", permit=Permission.MEETING_RUN, methods=("POST",))
def add_meeting_matter(meeting_id: UUID) -> ResponseReturnValue:
    """An open joint decision, at the end of the agenda."""
    _run(meeting_id)
    form = MatterItemForm()
    try:
        add_matter(session(), actor(), meeting_id=meeting_id, matter_id=UUID(form.matter_id.data or ""))
    except ValueError:
        form.matter_id.errors = ["Choose an open joint decision."]
        return _page(meeting_view(session(), actor(), meeting_id), matter_form=form), 422
    flash("The joint decision is on the agenda.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}#agenda", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>/items", permit=Permission.MEETING_RUN, methods=("POST",))
def add_meeting_item(meeting_id: UUID) -> ResponseReturnValue:
    """A free item, at the end of the agenda."""
    form = FreeItemForm()
    try:
        add_item(session(), actor(), meeting_id=meeting_id, title=form.title.data or "", note=form.note.data or "")
    except Invalid as error:
        show_invalid(form, error)
        return _page(meeting_view(session(), actor(), meeting_id), item_form=form), 422
    flash("The item is on the agenda.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}#agenda", 303)


@pages.route(
    "/decisions/meetings/<uuid:meeting_id>/items/<uuid:item_id>/move", permit=Permission.MEETING_RUN, methods=("POST",)
)
def move_meeting_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """One place up or down."""
    _of(meeting_id, item_id)
    move_item(session(), actor(), item_id=item_id, up=request.form.get("direction") == "up")
    return redirect(f"/decisions/meetings/{meeting_id}#agenda", 303)


@pages.route(
    "/decisions/meetings/<uuid:meeting_id>/items/<uuid:item_id>/remove",
    permit=Permission.MEETING_RUN,
    methods=("POST",),
)
def remove_meeting_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Off the agenda."""
    _of(meeting_id, item_id)
    remove_item(session(), actor(), item_id=item_id)
    flash("The item is off the agenda.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}#agenda", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>/attendance", permit=Permission.MEETING_RUN, methods=("GET", "POST"))
def meeting_attendance(meeting_id: UUID) -> ResponseReturnValue:
    """Who is there, council by council."""
    _run(meeting_id)
    view = meeting_view(session(), actor(), meeting_id)
    form = AttendanceForm()
    names = {str(seat.council.id): seat.council for seat in view.seats}
    if request.method == "GET":
        for seat in view.seats:
            form.seats.append_entry(
                {"authority": str(seat.council.id), "presence": seat.presence or "", "post": seat.post}
            )
        return render_template("decisions/meeting_attendance.html", form=form, meeting=view, names=names)
    seats = {}
    for entry in form.seats.entries:
        if str(entry.form.authority_id) not in names:
            raise Refused("The councils that take part have changed. Open the attendance again.")
        seats[entry.form.authority_id] = Seat(entry.form.presence.data or "", entry.form.post.data or "")
    try:
        take_attendance(session(), actor(), meeting_id=meeting_id, seats=seats)
    except Invalid as error:
        form.form_errors.extend(error.fields.values())
        return render_template("decisions/meeting_attendance.html", form=form, meeting=view, names=names), 422
    flash("The attendance is saved.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}#attendance", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>/hold", permit=Permission.MEETING_RUN, methods=("POST",))
def hold_board_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """It has taken place."""
    hold_meeting(session(), actor(), meeting_id=meeting_id)
    flash("The meeting was held. Each council is told that it can confirm what it indicated.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>/confirm", permit=Permission.MEETING_RUN, methods=("POST",))
def confirm_meeting_minutes(meeting_id: UUID) -> ResponseReturnValue:
    """The minutes stand."""
    confirm_minutes(session(), actor(), meeting_id=meeting_id)
    flash("The minutes are confirmed. Nothing in them is changed any more.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>/cancel", permit=Permission.MEETING_RUN, methods=("POST",))
def cancel_board_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """It does not take place."""
    form = CancelForm()
    try:
        cancel_meeting(session(), actor(), meeting_id=meeting_id, because=form.because.data or "")
    except Invalid as error:
        show_invalid(form, error)
        return _page(meeting_view(session(), actor(), meeting_id), cancel_form=form), 422
    flash("The meeting is cancelled, and the councils are told.", "success")
    return redirect(f"/decisions/meetings/{meeting_id}", 303)


def _page(
    view: MeetingView,
    *,
    matter_form: MatterItemForm | None = None,
    item_form: FreeItemForm | None = None,
    cancel_form: CancelForm | None = None,
) -> str:
    addable = open_for_agenda(session(), view) if view.runs else []
    matters = matter_form or MatterItemForm(formdata=None)
    matters.matter_id.choices = {"": "Choose a joint decision"} | {str(id_): title for id_, title in addable}
    meeting = session().get_one(BoardMeeting, view.id)
    return render_template(
        "decisions/meeting.html",
        meeting=view,
        matter_form=matters,
        item_form=item_form or FreeItemForm(formdata=None),
        cancel_form=cancel_form or CancelForm(formdata=None),
        addable=addable,
        offers={o.move.verb: o for o in offers(session(), actor(), MEETING, meeting)} if view.runs else {},
        never=NEVER_A_DECISION,
        embargoes=embargoes(session(), view),
    )


def _run(meeting_id: UUID) -> BoardMeeting:
    meeting = session().get(BoardMeeting, meeting_id)
    if meeting is None:
        raise Missing
    if not actor().leads(meeting.system_id):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority runs a board meeting.")
    if meeting.status not in ("planned", "held"):
        raise Refused("This meeting is not changed any more.")
    return meeting


def _of(meeting_id: UUID, item_id: UUID) -> None:
    meeting_view(session(), actor(), meeting_id).item(item_id)


def _key(typed: str | None) -> tuple[date, UUID] | None:
    if not typed:
        return None
    on, _, ident = typed.rpartition("_")
    try:
        return date.fromisoformat(on), UUID(ident)
    except ValueError:
        raise Missing from None
