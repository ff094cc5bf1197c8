"""How a council is governed, and how long its constitution makes a decision wait."""

from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base
from portal.governance.models.dated import ENDS, Dated, of_one_council


class FormOfGovernance(Dated, Base):
    """Its form, and what it calls the body that decides: Cabinet, Executive Board, a policy committee."""

    __tablename__ = "forms_of_governance"
    __table_args__ = (
        CheckConstraint("form IN ('leader_and_cabinet', 'elected_mayor', 'committee_system')", name="form"),
        CheckConstraint("executive_name <> ''", name="executive_name"),
        CheckConstraint(ENDS, name="ends"),
        {"schema": "governance"},
    )
    __tenancy__ = of_one_council("ends_on")

    form: Mapped[str]
    executive_name: Mapped[str]


class ClockSettings(Dated, Base):
    """What `rules.clocks` counts by: days as named there, the threshold in pounds; and where the official record lives."""

    __tablename__ = "clock_settings"
    __table_args__ = (
        CheckConstraint("key_threshold_pounds > 0", name="threshold"),
        CheckConstraint("key_wards BETWEEN 1 AND 100", name="wards"),
        CheckConstraint("notice_clear_days BETWEEN 28 AND 120", name="notice"),
        CheckConstraint("agenda_clear_days BETWEEN 5 AND 30", name="agenda"),
        CheckConstraint("agenda_counts IN ('calendar', 'working')", name="counts"),
        CheckConstraint("call_in_working_days BETWEEN 0 AND 30", name="call_in"),
        CheckConstraint("call_in_ends IN ('noon', 'end_of_day')", name="call_in_ends"),
        CheckConstraint("effective IN ('when_ended', 'next_day', 'next_working_day')", name="effective"),
        CheckConstraint("exception_working_days BETWEEN 5 AND 30", name="exception"),
        CheckConstraint("publication_working_days BETWEEN 0 AND 30", name="publication"),
        CheckConstraint("record_kept IN ('council_system', 'portal')", name="record_kept"),
        CheckConstraint("record_kept = 'portal' OR record_name <> ''", name="record_name"),
        CheckConstraint(ENDS, name="ends"),
        {"schema": "governance"},
    )
    __tenancy__ = of_one_council("ends_on")

    key_threshold_pounds: Mapped[Decimal | None]
    key_wards: Mapped[int | None]
    notice_clear_days: Mapped[int]
    agenda_clear_days: Mapped[int]
    agenda_counts: Mapped[str]
    call_in_working_days: Mapped[int]
    call_in_ends: Mapped[str]
    effective: Mapped[str]
    exception_working_days: Mapped[int]
    publication_working_days: Mapped[int] = mapped_column(default=0, server_default="0")
    record_kept: Mapped[str]
    record_name: Mapped[str]
    record_address: Mapped[str]
