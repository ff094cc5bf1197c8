"""What a provider offers under its admissions, and at what price; when members are told; each council's own supplier number."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted
from portal.core.money import pounds as in_pounds
from portal.core.parsing import parse_single_line
from portal.core.types import Actor
from portal.core.web.look import day
from portal.providers.queries.passport import service_of
from portal.purchasing_systems.models import (
    Admission,
    AdmissionService,
    CorePrice,
    PurchasingSystem,
    RegisterCycle,
    SupplierNumber,
)
from portal.purchasing_systems.rules.register_cycle import AGE_BANDS, ordinal
from tenants.permissions import Permission


def offer_service(
    session: Session, actor: Actor, *, admission_id: UUID, service_id: UUID, offered: bool, reason: str = ""
) -> AdmissionService:
    """Offer a registered service under an admission, or no more. Members are told on the circulation day; at once with a `reason`.

    Raises Missing, NotPermitted, Invalid (`reason`), Refused (by the database) while not admitted.
    """
    admission = _own(session, actor, admission_id)
    service = service_of(session, actor, service_id)
    row = AdmissionService(
        id=uuid4(),
        admission_id=admission.id,
        system_id=admission.system_id,
        provider_id=admission.provider_id,
        service_id=service_id,
        offered=offered,
        reason=_reason(reason),
        published_on=clock.today(),
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    record(
        session,
        "purchasing_systems.offer.service",
        f"{'Offers' if offered else 'No longer offers'} {service.name}. Members are told on {day(row.published_on)}.",
        about=admission.lead_id,
        system=admission.system_id,
        admission=admission.id,
    )
    return row


def set_core_price(
    session: Session,
    actor: Actor,
    *,
    admission_id: UUID,
    service_id: UUID | None,
    age_band: str,
    pounds: Decimal | None,
    valid_from: date | None,
    valid_until: date | None = None,
    reason: str = "",
) -> CorePrice:
    """A core price by the week, for the whole lot (`service_id` None) or one service. A change is a later row; the earlier stays.

    Members are told on the circulation day; at once with a `reason` (R2-03). Raises Missing, NotPermitted, Invalid by field, Refused
    (by the database) while not admitted.
    """
    admission = _own(session, actor, admission_id)
    service = service_of(session, actor, service_id) if service_id else None
    wrong: dict[str, str] = {}
    if age_band not in AGE_BANDS:
        wrong["age_band"] = "Select an age band."
    if pounds is None:
        wrong["pounds"] = "Enter the price for a week, in pounds."
    elif pounds >= 10_000_000:
        wrong["pounds"] = "Enter a price below £10,000,000.00."
    if valid_from is None:
        wrong["valid_from"] = "Enter the first day of this price."
    elif valid_until and valid_until < valid_from:
        wrong["valid_until"] = "The last day cannot come before the first."
    if wrong or pounds is None or valid_from is None:
        raise Invalid(**wrong)
    row = CorePrice(
        id=uuid4(),
        admission_id=admission.id,
        system_id=admission.system_id,
        provider_id=admission.provider_id,
        service_id=service_id,
        age_band=age_band,
        pounds=pounds,
        valid_from=valid_from,
        valid_until=valid_until,
        reason=_reason(reason),
        published_on=clock.today(),
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    where = f" in {service.name}" if service else ""
    record(
        session,
        "purchasing_systems.offer.price",
        f"Core price, {age_band.lower()}{where}: {in_pounds(pounds)} a week from {day(valid_from)}. Members are told on {day(row.published_on)}.",
        about=admission.lead_id,
        system=admission.system_id,
        admission=admission.id,
    )
    return row


def set_cycle(
    session: Session, actor: Actor, *, system_id: UUID, cut_off_day: int | None, circulation_day: int | None
) -> RegisterCycle:
    """The two days of the month of a system. Changes made already keep the day they were given. Raises Missing, NotPermitted, Invalid."""
    system = session.get(PurchasingSystem, system_id)
    if system is None:
        raise Missing
    if not actor.may(Permission.ADVERT_EDIT) or system.lead_id != actor.organisation_id:
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority can do this.")
    wrong = {
        name: "Enter a day of the month from 1 to 28."
        for name, number in (("cut_off_day", cut_off_day), ("circulation_day", circulation_day))
        if number is None or not 1 <= number <= 28
    }
    if wrong or cut_off_day is None or circulation_day is None:
        raise Invalid(**wrong)
    cycle = session.scalar(select(RegisterCycle).where(RegisterCycle.system_id == system_id))
    if cycle is None:
        cycle = RegisterCycle(id=uuid4(), system_id=system_id, lead_id=system.lead_id)
        session.add(cycle)
    cycle.cut_off_day, cycle.circulation_day = cut_off_day, circulation_day
    session.flush()
    record(
        session,
        "purchasing_systems.register.cycle",
        f"Providers’ changes by the {ordinal(cut_off_day)} are circulated on the {ordinal(circulation_day)} of the next month.",
        system=system_id,
    )
    return cycle


def set_supplier_number(session: Session, actor: Actor, *, provider_id: UUID, number: str) -> SupplierNumber:
    """The number under which the council acted for knows a provider. No other council reads it. Raises NotPermitted, Invalid (`number`)."""
    if actor.organisation_kind != "authority" or not actor.may(Permission.SUPPLIER_NUMBER_EDIT):
        raise NotPermitted("Your role cannot enter a supplier number.")
    try:
        number = parse_single_line(number, 40)
    except ValueError as error:
        raise Invalid(number=str(error)) from None
    row = SupplierNumber(
        id=uuid4(), authority_id=actor.organisation_id, provider_id=provider_id, number=number, recorded_at=clock.now()
    )
    session.add(row)
    session.flush()
    # What the number is stays out of the trail, which the lead reads too.
    record(
        session, "purchasing_systems.supplier_number.set", "Entered the council’s own supplier number of a provider."
    )
    return row


def _own(session: Session, actor: Actor, admission_id: UUID) -> Admission:
    admission = session.get(Admission, admission_id)
    if admission is None or admission.provider_id != actor.organisation_id:
        raise Missing
    if not actor.may(Permission.PASSPORT_KEEP):
        raise NotPermitted("Only an administrator of the provider can change this.")
    return admission


def _reason(typed: str) -> str:
    try:
        return parse_single_line(typed, 300)
    except ValueError as error:
        raise Invalid(reason=str(error)) from None
