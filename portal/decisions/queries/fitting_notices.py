"""Which notice of the forward plan announced a draft: those of the council's own that fit it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.decisions.models import Decision, ForwardPlanEntry


@dataclass(frozen=True)
class FittingNotice:
    """A published notice. `label`: its title, and since when the public has notice of it."""

    id: UUID
    label: str


def fitting_notices(
    session: Session, actor: Actor, *, matter_id: UUID | None, system_ids: Collection[UUID], linked: UUID | None
) -> list[FittingNotice]:
    """Notices that stand and are about this joint decision or one of these systems, those of the joint decision first, and the one that
    is `linked` already, whatever has become of it.
    """
    e = ForwardPlanEntry
    fits: list[ColumnElement[bool]] = [e.system_id.in_(system_ids)] if system_ids else []
    if matter_id is not None:
        # One that names another joint decision announced that one.
        fits = [e.matter_id == matter_id, *(one & e.matter_id.is_(None) for one in fits)]
    wanted = (e.status == "live") & or_(*fits) if fits else e.id.is_(None)
    rows = session.execute(
        select(e.id, e.title, e.noticed_at)
        .where(e.authority_id == actor.organisation_id, e.published_at.is_not(None), or_(wanted, e.id == linked))
        .order_by(e.matter_id.is_(None), e.noticed_at.desc(), e.id)
        .limit(50)
    )
    return [FittingNotice(r.id, f"{r.title} (notice of {say_day(clock.local_day(r.noticed_at))})"[:200]) for r in rows]


def linked_notice(session: Session, decision: Decision) -> FittingNotice | None:
    """The notice that announced a decision, where it is linked to one."""
    found = session.get(ForwardPlanEntry, decision.notice_id) if decision.notice_id else None
    return FittingNotice(found.id, found.title) if found else None
