"""The only clock. Instants are aware UTC; people read Europe/London.

The loader of the worked region may shift it, backwards only, together with `app.clock` in the database
(where every instant with legal weight is taken). Serving refuses a shifted clock.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The closing time of a round that never closes."""
_shift = timedelta(0)


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC) + _shift


def today() -> date:
    """This day as people in London have it."""
    return now().astimezone(LONDON).date()


def local_day(instant: datetime) -> date:
    """The day on which this instant falls in London."""
    return instant.astimezone(LONDON).date()


def shift() -> timedelta:
    """How far the clock is set back; zero wherever anything is served."""
    return _shift


def set_back(by: timedelta) -> None:
    """Set the clock back (loader and tests only). Raises ValueError for a clock that would run ahead."""
    global _shift
    if by < timedelta(0):
        raise ValueError("The clock can only be set back.")
    _shift = -by


def london(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The UTC instant of a London wall time. Raises ValueError where the clocks change and it is skipped or doubled."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError("That time does not exist: the clocks go forward that night.")
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise ValueError("That time happens twice: the clocks go back that night.")
    return instant
