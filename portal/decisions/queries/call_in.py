"""Until when a decision can be called in, by its council's own rule."""

from datetime import date

from sqlalchemy.orm import Session

from portal.decisions.models import Decision


def call_in_ends_on(session: Session, decision: Decision) -> date | None:
    """The last day of the call-in period; None where the council has not entered its rule, or nothing was published."""
    return None
