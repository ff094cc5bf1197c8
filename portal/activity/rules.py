"""How near a day or an instant is, in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

SOON = timedelta(days=3)


@dataclass(frozen=True)
class Nearness:
    """`tone` overdue, soon or None; `words` such as "in 3 days"."""

    words: str
    tone: str | None


def nearness(by: datetime | date, now: datetime, today: date) -> Nearness:
    """A day lasts until its end, so what is due today is not overdue. `today`: the day where `now` is in London."""
    if isinstance(by, datetime):
        return _until(by - now)
    days = (by - today).days
    if days == 0:
        return Nearness("today", "soon")
    return _until(timedelta(days=days))


def _until(remaining: timedelta) -> Nearness:
    if remaining < timedelta(0):
        return Nearness("Overdue", "overdue")
    if remaining < timedelta(hours=1):
        return Nearness("within the hour", "soon")
    tone = "soon" if remaining <= SOON else None
    if remaining < timedelta(days=1):
        return Nearness(_counted(int(remaining.total_seconds() // 3600), "hour"), tone)
    return Nearness(_counted(remaining.days, "day"), tone)


def _counted(number: int, unit: str) -> str:
    return f"in {number} {unit}{'' if number == 1 else 's'}"
