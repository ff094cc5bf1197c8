"""The outcome letter: own scores and reasons per criterion, embargoed until all letters go out at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import condition, owner, participant


class Letter(Identified, Base):
    """Prepared by the lead; the provider has no row before `released_at`, which `app.release_letters` sets on all at once."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("application_id"),
        # Only the lead of the round writes here: the row policy alone would believe any lead_id that is one's own.
        ForeignKeyConstraint(
            ["round_id", "lead_id"],
            ["purchasing_systems.rounds.id", "purchasing_systems.rounds.lead_id"],
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        ForeignKeyConstraint(
            ["application_id", "provider_id"],
            ["applications.applications.id", "applications.applications.provider_id"],
        ),
        {"schema": "applications"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("content", "pdf", "prepared_at"), when="released_at IS NULL"),
        condition("recipient", "provider_id = (SELECT app.organisation()) AND released_at IS NOT NULL"),
        participant(when="released_at IS NOT NULL"),
    )

    application_id: Mapped[UUID]
    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    pdf: Mapped[bytes]
    prepared_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
