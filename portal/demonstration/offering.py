"""After admission: providers enter their services, prices and contacts; an officer notes grades."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import select

from portal.core import clock
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import content, holder, organisations, rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.providers.actions.passport import record_grade, save_contact, save_insurance, save_service
from portal.purchasing_systems.actions.offers import offer_service, set_core_price, set_supplier_number
from portal.purchasing_systems.models import Admission

_LOTS = {"childrens_home": "residential", "independent_fostering_agency": "foster"}
_AT_ONCE = "First entry on admission"


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """A day after the agreements of the first complete round."""
    found = content("services")
    effective = next(calendar.at(entry["effective"]) for entry in rounds().values() if entry["state"] == "complete")
    for order, entry in enumerate(found["services"]):
        at = effective + timedelta(days=1, minutes=20 * order)
        who = holder(entry["provider"], "provider_administrator")
        yield Step(at, who, f"{entry['provider']}: enter {entry['name']}", partial(_service, world, entry))
        yield Step(
            at + timedelta(minutes=10),
            holder("sefton", "placement_officer"),
            f"note the grade of {entry['number']}",
            partial(_grade, world, calendar, entry),
        )


def _service(world: World, entry: dict[str, Any], scene: Scene) -> None:
    service = save_service(
        scene.session,
        scene.actor,
        service_id=None,
        name=entry["name"],
        kind=entry["kind"],
        regulator=entry["regulator"],
        number=entry["number"],
        area=entry["area"],
        capacity=entry.get("capacity"),
        opened_on=None,
        closed_on=None,
    )
    domain = organisations()[entry["provider"]]["email_domain"]
    save_contact(
        scene.session, scene.actor, kind="referral", post="Referrals team", email=f"referrals@{domain}", telephone=""
    )
    save_contact(
        scene.session, scene.actor, kind="vacancy", post="Duty manager", email=f"vacancies@{domain}", telephone=""
    )
    save_insurance(
        scene.session,
        scene.actor,
        kind="public_liability",
        amount=Decimal("10000000.00"),
        expires_on=clock.today() + timedelta(days=300),
    )
    lot = world.lots[_LOTS[entry["kind"]]]
    admissions = scene.session.scalars(
        select(Admission.id).where(Admission.provider_id == scene.actor.organisation_id, Admission.lot_id == lot)
    ).all()
    for admission in admissions:
        offer_service(
            scene.session,
            scene.actor,
            admission_id=admission,
            service_id=service.service_id,
            offered=True,
            reason=_AT_ONCE,
        )
        for band, price in entry["prices"].items():
            set_core_price(
                scene.session,
                scene.actor,
                admission_id=admission,
                service_id=service.service_id,
                age_band=band,
                pounds=Decimal(price),
                valid_from=clock.today(),
                reason=_AT_ONCE,
            )


def _grade(world: World, calendar: Calendar, entry: dict[str, Any], scene: Scene) -> None:
    graded = calendar.at({"day": entry["graded"]["day"], "at": "12:00"}).date()
    record_grade(
        scene.session,
        scene.actor,
        regulator=entry["regulator"],
        number=entry["number"],
        kind=entry["kind"],
        grade=entry["grade"],
        graded_on=min(graded, clock.today()),
        source_url="https://portal.example/invented-report",
    )
    set_supplier_number(
        scene.session,
        scene.actor,
        provider_id=world.organisations[entry["provider"]],
        number=f"DEMO-{entry['number'][-3:]}",
    )
