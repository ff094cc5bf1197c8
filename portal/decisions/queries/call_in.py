"""Until when a decision can be called in, by its council's own rule."""

from datetime import date

from sqlalchemy.orm import Session

from portal.decisions.models import Decision
from portal.decisions.queries.authority import clocks_on


def call_in_ends_on(session: Session, decision: Decision) -> date | None:
    """The last day of the call-in period; None where the council has not entered its rule, or nothing was published."""
    return clocks_on(session, decision).call_in_ends_on
