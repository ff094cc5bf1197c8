"""Reading the procurement documents: specification, local schedules, invitation and terms."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.purchasing_systems.models import LocalSchedule, Participation, ProcurementDocument, Specification, acts_on
from tenants.models import Organisation


@dataclass(frozen=True)
class ScheduleView:
    """What one council adds for its own area; an empty text adds nothing."""

    id: UUID
    authority_id: UUID
    authority_name: str
    short_name: str
    slug: str
    text: str
    frozen_at: datetime | None

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"


@dataclass(frozen=True)
class SpecificationView:
    """The latest version, with every council's schedule by name."""

    id: UUID
    version: int
    title: str
    common_text: str
    frozen_at: datetime | None
    schedules: tuple[ScheduleView, ...]


def specification_of(session: Session, system_id: UUID) -> SpecificationView | None:
    """The latest specification of a system, or None before it is written."""
    s = Specification
    row = session.execute(
        select(s.id, s.version, s.title, s.common_text, s.frozen_at)
        .where(s.system_id == system_id)
        .order_by(s.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    c, o, p = LocalSchedule, Organisation, Participation
    schedules = session.execute(
        select(c.id, c.authority_id, c.authority_name, o.name, o.slug, c.text, c.frozen_at)
        .join(o, o.id == c.authority_id)
        .join(p, (p.system_id == c.system_id) & (p.authority_id == c.authority_id) & acts_on(clock.today()))
        .where(c.specification_id == row.id)
        .order_by(o.name)
    )
    return SpecificationView(*row, schedules=tuple(ScheduleView(*one) for one in schedules))


def documents_of(session: Session, system_id: UUID) -> list[ProcurementDocument]:
    """Invitation, terms and the rest, in their order."""
    d = ProcurementDocument
    return list(session.scalars(select(d).where(d.system_id == system_id).order_by(d.position, d.title)))
