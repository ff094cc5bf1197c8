"""A timetable and its arithmetic: which days follow from which, what moves when one is changed, what no longer fits. Pure.

A row follows another by so many days in a unit, or is pinned. A changed day moves only what follows from it and lies later; a pinned day
and one that has passed stay where they are. The arithmetic is that of `portal.governance.rules.clocks`, with the sources named there.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from portal.core.wording import say_day
from portal.core.working_days import after_working_days, is_working_day
from portal.governance.rules.clocks import (
    after_clear_days,
    after_clear_working_days,
    standstill_of_the_act,
    standstill_of_the_regulations,
)

UNITS = {
    "working": "working days",
    "calendar": "calendar days",
    "clear_working": "clear working days",
    "clear_calendar": "clear calendar days",
    "standstill_regulations": "calendar days of standstill (PCR 2015 regs 86 and 87)",
    "standstill_act": "working days of standstill (Procurement Act 2023 s.51)",
}
_MOST = 3660


@dataclass(frozen=True)
class Row:
    """One row. `after`, `count`, `unit`: how it follows from another; `gap_*`: the least time after another row, and its source."""

    key: str
    label: str
    day: date | None = None
    after: str | None = None
    count: int = 0
    unit: str = "working"
    pinned: bool = False
    gap_after: str | None = None
    gap_count: int = 0
    gap_unit: str = "calendar"
    gap_source: str = ""

    @property
    def rule(self) -> str:
        """How it follows, in words; empty for none."""
        return "" if self.after is None else counted(self.count, self.unit)


@dataclass(frozen=True)
class Shift:
    """A row that moves. `working_days`: later is positive."""

    key: str
    label: str
    before: date | None
    after: date | None

    @property
    def working_days(self) -> int:
        """By how many working days it moves."""
        return 0 if self.before is None or self.after is None else between(self.before, self.after)

    @property
    def sentence(self) -> str:
        """`Closing moves from … to …, 3 working days later.`"""
        if self.before is None or self.after is None:
            return f"{self.label}: {say_day(self.after)}." if self.after else f"{self.label} is no longer planned."
        by = self.working_days
        return (
            f"{self.label} moves from {say_day(self.before)} to {say_day(self.after)}, {abs(by)} working "
            f"{'day' if abs(by) == 1 else 'days'} {'later' if self.after > self.before else 'earlier'}."
        )


def counted(count: int, unit: str) -> str:
    """`1 working day`, `5 clear calendar days`."""
    words = UNITS[unit]
    return f"{count} {words.replace('days', 'day', 1) if count == 1 else words}"


def reaches(day: date, count: int, unit: str) -> date:
    """The day that follows by so many of the unit. A row of calendar days may fall on any day; "clear" leaves out both ends.

    Raises ValueError for fewer than none, and for a unit there is not.
    """
    if count < 0:
        raise ValueError("Days are counted forwards.")
    ways: dict[str, Callable[[], date]] = {
        "working": lambda: after_working_days(day, count),
        "calendar": lambda: day + timedelta(days=count),
        "clear_working": lambda: after_clear_working_days(day, count),
        "clear_calendar": lambda: after_clear_days(day, count),
        "standstill_regulations": lambda: standstill_of_the_regulations(day, count),
        "standstill_act": lambda: standstill_of_the_act(day, count),
    }
    if unit not in ways:
        raise ValueError(f"No such way of counting: {unit}.")
    return ways[unit]()


def between(first: date, last: date) -> int:
    """Working days from one day to another, the first not counted; negative for backwards."""
    if last < first:
        return -between(last, first)
    return sum(is_working_day(first + timedelta(days=n + 1)) for n in range((last - first).days))


def laid(rows: Sequence[Row], today: date, moved: Collection[str] | None = None) -> tuple[Row, ...]:
    """The rows with every day that follows from another worked out, in the order given; a row follows only one above it.

    `moved`: only what follows from these is worked out anew (None: all). A pinned day stays, and so does one that has passed.
    """
    done: dict[str, Row] = {}
    fresh = set(moved) if moved is not None else None
    for row in rows:
        kept = row.pinned or row.after is None or (row.day is not None and row.day < today)
        before = done.get(row.after) if row.after else None
        stale = fresh is None or row.after in fresh or row.day is None
        if not kept and stale and before is not None:
            day = reaches(before.day, row.count, row.unit) if before.day else None
            if day != row.day and fresh is not None:
                fresh.add(row.key)
            done[row.key] = replace(row, day=day)
            continue
        done[row.key] = row
    return tuple(done.values())


def changed(rows: Sequence[Row], key: str, day: date | None, today: date) -> tuple[Row, ...]:
    """The rows after one is given a day, which pins it, or (None) is let follow its rule again. Raises KeyError for no such row.

    Raises ValueError with a sentence for a row that follows from nothing and is given no day.
    """
    old = next((row for row in rows if row.key == key), None)
    if old is None:
        raise KeyError(key)
    if day is None and old.after is None:
        raise ValueError(f"{old.label} follows from no other day. Enter one.")
    new = replace(old, day=day, pinned=day is not None)
    return laid([new if row.key == key else row for row in rows], today, {key})


def follow(rows: Sequence[Row], facts: Mapping[str, date], today: date) -> tuple[Row, ...]:
    """The rows with days that are facts elsewhere (a round's window, the system's first day) in their place, and what follows from them."""
    moved = {row.key for row in rows if row.key in facts and facts[row.key] != row.day}
    seen = [replace(row, day=facts[row.key], pinned=True) if row.key in facts else row for row in rows]
    return laid(seen, today, moved)


def shifts(before: Iterable[Row], after: Iterable[Row]) -> tuple[Shift, ...]:
    """What moves, in order."""
    was = {row.key: row.day for row in before}
    return tuple(
        Shift(row.key, row.label, was[row.key], row.day) for row in after if row.key in was and was[row.key] != row.day
    )


def clashes(rows: Sequence[Row]) -> tuple[str, ...]:
    """What does not fit: a day before the one it follows from, a rule that a pinned day does not leave time for, a gap too short."""
    found: list[str] = []
    by_key = {row.key: row for row in rows}
    for row in rows:
        before = by_key.get(row.after or "")
        if row.day and before and before.day:
            if row.day < before.day:
                found.append(
                    f"{row.label}, {say_day(row.day)}, would come before {_lower(before.label)} on {say_day(before.day)}."
                )
            elif row.pinned and row.day < (wanted := reaches(before.day, row.count, row.unit)):
                found.append(
                    f"{row.label} stands at {say_day(row.day)}; {row.rule} after {_lower(before.label)} would be {say_day(wanted)}."
                )
        least = by_key.get(row.gap_after or "")
        if row.day and least and least.day:
            earliest = reaches(least.day, row.gap_count, row.gap_unit)
            if row.day < earliest:
                found.append(
                    f"{row.label} cannot be before {say_day(earliest)}: {counted(row.gap_count, row.gap_unit)} after "
                    f"{_lower(least.label)} ({row.gap_source})."
                )
    return tuple(found)


def usual(
    *, act: bool, standstill_days: int | None, window_days: int | None = None, window_source: str = ""
) -> tuple[Row, ...]:
    """The rows a new timetable begins with; how long each takes is a proposal, which the lead changes.

    `window_days`, `window_source`: the least calendar days from the notice to the closing, if the vehicle has one, and where it is laid down.
    """
    least: dict[str, object] = {}
    if window_days is not None:
        least = {"gap_after": "notice", "gap_count": window_days, "gap_unit": "calendar", "gap_source": window_source}
    after = partial(Row, unit="working")
    rows = [
        Row("notice", "Official notice published"),
        after("opens", "Applications open", after="notice", count=1),
        after("last_ask", "Last day to ask a clarification question", after="opens", count=15),
        after("last_answer", "Last day to answer them", after="last_ask", count=3),
        Row("closing", "Closing", after="last_answer", count=5, **least),  # type: ignore[arg-type]  # as typed above
        after("opening", "Submissions opened", after="closing", count=1),
        after("evaluation", "Evaluation complete", after="opening", count=15),
        after("moderation", "Moderation complete", after="evaluation", count=5),
        after("letters", "Outcome letters sent", after="moderation", count=45),
    ]
    last = "letters"
    if standstill_days:
        # A standstill under the Act is never shorter than eight working days of the whole United Kingdom.
        unit, days = ("standstill_act", max(8, standstill_days)) if act else ("standstill_regulations", standstill_days)
        rows.append(Row("standstill", "Standstill ends", after="letters", count=days, unit=unit))
        last = "standstill"
    rows.append(after("agreements", "Agreements made", after=last, count=5))
    rows.append(after("start", "First day of use", after="agreements", count=5))
    return tuple(rows)


def complete(rows: Iterable[Row]) -> str | None:
    """What is missing before the timetable is whole; None for nothing."""
    empty = [_lower(row.label) for row in rows if row.day is None]
    return f"No day yet: {', '.join(empty)}." if empty else None


def problem(count: int | None, unit: str) -> str | None:
    """Why a rule cannot be so; None if it can."""
    if unit not in UNITS:
        return "Choose which days are counted."
    if count is None or not 0 <= count <= _MOST:
        return f"Enter a number of days from 0 to {_MOST:,}."
    return "A standstill is at least one day." if unit.startswith("standstill") and count == 0 else None


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]
