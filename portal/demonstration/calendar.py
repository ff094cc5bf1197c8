"""From `{ day, at }` of the content to an instant of the story."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict

from portal.core.clock import london

SATURDAY = 5


class Offset(TypedDict):
    """Calendar days from the day the region is loaded, and a London wall time."""

    day: int
    at: str


@dataclass(frozen=True)
class Calendar:
    """Days counted from the loading day, so that the region is never stale."""

    today: date

    def at(self, offset: Offset, *, working_day: bool = True) -> datetime:
        """The instant, UTC. What officers do on a weekend moves to Monday; providers also write on Sundays."""
        day = self.today + timedelta(days=offset["day"])
        if working_day and day.weekday() >= SATURDAY:
            day += timedelta(days=7 - day.weekday())
        hour = time.fromisoformat(offset["at"])
        return london(day, hour.hour, hour.minute)

    def day(self, offset: Offset) -> date:
        """The working day alone."""
        return self.at(offset).date()

    def any_day(self, told: date | dict[str, Any]) -> date:
        """A day as it is told, or so many calendar days from the loading day, and no later than `latest` where the law sets a limit."""
        if isinstance(told, date):
            return told
        found = self.today + timedelta(days=told["day"])
        latest: date | None = told.get("latest")
        return min(found, latest) if latest else found
