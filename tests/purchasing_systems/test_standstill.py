"""Standstill and working days: the vectors of the domain fact sheet, section 6.5, and the holidays around them."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from portal.core import working_days
from portal.core.working_days import EVERYWHERE, is_working_day, next_working_day
from portal.purchasing_systems.rules.standstill import last_day, last_working_day

anywhere = partial(is_working_day, divisions=EVERYWHERE)


def test_ten_calendar_days_roll_over_to_a_working_day() -> None:
    assert last_day(date(2025, 12, 18), 10, is_working_day) == date(2025, 12, 29)


@pytest.mark.parametrize(
    ("letters", "ends"),
    [
        (date(2026, 3, 2), date(2026, 3, 12)),  # Thursday
        (date(2026, 3, 24), date(2026, 4, 7)),  # the tenth day is Good Friday; Easter Monday is no working day either
        (date(2025, 12, 15), date(2025, 12, 29)),  # the tenth day is Christmas Day
        (date(2026, 3, 20), date(2026, 3, 30)),  # over the night the clocks go forward
        (date(2026, 10, 16), date(2026, 10, 26)),  # over the night they go back
    ],
)
def test_ten_calendar_days(letters: date, ends: date) -> None:
    assert last_day(letters, 10, is_working_day) == ends


def test_eight_working_days_of_the_act() -> None:
    assert last_working_day(date(2025, 12, 18), 8, anywhere) == date(2025, 12, 31)


def test_eight_working_days_over_new_year_where_scotland_counts() -> None:
    assert last_working_day(date(2024, 12, 24), 8, anywhere) == date(2025, 1, 8)
    assert last_working_day(date(2024, 12, 24), 8, is_working_day) == date(2025, 1, 7)


@pytest.mark.parametrize("days", [0, -1])
def test_no_standstill_of_no_days(days: int) -> None:
    for count in (last_day, last_working_day):
        with pytest.raises(ValueError, match="at least one day"):
            count(date(2026, 3, 2), days, is_working_day)


def test_the_next_working_day_after_christmas() -> None:
    assert next_working_day(date(2025, 12, 25)) == date(2025, 12, 29)
    assert next_working_day(date(2025, 12, 24)) == date(2025, 12, 24)


def test_a_proclaimed_holiday_comes_from_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = tmp_path / "overrides.csv"
    table.write_text(
        "date,division,action,name,source\n2027-06-02,england,add,Proclaimed,test\n2026-12-25,england,remove,Moved,test\n"
    )
    monkeypatch.setattr(working_days, "OVERRIDES", table)
    assert not is_working_day(date(2027, 6, 2))
    assert is_working_day(date(2027, 6, 2), ("scotland",))
    assert is_working_day(date(2026, 12, 25))
