"""How a recorded decision stood at any instant: what a later publication, call-in or successor changed, and when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import system_only


class Standing(Identified, Base):
    """From `at` on the decision has this status and this effective day. Written by a trigger on decisions, read by definer functions."""

    __tablename__ = "standings"
    __table_args__ = (Index("ix_standings_decision_id", "decision_id", "at", "number"), {"schema": "decisions"})
    __tenancy__ = (system_only(),)

    number: Mapped[int] = mapped_column(Identity())
    decision_id: Mapped[UUID]
    at: Mapped[datetime]
    status: Mapped[str]
    effective_on: Mapped[date | None]
