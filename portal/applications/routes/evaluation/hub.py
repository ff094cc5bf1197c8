"""Where an evaluation begins for everybody: how far it is, and what the reader does next."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.applications.queries.evaluating import PANEL_STATUS, STAGES, Occasion, Work, occasion, work_of
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.web.pages import actor
from portal.evaluation.models import Declaration, PanelMember
from portal.evaluation.queries.panels import declarations_of, members_of, sheets_of
from portal.evaluation.queries.progress import LotProgress, lot_progress
from portal.purchasing_systems.queries.systems import LotRow, lots_of
from tenants.permissions import Permission

Task = dict[str, Any]


@pages.route("/rounds/<uuid:round_id>/evaluation", permit=Permission.PANEL_SCORE, endpoint="hub")
def hub(round_id: UUID) -> ResponseReturnValue:
    """The panel, its progress, and the reader's own tasks."""
    here = occasion(session(), actor(), round_id)
    if here.found is None:
        return render_template("evaluation/hub.html", here=here, stages=_stages(None))
    lots = lots_of(session(), here.system.id)
    members = members_of(session(), here.panel.id)
    declarations = declarations_of(session(), here.panel.id)
    sheets = sheets_of(session(), here.panel.id)
    follows = here.runs or here.seat is not None
    progress = lot_progress(session(), here.panel.id) if follows else {}
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
        stages=_stages(here.panel.status),
        status=PANEL_STATUS[here.panel.status],
        mine=_mine(here, here.seat, own, lots, work) if here.seat is not None else [],
        running=_running(here, members, declarations, lots, progress) if here.runs else [],
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


def _mine(
    here: Occasion, seat: PanelMember, own: Sequence[Declaration], lots: Sequence[LotRow], work: dict[UUID, Work]
) -> list[Task]:
    unruled = any(d.ruling is None for d in own)
    ready = bool(own) and not unruled
    declare = {
        "text": "Declare your interests",
        "url": f"{here.url}/declare",
        "status": "Completed" if ready else "Waiting for a ruling" if own else "Not started",
        "tone": None if ready else "yellow" if own else "blue",
        "hint": "For each applicant, before you see what they wrote.",
    }
    tasks = [declare]
    if seat.scores:
        tasks += [_scoring(here, lot, work.get(lot.id), open_=here.panel.status != "forming") for lot in lots]
    if here.panel.status in ("moderating", "quality_agreed", "signed_off") or any(
        w.submitted_at for w in work.values()
    ):
        tasks.append(
            {
                "text": "Moderation",
                "url": f"{here.url}/moderation",
                "status": "Open" if here.panel.status == "moderating" else "See the scores",
                "tone": "blue" if here.panel.status == "moderating" else None,
                "hint": "Everybody’s scores, lot by lot, once yours are submitted.",
            }
        )
    if "price" in seat.parts:
        agreed = here.panel.status in ("quality_agreed", "signed_off")
        tasks.append(
            {
                "text": "Check the prices",
                "url": f"{here.url}/prices" if agreed else None,
                "status": "Open" if agreed else "Shut until quality is agreed",
                "tone": "blue" if agreed else None,
            }
        )
    return tasks


def _scoring(here: Occasion, lot: LotRow, work: Work | None, *, open_: bool) -> Task:
    task: Task = {"text": f"Score {lot.title}", "url": f"{here.url}/scoring/{lot.id}", "tone": None}
    if not open_:
        return {**task, "url": None, "status": "Cannot start yet", "hint": "Scoring begins after the selection checks."}
    if work is None:
        return {**task, "url": None, "status": "Nothing to score"}
    if work.submitted_at:
        return {**task, "status": "Submitted"}
    hint = "Everything is scored. Submit your scores." if work.complete else None
    return {
        **task,
        "status": f"{work.done} of {work.expected}",
        "tone": "green" if work.complete else "blue",
        "hint": hint,
    }


def _running(
    here: Occasion,
    members: Sequence[PanelMember],
    declarations: Sequence[Declaration],
    lots: Sequence[LotRow],
    progress: dict[UUID, LotProgress],
) -> list[Task]:
    status = here.panel.status
    active = [m for m in members if m.status == "active"]
    undeclared = [m for m in active if m.id not in {d.member_id for d in declarations}]
    unruled = sum(d.ruling is None for d in declarations)
    waits = f"{unruled} to rule on" if unruled else f"{len(undeclared)} still to declare" if undeclared else "Completed"
    done = not (unruled or undeclared)
    tasks: list[Task] = [
        {
            "text": "Rule on declarations of interests",
            "url": f"{here.url}/declarations",
            "status": waits,
            "tone": None if done else "yellow",
        },
        {
            "text": "Selection checks",
            "url": f"{here.url}/checks",
            "status": "Completed" if status != "forming" else "Ready" if done else "Cannot start yet",
            "tone": "blue" if status == "forming" and done else None,
        },
    ]
    for lot in lots:
        found = progress.get(lot.id)
        if found is None or status == "forming":
            continue
        tasks.append(
            {
                "text": f"Moderate {lot.title}",
                "url": f"{here.url}/moderation/{lot.id}",
                "status": "Completed" if found.complete else f"{found.agreed} of {found.answers} agreed",
                "tone": None if found.complete else "blue",
            }
        )
    return [*tasks, *_ending(here, status, progress)]


def _ending(here: Occasion, status: str, progress: dict[UUID, LotProgress]) -> list[Task]:
    all_agreed = bool(progress) and all(found.complete for found in progress.values())
    agreed = status in ("quality_agreed", "signed_off")
    return [
        {
            "text": "Agree quality and unlock the prices",
            "url": f"{here.url}/quality" if not agreed and all_agreed and status != "forming" else None,
            "status": "Completed"
            if agreed
            else "Ready"
            if all_agreed and status == "moderating"
            else "Cannot start yet",
            "tone": "green" if all_agreed and status == "moderating" else None,
        },
        {
            "text": "Results and sign-off",
            "url": f"{here.url}/results" if agreed else None,
            "status": "Signed off" if status == "signed_off" else "Ready" if agreed else "Cannot start yet",
            "tone": "blue" if status == "quality_agreed" else None,
        },
    ]
