"""The procurement documents: the service specification with a local schedule for each council, invitation, terms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import SYSTEMS, condition, considering, of_published_system, owner, participant

PUBLIC_VERSIONS = "ANY ((SELECT app.public_versions())::uuid[])"


def _of_a_system() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["system_id", "lead_id"],
        ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
        onupdate="CASCADE",
    )


class Specification(Identified, Base):
    """One version of the common text; the first is frozen when the first round is published (R5-02).

    A later one is drafted in sections (`SpecificationSection`), by officers of the lead and of the councils in `editors`, while the
    earlier stays in force; `reason`: why it was begun. `issued_at`: it came into force, and is public where the system is. Version and
    `issued_at` are written by definer functions alone. In force is the highest version issued; before any is, the first.
    """

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
            update=("title", "common_text", "frozen_at", "editors"),
            when="frozen_at IS NULL",
            becomes="true",
        ),
        participant(),
        considering(),
        condition("published", f"id = {PUBLIC_VERSIONS}"),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    version: Mapped[int]
    title: Mapped[str]
    common_text: Mapped[str]
    frozen_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    editors: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default=text("'{}'"))
    begun_at: Mapped[datetime | None]
    begun_by: Mapped[str] = mapped_column(default="", server_default="")
    issued_at: Mapped[datetime | None]


class LocalSchedule(Identified, Base):
    """What one council adds for its own area (R8-02), for one lot or (no `lot_id`) for all; written by that council or the lead until frozen."""

    __tablename__ = "local_schedules"
    __table_args__ = (
        UniqueConstraint("specification_id", "authority_id", "lot_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(
            ["lot_id", "system_id"], ["purchasing_systems.lots.id", "purchasing_systems.lots.system_id"]
        ),
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
            insert=True,
            update=("text",),
            when=f"frozen_at IS NULL AND system_id = {SYSTEMS}",
            name="authority",
        ),
        participant(),
        considering(),
        condition("published", f"specification_id = {PUBLIC_VERSIONS}"),
    )

    specification_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    lot_id: Mapped[UUID | None]
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
