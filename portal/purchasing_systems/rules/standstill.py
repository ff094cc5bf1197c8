"""When a standstill ends. Pure: the day the letters went out in, the last day out; who counts working days is a parameter.

PCR 2015 regs 86 and 87: ten calendar days from the day after the letters, to the end of a working day. Procurement Act 2023 s.51:
eight working days, the day of the notice counted. Sources: the vectors of our domain fact sheet.
"""

from collections.abc import Callable
from datetime import date, timedelta

IsWorkingDay = Callable[[date], bool]


def last_day(letters: date, calendar_days: int, is_working_day: IsWorkingDay) -> date:
    """The day at whose end the standstill is over; when the last counted day is no working day, the next one that is.

    Raises ValueError for fewer days than one.
    """
    if calendar_days < 1:
        raise ValueError("A standstill is at least one day.")
    day = letters + timedelta(days=calendar_days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def last_working_day(notice: date, working_days: int, is_working_day: IsWorkingDay) -> date:
    """The last of so many working days, beginning with the day of the notice. Raises ValueError for fewer than one."""
    if working_days < 1:
        raise ValueError("A standstill is at least one day.")
    day, left = notice, working_days
    while True:
        left -= is_working_day(day)
        if left == 0:
            return day
        day += timedelta(days=1)
