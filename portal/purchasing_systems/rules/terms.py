"""When it is time to warn of the end of a term."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date


def months_before(end: date, months: int) -> date:
    """The day so many months before; the last of its month where that is shorter."""
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    return date(year, month + 1, min(end.day, monthrange(year, month + 1)[1]))


def warning_due(end: date, today: date, months: Collection[int]) -> int | None:
    """Which of the warnings, so many months before `end`, stands now: the nearest whose day has come; None before all and after the end.

    One that was missed is not made good: the next nearer one says it.
    """
    if today > end:
        return None
    return min((m for m in months if months_before(end, m) <= today), default=None)
