"""Agreements: to issue and to accept for the councils, to accept for a provider."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.activity import addresses
from portal.activity.needs.need import Need, counted
from portal.core.types import Actor
from portal.purchasing_systems.models import Admission, Lot, PurchasingSystem, Round
from tenants.permissions import Permission


def of_lead(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Of the rounds this council leads, counted by round."""
    if not actor.led or not actor.may(Permission.AGREEMENT_ISSUE):
        return []
    over = or_(Admission.standstill_ends_at.is_(None), Admission.standstill_ends_at <= now)
    released = Admission.released_at.is_not(None)
    waiting = Admission.status.in_(("approved", "standstill"))
    rows = session.execute(
        select(
            Round.id,
            Round.number,
            PurchasingSystem.alias,
            func.count().filter(waiting, released, over).label("to_issue"),
            func.count().filter(Admission.status == "signed").label("to_accept"),
            func.max(Admission.standstill_ends_at).filter(waiting, Admission.standstill_ends_at > now).label("ends_at"),
        )
        .join(Round, Round.id == Admission.round_id)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Admission.lead_id == actor.organisation_id, Admission.status.in_(("approved", "standstill", "signed")))
        .group_by(Round.id, Round.number, PurchasingSystem.alias)
        .order_by(Round.number, Round.id)
    )
    found = []
    for row in rows:
        page = addresses.outcome(row.id)
        if row.to_issue:
            found.append(Need(f"Issue {counted(row.to_issue, 'agreement')}: round {row.number}", page, None, row.alias))
        if row.to_accept:
            found.append(
                Need(
                    f"Accept {counted(row.to_accept, 'agreement')} for the councils: round {row.number}",
                    page,
                    None,
                    row.alias,
                    detail="The providers have accepted",
                )
            )
        if row.ends_at:
            found.append(Need(f"Standstill of round {row.number} ends", page, row.ends_at, row.alias, "date"))
    return found


def of_provider(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Issued and not accepted yet."""
    if not actor.may(Permission.LETTER_READ):
        return []
    rows = session.execute(
        select(Admission.id, Lot.title, PurchasingSystem.alias, Round.number)
        .join(Lot, Lot.id == Admission.lot_id)
        .join(Round, Round.id == Admission.round_id)
        .join(PurchasingSystem, PurchasingSystem.id == Admission.system_id)
        .where(Admission.provider_id == actor.organisation_id, Admission.status == "agreement_issued")
        .order_by(Lot.number, Admission.id)
    )
    may = actor.may(Permission.AGREEMENT_ACCEPT)
    return [
        Need(
            f"{'Read and accept the agreement' if may else 'An agreement waits for your administrator'}: {row.title}",
            addresses.agreement(row.id),
            None,
            row.alias,
            detail=f"Round {row.number}. No council can use you for this lot before it is accepted",
        )
        for row in rows
    ]
