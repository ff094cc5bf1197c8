"""Whether what a council decided may leave the councils yet."""

from sqlalchemy.orm import Session

from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import matter_of


def embargo_of(session: Session, decision: Decision) -> str | None:
    """The sentence while it may not, else None. A decision of the council's own has none."""
    if decision.matter_id is None:
        return None
    matter = matter_of(session, decision.matter_id)
    embargo = kind_of(matter.kind).embargo
    return embargo(session, matter) if embargo else None
