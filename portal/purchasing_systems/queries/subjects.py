"""What a joint decision of a kind can be about, in one system."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.web.look import day
from portal.decisions.kinds import MatterKind
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.models import (
    ExtensionPoint,
    LeadChange,
    ParticipationStep,
    PurchasingSystem,
    Specification,
)
from portal.purchasing_systems.queries.rounds import rounds_of
from portal.purchasing_systems.queries.systems import CANDIDATES, authorities, may_be_asked, participants_of

_ENDED = ("cancelled", "complete")


@dataclass(frozen=True)
class Subject:
    """`key`: how a form names it; `id`: what the joint decision is filed under; `label`: as lists show it; `words`: for the question's
    template; `facts`: for the joint decision; `party`: the one council that is asked, where it is about one.
    """

    key: str
    id: UUID
    label: str
    words: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    party: UUID | None = None


def subjects_of(session: Session, system: PurchasingSystem, kind: MatterKind) -> list[Subject]:
    """What can be chosen, in the order of a list; of a block contract nothing, since it is named when it is asked about."""
    return _OF[kind.name](session, system) if kind.name in _OF else []


def contract(system: PurchasingSystem, name: str) -> Subject:
    """A block contract by its name: the same name is the same contract, whoever types it."""
    return Subject(
        name, uuid5(system.id, f"block contract {name.casefold()}"), name, {"contract": name}, {"contract": name}
    )


def _taking_part(session: Session, system: PurchasingSystem) -> list[Subject]:
    """The councils together; and each that considers it, on its own."""
    alone = [
        Subject(
            str(p.authority_id),
            uuid5(system.id, f"take part {p.authority_id}"),
            p.short_name,
            facts={"authority_id": str(p.authority_id), "authority_name": p.name},
            party=p.authority_id,
        )
        for p in participants_of(session, system.id, joined_only=False)
        if p.status in CANDIDATES
    ]
    return _system(session, system) + alone


def _members(session: Session, system: PurchasingSystem) -> list[Subject]:
    """A membership to renew: each renewal is a question of its own."""
    latest = session.execute(
        select(Specification.id, Specification.version)
        .where(Specification.system_id == system.id)
        .order_by(Specification.version.desc())
        .limit(1)
    ).one_or_none()
    if latest is None:
        return []
    renewals = (
        select(ParticipationStep.authority_id, func.count().label("times"))
        .where(ParticipationStep.system_id == system.id, ParticipationStep.event == "renewed")
        .group_by(ParticipationStep.authority_id)
    )
    renewed = {row.authority_id: row.times for row in session.execute(renewals)}
    return [
        Subject(
            str(p.authority_id),
            uuid5(system.id, f"renew {p.authority_id} {renewed.get(p.authority_id, 0) + 1}"),
            p.short_name,
            {"authority": p.name, "version": f"version {latest.version} of the specification"},
            {"authority_id": str(p.authority_id), "specification_id": str(latest.id), "version": latest.version},
            p.authority_id,
        )
        for p in participants_of(session, system.id)
    ]


def _system(session: Session, system: PurchasingSystem) -> list[Subject]:
    return [Subject(str(system.id), system.id, system.alias)]


def _rounds(session: Session, system: PurchasingSystem, *, planned: bool) -> list[Subject]:
    return [
        Subject(str(r.id), r.id, f"Round {r.number}", {"round": f"round {r.number}"}, {"round_number": r.number})
        for r in rounds_of(session, system.id)
        if (r.status == "planned" if planned else r.status not in _ENDED)
    ]


def _versions(session: Session, system: PurchasingSystem) -> list[Subject]:
    rows = session.execute(
        select(Specification.id, Specification.version, Specification.title)
        .where(Specification.system_id == system.id, (Specification.version == 1) | Specification.issued_at.is_(None))
        .order_by(Specification.version.desc())
    )
    return [
        Subject(
            str(row.id),
            row.id,
            f"Version {row.version} of the specification",
            {"version": f"version {row.version} of the specification", "version_title": row.title},
            {"version": row.version, "version_title": row.title},
        )
        for row in rows
    ]


def _points(session: Session, system: PurchasingSystem) -> list[Subject]:
    rows = session.scalars(
        select(ExtensionPoint).where(ExtensionPoint.system_id == system.id).order_by(ExtensionPoint.ends_on)
    )
    return [
        Subject(
            str(p.id),
            p.id,
            p.title,
            {"point": p.title, "ends_on": day(p.ends_on), "new_end": day(p.new_end)},
            {"point": p.title, "ends_on": p.ends_on.isoformat(), "new_end": p.new_end.isoformat()},
        )
        for p in rows
    ]


def _authorities(session: Session, system: PurchasingSystem) -> list[Subject]:
    there = {p.authority_id for p in participants_of(session, system.id)}
    return [
        Subject(
            str(a.id),
            uuid5(system.id, f"join {a.id}"),
            a.name,
            {"authority": a.official_name},
            {"authority_id": str(a.id), "authority_name": a.official_name},
        )
        for a in authorities(session)
        if a.id not in there
    ]


def _councils(session: Session, system: PurchasingSystem) -> list[Subject]:
    return [
        Subject(
            str(p.authority_id),
            uuid5(system.id, f"leave {p.authority_id}"),
            p.short_name,
            {"authority": p.name},
            {"authority_id": str(p.authority_id), "authority_name": p.name},
            p.authority_id,
        )
        for p in may_be_asked(session, system.id, m.LEAVE)
        if p.authority_id != system.lead_id
    ]


def _leads(session: Session, system: PurchasingSystem) -> list[Subject]:
    """Each council that could lead in place of the present one; after a change it is a new question."""
    times = session.scalar(select(func.count()).select_from(LeadChange).where(LeadChange.system_id == system.id))
    return [
        Subject(
            str(p.authority_id),
            uuid5(system.id, f"lead {times} {p.authority_id}"),
            p.short_name,
            {"authority": p.name},
            {"authority_id": str(p.authority_id), "authority_name": p.name},
        )
        for p in participants_of(session, system.id)
        if p.authority_id != system.lead_id and p.status == "joined"
    ]


_OF: dict[str, Callable[[Session, PurchasingSystem], list[Subject]]] = {
    m.TAKE_PART.name: _taking_part,
    m.RENEW.name: _members,
    m.ADOPT_VERSION.name: _versions,
    m.COMMENCE.name: lambda session, system: _rounds(session, system, planned=True),
    m.JOIN.name: _authorities,
    m.AWARD.name: lambda session, system: _rounds(session, system, planned=False),
    m.EXTEND.name: _points,
    m.EXTEND_TOGETHER.name: _points,
    m.LEAVE.name: _councils,
    m.CLOSE.name: _system,
    m.CHANGE_LEAD.name: _leads,
}
