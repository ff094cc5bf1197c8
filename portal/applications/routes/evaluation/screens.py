"""The shared screen of a moderation meeting: one question across all providers, and the agreed score."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.moderating import Board, Boards, Line, boards_of
from portal.applications.reading import read_part
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.pages import actor
from portal.evaluation.actions.moderation import record_consensus
from portal.evaluation.forms import ConsensusForm
from portal.evaluation.queries.progress import Meeting, meetings_of, open_meeting
from tenants.permissions import Permission


@dataclass(frozen=True)
class Shown:
    """What is on the screen: one question, one provider picked out."""

    boards: Boards
    board: Board
    line: Line
    meeting: Meeting | None


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
    meeting = open_meeting(meetings_of(session(), here.panel.id), lot_id)
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
