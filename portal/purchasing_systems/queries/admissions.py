"""Admissions of a round, and the round as its lead sees it."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.errors import Missing, NotPermitted
from portal.core.types import Actor
from portal.purchasing_systems.models import Admission, Lot, Round


def led_round(session: Session, actor: Actor, round_id: UUID, permission: str) -> Round:
    """The round, for an officer of its lead who may. Raises Missing for foreign authorities, NotPermitted for participants."""
    round_ = session.get(Round, round_id)
    if round_ is None or not actor.takes_part(round_.system_id):
        raise Missing
    if not actor.leads(round_.system_id):
        raise NotPermitted("Only the lead authority can do this.")
    if not actor.may(permission):
        raise NotPermitted("Your role does not include this.")
    return round_


def one_at_a_time(session: Session, round_id: UUID) -> None:
    """Until this transaction ends nobody else puts the outcome of this round, nor re-opens its evaluation."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:round, 0))"), {"round": f"outcome {round_id}"})


def admissions_of_round(session: Session, round_id: UUID) -> list[Admission]:
    """By lot and provider."""
    return list(
        session.scalars(
            select(Admission)
            .join(Lot, Lot.id == Admission.lot_id)
            .where(Admission.round_id == round_id)
            .order_by(Lot.number, Admission.provider_name, Admission.id)
        )
    )
