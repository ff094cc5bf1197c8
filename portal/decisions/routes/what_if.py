"""What if: before anyone decides, or later. The choices stand in the address; nothing is written down."""

from datetime import timedelta
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.web.pages import actor
from portal.decisions.queries.board import board as board_of
from portal.decisions.queries.views import Board, CouncilAnswer
from portal.decisions.routes import pages
from portal.decisions.rules.settling import rule_sentence
from portal.decisions.rules.what_if import ANSWERS, Question, Words, days_of, follows, outlook_if, supposition
from tenants.permissions import Permission

WEEKS = (1, 4, 8, 12)


@pages.route("/decisions/<uuid:matter_id>/what-if", permit=Permission.MATTER_READ)
def what_if(matter_id: UUID) -> ResponseReturnValue:
    """For each council an answer, by default the one on record; and what follows from all of them together."""
    board = board_of(session(), actor(), matter_id)
    councils = [c for c in board.councils if c.position.code != "excused"]
    weeks = next((w for w in WEEKS if str(w) == request.args.get("weeks")), 4)
    stands = {c.authority_id: _said(c) for c in councils}
    answers = {c.authority_id: _chosen(c, stands[c.authority_id]) for c in councils}
    question = Question(board.rule, board.minimum, board.late, board.answer_by)
    days = days_of(
        question,
        answers,
        {c.authority_id: c.effective_on for c in councils if c.said == "yes"},
        today=clock.today(),
        late_by=timedelta(weeks=weeks),
    )
    kind = board.kind
    found = follows(question, answers, days, Words(kind.yes, kind.no, kind.silent, kind.late), lead=board.lead_id)
    return render_template(
        "decisions/what_if.html",
        board=board,
        rule=rule_sentence(board.rule, board.minimum),
        rows=[(c, answers[c.authority_id], stands[c.authority_id], found[c.authority_id]) for c in councils],
        outlook=outlook_if(question, answers, lead=board.lead_id),
        supposed=supposition([(c.name, answers[c.authority_id]) for c in councils if _is_changed(c, answers, stands)]),
        is_supposed=any(_is_changed(c, answers, stands) for c in councils),
        answers=ANSWERS,
        weeks=weeks,
        all_weeks=WEEKS,
        prices_end=board.prices_end,
        asked_of=_asked_of(board, councils),
    )


def _said(council: CouncilAnswer) -> str:
    return "none" if council.said is None else "late" if council.late and council.said == "yes" else council.said


def _chosen(council: CouncilAnswer, stands: str) -> str:
    typed = request.args.get(council.slug)
    return typed if typed in ANSWERS else stands


def _is_changed(council: CouncilAnswer, answers: dict[UUID, str], stands: dict[UUID, str]) -> bool:
    return answers[council.authority_id] != stands[council.authority_id]


def _asked_of(board: Board, councils: list[CouncilAnswer]) -> str:
    return "the lead authority, for all" if board.rule == "lead" else f"{len(councils)} councils"
