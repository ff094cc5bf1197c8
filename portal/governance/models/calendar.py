"""Who meets when, and when nothing is decided."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.governance.models.dated import ENDS, Dated, of_one_council


class Body(Dated, Base):
    """A body of a council. `reviews_id`: the body of the same council whose decisions it reviews."""

    __tablename__ = "bodies"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        ForeignKeyConstraint(
            ["reviews_id", "authority_id"], ["governance.bodies.id", "governance.bodies.authority_id"]
        ),
        CheckConstraint("kind IN ('executive', 'committee', 'council', 'scrutiny')", name="kind"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("reviews_id <> id", name="reviews"),
        CheckConstraint(ENDS, name="ends"),
        {"schema": "governance"},
    )
    __tenancy__ = of_one_council("ends_on")

    name: Mapped[str]
    kind: Mapped[str]
    reviews_id: Mapped[UUID | None]


class Meeting(Identified, Base):
    """A meeting of a body. `report_deadline_on`: agenda clearance, the last day on which its officers take a report.

    A cancelled meeting stays, and another may be called for the same day.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        ForeignKeyConstraint(["body_id", "authority_id"], ["governance.bodies.id", "governance.bodies.authority_id"]),
        Index("uq_meetings_one_a_day", "body_id", "held_on", unique=True, postgresql_where=text("NOT cancelled")),
        Index("ix_meetings_calendar", "authority_id", "held_on"),
        CheckConstraint("report_deadline_on <= held_on", name="deadline"),
        {"schema": "governance"},
    )
    __tenancy__ = of_one_council("cancelled", "report_deadline_on", born=None)

    authority_id: Mapped[UUID]
    body_id: Mapped[UUID]
    held_on: Mapped[date]
    report_deadline_on: Mapped[date | None]
    cancelled: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(default=now)


class QuietPeriod(Dated, Base):
    """From the first day to the last: recess (no meetings) or the pre-election period (no decisions of this kind)."""

    __tablename__ = "quiet_periods"
    __table_args__ = (
        CheckConstraint("kind IN ('recess', 'pre_election')", name="kind"),
        CheckConstraint("ends_on IS NOT NULL", name="last_day"),
        CheckConstraint(ENDS, name="ends"),
        {"schema": "governance"},
    )
    __tenancy__ = of_one_council("ends_on")

    kind: Mapped[str]
