"""More working days to decide on one application of an always-open round, with reasons (R9-02)."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.models import AssessmentExtension, Letter
from portal.applications.queries.assessing import clock_of
from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import NotPermitted, Refused
from portal.core.notify.sending import tell_organisation
from portal.core.types import Actor
from portal.core.web.look import day
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rounds import round_for
from tenants.permissions import Permission


def extend_assessment(
    session: Session, actor: Actor, *, round_id: UUID, application_id: UUID, reason: str
) -> AssessmentExtension:
    """Take the longer number of working days that the vehicle allows in an individual case; the provider is told why.

    Raises Missing, NotPermitted, Refused (no such time, its day has passed, taken already, outcome told), Invalid (`reason`).
    """
    round_, system = round_for(session, actor, round_id)
    if system.lead_id != actor.organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can do this.")
    if not actor.may(Permission.ROUND_RUN):
        raise NotPermitted("Your role does not include this.")
    profile = profile_of(session, system)
    if profile.assessment_days_extended is None:
        raise Refused(f"{profile.name}: the time to decide on an application cannot be longer.")
    one = clock_of(session, round_, system, application_id)
    if one.extended_because:
        raise Refused("The longer time is taken already.")
    if session.scalar(
        select(Letter.id).where(Letter.application_id == application_id, Letter.released_at.is_not(None))
    ):
        raise Refused("The outcome of this application has gone out.")
    if one.by is not None and clock.today() > one.by:
        raise Refused(f"The day to decide by, {day(one.by)}, has passed. The time can be made longer only before it.")
    clean = Cleaning()
    why = clean.lines(
        "reason", reason, "Enter the reason: documents that are awaited, or what is being verified.", 2000
    )
    clean.finish()
    made = AssessmentExtension(
        id=uuid4(),
        application_id=application_id,
        round_id=round_id,
        system_id=system.id,
        provider_id=one.provider_id,
        reason=why,
        extended_by=actor.person_label,
    )
    session.add(made)
    session.flush()
    longer = clock_of(session, round_, system, application_id).by
    record(
        session,
        "applications.assessment.extend",
        f"Took the longer time to decide on application {one.reference}, until {day(longer)}. Reason: {why}",
        about=one.provider_id,
        system=system.id,
        application=application_id,
    )
    tell_organisation(
        session,
        one.provider_id,
        kind="assessment_extended",
        subject=f"Your application {one.reference} is decided by {day(longer)}",
        body=f"{system.lead_name} needs more time for your application to {system.alias or system.title}. Reason: {why}",
        link=f"/applications/{application_id}",
        roles=("provider_administrator", "bid_writer"),
    )
    return made
