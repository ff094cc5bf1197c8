"""Prices that end while a council still waits: the lead asks the providers to hold them."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Uuid, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.web.look import day
from portal.decisions.queries.board import board, embargo_on
from portal.purchasing_systems.admission_notifications import ask_to_hold
from portal.purchasing_systems.models import Admission, PriceRequest
from tenants.permissions import Permission

_OVER = ("declined_by_provider", "lapsed", "removed", "ended")


def ask_to_hold_prices(session: Session, actor: Actor, *, matter_id: UUID, hold_until: date | None) -> PriceRequest:
    """Ask the providers admitted, as far as they offer for a council that may decide after their prices end. Once a question and day.

    It is a request: no provider is bound by it. Raises Missing, NotPermitted for anybody but an officer of the lead, Invalid
    (`hold_until`), Refused while the outcome is embargoed, where no price ends too early, or when they were asked today.
    """
    found = board(session, actor, matter_id)
    if not actor.may(Permission.MATTER_RAISE) or found.lead_id != actor.organisation_id:
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority can do this.")
    end = found.prices_end
    if end is None or not found.after_prices:
        raise Refused("The prices hold until every council’s answer has taken effect.")
    embargo = embargo_on(session, found)
    if embargo:
        raise Refused(embargo)
    if hold_until is None or hold_until <= end:
        raise Invalid(hold_until=f"Enter a day after {day(end)}, when the prices end.")
    waiting = [c.authority_id for c in found.after_prices]
    providers = session.scalars(
        select(Admission.provider_id)
        .where(
            Admission.round_id == found.subject_id,
            Admission.released_at.is_not(None),
            Admission.status.notin_(_OVER),
            Admission.areas.bool_op("&&")(literal(waiting, ARRAY(Uuid))),
        )
        .distinct()
    ).all()
    if not providers:
        raise Refused("No provider admitted offers for a council that decides after the prices end.")
    asked = PriceRequest(
        id=uuid4(),
        matter_id=matter_id,
        system_id=found.system_id,
        lead_id=found.lead_id,
        asked_on=clock.today(),
        hold_until=hold_until,
        providers=len(providers),
    )
    try:
        with session.begin_nested():
            session.add(asked)
            session.flush()
    except IntegrityError:
        raise Refused("The providers have been asked today already.") from None
    for provider_id in providers:
        ask_to_hold(session, provider_id, found.subject_label, lead=actor.organisation_name, end=end, until=hold_until)
    record(
        session,
        "purchasing_systems.prices.ask_to_hold",
        f"Asked {len(providers)} {'provider' if len(providers) == 1 else 'providers'} of {found.subject_label} to hold their prices until "
        f"{day(hold_until)}: they end on {day(end)}, before every council’s decision is in effect.",
        system=found.system_id,
        matter=matter_id,
    )
    return asked


def last_request(session: Session, matter_id: UUID) -> PriceRequest | None:
    """The latest request on this question."""
    return session.scalars(
        select(PriceRequest).where(PriceRequest.matter_id == matter_id).order_by(PriceRequest.asked_on.desc()).limit(1)
    ).one_or_none()
