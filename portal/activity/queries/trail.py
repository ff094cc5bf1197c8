"""An organisation's own trail: what it did, and what others did about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from portal.activity.queries.paging import PAGE, Page, page_of
from portal.core.audit.models import AuditLine
from portal.core.types import Actor
from portal.purchasing_systems.models import PurchasingSystem

SUBJECTS = {
    "tenants": "People and sign-in",
    "purchasing_systems": "Purchasing systems, rounds and admissions",
    "questionnaires": "Questions",
    "applications": "Applications and letters",
    "evaluation": "Evaluation",
    "decisions": "Decisions",
}
"""First part of a verb, and what the filter calls it."""


@dataclass(frozen=True)
class Line:
    """`n`: place in the chain; `hash`: over this line and the one before, under a key kept in the database."""

    n: int
    at: datetime
    person_label: str
    organisation_name: str
    verb: str
    sentence: str
    system_id: UUID | None
    hash: bytes

    @property
    def short_hash(self) -> str:
        return self.hash.hex()[:12]


_COLUMNS = (
    AuditLine.n,
    AuditLine.at,
    AuditLine.person_label,
    AuditLine.organisation_name,
    AuditLine.verb,
    AuditLine.sentence,
    AuditLine.system_id,
    AuditLine.hash,
)


def lines_of(
    session: Session,
    actor: Actor,
    *,
    subject: str | None = None,
    system_id: UUID | None = None,
    before: int | None = None,
) -> Page[Line]:
    """Newest first. Two walks down two indexes, so a page costs the same however long the trail has grown."""

    def walk(
        query: Select[int, datetime, str, str, str, str, UUID | None, bytes],
    ) -> Select[int, datetime, str, str, str, str, UUID | None, bytes]:
        if subject in SUBJECTS:
            query = query.where(AuditLine.verb.startswith(f"{subject}.", autoescape=True))
        if system_id is not None:
            query = query.where(AuditLine.system_id == system_id)
        if before is not None:
            query = query.where(AuditLine.n < before)
        return query.order_by(AuditLine.n.desc()).limit(PAGE + 1)

    own = walk(select(*_COLUMNS).where(AuditLine.organisation_id == actor.organisation_id))
    about = walk(
        select(*_COLUMNS).where(
            AuditLine.about_id == actor.organisation_id,
            AuditLine.organisation_id.is_distinct_from(actor.organisation_id),
        )
    )
    both = union_all(select(own.subquery()), select(about.subquery())).subquery()
    rows = session.execute(select(both).order_by(both.c.n.desc()).limit(PAGE + 1))
    return page_of([Line(*row) for row in rows], lambda line: str(line.n))


def systems_named(session: Session) -> list[tuple[UUID, str]]:
    """The purchasing systems this actor can see, for the filter."""
    rows = session.execute(
        select(PurchasingSystem.id, PurchasingSystem.alias)
        .order_by(PurchasingSystem.alias, PurchasingSystem.id)
        .limit(100)
    )
    return [(system_id, alias) for system_id, alias in rows]
