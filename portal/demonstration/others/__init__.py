"""The other purchasing systems of the worked region: each a file of `config/demo/systems`, played by what the file holds.

Nothing here knows a system by name: a file with other facts is another system.
"""

from collections.abc import Iterator

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import other_systems
from portal.demonstration.others import admitting, agreeing, deciding, elsewhere, setting_up
from portal.demonstration.step import Step
from portal.demonstration.world import World


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """Everything of every file, in the order of the files' names."""
    for entry in other_systems().values():
        for chapter in (setting_up, agreeing, admitting, deciding, elsewhere):
            yield from chapter.steps(world, calendar, entry)
