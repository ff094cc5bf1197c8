"""When a change a provider makes reaches the councils (R2-03), and the age bands a core price is told by. Pure."""

from datetime import date

CUT_OFF_DAY, CIRCULATION_DAY = 20, 1
"""Placements North West: changes by the 20th of the month before, circulated on the 1st (domain, section 3). A system can set others."""
AGE_BANDS = ("0 to 4", "5 to 10", "11 to 15", "16 to 17", "18 to 25", "Adults", "Older people", "All ages")


def circulated_on(made_on: date, cut_off_day: int, circulation_day: int) -> date:
    """The day members are told of a change made on this day: in the next month up to the cut-off day, in the one after it from then on."""
    months = made_on.year * 12 + made_on.month - 1 + (1 if made_on.day <= cut_off_day else 2)
    return date(months // 12, months % 12 + 1, circulation_day)


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `20th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
