"""An application: what one provider prepares and submits in one round."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import after, applicant


class Interest(Identified, Base):
    """A provider registered an interest: the lead learns how many did (`app.interest_count`), never who.

    `applicant_id`: see `Application`; `app.applicant` works it out in the provider's own scope alone.
    """

    __tablename__ = "interests"
    __table_args__ = (UniqueConstraint("round_id", "applicant_id"), {"schema": "applications"})
    __tenancy__ = (applicant(insert=True, delete=True, born="applicant_id = app.applicant(round_id)"),)

    round_id: Mapped[UUID]
    applicant_id: Mapped[UUID] = mapped_column(index=True)
    registered_on: Mapped[date]
    """To the day, as much as anybody needs: a minute would lead to who was signed in then."""


class Application(Identified, Base):
    """One a provider and round. `areas`: lot id -> authority ids. Status moves inside definer functions alone.

    Seen by the applicant; by participating authorities only once opened; never, if it was not submitted. Whose it is, is not
    in the row until then: `applicant_id` is the provider's pseudonym in this round, and opening fills in `provider_id` and
    `provider_name` of what was submitted, proved against `owner_check`.
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("round_id", "applicant_id"),
        UniqueConstraint("id", "applicant_id"),
        UniqueConstraint("id", "provider_id"),
        Index("ix_applications_round_id_opened_at", "round_id", "submitted_at", "id"),
        CheckConstraint("status IN ('draft', 'submitted', 'withdrawn', 'opened')", name="status"),
        CheckConstraint("(status = 'opened') = (opened_at IS NOT NULL)", name="opened"),
        CheckConstraint("(opened_at IS NOT NULL) = (provider_id IS NOT NULL)", name="named"),
        CheckConstraint("status NOT IN ('submitted', 'opened') OR submitted_at IS NOT NULL", name="submitted"),
        {"schema": "applications"},
    )
    __tenancy__ = (
        applicant(
            insert=True,
            update=("lots", "areas", "saved_at", "saved_by", "last_upload_error", "help_granted_until"),
            when="opened_at IS NULL",
        ),
        after(when="opened_at IS NOT NULL"),
    )

    reference: Mapped[str]
    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    applicant_id: Mapped[UUID] = mapped_column(index=True)
    owner_check: Mapped[bytes]
    provider_id: Mapped[UUID | None] = mapped_column(index=True)
    provider_name: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="draft")
    lots: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    areas: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    saved_at: Mapped[datetime | None]
    saved_by: Mapped[str | None]
    """Sealed, as in drafts and submissions: see `Pen.sign`."""
    submitted_at: Mapped[datetime | None]
    submitted_version: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    last_upload_error: Mapped[str | None]
    help_granted_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
