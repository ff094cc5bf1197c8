"""An authority's part in a purchasing system."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import of_published_system, owner, participant


class Participation(Identified, Base):
    """Joined authorities may decide, evaluate and use; `system_id` and `authority_id` never change."""

    __tablename__ = "participations"
    __table_args__ = (
        UniqueConstraint("system_id", "authority_id"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"], ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"]
        ),
        CheckConstraint("status IN ('joined', 'withdrawn')", name="status"),
        CheckConstraint("status = 'joined' OR left_on IS NOT NULL", name="left"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("status", "left_on"), delete=False),
        owner("authority_id", name="authority"),
        participant(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID] = mapped_column(index=True)
    authority_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="joined")
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
