"""Whether what a council decided may leave the councils yet."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, Matter, Resolution
from portal.decisions.queries.decisions import matter_of


def embargo_of(session: Session, decision: Decision) -> str | None:
    """The sentence while it may not, else None. A decision of the council's own is held by the joint decisions its resolutions are about."""
    if decision.matter_id is not None:
        return _held(session, matter_of(session, decision.matter_id))
    about = select(Resolution.matter_id).where(Resolution.decision_id == decision.id)
    matters = session.scalars(select(Matter).where(Matter.id.in_(about)).order_by(Matter.raised_at)).all()
    return next(filter(None, (_held(session, matter) for matter in matters)), None)


def _held(session: Session, matter: Matter) -> str | None:
    embargo = kind_of(matter.kind).embargo
    return embargo(session, matter) if embargo else None
