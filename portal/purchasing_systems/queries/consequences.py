"""What a change of a date brings about, wherever it is made: days that move in systems and rounds, and councils that no longer fit.

The standing before is compared with the standing after, so that no page has to know what hangs on what it changes: a timetable, a
window, a term, an extension point, a council's clocks, a meeting that is cancelled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.governance.rules.critical_path import Path
from portal.purchasing_systems.models import ExtensionPoint, PurchasingSystem
from portal.purchasing_systems.queries.council_paths import Councils, broken
from portal.purchasing_systems.queries.systems import participants_of
from portal.purchasing_systems.queries.timetables import TimetableView, timetables_of
from portal.purchasing_systems.rules.timetable import Row, Shift, clashes, shifts

Made = TypeVar("Made")
_OVER = ("closed", "cancelled", "terminated")


@dataclass(frozen=True)
class Planned:
    """One plan as it stands: of a round, of a system, or of its term. `rows` hold the councils' own days as well."""

    name: str
    url: str
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Consequence:
    """What happens to one plan. `broken`: what no longer fits and did before; `mended`: what fits again."""

    name: str
    url: str
    shifts: tuple[Shift, ...]
    broken: tuple[str, ...]
    mended: tuple[str, ...]

    @property
    def sentences(self) -> list[str]:
        """All of it, what breaks first."""
        return [*self.broken, *(shift.sentence for shift in self.shifts)]


def standing(
    session: Session, actor: Actor, *, system_id: UUID | None = None, council_id: UUID | None = None
) -> dict[str, Planned]:
    """Every plan that the actor's authority has a part in. `system_id`: of this one alone; `council_id`: as it concerns this council."""
    today = clock.today()
    s = PurchasingSystem
    ids = [system_id] if system_id else sorted(actor.systems | actor.led)
    systems = session.scalars(
        select(s).where(s.id.in_(ids), s.status.not_in(_OVER)).order_by(s.title, s.id).execution_options(populate_existing=True)
    ).all()  # fmt: skip
    tables = timetables_of(session, [one.id for one in systems], today)
    points = session.scalars(
        select(ExtensionPoint).where(ExtensionPoint.system_id.in_([one.id for one in systems]))
    ).all()
    found: dict[str, Planned] = {}
    for system in systems:
        councils = participants_of(session, system.id)
        ways = Councils(session, [c for c in councils if council_id in (None, c.authority_id)])
        for view in (t for t in tables if t.system_id == system.id):
            found[str(view.id)] = planned(system, view, ways, today)
        found[str(system.id)] = _term(system, [p for p in points if p.system_id == system.id], ways, today)
    return found


def planned(system: PurchasingSystem, view: TimetableView, ways: Councils, today: date) -> Planned:
    """A timetable with the days of the councils, which decide before the letters go out."""
    warnings = list(clashes(view.rows))
    start = view.on("start")
    if start and start > system.valid_until:
        warnings.append(f"The plan reaches its first day of use on {say_day(start)}, after the term has ended.")
    elif start and start > system.valid_from > (view.on("notice") or system.valid_from):
        warnings.append(
            f"The system is valid from {say_day(system.valid_from)}; the plan reaches its first day of use only on {say_day(start)}."
        )
    letters, rows = view.on("letters"), list(view.rows)
    if letters and letters >= today:
        for path in ways.paths(letters, system.value_pounds, today, view.by_officer):
            warnings += broken(path, today, ready_on=view.on("moderation"))
            rows += _days_of(path)
    return Planned(f"{system.alias}: {view.name.lower()}", view.url, tuple(rows), tuple(warnings))


def consequences(
    session: Session,
    actor: Actor,
    act: Callable[[], Made],
    *,
    system_id: UUID | None = None,
    council_id: UUID | None = None,
) -> tuple[Made, list[Consequence]]:
    """Do it, and say what it brought about. Nothing is committed here: who only wants to see rolls back."""
    before = standing(session, actor, system_id=system_id, council_id=council_id)
    made = act()
    session.flush()
    return made, differences(before, standing(session, actor, system_id=system_id, council_id=council_id))


def differences(before: dict[str, Planned], after: dict[str, Planned]) -> list[Consequence]:
    """What differs, by plan; a plan that is not in both says nothing."""
    found = []
    for key, new in after.items():
        old = before.get(key)
        if old is None:
            continue
        moved = shifts(old.rows, new.rows)
        worse = tuple(w for w in new.warnings if w not in old.warnings)
        mended = tuple(w for w in old.warnings if w not in new.warnings)
        if moved or worse or mended:
            found.append(Consequence(new.name, new.url, moved, worse, mended))
    return found


def watch(session: Session, actor: Actor) -> Callable[[], list[tuple[str, str, list[str]]]]:
    """For the pages of a council's own facts, which know no purchasing system: name, page and sentences of each plan, afterwards."""
    council_id = actor.organisation_id
    before = standing(session, actor, council_id=council_id)

    def told() -> list[tuple[str, str, list[str]]]:
        session.flush()
        found = differences(before, standing(session, actor, council_id=council_id))
        return [(one.name, one.url, one.sentences) for one in found if one.sentences]

    return told


def _term(system: PurchasingSystem, points: list[ExtensionPoint], ways: Councils, today: date) -> Planned:
    rows = [
        Row("valid_from", "First day of validity", system.valid_from, pinned=True),
        Row("valid_until", "Last day of validity", system.valid_until, pinned=True),
    ]
    warnings: list[str] = []
    for point in sorted(points, key=lambda p: p.ends_on):
        key = f"point:{point.id}"
        rows.append(Row(key, f"“{point.title}”, last day without the extension", point.ends_on, pinned=True))
        if point.ends_on >= today:
            for path in ways.paths(point.ends_on, system.value_pounds, today):
                warnings += [f"Extension “{point.title}”: {said}" for said in broken(path, today)]
                rows += [
                    Row(f"{key}:{row.key}", f"{row.label} (“{point.title}”)", row.day, pinned=True)
                    for row in _days_of(path)
                ]
    return Planned(f"{system.alias}: term", f"/systems/{system.id}/term", tuple(rows), tuple(warnings))


def _days_of(path: Path) -> list[Row]:
    return [
        Row(f"{path.council.id}:{m.key}", f"{path.council.name}: {_lower(m.label)}", m.day, pinned=True)
        for m in path.milestones
        if m.key != "effective"
    ]


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]
