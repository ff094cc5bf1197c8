"""Moderation lot by lot: what is agreed so far, and the meetings with their attendance."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from portal.applications.actions.evaluating import start_round_moderation
from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.moderating import boards_of
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.errors import Invalid, Refused
from portal.core.web.fields import options
from portal.core.web.lifecycle import as_refusal
from portal.core.web.pages import actor
from portal.evaluation.actions.moderation import end_moderation
from portal.evaluation.forms import MeetingForm
from portal.evaluation.models import PanelMember
from portal.evaluation.queries.panels import declarations_of, members_of, sheets_of, to_be_scored
from portal.evaluation.queries.progress import due, lot_progress, meetings_of, open_meeting
from portal.purchasing_systems.queries.rounds import lots_offered
from tenants.permissions import Permission


@pages.route("/rounds/<uuid:round_id>/evaluation/moderation", permit=Permission.PANEL_SCORE, endpoint="moderation")
def overview(round_id: UUID) -> ResponseReturnValue:
    """Lots, and the meetings held."""
    here = occasion(session(), actor(), round_id)
    here.must_follow()
    return render_template(
        "evaluation/moderation.html",
        here=here,
        lots=lots_offered(session(), here.round),
        progress=lot_progress(session(), here.panel.id),
        meetings=meetings_of(session(), here.panel.id),
    )


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/moderation/<uuid:lot_id>",
    permit=Permission.PANEL_SCORE,
    methods=("GET", "POST"),
    endpoint="moderate",
)
def lot_page(round_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """Questions with the widest spread first. The lead begins the meeting here (POST)."""
    here = occasion(session(), actor(), round_id)
    here.must_follow()
    form = MeetingForm()
    members = [m for m in members_of(session(), here.panel.id) if m.status == "active"]
    form.attendance.choices = options([(str(m.id), m.words) for m in members])
    if request.method == "GET":
        form.attendance.data = [str(m.id) for m in members if m.chair or m.scores]
        return _lot(here, lot_id, form, members)
    here.must_run()
    try:
        start_round_moderation(
            session(),
            actor(),
            round_id=round_id,
            lot_id=lot_id,
            title=form.title.data or "",
            attendance=_attendance(form, members),
        )
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        return _lot(here, lot_id, form, members), 422
    except DBAPIError as error:
        refusal = as_refusal(error)
        raise (refusal or error) from error
    flash("The meeting has begun. Everybody on the panel now sees all scores of this lot.", "success")
    return redirect(f"{here.url}/moderation/{lot_id}", 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/moderation/<uuid:lot_id>/end",
    permit=Permission.PANEL_RUN,
    methods=("POST",),
    endpoint="end_meeting",
)
def end_meeting(round_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """End the lot's open meeting."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    meeting = open_meeting(meetings_of(session(), here.panel.id), lot_id)
    if meeting is None:
        raise Refused("No meeting of this lot is open.")
    end_moderation(session(), actor(), meeting_id=meeting.id)
    flash(f"The meeting “{meeting.title}” has ended.", "success")
    return redirect(f"{here.url}/moderation/{lot_id}", 303)


def _lot(here: Occasion, lot_id: UUID, form: MeetingForm, members: Sequence[PanelMember]) -> str:
    boards = boards_of(session(), here.panel, lot_id)
    meetings = [m for m in meetings_of(session(), here.panel.id) if m.lot_id == lot_id]
    awaited: list[PanelMember] = []
    if here.runs and not meetings:
        sheets = sheets_of(session(), here.panel.id)
        answers = to_be_scored(session(), here.panel.id)
        owing = due(lot_id, members, declarations_of(session(), here.panel.id), answers)
        awaited = [m for m in owing if (m.id, lot_id) not in sheets]
    if request.method == "GET":
        form.title.data = form.title.data or f"Moderation of round {here.round.number}, {boards.lot.title}"
    return render_template(
        "evaluation/moderate.html",
        here=here,
        boards=boards,
        url=f"{here.url}/moderation/{lot_id}",
        form=form,
        meetings=meetings,
        open=open_meeting(meetings, lot_id),
        awaited=awaited,
        visible=bool(meetings) or any(line.given for board in boards.boards for line in board.lines),
    )


def _attendance(form: MeetingForm, members: Sequence[PanelMember]) -> list[dict[str, Any]]:
    present = set(form.attendance.data or [])
    return [{"post": m.post, "organisation": m.organisation_name, "present": str(m.id) in present} for m in members]
