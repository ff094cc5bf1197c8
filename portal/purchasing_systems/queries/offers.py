"""What a provider offers: its admissions with services and prices, as it wrote them, each with the day members are told."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.types import Actor
from portal.purchasing_systems.models import (
    Admission,
    AdmissionService,
    CorePrice,
    Lot,
    PurchasingSystem,
    RegisterCycle,
)
from portal.purchasing_systems.rules.register_cycle import CIRCULATION_DAY, CUT_OFF_DAY, circulated_on


@dataclass(frozen=True)
class Cycle:
    """The two days of the month, and when a change made today would be told."""

    cut_off_day: int
    circulation_day: int
    next_on: date


@dataclass(frozen=True)
class Offer:
    """One admission. `services`: the latest row by service; `prices`: every row, the latest first."""

    admission: Admission
    system: PurchasingSystem
    lot_name: str
    cycle: Cycle
    services: dict[UUID, AdmissionService]
    prices: tuple[CorePrice, ...]


def cycle_of(session: Session, system_id: UUID, today: date) -> Cycle:
    """The days of one system; the usual ones where it has set none."""
    found = session.scalar(select(RegisterCycle).where(RegisterCycle.system_id == system_id))
    return _cycle(found, today)


def _cycle(found: RegisterCycle | None, today: date) -> Cycle:
    days = (found.cut_off_day, found.circulation_day) if found else (CUT_OFF_DAY, CIRCULATION_DAY)
    return Cycle(*days, circulated_on(today, *days))


def offers_of(session: Session, actor: Actor, today: date, admission_id: UUID | None = None) -> list[Offer]:
    """Every admission in effect (or suspended) of the provider acted for. Four statements, however many."""
    rows = session.execute(
        select(Admission, PurchasingSystem, Lot, RegisterCycle)
        .join(PurchasingSystem, PurchasingSystem.id == Admission.system_id)
        .join(Lot, Lot.id == Admission.lot_id)
        .outerjoin(RegisterCycle, RegisterCycle.system_id == Admission.system_id)
        .where(
            Admission.provider_id == actor.organisation_id,
            Admission.status.in_(("effective", "suspended")),
            *((Admission.id == admission_id,) if admission_id else ()),
        )
        .order_by(PurchasingSystem.title, Lot.number, Admission.id)
    ).all()
    ids = [row.Admission.id for row in rows]
    services = session.scalars(
        select(AdmissionService)
        .where(AdmissionService.admission_id.in_(ids))
        .ext(distinct_on(AdmissionService.admission_id, AdmissionService.service_id))
        .order_by(AdmissionService.admission_id, AdmissionService.service_id, AdmissionService.recorded_at.desc())
    ).all()
    prices = session.scalars(
        select(CorePrice)
        .where(CorePrice.admission_id.in_(ids))
        .order_by(CorePrice.age_band, CorePrice.valid_from.desc(), CorePrice.recorded_at.desc())
    ).all()
    return [
        Offer(
            admission=row.Admission,
            system=row.PurchasingSystem,
            lot_name=f"Lot {row.Lot.number}: {row.Lot.title}",
            cycle=_cycle(row.RegisterCycle, today),
            services={s.service_id: s for s in services if s.admission_id == row.Admission.id},
            prices=tuple(p for p in prices if p.admission_id == row.Admission.id),
        )
        for row in rows
    ]


def offer_of(session: Session, actor: Actor, today: date, admission_id: UUID) -> Offer:
    """One of them. Raises Missing."""
    found = offers_of(session, actor, today, admission_id)
    if not found:
        raise Missing
    return found[0]
