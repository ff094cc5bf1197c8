"""The agreement on quality: totals at a glance, then the prices are unlocked."""

from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.queries.evaluating import occasion
from portal.applications.queries.moderating import Boards, boards_of
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.web.pages import actor
from portal.evaluation.actions.moderation import agree_quality
from portal.evaluation.queries.panels import to_be_scored
from portal.evaluation.queries.progress import meetings_of
from portal.evaluation.rules import quality_total
from portal.purchasing_systems.queries.rounds import lots_offered
from tenants.permissions import Permission


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
    lots = [lot.id for lot in lots_offered(session(), here.round)]
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


def _totals(boards: Boards) -> list[tuple[str, Decimal, list[str]]]:
    """By provider: quality in per cent, and questions below their minimum."""
    scores: dict[str, list[tuple[int, Decimal]]] = {}
    below: dict[str, list[str]] = {}
    for board in boards.boards:
        for line in board.lines:
            if line.agreed is None:
                continue
            name = line.application.provider_name
            scores.setdefault(name, []).append((line.agreed.score, board.question.weight or Decimal(0)))
            if line.agreed.score < (board.question.minimum_score or 0):
                below.setdefault(name, []).append(board.title)
    return [(name, quality_total(given), below.get(name, [])) for name, given in sorted(scores.items())]
