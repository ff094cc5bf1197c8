"""Reading the procurement documents: specification, local schedules, invitation and terms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.purchasing_systems.models import (
    LocalSchedule,
    Lot,
    Participation,
    ProcurementDocument,
    Round,
    Specification,
    acts_on,
)
from tenants.models import Organisation


@dataclass(frozen=True)
class ScheduleView:
    """What one council adds for its own area, for one lot or (no `lot_id`) for all; an empty text adds nothing."""

    id: UUID
    authority_id: UUID
    authority_name: str
    short_name: str
    slug: str
    text: str
    frozen_at: datetime | None
    lot_id: UUID | None = None
    lot_number: int | None = None
    lot_title: str | None = None

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"

    @property
    def heading(self) -> str:
        """`Sefton`, or `Sefton, lot 2: Foster care`."""
        return self.short_name if self.lot_id is None else f"{self.short_name}, lot {self.lot_number}: {self.lot_title}"

    @property
    def anchor(self) -> str:
        """Its place on a page."""
        return f"schedule-{self.slug}" + (f"-{self.lot_number}" if self.lot_id else "")


@dataclass(frozen=True)
class SpecificationView:
    """One version, with every council's schedules by name."""

    id: UUID
    version: int
    title: str
    common_text: str
    frozen_at: datetime | None
    issued_at: datetime | None
    schedules: tuple[ScheduleView, ...]

    def schedule(self, authority_id: UUID, lot_id: UUID | None = None) -> ScheduleView | None:
        """One council's, for one lot or for all."""
        return next((s for s in self.schedules if s.authority_id == authority_id and s.lot_id == lot_id), None)

    def chosen(
        self, councils: Collection[UUID], areas: Mapping[UUID, Collection[UUID]] | None = None
    ) -> tuple[ScheduleView, ...]:
        """What binds a placement for these councils beside the common text (R8-02). `areas`: lot to councils; None stands for every lot."""
        return tuple(
            s
            for s in self.schedules
            if s.authority_id in councils
            and s.text
            and (s.lot_id is None or areas is None or s.authority_id in areas.get(s.lot_id, ()))
        )


def specification_of(session: Session, system_id: UUID) -> SpecificationView | None:
    """The version in force: the highest issued, or the first before any is. None before it is written."""
    s = Specification
    return _view(
        session,
        select(s)
        .where(s.system_id == system_id)
        .order_by(s.issued_at.is_(None), case((s.issued_at.is_(None), s.version), else_=-s.version)),
    )


def specification_for(session: Session, round_: Round) -> SpecificationView | None:
    """The version under which a round takes applications; of a planned one, the version in force."""
    if round_.specification_id is None:
        return specification_of(session, round_.system_id)
    return _view(session, select(Specification).where(Specification.id == round_.specification_id))


def specification_numbered(session: Session, system_id: UUID, version: int) -> SpecificationView:
    """One version, draft or not, as far as the reader may see it. Raises Missing."""
    s = Specification
    found = _view(session, select(s).where(s.system_id == system_id, s.version == version))
    if found is None:
        raise Missing
    return found


def _view(session: Session, query: Select[Specification]) -> SpecificationView | None:
    found = session.scalars(query.limit(1)).one_or_none()
    if found is None:
        return None
    c, o, p, lot = LocalSchedule, Organisation, Participation, Lot
    schedules = session.execute(
        select(
            c.id, c.authority_id, c.authority_name, o.name, o.slug, c.text, c.frozen_at, c.lot_id, lot.number, lot.title
        )
        .join(o, o.id == c.authority_id)
        .join(p, (p.system_id == c.system_id) & (p.authority_id == c.authority_id) & acts_on(clock.today()))
        .outerjoin(lot, lot.id == c.lot_id)
        .where(c.specification_id == found.id)
        .order_by(o.name, lot.number.nulls_first())
    )
    return SpecificationView(
        id=found.id,
        version=found.version,
        title=found.title,
        common_text=found.common_text,
        frozen_at=found.frozen_at,
        issued_at=found.issued_at,
        schedules=tuple(ScheduleView(*tuple(one)) for one in schedules),
    )


def documents_of(session: Session, system_id: UUID) -> list[ProcurementDocument]:
    """Invitation, terms and the rest, in their order."""
    d = ProcurementDocument
    return list(session.scalars(select(d).where(d.system_id == system_id).order_by(d.position, d.title)))
