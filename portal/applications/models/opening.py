"""The opening ceremony: two officers of two different councils, each confirming with their password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import participant


class OpeningConfirmation(Identified, Base):
    """Written by `app.confirm_opening` alone, under the round's lock. The second opens the round: another person, of another council
    unless one authority alone takes part.
    """

    __tablename__ = "opening_confirmations"
    __table_args__ = (
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


class RefusedOpening(Identified, Base):
    """An attempt to open that was refused: kept for the record of opening, whoever tried. Written by `app.refuse_opening` alone."""

    __tablename__ = "refused_openings"
    __table_args__ = (Index("ix_refused_openings_round_id_at", "round_id", "at"), {"schema": "applications"})
    __tenancy__ = (participant(),)

    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    person_id: Mapped[UUID]
    post: Mapped[str]
    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str]
    at: Mapped[datetime]
    sentence: Mapped[str]
