"""How each council gets to a decision that is in effect on a day: the rules of the critical path, with what no longer fits in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.wording import say_day
from portal.governance.queries.facts import calendars_of_all, clocks_of_all, executive_names
from portal.governance.rules.calendar import Calendar
from portal.governance.rules.clocks import CouncilClocks
from portal.governance.rules.critical_path import Council, Path, Target, path_of
from portal.purchasing_systems.queries.systems import Participant

_BACK = timedelta(days=400)
_MUST = {
    "notice": "publish its key decision notice",
    "clearance": "hand in its report",
    "report": "publish its agenda and report",
    "decision": "decide",
}


@dataclass
class Councils:
    """Several councils, and what was read of them, so that asking for another day reads little anew."""

    session: Session
    councils: Sequence[Participant]
    _calendars: dict[date, dict[UUID, Calendar]] = field(default_factory=dict)
    _clocks: dict[date, tuple[dict[UUID, CouncilClocks], dict[UUID, str]]] = field(default_factory=dict)

    def paths(self, effective_by: date, value: Decimal, today: date, by_officer: Collection[UUID] = ()) -> list[Path]:
        """Every council's path to a decision in effect by the day. Four statements for a day not asked before, none for another."""
        ids = [c.authority_id for c in self.councils]
        if effective_by not in self._clocks:
            self._clocks[effective_by] = (
                clocks_of_all(self.session, ids, effective_by),
                executive_names(self.session, ids, effective_by),
            )
            self._calendars[effective_by] = calendars_of_all(self.session, ids, effective_by - _BACK, effective_by)
        clocks, names = self._clocks[effective_by]
        calendars = self._calendars[effective_by]
        target = Target(starts_on=effective_by, value_pounds=value)
        return [
            path_of(
                Council(
                    c.authority_id, c.short_name, clocks.get(c.authority_id), names.get(c.authority_id, ""),
                    calendars[c.authority_id], c.authority_id in by_officer,
                ),
                effective_by, target, today,
            )
            for c in self.councils
        ]  # fmt: skip


def broken(path: Path, today: date, *, ready_on: date | None = None) -> list[str]:
    """What a council can no longer do in time, a sentence each. `ready_on`: the day before which there is nothing to report on."""
    name = path.council.name
    if path.status == "unknown":
        return [f"{name}: {said}" for said in path.missing]
    found = [
        f"{name} would have to {_MUST[m.key]} by {say_day(m.day)}, which has passed"
        + ("; only general exception is left." if path.status == "exception" else ".")
        for m in path.milestones
        if m.key in _MUST and m.day < today
    ]
    if ready_on and path.report_by and today <= path.report_by < ready_on:
        found.append(
            f"{name} would have to publish its report by {say_day(path.report_by)}, before moderation is complete on {say_day(ready_on)}."
        )
    return found
