"""Attempts that were turned away. An organisation reads its own, the operator everybody's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from portal.activity.queries.paging import PAGE, Page, instant_key, page_of, parse_instant_key
from portal.core.audit.models import Refusal
from portal.core.types import Actor
from tenants.models import Organisation


@dataclass(frozen=True)
class Attempt:
    """What was tried and why it was refused. `organisation`: of whoever tried; the operator does not learn a provider's name."""

    id: UUID
    at: datetime
    person_label: str
    status: int
    verb: str
    path: str
    sentence: str
    organisation: str | None


def refusals(session: Session, actor: Actor, *, own: bool, before: str | None = None) -> Page[Attempt]:
    """Newest first."""
    query = (
        select(
            Refusal.id,
            Refusal.at,
            Refusal.person_label,
            Refusal.status,
            Refusal.verb,
            Refusal.path,
            Refusal.sentence,
            Organisation.official_name,
        )
        .outerjoin(Organisation, Organisation.id == Refusal.organisation_id)
        .order_by(Refusal.at.desc(), Refusal.id.desc())
        .limit(PAGE + 1)
    )
    if own:
        query = query.where(Refusal.organisation_id == actor.organisation_id)
    key = parse_instant_key(before)
    if key:
        query = query.where(tuple_(Refusal.at, Refusal.id) < tuple_(*key))
    rows = [Attempt(*row) for row in session.execute(query)]
    return page_of(rows, lambda attempt: instant_key(attempt.at, attempt.id))
