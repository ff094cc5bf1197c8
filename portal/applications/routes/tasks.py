"""The task list and the check page as their templates want them: plain values out of a draft."""

from dataclasses import dataclass
from typing import Any

from portal.applications.queries.overview import Draft
from portal.applications.rules import Group, Lack, State, by_page, problem_of
from portal.core.money import pounds
from portal.core.types import Actor
from portal.questionnaires.rules import answer_warning
from tenants.permissions import Permission

TONES: dict[State, str | None] = {
    State.NOT_STARTED: "blue",
    State.IN_PROGRESS: "yellow",
    State.COMPLETED: None,
    State.NOT_NEEDED: "grey",
    State.CANNOT_START: None,
}


@dataclass(frozen=True)
class Section:
    """A headed list of tasks. `done` of `total`: pages completed."""

    title: str
    tasks: list[dict[str, Any]]
    done: int = 0
    total: int = 0


def sections(draft: Draft, actor: Actor) -> list[Section]:
    """Lots first, common pages, each chosen lot, then checking and submitting."""
    base = f"/applications/{draft.case.application.id}"
    found = [Section("Before you start", [_lots_task(draft, base)])]
    found.append(_pages(draft, "For every lot", [g for g in draft.groups if g.lot_id is None], base))
    for lot in draft.lots:
        title = f"Lot {lot.number}: {lot.title}"
        if lot in draft.chosen:
            found.append(_pages(draft, title, [g for g in draft.groups if g.lot_id == lot.id], base))
        else:
            chosen = bool(draft.chosen)
            task = {
                "text": title,
                "url": f"{base}/lots",
                "hint": "You have not chosen this lot.",
                "status": "Not needed",
                "tone": "grey",
            }
            cannot = {
                "text": title,
                "url": None,
                "hint": "Choose your lots first.",
                "status": "Cannot start yet",
                "tone": None,
            }
            found.append(Section(title, [task if chosen else cannot]))
    found.append(Section("Check and submit", _last_tasks(draft, actor, base)))
    return found


def _lots_task(draft: Draft, base: str) -> dict[str, Any]:
    areas = draft.case.application.areas
    without = [lot for lot in draft.chosen if not areas.get(str(lot.id))]
    state = State.NOT_STARTED if not draft.chosen else State.IN_PROGRESS if without else State.COMPLETED
    hint = ", ".join(f"lot {lot.number} for {_councils(len(areas.get(str(lot.id), [])))}" for lot in draft.chosen)
    return {
        "text": "Lots and council areas",
        "url": f"{base}/lots",
        "hint": hint[:1].upper() + hint[1:] if hint else "Choose what you apply for, and for whose area.",
        "status": state.value,
        "tone": TONES[state],
    }


def _councils(count: int) -> str:
    return f"{count} council{'' if count == 1 else 's'}"


def _pages(draft: Draft, title: str, groups: list[Group], base: str) -> Section:
    states = [draft.state(group) for group in groups]
    tasks = [
        {
            "text": group.title,
            "url": f"{base}/group/{group.slug}",
            "hint": _hint(draft, group, state),
            "status": state.value,
            "tone": TONES[state],
        }
        for group, state in zip(groups, states, strict=True)
    ]
    done = sum(state in (State.COMPLETED, State.NOT_NEEDED) for state in states)
    return Section(title, tasks, done, len(groups))


def _hint(draft: Draft, group: Group, state: State) -> str | None:
    """What is missing on a page that was begun; a price above its ceiling is said even when nothing is."""
    for question in group.questions:
        warning = answer_warning(question, draft.texts.get(question.id, ""))
        if warning:
            return (
                f"{question.prompt}: above the ceiling{f' of {pounds(question.ceiling)}' if question.ceiling else ''}."
            )
    if any(draft.changed(question) for question in group.questions):
        return "A question here changed after you answered it. Your answer is kept: please check it."
    if state is not State.IN_PROGRESS:
        return None
    problems = [
        (question, sentence)
        for question in group.questions
        if (
            sentence := problem_of(
                question, draft.texts.get(question.id, ""), documented=question.id in draft.documented
            )
        )
    ]
    long = next((sentence for q, sentence in problems if draft.texts.get(q.id)), None)
    if long:
        return long
    return f"{len(problems)} still to answer."


def _last_tasks(draft: Draft, actor: Actor, base: str) -> list[dict[str, Any]]:
    ready = draft.readiness
    check = {
        "text": "Check your answers",
        "url": f"{base}/check",
        "hint": None,
        "status": "Open at any time",
        "tone": "grey",
    }
    submit: dict[str, Any] = {
        "text": "Declare and submit",
        "url": f"{base}/declare-and-submit",
        "hint": None,
        "tone": "blue",
    }
    if not draft.case.is_open:
        submit |= {"url": None, "status": "Closed", "tone": None}
    elif not ready.can_submit:
        submit |= {"url": None, "hint": _why_not(draft), "status": "Cannot start yet", "tone": None}
    elif not actor.may(Permission.APPLICATION_SUBMIT):
        submit |= {
            "url": None,
            "hint": ("Some lots are complete. " if ready.unfinished_lots else "Everything needed is there. ")
            + "Only an administrator of your organisation can submit: tell them now.",
            "status": "Needs an administrator",
            "tone": "red",
        }
    elif draft.standing is not None and not draft.case.is_changed and not draft.case.left_out:
        submit |= {"status": "Submitted", "tone": None}
    else:
        submit |= {"status": "Not submitted", "tone": "red"}
        if ready.unfinished_lots:
            submit["hint"] = "Some lots are not complete. You can submit the others."
    return [check, submit]


def _why_not(draft: Draft) -> str:
    if not draft.chosen:
        return "Choose your lots first."
    missing = len(draft.readiness.common) + sum(len(p) for p in draft.readiness.by_lot.values())
    return f"{missing} answer{'' if missing == 1 else 's'} or document{'' if missing == 1 else 's'} still missing. “Check your answers” lists them."


@dataclass(frozen=True)
class Missing:
    """What is missing for every lot, or for one. `stops`: nothing can be submitted without it."""

    title: str
    lacks: tuple[Lack, ...]
    stops: bool


def missing(draft: Draft) -> list[Missing]:
    """What stands between the draft and its submission, page by page; empty when everything chosen can go."""
    ready = draft.readiness
    found = [Missing("For every lot", by_page(ready.common), stops=True)]
    found += [
        Missing(f"Lot {lot.number}: {lot.title}", by_page(ready.by_lot[lot.id]), stops=False) for lot in draft.chosen
    ]
    return [one for one in found if one.lacks]
