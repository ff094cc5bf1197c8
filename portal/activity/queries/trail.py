"""An organisation's own trail: what it did, and what others did about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Select, Uuid, any_, cast, func, select, union_all
from sqlalchemy.orm import Session

from portal.activity.queries.paging import PAGE, Page, page_of
from portal.core.applicants import pen_of
from portal.core.audit.models import AuditLine
from portal.core.sealing import SealBroken
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
    AuditLine.sealed,
)
_APPLICANTS = any_(cast(select(func.app.applicants()).scalar_subquery(), ARRAY(Uuid)))
"""Pseudonyms of the provider acted for; empty for everybody else."""


def lines_of(
    session: Session,
    actor: Actor,
    *,
    subject: str | None = None,
    system_id: UUID | None = None,
    before: int | None = None,
) -> Page[Line]:
    """Newest first. Three walks down three indexes, so a page costs the same however long the trail has grown."""

    def walk(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
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
    applying = walk(select(*_COLUMNS).where(AuditLine.applicant_id == _APPLICANTS))
    walks = [walked.subquery() for walked in (own, about, applying)]
    all_ = union_all(*(select(walked) for walked in walks)).subquery()
    rows = session.execute(select(all_).order_by(all_.c.n.desc()).limit(PAGE + 1))
    return page_of([_line(session, row) for row in rows], lambda line: str(line.n))


def _line(session: Session, row: Row[*tuple[Any, ...]]) -> Line:
    """As it is; or, of what this provider did about an application, what was sealed."""
    *shown, sealed = row
    line = Line(*shown)
    pen = pen_of(session)
    if sealed is None or pen is None:
        return line
    try:
        content = pen.open("trail", sealed)
    except SealBroken as broken:
        return replace(line, sentence=broken.sentence)
    return replace(line, person_label=content["label"], organisation_name=content["name"], sentence=content["sentence"])


def systems_named(session: Session) -> list[tuple[UUID, str]]:
    """The purchasing systems this actor can see, for the filter."""
    rows = session.execute(
        select(PurchasingSystem.id, PurchasingSystem.alias)
        .order_by(PurchasingSystem.alias, PurchasingSystem.id)
        .limit(100)
    )
    return [(system_id, alias) for system_id, alias in rows]
