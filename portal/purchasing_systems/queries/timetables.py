"""Reading timetables: the rows as they stand today, with the facts they follow, and what was planned before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.clock import LONDON
from portal.purchasing_systems.models import Round, Timetable, TimetableChange, TimetableDate
from portal.purchasing_systems.rules.timetable import Row, follow

_COLUMNS = {
    "key": TimetableDate.key,
    "label": TimetableDate.label,
    "day": TimetableDate.day,
    "after": TimetableDate.after_key,
    "count": TimetableDate.count,
    "unit": TimetableDate.unit,
    "pinned": TimetableDate.pinned,
    "gap_after": TimetableDate.gap_after,
    "gap_count": TimetableDate.gap_count,
    "gap_unit": TimetableDate.gap_unit,
    "gap_source": TimetableDate.gap_source,
}
assert list(_COLUMNS) == [field.name for field in fields(Row)]
FROM_THE_ROUND = ("notice", "opens", "closing")
"""Rows that are facts of the round once there is one: they are changed there."""


@dataclass(frozen=True)
class TimetableView:
    """A timetable today. `stored`: the rows as they were saved; `rows`: with the round's window in place and what follows from it.

    `facts`: keys of the rows whose day is the round's own. `round_id`: the round it is for, also where it is the system's first.
    """

    id: UUID
    system_id: UUID
    own_round_id: UUID | None
    round_id: UUID | None
    round_number: int | None
    stored: tuple[Row, ...]
    rows: tuple[Row, ...]
    facts: frozenset[str]
    by_officer: frozenset[UUID]

    @property
    def name(self) -> str:
        """`Timetable of round 2`."""
        return f"Timetable of round {self.round_number}" if self.round_number else "Timetable"

    @property
    def url(self) -> str:
        """Its page."""
        middle = f"/rounds/{self.own_round_id}" if self.own_round_id else ""
        return f"/systems/{self.system_id}{middle}/timetable"

    def on(self, key: str) -> date | None:
        """The day of a row."""
        return next((row.day for row in self.rows if row.key == key), None)


def timetables_of(session: Session, system_ids: Iterable[UUID], today: date) -> list[TimetableView]:
    """The timetables of several systems. Three statements, however many there are."""
    ids = list(system_ids)
    tables = session.scalars(
        select(Timetable).where(Timetable.system_id.in_(ids)).order_by(Timetable.created_at, Timetable.id)
    ).all()
    if not tables:
        return []
    stored: dict[UUID, list[Row]] = {table.id: [] for table in tables}
    rows = session.execute(
        select(TimetableDate.timetable_id, *_COLUMNS.values())
        .where(TimetableDate.timetable_id.in_(list(stored)))
        .order_by(TimetableDate.position)
    )
    for table_id, *values in rows:
        stored[table_id].append(Row(*values))
    rounds = session.scalars(
        select(Round).where(Round.system_id.in_(ids), Round.status != "cancelled").order_by(Round.number)
    ).all()
    own = {table.round_id for table in tables}
    found = []
    for table in tables:
        theirs = [r for r in rounds if r.system_id == table.system_id]
        # The system's own timetable is that of its first round, unless that round has one of its own.
        first = theirs[0] if theirs and theirs[0].id not in own else None
        round_ = next((r for r in theirs if r.id == table.round_id), None) if table.round_id else first
        facts = facts_of(round_) if round_ else {}
        found.append(
            TimetableView(
                table.id, table.system_id, table.round_id, round_.id if round_ else None, round_.number if round_ else None,
                tuple(stored[table.id]), follow(stored[table.id], facts, today), frozenset(facts),
                frozenset(UUID(id_) for id_ in table.by_officer),
            )
        )  # fmt: skip
    return found


def timetable_for(session: Session, system_id: UUID, round_id: UUID | None, today: date) -> TimetableView | None:
    """The timetable that a round keeps to, or (no round) the system's own; None while there is none."""
    there = timetables_of(session, [system_id], today)
    own = next((one for one in there if one.own_round_id == round_id), None)
    return own or next((one for one in there if round_id and one.round_id == round_id), None)


def facts_of(round_: Round) -> dict[str, date]:
    """The days that the round itself fixes."""
    days = {"opens": _day(round_.opens_at), "closing": _day(round_.closes_at)}
    return days | ({"notice": _day(round_.notice_published_at)} if round_.notice_published_at else {})


def changes_of(session: Session, timetable_id: UUID) -> Sequence[TimetableChange]:
    """What was planned before, latest change first."""
    t = TimetableChange
    return session.scalars(
        select(t).where(t.timetable_id == timetable_id).order_by(t.changed_at.desc(), t.by_rule, t.id).limit(200)
    ).all()


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
