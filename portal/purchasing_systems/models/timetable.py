"""The timetable of a system or of one of its rounds: what is planned for when, and what was planned before."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import owner, participant

UNITS = "'working', 'calendar', 'clear_working', 'clear_calendar', 'standstill_regulations', 'standstill_act'"


class Timetable(Identified, Base):
    """One plan. `round_id` None: of the system, before its first round is planned. `by_officer`: councils for which an officer decides."""

    __tablename__ = "timetables"
    __table_args__ = (
        UniqueConstraint("id", "system_id", "lead_id"),
        UniqueConstraint("system_id", "round_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("lead_id", insert=True, update=("by_officer",)), participant())

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    round_id: Mapped[UUID | None]
    by_officer: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)


class TimetableDate(Identified, Base):
    """One row. `after_key`, `count`, `unit`: how it follows from another row; `pinned`: it stands, whatever moves before it.

    `gap_*`: the least time after another row, and where that is written down.
    """

    __tablename__ = "timetable_dates"
    __table_args__ = (
        UniqueConstraint("timetable_id", "key"),
        ForeignKeyConstraint(
            ["timetable_id", "system_id", "lead_id"],
            [
                "purchasing_systems.timetables.id",
                "purchasing_systems.timetables.system_id",
                "purchasing_systems.timetables.lead_id",
            ],
            onupdate="CASCADE",
        ),
        CheckConstraint(f"unit IN ({UNITS})", name="unit"),
        CheckConstraint(f"gap_unit IN ({UNITS})", name="gap_unit"),
        CheckConstraint("count BETWEEN 0 AND 3660 AND gap_count BETWEEN 0 AND 3660", name="counts"),
        CheckConstraint("pinned OR after_key IS NOT NULL", name="follows"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("day", "after_key", "count", "unit", "pinned")),
        participant(),
    )

    timetable_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    key: Mapped[str]
    position: Mapped[int]
    label: Mapped[str]
    day: Mapped[date | None]
    after_key: Mapped[str | None]
    count: Mapped[int] = mapped_column(default=0)
    unit: Mapped[str] = mapped_column(default="working")
    pinned: Mapped[bool] = mapped_column(default=False)
    gap_after: Mapped[str | None]
    gap_count: Mapped[int] = mapped_column(default=0)
    gap_unit: Mapped[str] = mapped_column(default="calendar")
    gap_source: Mapped[str] = mapped_column(default="")


class TimetableChange(Identified, Base):
    """A day that was planned and is planned no more: what stood there, what stands now. Never changed.

    `by_rule`: it moved because an earlier one did.
    """

    __tablename__ = "timetable_changes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["timetable_id", "system_id", "lead_id"],
            [
                "purchasing_systems.timetables.id",
                "purchasing_systems.timetables.system_id",
                "purchasing_systems.timetables.lead_id",
            ],
            onupdate="CASCADE",
        ),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("lead_id", insert=True), participant())

    timetable_id: Mapped[UUID] = mapped_column(index=True)
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    key: Mapped[str]
    label: Mapped[str]
    old_day: Mapped[date | None]
    new_day: Mapped[date | None]
    by_rule: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)
