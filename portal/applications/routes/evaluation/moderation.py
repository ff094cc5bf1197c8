"""Moderation: the meeting of a lot, one question across all providers on a shared screen, and the agreement on quality."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from portal.applications.actions.evaluating import start_round_moderation
from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.moderating import Board, Boards, Line, boards_of
from portal.applications.reading import read_part
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.fields import options
from portal.core.web.lifecycle import as_refusal
from portal.core.web.pages import actor
from portal.evaluation.actions.moderation import agree_quality, end_moderation, record_consensus
from portal.evaluation.forms import ConsensusForm, MeetingForm
from portal.evaluation.models import PanelMember
from portal.evaluation.queries.panels import declarations_of, members_of, sheets_of, to_be_scored
from portal.evaluation.queries.progress import Meeting, due, lot_progress, meetings_of
from portal.evaluation.rules import quality_total
from portal.purchasing_systems.queries.systems import lots_of
from tenants.permissions import Permission


@dataclass(frozen=True)
class Shown:
    """What is on the screen: one question, one provider picked out."""

    boards: Boards
    board: Board
    line: Line
    meeting: Meeting | None


@pages.route("/rounds/<uuid:round_id>/evaluation/moderation", permit=Permission.PANEL_SCORE, endpoint="moderation")
def overview(round_id: UUID) -> ResponseReturnValue:
    """Lots, and the meetings held."""
    here = occasion(session(), actor(), round_id)
    here.must_follow()
    return render_template(
        "evaluation/moderation.html",
        here=here,
        lots=lots_of(session(), here.system.id),
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
    form.attendance.choices = options([(str(m.id), f"{m.post}, {m.organisation_name}") for m in members])
    if request.method == "GET":
        form.attendance.data = [str(m.id) for m in members]
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
    meeting = _open(meetings_of(session(), here.panel.id), lot_id)
    if meeting is None:
        raise Refused("No meeting of this lot is open.")
    end_moderation(session(), actor(), meeting_id=meeting.id)
    flash(f"The meeting “{meeting.title}” has ended.", "success")
    return redirect(f"{here.url}/moderation/{lot_id}", 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/moderation/<uuid:lot_id>/questions/<uuid:question_id>",
    permit=Permission.PANEL_SCORE,
    methods=("GET", "POST"),
    endpoint="screen",
)
def screen(round_id: UUID, lot_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """One question across all providers, for the wall; the agreed score is recorded here."""
    here = occasion(session(), actor(), round_id)
    here.must_follow()
    boards = boards_of(session(), here.panel, lot_id)
    board = boards.board(question_id)
    line = _chosen(board)
    meeting = _open(meetings_of(session(), here.panel.id), lot_id)
    shown = Shown(boards, board, line, meeting)
    form = ConsensusForm()
    if request.method == "GET":
        if line.agreed is not None:
            form.score.data = str(line.agreed.score)
            form.letter_rationale.data = line.agreed.letter_rationale
            form.internal_rationale.data = line.agreed.internal_rationale
        return _screen(here, shown, form)
    here.must_run()
    if meeting is None:
        raise Refused("Begin the meeting first: an agreed score belongs to a meeting with its attendance.")
    try:
        record_consensus(
            session(),
            actor(),
            panel_id=here.panel.id,
            candidate_id=line.application.id,
            question_id=question_id,
            lot_id=lot_id,
            score=form.number,
            letter_rationale=form.letter_rationale.data or "",
            internal_rationale=form.internal_rationale.data or "",
            meeting_id=meeting.id,
        )
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        return _screen(here, shown, form), 422
    flash(f"Agreed for {line.application.provider_name}: {form.number} out of 5.", "success")
    return redirect(_onward(here, shown), 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/quality",
    permit=Permission.PANEL_RUN,
    methods=("GET", "POST"),
    endpoint="quality",
)
def quality(round_id: UUID) -> ResponseReturnValue:
    """Agreed totals at a glance; then the prices are unlocked."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    if request.method == "POST":
        agree_quality(session(), actor(), panel_id=here.panel.id)
        flash("Quality is agreed. The prices can be read now by those who check them.", "success")
        return redirect(here.url, 303)
    lots = [lot.id for lot in lots_of(session(), here.system.id)]
    scored = {one.lot_id for one in to_be_scored(session(), here.panel.id)}
    boards = [boards_of(session(), here.panel, lot) for lot in lots if lot in scored]
    open_ = [m for m in meetings_of(session(), here.panel.id) if m.ended_at is None]
    return render_template(
        "evaluation/quality.html",
        here=here,
        totals=[(b, _totals(b)) for b in boards],
        open=open_,
        missing=sum(b.answers - b.agreed for b in boards),
    )


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
        open=_open(meetings, lot_id),
        awaited=awaited,
        visible=bool(meetings) or any(line.given for board in boards.boards for line in board.lines),
    )


