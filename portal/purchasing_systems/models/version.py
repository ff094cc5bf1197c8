"""A later version of the specification on its way: its sections, who signed it off, and the modification by which it came into force."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import of_published_system, participant


def _of_a_version() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["specification_id", "system_id"],
        ["purchasing_systems.specifications.id", "purchasing_systems.specifications.system_id"],
    )


class SpecificationSection(Identified, Base):
    """One section of a later version's common text, which is made of them. Written by definer functions alone.

    `revision` grows with every change: whoever saves says which one was read. An empty `title` stands only for words before the first
    heading.
    """

    __tablename__ = "specification_sections"
    __table_args__ = (
        UniqueConstraint("specification_id", "position", deferrable=True, initially="DEFERRED"),
        _of_a_version(),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (participant(),)

    specification_id: Mapped[UUID]
    system_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    edited_by: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[datetime | None]


class VersionSignOff(Identified, Base):
    """An officer of a council has read a draft version and signs it off for that council (R3-05); the council's decision is another matter.

    `text_sha256`: of title, common text and that council's own schedules. A later change of these withdraws it and says what changed.
    """

    __tablename__ = "version_sign_offs"
    __table_args__ = (_of_a_version(), {"schema": "purchasing_systems"})
    __tenancy__ = (participant(),)

    specification_id: Mapped[UUID] = mapped_column(index=True)
    system_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    text_sha256: Mapped[str]
    signed_by_id: Mapped[UUID]
    signed_by: Mapped[str]
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")


class Modification(Identified, Base):
    """A change after a round was published (R5-02): what, why, on which ground of law, by whom. Never changed; anybody reads it.

    `rounds`: those whose applicants apply under the new version from then on.
    """

    __tablename__ = "modifications"
    __table_args__ = (
        UniqueConstraint("specification_id"),
        _of_a_version(),
        CheckConstraint("what <> '' AND why <> '' AND legal_ground <> ''", name="words"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (participant(), of_published_system())

    system_id: Mapped[UUID] = mapped_column(index=True)
    specification_id: Mapped[UUID]
    earlier_id: Mapped[UUID]
    what: Mapped[str]
    why: Mapped[str]
    legal_ground: Mapped[str]
    rounds: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
