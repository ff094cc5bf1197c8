"""An insurance of a provider: for how much, and until when."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import A_PROVIDER, condition, owner
from portal.providers.models.service import ADMITTED


class Insurance(Identified, Base):
    """Of one kind, from `recorded_at` until a later row of that kind. `amount`: cover in pounds for one claim; `expires_on`: its last day."""

    __tablename__ = "insurances"
    __table_args__ = (
        Index("ix_insurances_provider_id", "provider_id", "kind", "recorded_at"),
        CheckConstraint(
            "kind IN ('public_liability', 'employers_liability', 'professional_indemnity', 'motor')", name="kind"
        ),
        CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name="amount"),
        {"schema": "providers"},
    )
    __tenancy__ = (owner("provider_id", insert=True, becomes=A_PROVIDER), condition("authorities", ADMITTED))

    provider_id: Mapped[UUID]
    kind: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    expires_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
