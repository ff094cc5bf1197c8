"""What the regulator said of a service, and when: a dated fact, never overwritten (R9-07)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, owner, reference


class Grade(Identified, Base):
    """The grade of one regulator's number, from the day it was published. An officer of any authority copies it from the public report.

    `source_url`: the report. Read by anybody: the regulator has published it.
    """

    __tablename__ = "grades"
    __table_args__ = (
        Index("ix_grades_number", "regulator", "number", "graded_on"),
        CheckConstraint("regulator IN ('ofsted', 'cqc')", name="regulator"),
        CheckConstraint("number <> '' AND grade <> ''", name="words"),
        {"schema": "providers"},
    )
    __tenancy__ = (owner("recorded_by_id", select=False, insert=True, becomes=AN_AUTHORITY), reference())

    regulator: Mapped[str]
    number: Mapped[str]
    grade: Mapped[str]
    graded_on: Mapped[date]
    source_url: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID]
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
