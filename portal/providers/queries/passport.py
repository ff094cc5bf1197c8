"""A provider's passport as it stands: the latest row of each service, contact and insurance."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.types import Actor
from portal.providers.models import Contact, Grade, Insurance, Service


@dataclass(frozen=True)
class Passport:
    """`grades`: the latest by regulator and number."""

    services: tuple[Service, ...]
    contacts: dict[str, Contact]
    insurances: dict[str, Insurance]
    grades: dict[tuple[str, str], Grade]


def passport_of(session: Session, provider_id: UUID) -> Passport:
    """What row security lets the reader see of this provider. Four statements."""
    services = session.scalars(
        select(Service)
        .where(Service.provider_id == provider_id)
        .ext(distinct_on(Service.service_id))
        .order_by(Service.service_id, Service.recorded_at.desc())
    ).all()
    contacts = session.scalars(
        select(Contact)
        .where(Contact.provider_id == provider_id)
        .ext(distinct_on(Contact.kind))
        .order_by(Contact.kind, Contact.recorded_at.desc())
    )
    insurances = session.scalars(
        select(Insurance)
        .where(Insurance.provider_id == provider_id)
        .ext(distinct_on(Insurance.kind))
        .order_by(Insurance.kind, Insurance.recorded_at.desc())
    )
    grades = session.scalars(
        select(Grade)
        .where(Grade.number.in_([s.number for s in services if s.number]))
        .ext(distinct_on(Grade.regulator, Grade.number))
        .order_by(Grade.regulator, Grade.number, Grade.graded_on.desc(), Grade.recorded_at.desc())
    )
    return Passport(
        services=tuple(sorted(services, key=lambda s: (s.name, str(s.service_id)))),
        contacts={c.kind: c for c in contacts},
        insurances={i.kind: i for i in insurances},
        grades={(g.regulator, g.number): g for g in grades},
    )


def service_of(session: Session, actor: Actor, service_id: UUID) -> Service:
    """The latest version of one service that the reader may see. Raises Missing."""
    found = session.scalar(
        select(Service).where(Service.service_id == service_id).order_by(Service.recorded_at.desc()).limit(1)
    )
    if found is None or (actor.organisation_kind == "provider" and found.provider_id != actor.organisation_id):
        raise Missing
    return found
