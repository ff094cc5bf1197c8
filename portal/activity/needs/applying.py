"""Rounds a provider can apply in, and drafts that nobody has submitted."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from portal.activity import addresses
from portal.activity.needs.need import Need
from portal.applications.models import Application, Interest
from portal.core.clock import NEVER
from portal.core.types import Actor
from portal.purchasing_systems.models import PurchasingSystem, Round
from tenants.permissions import Permission


def rounds_and_drafts(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Everything published that has not closed, with what this provider has done about it."""
    if not actor.may(Permission.APPLICATION_DRAFT):
        return []
    own = func.app.applicant(Round.id)
    rows = session.execute(
        select(
            Round.id.label("round_id"),
            Round.number,
            Round.opens_at,
            Round.closes_at,
            PurchasingSystem.alias,
            Application.id,
            Application.status,
            Application.saved_at,
            Application.submitted_at,
            Interest.id.label("interest_id"),
        )
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .outerjoin(Application, and_(Application.round_id == Round.id, Application.applicant_id == own))
        .outerjoin(Interest, and_(Interest.round_id == Round.id, Interest.applicant_id == own))
        .where(Round.status == "published", Round.closes_at > now)
        .order_by(Round.closes_at, Round.id)
    )
    return [need for row in rows for need in _of_round(row, now)]


def _of_round(row: Row[*tuple[Any, ...]], now: datetime) -> Iterator[Need]:
    named, public = f"round {row.number}", addresses.public_round(row.round_id)
    if now < row.opens_at:
        yield Need(f"Round {row.number} opens", public, row.opens_at, row.alias, "date")
    elif row.closes_at >= NEVER:
        yield from _at_any_time(row, public)
    elif row.id is None:
        yield Need(
            f"{'Start your application' if row.interest_id else 'Open for applications'}: {named}",
            public,
            row.closes_at,
            row.alias,
            "act" if row.interest_id else "offer",
            "You registered an interest" if row.interest_id else "You have not registered an interest",
        )
    elif row.status != "submitted":
        yield Need(
            f"Not submitted: your application to {named}",
            addresses.application(row.id),
            row.closes_at,
            row.alias,
            detail="Withdrawn; submit again before closing, or it does not count"
            if row.status == "withdrawn"
            else "A draft does not count. Only what is submitted before closing is read",
        )
    elif row.saved_at and row.submitted_at and row.saved_at > row.submitted_at:
        yield Need(
            f"Changed after you submitted: your application to {named}",
            addresses.application(row.id),
            row.closes_at,
            row.alias,
            detail="What you submitted counts. Submit again if the changes shall count",
        )
    else:
        yield Need(
            f"Submitted. Round {row.number} closes",
            addresses.application(row.id),
            row.closes_at,
            row.alias,
            "date",
            "Until then you can correct and submit again, or withdraw",
        )


def _at_any_time(row: Row[*tuple[Any, ...]], public: str) -> Iterator[Need]:
    """A round that never closes: nothing presses, and what is not submitted does not count."""
    if row.id is None:
        yield Need("Open for applications at any time", public, None, row.alias, "offer")
    elif row.status != "submitted":
        yield Need(
            "Not submitted: your application",
            addresses.application(row.id),
            None,
            row.alias,
            detail="A draft does not count. Only what is submitted is opened and decided",
        )
