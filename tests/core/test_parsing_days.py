"""A day typed in one box: as people write it, or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from portal.core.parsing import parse_day


@pytest.mark.parametrize("typed", ["27/3/2027", " 27 3 2027 ", "27.03.2027", "27-3-2027", "2027-03-27"])
def test_a_day_as_people_write_it(typed: str) -> None:
    assert parse_day(typed) == date(2027, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "31/2/2027",
        "2027-13-01",
        "3/27/2027",
        "27/3/27",
        "tomorrow",
        "٢٧/٣/٢٠٢٧",
        "1e3/1/2027",
        "0/0/0000",
        "20270327",
    ],
)
def test_what_is_no_day_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^(Enter a day|That day does not exist)"):
        parse_day(typed)
