"""Where an evaluation begins for everybody: how far it is, and what the reader does next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.applications.queries.evaluating import PANEL_STATUS, STAGES, Occasion, occasion, work_of
from portal.applications.queries.opened import opened_applications
from portal.applications.routes.evaluation import pages
from portal.applications.routes.evaluation.tasks import Run, own_tasks, running_tasks
from portal.core.database import session
from portal.core.web.pages import actor
from portal.evaluation.models import Declaration, PanelMember
from portal.evaluation.queries.panels import declarations_of, members_of, sheets_of, to_be_scored
from portal.evaluation.queries.progress import due, lot_progress
from portal.purchasing_systems.queries.rounds import lots_offered
from tenants.permissions import Permission


@pages.route("/rounds/<uuid:round_id>/evaluation", permit=Permission.PANEL_SCORE, endpoint="hub")
def hub(round_id: UUID) -> ResponseReturnValue:
    """The panel, its progress, and the reader's own tasks."""
    here = occasion(session(), actor(), round_id)
    if here.found is None:
        return render_template("evaluation/hub.html", here=here, stages=_stages(None))
    lots = lots_offered(session(), here.round)
    members = members_of(session(), here.panel.id)
    declarations = declarations_of(session(), here.panel.id)
    sheets = sheets_of(session(), here.panel.id)
    follows = here.runs or here.seat is not None
    progress = lot_progress(session(), here.panel.id) if follows else {}
    applied = {a.id: a.lots for a in opened_applications(session(), round_id)}
    own = [d for d in declarations if here.seat is not None and d.member_id == here.seat.id]
    work = work_of(session(), here.seat) if here.seat is not None and here.seat.scores else {}
    return render_template(
        "evaluation/hub.html",
        here=here,
        lots=[lot for lot in lots if lot.id in progress or not progress],
        members=[m for m in members if m.status == "active"],
        removed=[m for m in members if m.status != "active"],
        declared=_declared(declarations),
        sheets=sheets,
        scoring={
            (m.id, lot.id)
            for m in members
            for lot in lots
            if m.scores
            and any(lot.id in found for a, found in applied.items() if m.candidate_ids is None or a in m.candidate_ids)
        },
        stages=_stages(here.panel.status),
        status=PANEL_STATUS[here.panel.status],
        mine=own_tasks(here, here.seat, own, lots, work) if here.seat is not None else [],
        running=running_tasks(
            Run(here, members, declarations, lots, progress, _awaited(here, members, declarations, sheets))
        )
        if here.runs
        else [],
    )


def _stages(status: str | None) -> list[dict[str, str]]:
    order = [key for key, _ in STAGES]
    at = order.index(status) if status else -1
    made = [{"text": "Panel", "state": "done" if status else "current"}]
    for index, (_, words) in enumerate(STAGES):
        done = index < at or status == "signed_off"
        made.append({"text": words, "state": "done" if done else "current" if index == at else "todo"})
    return made


def _declared(declarations: Sequence[Declaration]) -> dict[UUID, tuple[str, str]]:
    """What the lead sees of each member's declarations, in words and a colour."""
    found: dict[UUID, tuple[str, str]] = {}
    for member in {d.member_id for d in declarations}:
        theirs = [d for d in declarations if d.member_id == member]
        waiting = sum(d.ruling is None for d in theirs)
        found[member] = (f"{waiting} to rule on", "yellow") if waiting else ("Ruled on", "green")
    return found


def _awaited(
    here: Occasion,
    members: Sequence[PanelMember],
    declarations: Sequence[Declaration],
    sheets: Mapping[tuple[UUID, UUID], datetime],
) -> dict[UUID, int]:
    """By lot, how many evaluators have still to submit their scores."""
    answers = to_be_scored(session(), here.panel.id)
    return {
        lot: sum((m.id, lot) not in sheets for m in due(lot, members, declarations, answers))
        for lot in {one.lot_id for one in answers}
    }
