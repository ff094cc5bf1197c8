"""The procurement documents: the service specification with a local schedule for each council, invitation, terms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import SYSTEMS, considering, of_published_system, owner, participant


def _of_a_system() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["system_id", "lead_id"], ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"]
    )


class Specification(Identified, Base):
    """One version of the common text; frozen when the first round opens (R5-02)."""

    __tablename__ = "specifications"
    __table_args__ = (
        UniqueConstraint("system_id", "version"),
        UniqueConstraint("id", "system_id"),
        _of_a_system(),
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
        considering(),
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
        _of_a_system(),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, update=("text", "frozen_at"), when="frozen_at IS NULL", becomes="true"),
        # A council that has left writes no more; what it wrote stays.
        owner(
            "authority_id",
            select=False,
            update=("text",),
            when=f"frozen_at IS NULL AND system_id = {SYSTEMS}",
            name="authority",
        ),
        participant(),
        considering(),
        of_published_system(),
    )

    specification_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    text: Mapped[str]
    frozen_at: Mapped[datetime | None]


class ProcurementDocument(Identified, Base):
    """Invitation, terms and other documents of the system, as text; free to read from publication (PCR reg 53), then frozen."""

    __tablename__ = "procurement_documents"
    __table_args__ = (
        UniqueConstraint("system_id", "slug"),
        CheckConstraint("kind IN ('invitation', 'terms', 'information', 'other')", name="kind"),
        _of_a_system(),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=("title", "kind", "text", "position", "frozen_at"),
            delete=True,
            when="frozen_at IS NULL",
            becomes="true",
        ),
        participant(),
        considering(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    slug: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="other")
    position: Mapped[int] = mapped_column(default=1)
    text: Mapped[str]
    frozen_at: Mapped[datetime | None]
