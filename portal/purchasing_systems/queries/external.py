"""External systems that the authority acted for can see, wherever a system is cited: appraisals, block contracts, spend (R2-01)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.purchasing_systems.models import ExternalAdmission, ExternalImport, ExternalSystem, PurchasingSystem


@dataclass(frozen=True)
class Citable:
    """A system that can be cited: of the portal, or managed elsewhere (`external`). Two with the same aims stand side by side (R1-11)."""

    id: UUID
    title: str
    managed_by: str
    client_group: str
    ends_on: date | None
    external: bool
    reference: str


def external_systems(session: Session) -> list[ExternalSystem]:
    """Those the reader registered or was named in, by name."""
    return list(session.scalars(select(ExternalSystem).order_by(ExternalSystem.name, ExternalSystem.id)))


def external_system(session: Session, external_id: UUID) -> ExternalSystem:
    """One of them. Raises Missing."""
    found = session.get(ExternalSystem, external_id)
    if found is None:
        raise Missing
    return found


def external_admissions(session: Session, external_id: UUID) -> list[ExternalAdmission]:
    """Everybody admitted there that was not taken back, by name."""
    a = ExternalAdmission
    return list(
        session.scalars(
            select(a)
            .where(a.external_id == external_id, a.removed_at.is_(None))
            .order_by(a.provider_name, a.lot_number, a.id)
        )
    )


def imports_of(session: Session, external_id: UUID) -> list[ExternalImport]:
    """Spreadsheets read for it, the latest first; the registering authority alone sees them."""
    i = ExternalImport
    return list(session.scalars(select(i).where(i.external_id == external_id).order_by(i.recorded_at.desc(), i.id)))


def import_of(session: Session, import_id: UUID) -> ExternalImport:
    """One of them. Raises Missing."""
    found = session.get(ExternalImport, import_id)
    if found is None:
        raise Missing
    return found


def citable_systems(session: Session, systems: frozenset[UUID] | set[UUID]) -> list[Citable]:
    """Every system that can be named where one is chosen or weighed: those taken part in, and the external ones. Two statements.

    Nothing obliges anybody to choose one of them (R8-03).
    """
    own = session.scalars(select(PurchasingSystem).where(PurchasingSystem.id.in_(systems))).all()
    found = [
        Citable(s.id, s.title, s.lead_name, s.client_group, s.valid_until, external=False, reference="") for s in own
    ]
    found += [
        Citable(e.id, e.name, e.host, "", e.ends_on, external=True, reference=e.reference)
        for e in external_systems(session)
    ]
    return sorted(found, key=lambda c: (c.title, str(c.id)))
