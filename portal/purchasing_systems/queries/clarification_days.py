"""Reading the days for questions and answers, the outage log, and whom it concerned."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.purchasing_systems.models import ClarificationDays, ClosingChange, Outage


@dataclass(frozen=True)
class OutageRow:
    """An outage, and how many rounds got its time back."""

    id: UUID
    since: datetime
    until: datetime
    what: str
    source: str
    recorded_at: datetime
    recorded_by: str
    extended: int

    @property
    def minutes(self) -> int:
        """How long, in whole minutes."""
        return round((self.until - self.since).total_seconds() / 60)


def clarification_days(session: Session, round_id: UUID) -> tuple[date, date] | None:
    """Last day to ask and last day to answer; None where none are set."""
    d = ClarificationDays
    row = session.execute(select(d.last_ask_on, d.last_answer_on).where(d.round_id == round_id)).one_or_none()
    return (row[0], row[1]) if row else None


def outages(session: Session, limit: int = 200) -> list[OutageRow]:
    """The log, latest first. Extensions count once they are confirmed."""
    o, c = Outage, ClosingChange
    extended = (
        select(func.count()).where(c.outage_id == o.id, c.confirmed_at.is_not(None)).correlate(o).scalar_subquery()
    )
    rows = session.execute(
        select(o.id, o.since, o.until, o.what, o.source, o.recorded_at, o.recorded_by, extended)
        .order_by(o.since.desc(), o.id)
        .limit(limit)
    )
    return [OutageRow(*row) for row in rows]
