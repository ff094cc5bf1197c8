"""The opening ceremony: two officers of two different councils, each confirming with their password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import participant


class OpeningConfirmation(Identified, Base):
    """Written by `app.confirm_opening` alone. The second, by another person of another council, opens the round."""

    __tablename__ = "opening_confirmations"
    __table_args__ = (
        UniqueConstraint("round_id", "organisation_id"),
        UniqueConstraint("round_id", "person_id"),
        {"schema": "applications"},
    )
    __tenancy__ = (participant(),)

    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    person_id: Mapped[UUID]
    post: Mapped[str]
    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str]
    confirmed_at: Mapped[datetime]
