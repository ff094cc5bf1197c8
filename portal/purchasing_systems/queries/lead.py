"""Who leads a purchasing system, who led it on any day, and a change that is proposed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.decisions.models import Matter
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.models import LeadChange, PurchasingSystem


@dataclass(frozen=True)
class Proposal:
    """A change that the councils were asked about and nobody has carried out. `missing`: why it cannot be yet, None if it can."""

    matter_id: UUID
    authority_id: UUID
    name: str
    reason: str
    proposed_by: str
    missing: str | None


@dataclass(frozen=True)
class Led:
    """One authority's time as the lead. `since` is None for the first, `until` for the present one; each is a day on which it led."""

    name: str
    since: date | None
    until: date | None
    change: LeadChange | None


def changes_of(session: Session, system_id: UUID) -> list[LeadChange]:
    """Every change of the lead, the first one first."""
    return list(
        session.scalars(select(LeadChange).where(LeadChange.system_id == system_id).order_by(LeadChange.number))
    )


def history(session: Session, system: PurchasingSystem) -> list[Led]:
    """Who led when, the present lead first. On the day of a change both led, one after the other."""
    changes = changes_of(session, system.id)
    ends = [*(c.effective_on for c in changes), None]
    names = [changes[0].from_name if changes else system.lead_name, *(c.to_name for c in changes)]
    begun = [None, *changes]
    times = [
        Led(name, change.effective_on if change else None, end, change)
        for name, change, end in zip(names, begun, ends, strict=True)
    ]
    return times[::-1]


def lead_on(session: Session, system: PurchasingSystem, on: date) -> str:
    """Name of the authority that led at the end of that day; before the first change, of the first lead."""
    changes = changes_of(session, system.id)
    return _by(system, changes, [c for c in changes if c.effective_on <= on])


def lead_at(session: Session, system: PurchasingSystem, at: datetime) -> str:
    """Name of the authority that led at that instant."""
    changes = changes_of(session, system.id)
    return _by(system, changes, [c for c in changes if c.changed_at <= at])


def proposals(session: Session, system: PurchasingSystem) -> list[Proposal]:
    """Changes the councils were asked about by the present lead, the latest first; for councils that take part."""
    done = select(LeadChange.matter_id).where(LeadChange.system_id == system.id)
    rows = session.scalars(
        select(Matter)
        .where(
            Matter.system_id == system.id,
            Matter.kind == m.CHANGE_LEAD.name,
            Matter.status != "withdrawn",
            Matter.asked_again_at.is_(None),
            Matter.raised_by_id == system.lead_id,
            Matter.id.not_in(done),
        )
        .order_by(Matter.raised_at.desc())
    ).all()
    return [
        Proposal(
            matter_id=row.id,
            authority_id=UUID(row.facts["authority_id"]),
            name=row.facts["authority_name"],
            reason=row.facts["reason"],
            proposed_by=row.raised_by,
            missing=session.scalar(text("SELECT app.lead_obstacle(:matter)"), {"matter": row.id}),
        )
        for row in rows
    ]


def _by(system: PurchasingSystem, changes: list[LeadChange], before: list[LeadChange]) -> str:
    if before:
        return before[-1].to_name
    return changes[0].from_name if changes else system.lead_name
