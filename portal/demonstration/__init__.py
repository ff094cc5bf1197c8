"""The worked region: six councils, their officers by post, invented providers, one purchasing system in three states.

It is played, not written: every step is one of the portal's own actions, done by the person who would do it, at its own
instant of the past (see `portal/adr/0007-the-clock-of-the-worked-region.md`).
"""

from portal.core.provision import Urls
from portal.core.settings import Settings


def load_worked_region(settings: Settings, urls: Urls) -> None:
    """Fill a migrated database that holds nothing yet; about a minute. Both clocks are true again afterwards.

    Raises `portal.demonstration.step.StoryError` when the portal refuses a step.
    """
    from portal.demonstration.story import play

    play(settings, urls)
