"""An admission: one provider, one lot, on the way from proposed to effective."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import condition, owner, participant


class Admission(Identified, Base):
    """Admitted once, by whoever the vehicle says. Whether a council may *use* the provider is computed, never stored here.

    Proposed by the lead; every later step is `app.move_admission` or, for all of a round at once, `app.release_letters`.

    `areas`: authorities for whose area the provider offers this lot. `released_at`: the letters went out; before it the
    provider has no row (embargo). `standing_because`: why it is suspended, removed or ended; each step stays in `AdmissionStep`.
    """

    __tablename__ = "admissions"
    __table_args__ = (
        UniqueConstraint("round_id", "lot_id", "provider_id"),
        UniqueConstraint("id", "system_id", "provider_id"),
        Index("ix_admissions_system_id_lot_id", "system_id", "lot_id"),
        Index("ix_admissions_provider_name_id", "provider_name", "id"),
        ForeignKeyConstraint(
            ["lot_id", "system_id"], ["purchasing_systems.lots.id", "purchasing_systems.lots.system_id"]
        ),
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        CheckConstraint(
            "status IN ('proposed', 'approved', 'standstill', 'agreement_issued', 'signed', 'effective', "
            "'declined_by_provider', 'lapsed', 'suspended', 'removed', 'ended')",
            name="status",
        ),
        CheckConstraint("status IN ('proposed', 'approved') OR released_at IS NOT NULL", name="released"),
        CheckConstraint("status <> 'standstill' OR standstill_ends_at IS NOT NULL", name="standstill"),
        CheckConstraint(
            "status NOT IN ('signed', 'effective', 'suspended') OR provider_accepted_at IS NOT NULL", name="accepted"
        ),
        CheckConstraint(
            "(status IN ('effective', 'suspended', 'removed', 'ended')) = (effective_at IS NOT NULL)", name="effective"
        ),
        CheckConstraint(
            "(status IN ('suspended', 'removed', 'ended')) <= (standing_because <> '')", name="standing_because"
        ),
        CheckConstraint("(take_on_id IS NULL) = (application_id IS NOT NULL)", name="origin"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            becomes="status = 'proposed' AND released_at IS NULL AND effective_at IS NULL AND take_on_id IS NULL",
        ),
        participant(),
        condition("provider", "provider_id = (SELECT app.organisation()) AND released_at IS NOT NULL"),
        condition("register", "status = 'effective' AND system_id = ANY ((SELECT app.published_systems())::uuid[])"),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    round_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    application_id: Mapped[UUID | None]
    provider_id: Mapped[UUID] = mapped_column(index=True)
    provider_name: Mapped[str]
    areas: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    prices: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    status: Mapped[str] = mapped_column(default="proposed")
    proposed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    standstill_ends_at: Mapped[datetime | None]
    agreement_issued_at: Mapped[datetime | None]
    provider_accepted_at: Mapped[datetime | None]
    provider_accepted_by: Mapped[str | None]
    lead_accepted_at: Mapped[datetime | None]
    lead_accepted_by: Mapped[str | None]
    effective_at: Mapped[datetime | None]
    standing_because: Mapped[str] = mapped_column(default="", server_default="")
    take_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchasing_systems.take_ons.id"), index=True)
    """The workbook it came with, where it was made before the portal: then there is no application, and its days are the agreement's own."""
