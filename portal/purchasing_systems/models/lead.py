"""Who led a purchasing system before its present lead authority."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import of_published_system, participant


class LeadChange(Identified, Base):
    """One change of the lead authority, never changed itself: from the day `effective_on` the system is led by `to_id`.

    `number` counts the changes of one system. `matter_id`: the question that every council answered; `decision_id`: the new lead's own
    decision. Written by `app.change_lead` alone. A system without a row has been led by its present lead from the beginning (R1-01).
    """

    __tablename__ = "lead_changes"
    __table_args__ = (
        UniqueConstraint("system_id", "number"),
        UniqueConstraint("matter_id"),
        CheckConstraint("from_id <> to_id", name="change"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (participant(), of_published_system())

    system_id: Mapped[UUID] = mapped_column(ForeignKey("purchasing_systems.systems.id"))
    number: Mapped[int]
    from_id: Mapped[UUID]
    from_name: Mapped[str]
    to_id: Mapped[UUID]
    to_name: Mapped[str]
    reason: Mapped[str]
    matter_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    effective_on: Mapped[date]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
