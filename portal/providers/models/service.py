"""A registered service: a children's home, a fostering agency, a setting for young people or adults."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import A_PROVIDER, condition, owner

KINDS = (
    "'childrens_home', 'independent_fostering_agency', 'supported_accommodation', 'personal_care', 'care_home', 'other'"
)
ADMITTED = "provider_id = ANY ((SELECT app.admitted_providers())::uuid[])"
"""Read by the authorities of a system to which the provider was admitted."""


class Service(Identified, Base):
    """One version of what a provider says of one service; `service_id` stays the same through all versions.

    `number`: the regulator's (Ofsted URN, CQC location), empty where none is required. `area`: the local authority, never an address.
    `recorded_at` and `recorded_by` are written by the database. `capacity`: places.
    """

    __tablename__ = "services"
    __table_args__ = (
        Index("ix_services_service_id", "service_id", "recorded_at"),
        Index("ix_services_number", "number"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("regulator IN ('ofsted', 'cqc', 'none')", name="regulator"),
        CheckConstraint("(regulator = 'none') = (number = '')", name="number"),
        CheckConstraint("capacity IS NULL OR capacity BETWEEN 1 AND 5000", name="capacity"),
        CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="closed"),
        {"schema": "providers"},
    )
    __tenancy__ = (
        owner("provider_id", insert=True, becomes=f"{A_PROVIDER} AND take_on_id IS NULL"),
        condition("authorities", ADMITTED),
    )

    service_id: Mapped[UUID]
    provider_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    regulator: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    area: Mapped[str]
    capacity: Mapped[int | None]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    take_on_id: Mapped[UUID | None] = mapped_column(index=True)
    """The workbook of a live system it came with; None: the provider wrote it."""
