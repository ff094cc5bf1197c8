"""The order of the story holds on whatever day the region is loaded: weekends move, and a standstill waits for a working day."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import content, rounds
from portal.demonstration.step import Step
from portal.demonstration.story import story
from portal.demonstration.world import World
from portal.governance.rules.clocks import standstill_of_the_regulations

DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(0, 1461, 3)]
"""Every third day of four years: each weekday beside each bank holiday."""

SET_UP = ("plan round {n}", "load the questions of round {n}", "record the notice of round {n}", "publish round {n}")
EVALUATION = (
    "confirm the opening of round {n}",
    "choose the panel of round {n}",
    "declare interests in round {n}",
    "complete the selection checks of round {n}",
)
SCORING = (
    ("complete the selection checks of round 1", "mark ", "begin: Moderation of round 1"),
    ("complete the selection checks of round 1", "submit the scores", "begin: Moderation of round 1"),
    (
        "begin: Moderation of round 1, residential",
        "agree the scores of res-",
        "end: Moderation of round 1, residential",
    ),
    ("begin: Moderation of round 1, foster", "agree the scores of fos-", "end: Moderation of round 1, foster"),
)
OUTCOME = (
    "agree quality of round 1",
    "compute the results of round 1",
    "sign off the results of round 1",
    "put: Approve the outcome",
    "draft halton: approve (round-1-outcome)",
    "record halton: approve (round-1-outcome)",
    "put: Use the providers",
)
AFTERWARDS = (
    "prepare the letters",
    "release the letters",
    "issue the agreements",
    "accept the agreements of round 1",
    "activate",
)


def assert_in_order(steps: Iterable[Step], stages: Iterable[str], day: date) -> None:
    """Everything of one stage comes before anything of the next."""
    before, name = None, ""
    for stage in stages:
        instants = [step.at for step in steps if step.what.startswith(stage)]
        assert instants, stage
        assert before is None or before < min(instants), f"loaded on {day:%a %d %b %Y}: {stage!r} before {name!r}"
        before, name = max(instants), stage


@pytest.mark.parametrize("year", range(2024, 2028))
def test_steps_stay_in_order_whatever_the_loading_day(year: int) -> None:
    for day in (d for d in DAYS if d.year == year):
        steps = story(World(), Calendar(day))
        for number, entry in rounds().items():
            assert_in_order(steps, [stage.format(n=number) for stage in SET_UP], day)
            if "opened" in entry:
                assert_in_order(steps, [stage.format(n=number) for stage in EVALUATION], day)
        # The sheets of round 2 come months later.
        first = [step for step in steps if step.at < Calendar(day).at(rounds()[2]["opens"])]
        for stages in SCORING:
            assert_in_order(first, stages, day)
        assert_in_order(steps, (*OUTCOME, *AFTERWARDS), day)


def test_agreements_wait_for_the_end_of_the_standstill_beside_bank_holidays() -> None:
    days = content("system_ppa")["system"]["standstill_days"]
    for day in DAYS:
        calendar, entry = Calendar(day), rounds()[1]
        assert standstill_of_the_regulations(calendar.day(entry["letters"]), days) < calendar.day(
            entry["agreements"]
        ), day


def test_letters_wait_until_the_approval_is_effective() -> None:
    (outcome,) = (m for m in content("decisions")["matters"] if m["kind"] == "outcome")
    for day in DAYS:
        calendar = Calendar(day)
        for decision in outcome["decisions"]:
            assert calendar.day(decision["effective"]) <= calendar.day(rounds()[1]["letters"]), day
