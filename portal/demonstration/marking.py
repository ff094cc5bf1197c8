"""Each evaluator marks alone: one application and lot at a sitting, submitted lot by lot."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, content, questions
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.evaluation.actions.scoring import save_score, submit_scores


def steps(world: World, calendar: Calendar, number: int, begun: datetime) -> Iterator[Step]:
    """The scores of a round, given between an instant and the day the content says, then submitted."""
    evaluation = content("evaluation")
    submitted = {row["council"]: calendar.at(row["at"]) for row in evaluation["scored"] if row["round"] == number}
    for council, done in submitted.items():
        sheets = [
            (row, _evaluator(number, row["provider"], council))
            for row in evaluation["results"]
            if row["round"] == number and any(council in marks for marks in row["scores"].values())
        ]
        for order, (row, email) in enumerate(sheets, start=1):
            at = begun + (done - begun) * order / (len(sheets) + 1)
            what = f"mark {row['provider']}, {row['lot']}, round {number}"
            yield Step(at, email, what, partial(_mark, world, row, council))
        by_lot: dict[str, set[str]] = defaultdict(set)
        for row, email in sheets:
            if council in councils_done(number, row["lot"]):
                by_lot[row["lot"]].add(email)
        for lot, evaluators in by_lot.items():
            for email in sorted(evaluators):
                yield Step(done, email, f"submit the scores of {lot}", partial(_submit, world, number, lot))


def councils_done(number: int, lot: str) -> list[str]:
    """The councils whose scores of a lot are in. A round of which the content says nothing has them all."""
    evaluation = content("evaluation")
    for row in evaluation["progress"]:
        if (row["round"], row["lot"]) == (number, lot):
            return list(row["submitted"])
    return [row["council"] for row in evaluation["panel"]]


def _evaluator(number: int, provider: str, council: str) -> str:
    evaluation = content("evaluation")
    (own,) = (row["account"] for row in evaluation["panel"] if row["council"] == council)
    for row in evaluation["interests"]:
        if (row["round"], row["provider"], row["account"]) == (number, provider, own) and "replacement" in row:
            return str(row["replacement"])
    return str(own)


def _mark(world: World, row: Entry, council: str, scene: Scene) -> None:
    evaluation, asked = content("evaluation"), questions(row["lot"])
    nth = [seat["council"] for seat in evaluation["panel"]].index(council)
    for key, marks in row["scores"].items():
        if council not in marks:
            continue
        save_score(
            scene.session,
            scene.actor,
            panel_id=world.panels[row["round"]],
            candidate_id=world.applications[row["round"], row["provider"]],
            question_id=world.questions[row["round"], key],
            lot_id=world.lots[row["lot"]],
            score=marks[council],
            reason=evaluation["reasons"][asked[key]["theme"]][str(marks[council])][nth],
        )


def _submit(world: World, number: int, lot: str, scene: Scene) -> None:
    submit_scores(scene.session, scene.actor, panel_id=world.panels[number], lot_id=world.lots[lot])
