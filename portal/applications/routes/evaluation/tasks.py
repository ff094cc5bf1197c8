"""What a reader does next in an evaluation: as a member of the panel, and as who runs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.applications.queries.evaluating import Occasion, Work
from portal.evaluation.models import Declaration, PanelMember
from portal.evaluation.queries.progress import LotProgress
from portal.purchasing_systems.queries.systems import LotRow

Task = dict[str, Any]
"""As `ui.task_list` wants it."""


@dataclass(frozen=True)
class Run:
    """What the lead's tasks follow from. `awaited`: by lot, how many evaluators have still to submit their scores."""

    here: Occasion
    members: Sequence[PanelMember]
    declarations: Sequence[Declaration]
    lots: Sequence[LotRow]
    progress: Mapping[UUID, LotProgress]
    awaited: Mapping[UUID, int]


def own_tasks(
    here: Occasion, seat: PanelMember, own: Sequence[Declaration], lots: Sequence[LotRow], work: dict[UUID, Work]
) -> list[Task]:
    """Of a member of the panel: declare, score, see the scores, check the prices."""
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


def running_tasks(r: Run) -> list[Task]:
    """Of the lead: rulings, checks, moderation lot by lot, quality, results."""
    status = r.here.panel.status
    active = [m for m in r.members if m.status == "active"]
    undeclared = [m for m in active if m.id not in {d.member_id for d in r.declarations}]
    unruled = sum(d.ruling is None for d in r.declarations)
    ruling = (
        f"{unruled} to rule on" if unruled else f"{len(undeclared)} still to declare" if undeclared else "Completed"
    )
    done = not (unruled or undeclared)
    tasks: list[Task] = [
        {
            "text": "Rule on declarations of interests",
            "url": f"{r.here.url}/declarations",
            "status": ruling,
            "tone": None if done else "yellow",
        },
        {
            "text": "Selection checks",
            "url": f"{r.here.url}/checks",
            "status": "Completed" if status != "forming" else "Ready" if done else "Cannot start yet",
            "tone": "blue" if status == "forming" and done else None,
        },
    ]
    for lot in r.lots:
        found = r.progress.get(lot.id)
        if found is None or status == "forming":
            continue
        waits = r.awaited.get(lot.id, 0)
        tasks.append(
            {
                "text": f"Moderate {lot.title}",
                "url": f"{r.here.url}/moderation/{lot.id}",
                "status": "Completed" if found.complete else f"{found.agreed} of {found.answers} agreed",
                "tone": None if found.complete else "grey" if waits else "blue",
                "hint": f"Scores of {waits} {'evaluator' if waits == 1 else 'evaluators'} still to come."
                if waits
                else None,
            }
        )
    return [*tasks, *_ending(r.here, status, r.progress)]


def _ending(here: Occasion, status: str, progress: Mapping[UUID, LotProgress]) -> list[Task]:
    # Where nothing was scored there is nothing to agree, and a re-opened evaluation still has to be signed off.
    all_agreed = all(found.complete for found in progress.values()) and bool(progress or status == "moderating")
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
