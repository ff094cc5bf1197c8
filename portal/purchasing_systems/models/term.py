"""How long a system runs: its extension points, and how a council goes on after its term when somebody must be placed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import SYSTEMS, considering, of_published_system, owner, participant


class ExtensionPoint(Identified, Base):
    """One option to extend that the procurement documents hold: a dated point, with its own decision per council (R4-01).

    `ends_on`: the last day of the term without it; `new_end`: the last day with it; `source`: where the documents say so.
    """

    __tablename__ = "extension_points"
    __table_args__ = (
        UniqueConstraint("system_id", "ends_on"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        CheckConstraint("new_end > ends_on", name="later"),
        CheckConstraint("title <> '' AND source <> ''", name="words"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("lead_id", insert=True, delete=True), participant(), considering(), of_published_system())

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    title: Mapped[str]
    ends_on: Mapped[date]
    new_end: Mapped[date]
    source: Mapped[str]


class TermOverride(Identified, Base):
    """A council goes on after its term, because somebody must be placed (R9-04). Whatever is bought under it counts as off-system spend.

    Written by a head of service of that council, who stands there with the post; read by that council alone. `need_note` says what is
    needed and names nobody. `until`: its last day.
    """

    __tablename__ = "term_overrides"
    __table_args__ = (
        ForeignKeyConstraint(["system_id"], ["purchasing_systems.systems.id"]),
        CheckConstraint("reason <> '' AND need_note <> ''", name="words"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("authority_id", insert=True, becomes=f"system_id = {SYSTEMS}"),)

    system_id: Mapped[UUID] = mapped_column(index=True)
    authority_id: Mapped[UUID]
    reason: Mapped[str]
    need_note: Mapped[str]
    until: Mapped[date]
    recorded_by_id: Mapped[UUID]
    recorded_by_post: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(default=now)


class PriceRequest(Identified, Base):
    """The lead asked the providers admitted to hold their prices, because councils decide after these end. Once a question and day."""

    __tablename__ = "price_requests"
    __table_args__ = (
        UniqueConstraint("matter_id", "asked_on"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        CheckConstraint("providers > 0", name="somebody"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("lead_id", insert=True), participant())

    matter_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    asked_on: Mapped[date]
    hold_until: Mapped[date]
    providers: Mapped[int]
