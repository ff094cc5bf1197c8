"""The panel meets, agrees each score with its rationale, and the rules make results of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from portal.applications.actions.evaluating import compute_round_results, sign_off_round, start_round_moderation
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, accounts, content, organisations, questions, rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.evaluation.actions.moderation import agree_quality, end_moderation, record_consensus
from portal.evaluation.rules import spread

_FOR_EACH_QUESTION = timedelta(minutes=12)
_SPREADS = ("agreed", "narrow", "wide")
"""Internal rationale by how far apart the marks were: none, one, two or more."""


def steps(world: World, calendar: Calendar, number: int) -> Iterator[Step]:
    """The meetings of a round; and where every score is agreed, the prices, results and signature."""
    chair = content("evaluation")["chair"]
    held: list[datetime] = []
    for meeting in content("evaluation")["sessions"]:
        if meeting["round"] == number:
            begun = calendar.at(meeting["held"])
            yield Step(begun, chair, f"begin: {meeting['title']}", partial(_begin, world, meeting))
            agreed = _agreed(number, meeting["lot"])
            for order, key in enumerate(agreed, start=1):
                at = begun + _FOR_EACH_QUESTION * order
                yield Step(at, chair, f"agree the scores of {key}", partial(_agree, world, number, meeting["lot"], key))
            held.append(begun + _FOR_EACH_QUESTION * (len(agreed) + 1))
            yield Step(held[-1], chair, f"end: {meeting['title']}", partial(_end, world, meeting))
    entry = rounds()[number]
    if entry["state"] == "complete":
        signed = calendar.at(entry["evaluated_by"])
        what = f"of round {number}"
        yield Step(max(held), chair, f"agree quality {what}", partial(_agree_quality, world, number))
        yield Step(signed - timedelta(hours=2), chair, f"compute the results {what}", partial(_compute, world, number))
        yield Step(signed, chair, f"sign off the results {what}", partial(_sign_off, world, number))


def _agreed(number: int, lot: str) -> list[str]:
    """The questions of a lot whose scores are agreed, in the order they are asked."""
    marked = [row for row in content("evaluation")["results"] if (row["round"], row["lot"]) == (number, lot)]
    return [key for key in questions(lot) if any("consensus" in row["scores"].get(key, ()) for row in marked)]


def _begin(world: World, meeting: Entry, scene: Scene) -> None:
    world.meetings[meeting["round"], meeting["lot"]] = start_round_moderation(
        scene.session,
        scene.actor,
        round_id=world.rounds[meeting["round"]],
        lot_id=world.lots[meeting["lot"]],
        title=meeting["title"],
        attendance=[_present(email, came=True) for email in meeting["attended"]]
        + [_present(email, came=False) for email in meeting["apologies"]],
    ).id


def _present(email: str, *, came: bool) -> dict[str, Any]:
    account = accounts()[email]
    council = organisations()[account["organisation"]]["official_name"]
    return {"post": account["name"], "organisation": council, "present": came}


def _agree(world: World, number: int, lot: str, key: str, scene: Scene) -> None:
    evaluation, theme = content("evaluation"), questions(lot)[key]["theme"]
    councils = [seat["council"] for seat in evaluation["panel"]]
    for nth, row in enumerate(evaluation["results"]):
        if (row["round"], row["lot"]) != (number, lot):
            continue
        marks = row["scores"][key]
        internal = evaluation["internal"][_SPREADS[min(2, spread([marks[c] for c in councils]))]]
        record_consensus(
            scene.session,
            scene.actor,
            panel_id=world.panels[number],
            candidate_id=world.applications[number, row["provider"]],
            question_id=world.questions[number, key],
            lot_id=world.lots[lot],
            score=marks["consensus"],
            letter_rationale=evaluation["rationale"][theme][str(marks["consensus"])]["letter"],
            internal_rationale=internal[nth % len(internal)],
            meeting_id=world.meetings[number, lot],
        )


def _end(world: World, meeting: Entry, scene: Scene) -> None:
    end_moderation(scene.session, scene.actor, meeting_id=world.meetings[meeting["round"], meeting["lot"]])


def _agree_quality(world: World, number: int, scene: Scene) -> None:
    agree_quality(scene.session, scene.actor, panel_id=world.panels[number])


def _compute(world: World, number: int, scene: Scene) -> None:
    compute_round_results(scene.session, scene.actor, scene.keys, round_id=world.rounds[number])


def _sign_off(world: World, number: int, scene: Scene) -> None:
    sign_off_round(scene.session, scene.actor, round_id=world.rounds[number])
