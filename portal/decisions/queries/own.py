"""Decisions of the councils' own: lists of them, and how one is found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.types import Actor
from portal.decisions.models import Decision, Resolution
from portal.decisions.queries.decisions import decision_of
from portal.decisions.systems import systems_by_id
from tenants.models import Organisation

_COUNT = select(func.count()).where(Resolution.decision_id == Decision.id).scalar_subquery()
_COLUMNS = (
    Decision.id,
    Decision.title,
    Decision.authority_name,
    Decision.decided_by_post,
    Decision.decided_on,
    Decision.recorded_at,
    Decision.status,
    Decision.demonstration,
    _COUNT.label("resolutions"),
)


def own_drafts(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Drafts of the council acted for, the latest first."""
    query = select(*_COLUMNS).where(
        Decision.authority_id == actor.organisation_id, Decision.matter_id.is_(None), Decision.status == "draft"
    )
    return session.execute(query.order_by(Decision.created_at.desc(), Decision.id).limit(50)).all()


def own_records(
    session: Session, actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> Sequence[Row[Any]]:
    """Recorded ones: of the council acted for, and of others about systems it takes part in. The latest first, one more than asked for."""
    query = select(*_COLUMNS).where(
        Decision.matter_id.is_(None),
        Decision.status != "draft",
        (Decision.authority_id == actor.organisation_id) | Decision.system_id.in_(actor.systems),
    )
    if before:
        query = query.where(
            (Decision.recorded_at < before[0]) | and_(Decision.recorded_at == before[0], Decision.id < before[1])
        )
    return session.execute(query.order_by(Decision.recorded_at.desc(), Decision.id.desc()).limit(limit + 1)).all()


def own_decision(session: Session, decision_id: UUID) -> Decision:
    """A decision that answers no joint decision. Raises Missing for any other, and for a draft of others."""
    found = decision_of(session, decision_id)
    if found.matter_id is not None:
        raise Missing
    return found


def systems_named(session: Session, actor: Actor) -> Mapping[UUID, str]:
    """Titles of the purchasing systems the council takes part in, by id."""
    return {system.id: system.title for system in systems_by_id(session, actor.systems)}


def colour_of(session: Session, authority_id: UUID) -> str:
    """CSS class of a council's colour."""
    slug = session.scalar(select(Organisation.slug).where(Organisation.id == authority_id))
    return f"council-{slug}" if slug else ""
