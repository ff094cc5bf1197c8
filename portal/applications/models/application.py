"""An application: what one provider prepares and submits in one round."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import A_PROVIDER, after, condition, owner


class Interest(Identified, Base):
    """A provider registered an interest: the lead learns how many did (`app.interest_count`), never who."""

    __tablename__ = "interests"
    __table_args__ = (UniqueConstraint("round_id", "provider_id"), {"schema": "applications"})
    __tenancy__ = (owner("provider_id", insert=True, delete=True, becomes=A_PROVIDER),)

    round_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    registered_at: Mapped[datetime] = mapped_column(default=now)


class Application(Identified, Base):
    """One a provider and round. `areas`: lot id -> authority ids. Status moves inside definer functions alone.

    Seen by the applicant; by participating authorities only once opened; never, if it was not submitted.
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("round_id", "provider_id"),
        UniqueConstraint("id", "provider_id"),
        Index("ix_applications_round_id_opened_at", "round_id", "submitted_at", "id"),
        CheckConstraint("status IN ('draft', 'submitted', 'withdrawn', 'opened')", name="status"),
        CheckConstraint("(status = 'opened') = (opened_at IS NOT NULL)", name="opened"),
        CheckConstraint("status NOT IN ('submitted', 'opened') OR submitted_at IS NOT NULL", name="submitted"),
        {"schema": "applications"},
    )
    __tenancy__ = (
        owner(
            "provider_id",
            insert=True,
            update=("lots", "areas", "saved_at", "saved_by", "last_upload_error", "help_granted_until"),
            when="opened_at IS NULL",
            becomes=f"opened_at IS NULL AND {A_PROVIDER}",
        ),
        after(when="opened_at IS NOT NULL"),
        condition(
            "helpdesk",
            "help_granted_until > (SELECT app.now()) AND 'portal_operator' = ANY ((SELECT app.roles())::text[])",
        ),
    )

    reference: Mapped[str]
    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    provider_id: Mapped[UUID] = mapped_column(index=True)
    provider_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="draft")
    lots: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    areas: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    saved_at: Mapped[datetime | None]
    saved_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    submitted_version: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    last_upload_error: Mapped[str | None]
    help_granted_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
