"""A lot: a category of service to which providers are admitted."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import considering, of_published_system, owner, participant


class Lot(Identified, Base):
    """A provider can be admitted to one lot and not to another (R1-02)."""

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("system_id", "number"),
        UniqueConstraint("id", "system_id"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"], ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"]
        ),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("title", "description"), delete=True),
        participant(),
        considering(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
