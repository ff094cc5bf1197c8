"""What follows from what was decided below: events only tell; effects are computed."""

from typing import Any
from uuid import UUID

from sqlalchemy import any_, literal, select, text
from sqlalchemy.orm import Session

from portal.core.events import subscribe
from portal.core.types import Actor
from portal.decisions.models import Decision, Matter
from portal.purchasing_systems.actions.participation import take_over
from portal.purchasing_systems.admission_notifications import tell_standing_changed
from portal.purchasing_systems.matters import ADOPT_VERSION, USE_ADMITTED
from portal.purchasing_systems.models import Admission


@subscribe("decisions.decision.recorded")
def tell_providers(session: Session, actor: Actor, **payload: Any) -> None:
    """A council has answered on the use of providers: those it concerns are told, unless their letters are still embargoed."""
    row = session.execute(
        select(Decision, Matter)
        .join(Matter, Matter.id == Decision.matter_id)
        .where(Decision.id == UUID(payload["id"]), Matter.kind == USE_ADMITTED.name)
    ).one_or_none()
    if row is None:
        return
    decision, matter = row
    concerned = session.scalars(
        select(Admission.provider_id)
        .where(
            Admission.round_id == matter.subject_id,
            Admission.released_at.is_not(None),
            literal(decision.authority_id) == any_(Admission.areas),
        )
        .distinct()
    ).all()
    for provider_id in concerned:
        tell_standing_changed(session, provider_id, decision.authority_name)


@subscribe("decisions.decision.recorded")
def follow(session: Session, actor: Actor, **payload: Any) -> None:
    """A council has decided on taking part, joining, leaving, renewing or closing: what is in effect by now is carried into the status.

    One that takes effect later is carried by the next such event or by the lead; nothing waits for that, see ADR 13.
    """
    system_id = session.scalar(
        select(Matter.system_id)
        .join(Decision, Decision.matter_id == Matter.id)
        .where(Decision.id == UUID(payload["id"]), Matter.kind.in_(("take_part", "join", "leave", "renew", "close")))
    )
    if system_id is not None and actor.may_see(system_id):
        take_over(session, actor, system_id=system_id)


@subscribe("decisions.decision.recorded")
def note_confirmed_version(session: Session, actor: Actor, **payload: Any) -> None:
    """Where every council's decision to adopt a version is in effect by this one, each has joined to that version."""
    system_id = session.scalar(
        select(Matter.system_id)
        .join(Decision, Decision.matter_id == Matter.id)
        .where(Decision.id == UUID(payload["id"]), Matter.kind == ADOPT_VERSION.name)
    )
    if system_id is not None:
        session.flush()
        session.execute(text("SELECT app.confirm_versions(:system)"), {"system": system_id})
