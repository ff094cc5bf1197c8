"""The service specification: a common text, and a local schedule for each council."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import of_published_system, owner, participant

_SYSTEM = ForeignKeyConstraint(
    ["system_id", "lead_id"], ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"]
)


class Specification(Identified, Base):
    """One version of the common text; frozen when the first round opens (R5-02)."""

    __tablename__ = "specifications"
    __table_args__ = (
        UniqueConstraint("system_id", "version"),
        UniqueConstraint("id", "system_id"),
        _SYSTEM,
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=("title", "common_text", "frozen_at"),
            when="frozen_at IS NULL",
            becomes="true",
        ),
        participant(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    version: Mapped[int]
    title: Mapped[str]
    common_text: Mapped[str]
    frozen_at: Mapped[datetime | None]


class LocalSchedule(Identified, Base):
    """What one council adds for its own area (R8-02); written by that council or the lead until frozen."""

    __tablename__ = "local_schedules"
    __table_args__ = (
        UniqueConstraint("specification_id", "authority_id"),
        ForeignKeyConstraint(
            ["specification_id", "system_id"],
            ["purchasing_systems.specifications.id", "purchasing_systems.specifications.system_id"],
        ),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("text", "frozen_at"), when="frozen_at IS NULL", becomes="true"),
        owner("authority_id", update=("text",), when="frozen_at IS NULL", name="authority"),
        participant(),
        of_published_system(),
    )

    specification_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    text: Mapped[str]
    frozen_at: Mapped[datetime | None]
