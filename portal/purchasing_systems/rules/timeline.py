"""Where the milestones of a critical path stand on a drawn timeline. Pure: days in, places in the picture out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.governance.rules.critical_path import Milestone, Path, Plan

WIDTH, LEFT, RIGHT, TOP, ROW = 1180, 170, 24, 56, 44
"""The picture, in its own units: the names stand left of LEFT, the months above TOP."""
SIGNS = {"notice": "N", "clearance": "R", "report": "A", "decision": "D", "effective": "E"}
"""The letter in a milestone's mark, so that no colour is needed to tell them apart. The end of call-in is the end of its bar."""
_SPANS = (("notice", "notice", "decision"), ("report", "report", "decision"), ("call_in", "decision", "call_in"))


@dataclass(frozen=True)
class Mark:
    """A milestone at a place across. `day`, `label`: what it says."""

    x: float
    key: str
    sign: str
    label: str
    day: date


@dataclass(frozen=True)
class Span:
    """A waiting time from a place to another."""

    x: float
    width: float
    key: str


@dataclass(frozen=True)
class Line:
    """One council's line; `y` is its middle. `name` may be shortened to fit."""

    y: int
    name: str
    status: str
    marks: tuple[Mark, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Timeline:
    """The whole picture. `months`: place and words; `shared`: the days all councils have in common."""

    width: int
    height: int
    top: int
    bottom: int
    months: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]
    shared: tuple[Mark, ...]
    today: float | None


def timeline(plan: Plan, today: date) -> Timeline:
    """The picture of a plan. Today is drawn where it falls into it."""
    days = [m.day for path in plan.paths for m in path.milestones] + [m.day for m in plan.shared]
    first, last = min(days) - timedelta(days=4), max(days) + timedelta(days=4)
    if first - timedelta(days=120) <= today <= last:
        first = min(first, today - timedelta(days=4))
    scale = (WIDTH - LEFT - RIGHT) / (last - first).days

    def x(day: date) -> float:
        return round(LEFT + (day - first).days * scale, 1)

    lines = tuple(_line(path, TOP + ROW * n + ROW // 2, x) for n, path in enumerate(plan.paths))
    bottom = TOP + ROW * len(lines)
    shared = tuple(_mark(m, x) for m in plan.shared)
    shown = x(today) if first <= today <= last else None
    return Timeline(WIDTH, bottom + 40, TOP, bottom, _months(first, last, x), lines, shared, shown)


def _line(path: Path, y: int, x: Callable[[date], float]) -> Line:
    marks = tuple(_mark(m, x) for m in path.milestones if m.key in SIGNS)
    spans = []
    for key, start, end in _SPANS:
        begins, ends = path.on(start), path.on(end)
        if begins and ends and ends > begins:
            spans.append(Span(x(begins), round(x(ends) - x(begins), 1), key))
    name = path.council.name
    return Line(y, name if len(name) <= 20 else f"{name[:19]}…", path.status, marks, tuple(spans))


def _mark(m: Milestone, x: Callable[[date], float]) -> Mark:
    return Mark(x(m.day), m.key, SIGNS.get(m.key, ""), m.label, m.day)


def _months(first: date, last: date, x: Callable[[date], float]) -> tuple[tuple[float, str], ...]:
    found: list[date] = []
    day = first.replace(day=1)
    while day <= last:
        found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    every = max(1, len(found) // 12 + (len(found) % 12 > 0))
    return tuple((x(month), f"{month:%b %Y}") for month in _thinned(found, every) if month >= first)


def _thinned(days: Sequence[date], every: int) -> Sequence[date]:
    return [day for n, day in enumerate(days) if n % every == 0]
