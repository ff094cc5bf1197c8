"""A vehicle profile: the rules by which a kind of purchasing system behaves. Rows of rules, so that no code knows a vehicle by name."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified, Json
from portal.core.rls import Word, owner, participant, reference


class VehicleProfile(Identified, Base):
    """One version of a vehicle's rules; never changed, for live systems stand on it. A change is the next version.

    `admission`: rolling (always open), windows (numbered, unlimited), fixed (one window), elsewhere (run by another body). `admits`: the
    lead under recorded authority, or each council for itself. Assessment in working days from receipt, longer with reasons; None: no such
    clock. `first_window_days`: calendar days from the notice. `standstill_days`: calendar days. `limit_regimes`: the regimes under which
    `longest_years` binds. `ends_by`: a day that no term goes beyond. `sources`: where each group of rules stands (`rules.profiles.RULES`).
    `notices`: `{moment, notice, days, source}`, days from the moment, None: before it.
    """

    __tablename__ = "vehicle_profiles"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("code ~ '^[a-z][a-z0-9_]{1,59}$' AND name <> ''", name="code"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("admission IN ('rolling', 'windows', 'fixed', 'elsewhere')", name="admission"),
        CheckConstraint("admits IN ('lead', 'each_council')", name="admits"),
        CheckConstraint("admits = 'each_council' OR NOT may_restrict", name="restriction"),
        CheckConstraint(
            "assessment_days_extended IS NULL OR assessment_days_extended >= assessment_days", name="assessment"
        ),
        CheckConstraint("selection IN ('pass_fail', 'quality_threshold', 'ranking')", name="selection"),
        CheckConstraint("member_cap IS NULL OR member_cap > 0 AND selection = 'ranking'", name="cap"),
        CheckConstraint("NOT standstill_mandatory OR standstill_days IS NOT NULL", name="standstill"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        reference(),
        Word("operator", "'portal_operator' = ANY ((SELECT app.roles())::text[])", select=False, insert=True),
    )

    code: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    description: Mapped[str]
    admission: Mapped[str]
    admits: Mapped[str]
    may_restrict: Mapped[bool]
    restriction_grounds: Mapped[str]
    assessment_days: Mapped[int | None]
    assessment_days_extended: Mapped[int | None]
    defers_first: Mapped[bool]
    first_window_days: Mapped[int | None]
    tender_days: Mapped[int | None]
    admission_is_award: Mapped[bool]
    selection: Mapped[str]
    member_cap: Mapped[int | None]
    conditions_may_change: Mapped[bool]
    fees: Mapped[str]
    standstill_days: Mapped[int | None]
    standstill_mandatory: Mapped[bool]
    routes: Mapped[list[Any]]
    notices: Mapped[list[Any]]
    longest_years: Mapped[int | None]
    longer_with_reason: Mapped[bool]
    limit_regimes: Mapped[list[Any]]
    ends_by: Mapped[date | None]
    regimes: Mapped[list[Any]]
    sources: Mapped[Json]
    notes: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]


class NoticeRecorded(Identified, Base):
    """A notice that the vehicle asks for, as it was published on the official service. `moment`, `notice`: as the profile names it."""

    __tablename__ = "notices_recorded"
    __table_args__ = (
        UniqueConstraint("system_id", "moment", "notice"),
        CheckConstraint("number <> '' AND url <> ''", name="words"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("lead_id", insert=True), participant())

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    moment: Mapped[str]
    notice: Mapped[str]
    number: Mapped[str]
    url: Mapped[str]
    published_on: Mapped[date]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
