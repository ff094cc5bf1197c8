"""The days of a round between its window's ends, and the portal's outages, which move them for everybody alike."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import of_published_round, participant, published


class ClarificationDays(Base):
    """Last day to ask, last day to answer (London days, to their end). Written by `app.set_clarification_days` alone."""

    __tablename__ = "clarification_days"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        CheckConstraint("last_ask_on <= last_answer_on", name="in_order"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (participant(), of_published_round())

    round_id: Mapped[UUID] = mapped_column(primary_key=True)
    system_id: Mapped[UUID]
    last_ask_on: Mapped[date]
    last_answer_on: Mapped[date]


class Outage(Identified, Base):
    """A time in which the portal did not work. Public, and never changed: `app.record_outage` writes it.

    `source`: how it is known (a monitor, a report, the host). Extensions that follow are `ClosingChange`s with its id.
    """

    __tablename__ = "outages"
    __table_args__ = (CheckConstraint("until > since", name="span"), {"schema": "purchasing_systems"})
    __tenancy__ = (published("recorded_at IS NOT NULL"),)

    since: Mapped[datetime]
    until: Mapped[datetime]
    what: Mapped[str]
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
