"""A lot: a category of service, or a scheme, to which providers are admitted."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import considering, of_published_system, owner, participant


class Lot(Identified, Base):
    """A provider can be admitted to one lot and not to another (R1-02).

    A lot may stand for a physical scheme (R8-01): `service`, `area`, `scheme` (a name, never an address) and `need_level` say what and
    where, as far as anybody wrote it. One added after the first publication is open to applications in the rounds that offer it.
    """

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("system_id", "number"),
        UniqueConstraint("id", "system_id"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=("title", "description", "service", "area", "scheme", "need_level"),
            delete=True,
        ),
        participant(),
        considering(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    service: Mapped[str] = mapped_column(default="", server_default="")
    area: Mapped[str] = mapped_column(default="", server_default="")
    scheme: Mapped[str] = mapped_column(default="", server_default="")
    need_level: Mapped[str] = mapped_column(default="", server_default="")
