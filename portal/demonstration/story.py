"""The whole story: every chapter's steps in one order, that of their instants."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import click

from portal.core import clock
from portal.core.provision import Urls
from portal.core.settings import Settings
from portal.demonstration import (
    admitting,
    applying,
    deciding,
    evaluating,
    extending,
    governing,
    offering,
    opening,
    others,
    rounds,
    system,
)
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import rounds as planned_rounds
from portal.demonstration.founding import found
from portal.demonstration.stage import Stage
from portal.demonstration.step import Step
from portal.demonstration.world import World

CHAPTERS = (governing, system, rounds, applying, opening, evaluating, deciding, admitting, offering, extending, others)
FOUNDED_BEFORE = timedelta(days=30)
"""People are in post this long before the first round is set up."""
_REPORT_SECONDS = 5.0


def story(world: World, calendar: Calendar) -> list[Step]:
    """Every step, in the order of its instant; steps of one instant in the order of their chapters."""
    steps = [step for chapter in CHAPTERS for step in chapter.steps(world, calendar)]
    return sorted(steps, key=lambda step: step.at)


def play(
    settings: Settings, urls: Urls, say: Callable[[str], object] = click.echo, *, today: date | None = None
) -> World:
    """Found the organisations and play the story to its end; returns what came to be. Raises StoryError.

    `today`: the day the story leads up to, if not this one (tests).
    """
    world, calendar = World(), Calendar(today or clock.today())
    begun = time.monotonic()

    def report(line: str) -> None:
        say(f"  {time.monotonic() - begun:5.1f} s  {line}")

    with Stage(settings, urls, world) as stage:
        beginning = calendar.at(planned_rounds()[1]["set_up"]) - FOUNDED_BEFORE
        stage.set_clock(beginning)
        found(world, urls.admin, beginning.date())
        report(f"{len(world.organisations)} organisations and {len(world.people)} people founded")
        for line in _told(stage, story(world, calendar)):
            report(line)
    report("the worked region is complete; the clock is true")
    return world


def _told(stage: Stage, steps: list[Step]) -> Iterator[str]:
    said, month = time.monotonic(), None
    for number, step in enumerate(steps, start=1):
        stage.play(step)
        if time.monotonic() - said > _REPORT_SECONDS or _month(step.at.date()) != month:
            said, month = time.monotonic(), _month(step.at.date())
            yield f"step {number} of {len(steps)}, {step.at:%B %Y}: {step.what}"


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
