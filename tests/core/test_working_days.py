"""Working days: the holidays around Christmas, and those proclaimed before any library knows of them."""

from datetime import date
from pathlib import Path

import pytest

from portal.core import working_days
from portal.core.working_days import after_working_days, is_working_day, next_working_day, previous_working_day


def test_working_days_around_christmas() -> None:
    assert next_working_day(date(2025, 12, 25)) == date(2025, 12, 29)
    assert next_working_day(date(2025, 12, 24)) == date(2025, 12, 24)
    assert previous_working_day(date(2025, 12, 28)) == date(2025, 12, 24)
    assert previous_working_day(date(2025, 12, 29)) == date(2025, 12, 29)
    assert after_working_days(date(2025, 12, 24), 1) == date(2025, 12, 29)
    assert after_working_days(date(2025, 12, 25), 0) == date(2025, 12, 25)


def test_a_proclaimed_holiday_comes_from_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = tmp_path / "overrides.csv"
    table.write_text(
        "date,division,action,name,source\n2027-06-02,england,add,Proclaimed,test\n2026-12-25,england,remove,Moved,test\n"
    )
    monkeypatch.setattr(working_days, "OVERRIDES", table)
    assert not is_working_day(date(2027, 6, 2))
    assert is_working_day(date(2027, 6, 2), ("scotland",))
    assert is_working_day(date(2026, 12, 25))
