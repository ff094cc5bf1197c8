"""Lots of a system, and the authorities that take part."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, Refused
from portal.core.types import Actor
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.models import LocalSchedule, Lot, Participation, PurchasingSystem, Round, Specification
from portal.purchasing_systems.participation_states import move
from portal.purchasing_systems.queries.systems import led_system
from tenants.models import Organisation
from tenants.permissions import Permission

LOT_FACTS = ("service", "area", "scheme", "need_level")


def add_lot(
    session: Session, actor: Actor, *, system_id: UUID, number: int, title: str, description: str, **facts: str
) -> Lot:
    """A category of service, or a scheme; at any time, for rounds that are published later (R8-01).

    `facts`: service, area, scheme, need_level, as far as there is something to say. Raises Missing, NotPermitted, Invalid.
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    values = _lot_values(session, system_id, number, title, description, facts=facts, but=None)
    lot = Lot(id=uuid4(), system_id=system_id, lead_id=system.lead_id, number=number, **values)
    session.add(lot)
    session.flush()
    record(session, "purchasing_systems.lot.add", f"Added lot {number}: {lot.title}.", system=system_id, id=lot.id)
    return lot


def edit_lot(session: Session, actor: Actor, *, lot_id: UUID, title: str, description: str, **facts: str) -> Lot:
    """Change the words of a lot before a round that offers it is published. Raises Missing, NotPermitted, Refused, Invalid."""
    lot = session.get(Lot, lot_id)
    if lot is None:
        raise Missing
    system = led_system(session, actor, lot.system_id, Permission.ADVERT_EDIT, lock=True)
    if lot_frozen(session, lot.id, system.id):
        raise Refused("This lot was frozen when the first round that offers it was published.")
    for name, value in _lot_values(
        session, lot.system_id, lot.number, title, description, facts=facts, but=lot_id
    ).items():
        setattr(lot, name, value)
    record(
        session, "purchasing_systems.lot.edit", f"Edited lot {lot.number}: {lot.title}.", system=system.id, id=lot.id
    )
    return lot


def add_participant(
    session: Session, actor: Actor, *, system_id: UUID, authority_id: UUID, authority_name: str, joined_on: date
) -> Participation:
    """An authority takes part from `joined_on`. It gets a local schedule to fill, once there is a specification.

    Raises Missing, NotPermitted, Refused (after publication only authorities named in the notice take part), Invalid(authority_id).
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    authority = session.get(Organisation, authority_id)
    if authority is None or authority.kind != "authority":
        raise Invalid(authority_id="Select an authority.")
    found = session.scalars(
        select(Participation).where(Participation.system_id == system_id, Participation.authority_id == authority_id)
    ).one_or_none()
    if found is not None and found.status == "joined":
        raise Invalid(authority_id=f"{authority.name} takes part already.")
    if found is None:
        found = Participation(
            id=uuid4(),
            system_id=system_id,
            lead_id=system.lead_id,
            authority_id=authority_id,
            authority_name=authority_name or authority.official_name,
            status="joined",
            joined_on=joined_on,
        )
        session.add(found)
    else:
        if found.status != "withdrawn":
            raise Invalid(
                authority_id=f"{authority.name} is in the list already: see the participation of this system."
            )
        move(session, found, "joined")
    session.flush()
    give_schedule(session, system, authority_id, found.authority_name)
    record(
        session,
        "purchasing_systems.participation.add",
        f"{found.authority_name} takes part in “{system.title}”.",
        about=authority_id,
        system=system_id,
        joined_on=joined_on.isoformat(),
    )
    return found


def end_participation(session: Session, actor: Actor, *, system_id: UUID, authority_id: UUID) -> Participation:
    """Take an authority out again, before the first round is published. Raises Missing, NotPermitted, Refused."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    if authority_id == system.lead_id:
        raise Refused("The lead authority cannot leave the system it leads.")
    found = session.scalars(
        select(Participation).where(
            Participation.system_id == system_id,
            Participation.authority_id == authority_id,
            Participation.status == "joined",
        )
    ).one_or_none()
    if found is None:
        raise Missing
    move(session, found, "withdrawn")
    record(
        session,
        "purchasing_systems.participation.end",
        f"{found.authority_name} no longer takes part in “{system.title}”.",
        about=authority_id,
        system=system_id,
    )
    return found


def give_schedule(session: Session, system: PurchasingSystem, authority_id: UUID, authority_name: str) -> None:
    """An empty local schedule of the latest version for a council that has none, so that the council can write it."""
    specification_id = session.scalar(
        select(Specification.id)
        .where(Specification.system_id == system.id)
        .order_by(Specification.version.desc())
        .limit(1)
    )
    if specification_id is None:
        return
    has = session.scalar(
        select(LocalSchedule.id).where(
            LocalSchedule.specification_id == specification_id, LocalSchedule.authority_id == authority_id
        )
    )
    if has is None:
        session.add(
            LocalSchedule(
                id=uuid4(),
                specification_id=specification_id,
                system_id=system.id,
                lead_id=system.lead_id,
                authority_id=authority_id,
                authority_name=authority_name,
                text="",
            )
        )
        session.flush()


def lot_frozen(session: Session, lot_id: UUID, system_id: UUID) -> bool:
    """Has a round been published that offers this lot?"""
    return lot_id in frozen_lots(session, system_id)


def frozen_lots(session: Session, system_id: UUID) -> set[UUID]:
    """Lots that a published round offers: what their applicants relied on stands."""
    offered = session.scalars(select(Round.lots).where(Round.system_id == system_id, Round.published_at.is_not(None)))
    return {lot for lots in offered for lot in lots}


def _lot_values(
    session: Session,
    system_id: UUID,
    number: int,
    title: str,
    description: str,
    *,
    facts: Mapping[str, str],
    but: UUID | None,
) -> dict[str, str]:
    clean = Cleaning()
    clean.between("number", number, 1, 999, "Enter a number from 1 to 999.")
    values = {
        "title": clean.line("title", title, "Enter the title of the lot.", 200),
        "description": clean.lines("description", description, "Describe the services of the lot.", 4000),
    }
    values |= {name: clean.line(name, facts[name], None, 200) for name in LOT_FACTS if name in facts}
    taken = session.scalar(select(Lot.id).where(Lot.system_id == system_id, Lot.number == number))
    if taken is not None and taken != but:
        clean.wrong("number", f"There is a lot {number} already.")
    clean.finish()
    return values
