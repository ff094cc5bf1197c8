"""Taking over the lead of a purchasing system, once every council has decided for it."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Missing, NotPermitted
from portal.core.notify.sending import tell_organisation
from portal.core.types import Actor
from portal.decisions.models import Matter
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.models import Admission, Participation, PurchasingSystem
from portal.purchasing_systems.queries.systems import system_for
from tenants.permissions import Permission

_OFFICERS = ("procurement_officer", "commissioning_officer", "head_of_service", "democratic_services")
_GONE = ("proposed", "approved", "declined_by_provider", "lapsed", "removed", "ended")
"""Providers whose admission stands so have no agreement with the councils."""


def take_the_lead(session: Session, actor: Actor, *, matter_id: UUID) -> PurchasingSystem:
    """An officer of the new lead accepts: from now on it leads. Participants and providers with an agreement are told.

    Raises Missing, NotPermitted; the database refuses (409) with what stands in the way.
    """
    matter = session.get(Matter, matter_id)
    if matter is None or matter.kind != m.CHANGE_LEAD.name:
        raise Missing
    system = system_for(session, actor, matter.system_id)
    if matter.facts["authority_id"] != str(actor.organisation_id):
        raise NotPermitted(f"An officer of {matter.facts['authority_name']} takes over its lead.")
    if not actor.may(Permission.PARTICIPATION_MOVE):
        raise NotPermitted("Your role does not include this.")
    before_id, before = system.lead_id, system.lead_name
    session.flush()
    session.execute(text("SELECT app.change_lead(:matter)"), {"matter": matter_id})
    session.expire_all()
    record(
        session,
        "purchasing_systems.system.change_lead",
        f"{actor.organisation_name} leads “{system.title}” from now on, in place of {before}. {matter.facts['reason']}",
        about=before_id,
        system=system.id,
        matter=matter_id,
        before=before_id,
        after=actor.organisation_id,
    )
    _tell(session, system, before)
    return system


def _tell(session: Session, system: PurchasingSystem, before: str) -> None:
    """Every authority in the list, and every provider with an agreement or the offer of one."""
    subject = f"{system.lead_name} leads {system.alias} from now on"[:290]
    body = (
        f"{system.lead_name} is the lead authority of {system.title} from now on, in place of {before}. What {before} has signed stands. "
        "Admissions, agreements and restrictions are not changed by it."
    )
    councils = select(Participation.authority_id).where(
        Participation.system_id == system.id, Participation.status.not_in(("declined", "withdrawn"))
    )
    providers = (
        select(Admission.provider_id)
        .where(Admission.system_id == system.id, Admission.status.not_in(_GONE))
        .distinct()
        .order_by(Admission.provider_id)
    )
    kind = "purchasing_systems.system.change_lead"
    for council in session.scalars(councils).all():
        link = f"/systems/{system.id}/participation"
        tell_organisation(session, council, kind=kind, subject=subject, body=body, link=link, roles=_OFFICERS)
    for provider in session.scalars(providers).all():
        tell_organisation(session, provider, kind=kind, subject=subject, body=body, link="/where-you-stand")
