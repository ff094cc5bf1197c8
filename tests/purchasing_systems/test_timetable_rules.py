"""The arithmetic of a timetable: vectors of the domain sheet, and what may move when a day is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.purchasing_systems.rules.timetable import (
    UNITS,
    Row,
    between,
    changed,
    clashes,
    complete,
    follow,
    laid,
    reaches,
    shifts,
    usual,
)

NEVER = date.min


@pytest.mark.parametrize(
    ("day", "count", "unit", "expected"),
    [
        (date(2020, 9, 28), 28, "clear_calendar", date(2020, 10, 27)),
        (date(2026, 1, 5), 10, "working", date(2026, 1, 19)),
        (date(2026, 1, 5), 15, "working", date(2026, 1, 26)),
        (date(2026, 4, 1), 30, "calendar", date(2026, 5, 1)),
        (date(2025, 12, 18), 10, "standstill_regulations", date(2025, 12, 29)),
        (date(2026, 1, 5), 5, "clear_working", date(2026, 1, 13)),
        (date(2025, 12, 18), 8, "standstill_act", date(2025, 12, 31)),
        (date(2024, 12, 24), 8, "standstill_act", date(2025, 1, 8)),
        (date(2020, 9, 4), 5, "working", date(2020, 9, 11)),
    ],
)
def test_the_vectors_of_the_domain_sheet(day: date, count: int, unit: str, expected: date) -> None:
    assert reaches(day, count, unit) == expected


def test_days_are_not_counted_backwards_or_in_moons() -> None:
    with pytest.raises(ValueError, match="forwards"):
        reaches(date(2026, 1, 5), -1, "working")
    with pytest.raises(ValueError, match="moons"):
        reaches(date(2026, 1, 5), 1, "moons")


def test_working_days_between_leave_out_weekends_and_bank_holidays() -> None:
    assert between(date(2025, 12, 24), date(2025, 12, 29)) == 1
    assert between(date(2025, 12, 29), date(2025, 12, 24)) == -1


@st.composite
def plans(draw: st.DrawFn) -> tuple[Row, ...]:
    """Up to eight rows, each after some row above it, a few pinned."""
    first = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    rows = [Row("0", "Row 0", first, pinned=True)]
    rows += [
        Row(
            str(n), f"Row {n}", None, str(draw(st.integers(0, n - 1))), draw(st.integers(1, 30)),
            draw(st.sampled_from(sorted(UNITS))),
        )
        for n in range(1, draw(st.integers(2, 8)))
    ]  # fmt: skip
    worked = laid(rows, NEVER)
    return tuple(replace(row, pinned=row.pinned or draw(st.booleans())) for row in worked)


@given(plans(), st.integers(0, 7), st.integers(-60, 60), st.integers(0, 120))
def test_a_change_moves_only_what_follows_from_it_and_neither_a_pinned_nor_a_past_day(
    rows: tuple[Row, ...], which: int, by: int, passed: int
) -> None:
    which %= len(rows)
    first = rows[0].day
    assert first is not None
    today = first + timedelta(days=passed)
    key, day = rows[which].key, rows[which].day
    assert day is not None
    moved = {shift.key for shift in shifts(rows, changed(rows, key, day + timedelta(days=by), today))}
    free = {key}
    for row in rows:
        if row.after in free and not row.pinned and row.day is not None and row.day >= today:
            free.add(row.key)
    assert moved <= free
    assert (key in moved) == (by != 0)


@given(plans())
def test_what_follows_stands_where_its_rule_puts_it(rows: tuple[Row, ...]) -> None:
    assert rows[0].day is not None
    new = {row.key: row for row in changed(rows, "0", rows[0].day + timedelta(days=40), NEVER)}
    following = {"0"}
    for row in new.values():
        if row.after in following and not row.pinned:
            following.add(row.key)
            before = new[row.after].day
            assert before is not None
            assert row.day == reaches(before, row.count, row.unit)
        elif row.key != "0":
            assert row.day == next(r.day for r in rows if r.key == row.key)


def _usual(**values: object) -> tuple[Row, ...]:
    rows = usual(act=False, standstill_days=10, window_days=30, window_source="PCR 2015 reg 34")
    return changed(rows, "notice", date(2027, 3, 1), NEVER)


def test_the_usual_rows_follow_from_the_notice_to_the_first_day_of_use() -> None:
    rows = _usual()
    assert complete(rows) is None
    assert clashes(rows) == ()
    assert [row.key for row in rows][-3:] == ["standstill", "agreements", "start"]
    assert complete(usual(act=False, standstill_days=10)) is not None


def test_under_the_act_a_standstill_is_never_shorter_than_eight_working_days() -> None:
    row = next(r for r in usual(act=True, standstill_days=5) if r.key == "standstill")
    assert (row.count, row.unit) == (8, "standstill_act")


def test_a_pinned_day_that_no_longer_fits_is_named_and_so_is_a_gap_of_the_law() -> None:
    rows = changed(_usual(), "closing", date(2027, 3, 20), NEVER)
    said = clashes(rows)
    assert any("Closing, 20 March 2027, would come before last day to answer them" in one for one in said)
    assert (
        "Closing cannot be before 31 March 2027: 30 calendar days after official notice published (PCR 2015 reg 34)."
        in said
    )


def test_a_fact_of_the_round_takes_its_place_and_what_follows_moves() -> None:
    rows = _usual()
    closing = next(row.day for row in rows if row.key == "closing")
    assert closing is not None
    seen = follow(rows, {"closing": closing + timedelta(days=7)}, NEVER)
    moved = {s.key: s for s in shifts(rows, seen)}
    assert set(moved) == {
        "closing",
        "opening",
        "evaluation",
        "moderation",
        "letters",
        "standstill",
        "agreements",
        "start",
    }
    assert moved["opening"].working_days > 0
    assert moved["opening"].sentence.endswith("working days later.")
    assert follow(rows, {}, NEVER) == rows


def test_a_row_that_follows_from_nothing_needs_a_day() -> None:
    with pytest.raises(ValueError, match="Enter one"):
        changed(_usual(), "notice", None, NEVER)
    with pytest.raises(KeyError):
        changed(_usual(), "party", None, NEVER)
