"""The history of an admission, and what a provider offers under it: dated rows, of which the latest at an instant counts."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import (
    A_PROVIDER,
    AN_AUTHORITY,
    SYSTEMS,
    condition,
    of_published_system,
    owner,
    participant,
    system_only,
)

_PUBLISHED = f"system_id = {SYSTEMS} AND published_on <= ((SELECT app.now()) AT TIME ZONE 'Europe/London')::date"


class AdmissionStep(Identified, Base):
    """From `at` on the admission stands at `status`. Written by a trigger on admissions alone; `because`: why it was suspended or ended."""

    __tablename__ = "admission_steps"
    __table_args__ = (
        Index("ix_admission_steps_admission_id", "admission_id", "at", "number"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (system_only(),)

    number: Mapped[int] = mapped_column(Identity())
    admission_id: Mapped[UUID]
    system_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime]
    status: Mapped[str]
    because: Mapped[str] = mapped_column(default="")


class AdmissionService(Identified, Base):
    """A registered service is offered under an admission (`offered`), or no more, from the day members are told (`published_on`).

    `published_on` is set by the database from the system's monthly cycle; `reason`: why it could not wait for it (R2-03).
    """

    __tablename__ = "admission_services"
    __table_args__ = (
        Index("ix_admission_services_admission_id", "admission_id", "service_id"),
        Index("ix_admission_services_service_id", "service_id"),
        ForeignKeyConstraint(
            ["admission_id", "system_id", "provider_id"],
            [
                "purchasing_systems.admissions.id",
                "purchasing_systems.admissions.system_id",
                "purchasing_systems.admissions.provider_id",
            ],
        ),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("provider_id", insert=True, becomes=f"{A_PROVIDER} AND take_on_id IS NULL", name="provider"),
        condition("members", _PUBLISHED),
    )

    admission_id: Mapped[UUID]
    system_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    service_id: Mapped[UUID]
    offered: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    take_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchasing_systems.take_ons.id"), index=True)


class CorePrice(Identified, Base):
    """What a week costs in one age band, in pounds without VAT, from `valid_from`; of the whole lot, or of one service in it.

    The same service can cost differently in two systems (domain, trap 14). `published_on` and `reason` as above.
    """

    __tablename__ = "core_prices"
    __table_args__ = (
        Index("ix_core_prices_admission_id", "admission_id", "valid_from"),
        Index("ix_core_prices_system_id", "system_id", "published_on"),
        ForeignKeyConstraint(
            ["admission_id", "system_id", "provider_id"],
            [
                "purchasing_systems.admissions.id",
                "purchasing_systems.admissions.system_id",
                "purchasing_systems.admissions.provider_id",
            ],
        ),
        CheckConstraint("pounds >= 0 AND pounds < 'NaN'::numeric", name="pounds"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
        CheckConstraint("age_band <> ''", name="age_band"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("provider_id", insert=True, becomes=f"{A_PROVIDER} AND take_on_id IS NULL", name="provider"),
        condition("members", _PUBLISHED),
    )

    admission_id: Mapped[UUID]
    system_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    service_id: Mapped[UUID | None]
    age_band: Mapped[str]
    pounds: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    take_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchasing_systems.take_ons.id"), index=True)


class RegisterCycle(Identified, Base):
    """On which day of the month members are sent the changes (R2-03), and until which day of the month before they are taken.

    Without a row: changes by the 20th are circulated on the 1st (Placements North West, domain section 3).
    """

    __tablename__ = "register_cycles"
    __table_args__ = (
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        Index("uq_register_cycles_system_id", "system_id", unique=True),
        CheckConstraint("cut_off_day BETWEEN 1 AND 28 AND circulation_day BETWEEN 1 AND 28", name="days"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("cut_off_day", "circulation_day")),
        participant(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    cut_off_day: Mapped[int] = mapped_column(default=20)
    circulation_day: Mapped[int] = mapped_column(default=1)


class SupplierNumber(Identified, Base):
    """The number under which one council's own ledger knows a provider, from `recorded_at` until a later row. No other council sees it."""

    __tablename__ = "supplier_numbers"
    __table_args__ = (
        Index("ix_supplier_numbers_authority_id", "authority_id", "provider_id", "recorded_at"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("authority_id", insert=True, becomes=AN_AUTHORITY),)

    authority_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    number: Mapped[str]
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
