"""A purchasing system that somebody else runs: registered so that it can be looked up and cited (R2-01)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, condition, owner

_NAMED = "external_id IN (SELECT e.id FROM purchasing_systems.external_systems e)"
"""The inner rows answer to their own policies: whoever reads the system reads what was written under it."""


class ExternalSystem(Identified, Base):
    """Public facts of a system managed elsewhere. Read by the authority that registered it and those it names (`readers`).

    `lots`: number and title each. `ends_on`: its last day, as its own documents state it.
    """

    __tablename__ = "external_systems"
    __table_args__ = (
        UniqueConstraint("id", "registered_by_id"),
        CheckConstraint("name <> '' AND host <> ''", name="words"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="term"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "registered_by_id",
            insert=True,
            update=("name", "host", "reference", "lots", "starts_on", "ends_on", "source_url", "readers"),
            becomes=AN_AUTHORITY,
        ),
        condition("named", f"(SELECT app.organisation()) = ANY (readers) AND {AN_AUTHORITY}"),
    )

    registered_by_id: Mapped[UUID] = mapped_column(index=True)
    registered_by: Mapped[str]
    name: Mapped[str]
    host: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    lots: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    source_url: Mapped[str] = mapped_column(default="")
    readers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    demonstration: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]


class ExternalAdmission(Identified, Base):
    """A provider admitted to an external system, as its host says. `removed_at`: the upload it came with was taken back.

    An end is dated twice: the day it ended, and when the portal was told (`ended_at`), so that the past stays as it was known.
    """

    __tablename__ = "external_admissions"
    __table_args__ = (
        Index("ix_external_admissions_external_id", "external_id", "provider_name"),
        Index("ix_external_admissions_import_id", "import_id"),
        ForeignKeyConstraint(
            ["external_id", "registered_by_id"],
            ["purchasing_systems.external_systems.id", "purchasing_systems.external_systems.registered_by_id"],
        ),
        CheckConstraint("provider_name <> ''", name="provider"),
        CheckConstraint("(ended_on IS NULL) = (ended_at IS NULL)", name="ended"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "registered_by_id",
            insert=True,
            update=("ended_on", "ended_at", "removed_at"),
            becomes=AN_AUTHORITY,
        ),
        condition("named", _NAMED),
    )

    external_id: Mapped[UUID]
    registered_by_id: Mapped[UUID]
    import_id: Mapped[UUID | None]
    lot_number: Mapped[int]
    provider_name: Mapped[str]
    service_name: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    admitted_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]


class ExternalImport(Identified, Base):
    """A spreadsheet of providers, read and shown (`previewed`), then taken over, and perhaps taken back. `rows`: what was read."""

    __tablename__ = "external_imports"
    __table_args__ = (
        Index("ix_external_imports_external_id", "external_id"),
        ForeignKeyConstraint(
            ["external_id", "registered_by_id"],
            ["purchasing_systems.external_systems.id", "purchasing_systems.external_systems.registered_by_id"],
        ),
        CheckConstraint("status IN ('previewed', 'taken_over', 'taken_back')", name="status"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("registered_by_id", insert=True, update=("status",), becomes=AN_AUTHORITY),)

    external_id: Mapped[UUID]
    registered_by_id: Mapped[UUID]
    file_name: Mapped[str]
    rows: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    status: Mapped[str] = mapped_column(default="previewed")
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
