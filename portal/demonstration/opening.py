"""Two officers of two councils open a closed round, each with their own password."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from portal.applications.actions.opening import confirm_opening
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import accounts, rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """The ceremony of each round that has been opened."""
    for number, entry in rounds().items():
        if "opened" not in entry:
            continue
        opened = calendar.at(entry["opened"])
        for minutes, email in zip((-4, 0), entry["openers"], strict=True):
            at = opened + timedelta(minutes=minutes)
            yield Step(at, email, f"confirm the opening of round {number}", partial(_confirm, world, number, email))


def _confirm(world: World, number: int, email: str, scene: Scene) -> None:
    confirm_opening(scene.session, scene.actor, round_id=world.rounds[number], password=accounts()[email]["password"])
