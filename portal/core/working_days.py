"""Working days: Monday to Friday, bank holidays apart. From the library, with a dated table of exceptions kept as data.

A proclaimed holiday (a coronation, a funeral) reaches the table long before it reaches a release of the library.
"""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import holidays

from portal.core.places import CHECKOUT

OVERRIDES = CHECKOUT / "config" / "reference" / "bank_holiday_overrides.csv"
ENGLAND = "england"
SCOTLAND = "scotland"
NORTHERN_IRELAND = "northern_ireland"
EVERYWHERE = (ENGLAND, SCOTLAND, NORTHERN_IRELAND)
"""For periods that stop wherever in the United Kingdom the other side may be."""

_DIVISIONS = {ENGLAND: "ENG", SCOTLAND: "SCT", NORTHERN_IRELAND: "NIR"}
IsWorkingDay = Callable[[date], bool]


def is_working_day(day: date, divisions: tuple[str, ...] = (ENGLAND,)) -> bool:
    """Is it one in every division named?"""
    return day.weekday() < 5 and not any(_is_holiday(day, division) for division in divisions)


def next_working_day(day: date, working: IsWorkingDay = is_working_day) -> date:
    """That day, or the first working day after it."""
    while not working(day):
        day += timedelta(days=1)
    return day


def previous_working_day(day: date, working: IsWorkingDay = is_working_day) -> date:
    """That day, or the last working day before it."""
    while not working(day):
        day -= timedelta(days=1)
    return day


def after_working_days(day: date, count: int, working: IsWorkingDay = is_working_day) -> date:
    """The last of `count` working days that follow the day; the day itself is not counted, and is the answer for none.

    Raises ValueError for fewer than none.
    """
    if count < 0:
        raise ValueError("Working days are counted forwards.")
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1), working)
    return day


def _is_holiday(day: date, division: str) -> bool:
    stated = _overrides(OVERRIDES).get((day, division))
    return day in _of_year(day.year, division) if stated is None else stated


@lru_cache(maxsize=64)
def _of_year(year: int, division: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=_DIVISIONS[division], years=year))


@lru_cache(maxsize=4)
def _overrides(path: Path) -> dict[tuple[date, str], bool]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as table:
        return {
            (date.fromisoformat(row["date"]), row["division"]): row["action"] == "add" for row in csv.DictReader(table)
        }