def _screen(here: Occasion, shown: Shown, form: ConsensusForm) -> str:
    boards, board, line = shown.boards, shown.board, shown.line
    if shown.meeting is None and not line.given:
        raise Refused("The scores of this lot are shown once yours are submitted, or once its meeting has begun.")
    before, after = boards.neighbours(board.question.id)
    return render_template(
        "evaluation/screen.html",
        here=here,
        boards=boards,
        board=board,
        line=line,
        form=form,
        answer=_answer(line, board),
        before=before,
        after=after,
        number=[b.question.id for b in boards.boards].index(board.question.id) + 1,
        records=here.runs and shown.meeting is not None,
        url=f"{here.url}/moderation/{boards.lot.id}",
    )


def _answer(line: Line, board: Board) -> str | None:
    """What the provider wrote; None where the reader may not read it."""
    keys = current_app.extensions["keys"]
    try:
        answers = read_part(session(), keys, application_id=line.application.id, part="quality")
    except Missing:
        return None
    return answers.get(str(board.question.id), "")


def _chosen(board: Board) -> Line:
    wanted = request.values.get("provider") or request.values.get("candidate")
    found = next((line for line in board.lines if str(line.application.id) == wanted), None)
    if wanted and found is None:
        raise Missing
    return found or board.next_line or board.lines[0]


def _onward(here: Occasion, shown: Shown) -> str:
    """The next provider of this question; when it is done, the next question; when all is done, the lot."""
    url = f"{here.url}/moderation/{shown.boards.lot.id}"
    left = [one for one in shown.board.lines if one.agreed is None and one is not shown.line]
    if left:
        return f"{url}/questions/{shown.board.question.id}?provider={left[0].application.id}"
    others = [b for b in shown.boards.boards if not b.complete and b is not shown.board]
    return f"{url}/questions/{others[0].question.id}" if others else url


def _open(meetings: Sequence[Meeting], lot_id: UUID) -> Meeting | None:
    return next((m for m in meetings if m.lot_id == lot_id and m.ended_at is None), None)


def _attendance(form: MeetingForm, members: Sequence[PanelMember]) -> list[dict[str, Any]]:
    present = set(form.attendance.data or [])
    return [{"post": m.post, "organisation": m.organisation_name, "present": str(m.id) in present} for m in members]


def _totals(boards: Boards) -> list[tuple[str, Any, list[str]]]:
    """By provider: quality in per cent, and questions below their minimum."""
    scores: dict[str, list[tuple[int, Any]]] = {}
    below: dict[str, list[str]] = {}
    for board in boards.boards:
        for line in board.lines:
            if line.agreed is None:
                continue
            name = line.application.provider_name
            scores.setdefault(name, []).append((line.agreed.score, board.question.weight))
            if line.agreed.score < (board.question.minimum_score or 0):
                below.setdefault(name, []).append(board.title)
    return [(name, quality_total(given), below.get(name, [])) for name, given in sorted(scores.items())]
