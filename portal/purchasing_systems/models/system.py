"""A purchasing system: what one lead authority establishes for several councils."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, invited, owner, participant, published


class PurchasingSystem(Identified, Base):
    """The vehicle is data: `vehicle` the code chosen, `profile_id` the version of its rules that this system keeps from its first publication.

    `commenced_on`: when the procurement commenced, which decides the regimes; fixed at the first publication (ALL-07). `longer_because`:
    the reason for a longer term than the profile allows without one. Money in pounds; standstill in calendar days (None: no standstill).
    """

    __tablename__ = "systems"
    __table_args__ = (
        CheckConstraint("value_pounds >= 0 AND value_pounds < 'NaN'::numeric", name="value"),
        CheckConstraint("valid_until > valid_from", name="validity"),
        CheckConstraint("quality_pass_mark BETWEEN 0 AND 100", name="pass_mark"),
        CheckConstraint("standstill_days IS NULL OR standstill_days BETWEEN 1 AND 60", name="standstill"),
        CheckConstraint("panel_councils BETWEEN 1 AND 24", name="panel"),
        CheckConstraint(
            "status IN ('draft', 'approved', 'advertised', 'established', 'active', 'paused', 'closing', 'closed', "
            "'cancelled', 'terminated')",
            name="status",
        ),
        CheckConstraint("published_at IS NULL OR status NOT IN ('draft', 'approved')", name="published"),
        UniqueConstraint("id", "lead_id"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=(
                "title",
                "alias",
                "regime",
                "vehicle",
                "profile_id",
                "commenced_on",
                "longer_because",
                "legal_basis",
                "client_group",
                "valid_from",
                "valid_until",
                "value_pounds",
                "cpv",
                "standstill_days",
                "quality_pass_mark",
                "panel_councils",
                "restriction_grounds",
                "status",
                "frozen_at",
                "published_at",
                "cancelled_because",
            ),
            becomes=AN_AUTHORITY,
        ),
        participant("id"),
        invited("id"),
        published(),
    )

    lead_id: Mapped[UUID] = mapped_column(index=True)
    lead_name: Mapped[str]
    title: Mapped[str]
    alias: Mapped[str]
    regime: Mapped[str]
    vehicle: Mapped[str]
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("purchasing_systems.vehicle_profiles.id"))
    commenced_on: Mapped[date | None]
    longer_because: Mapped[str] = mapped_column(default="", server_default="")
    legal_basis: Mapped[str]
    client_group: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    value_pounds: Mapped[Decimal]
    cpv: Mapped[str]
    standstill_days: Mapped[int | None]
    quality_pass_mark: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    panel_councils: Mapped[int] = mapped_column(default=3)
    restriction_grounds: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    status: Mapped[str] = mapped_column(default="draft")
    demonstration: Mapped[bool] = mapped_column(default=False)
    frozen_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    cancelled_because: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def system_id(self) -> UUID:
        """The system itself, so that its moves are filed under it in the trail."""
        return self.id
