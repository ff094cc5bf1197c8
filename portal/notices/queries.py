"""What anybody may see, gathered for the public pages."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.applications.models import Application, Interest
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.participation import named_publicly
from portal.purchasing_systems.queries.rounds import RoundRow, published_rounds
from portal.purchasing_systems.queries.systems import Participant, published_systems
from portal.purchasing_systems.queries.usability import Usability, usability
from portal.purchasing_systems.reference import vehicles


@dataclass(frozen=True)
class Advertised:
    """A public system with its public rounds, latest closing first; who buys under it, and whom its notice names or describes besides."""

    system: PurchasingSystem
    vehicle: str
    rounds: tuple[RoundRow, ...]
    buyers: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def open_rounds(self) -> tuple[RoundRow, ...]:
        """Those a provider can apply to now."""
        return tuple(r for r in self.rounds if r.phase == "open")

    @property
    def coming(self) -> tuple[RoundRow, ...]:
        """Those that open later."""
        return tuple(r for r in self.rounds if r.phase == "not_yet_open")


@dataclass(frozen=True)
class RegisterEntry:
    """One provider in one lot, and which councils may use it, from which day."""

    provider: str
    lot: str
    demonstration: bool
    system_title: str
    councils: dict[UUID, date | None]


@dataclass(frozen=True)
class RegisterOfSystem:
    """The published register of one system: its councils as columns, providers by lot as rows."""

    system: PurchasingSystem
    councils: tuple[Participant, ...]
    entries: tuple[RegisterEntry, ...]


def advertised(session: Session) -> list[Advertised]:
    """Every public system; those with an open round first."""
    rounds: dict[UUID, list[RoundRow]] = defaultdict(list)
    for row in published_rounds(session):
        rounds[row.system_id].append(row)
    names = vehicles()
    systems = published_systems(session)
    who = named_publicly(session, [system.id for system in systems])
    found = [
        Advertised(
            system,
            names.get(system.vehicle, system.vehicle),
            tuple(rounds[system.id]),
            *(tuple(part) for part in who[system.id]),
        )
        for system in systems
    ]
    return sorted(found, key=lambda a: (not a.open_rounds, a.system.title))


def usable_rows(session: Session, *, system_id: UUID | None, council: str, lot_id: UUID | None) -> list[Usability]:
    """What a council can use today, on an effective decision of its own; the same for everybody who asks."""
    public = {system.id for system in published_systems(session)}
    return [
        row
        for row in usability(session, None, system_id=system_id)
        if row.usable
        and row.system_id in public
        and (not council or row.council_slug == council)
        and (lot_id is None or row.lot_id == lot_id)
    ]


def as_entries(rows: list[Usability]) -> tuple[RegisterEntry, ...]:
    """Rows of one council each, gathered by provider and lot in the order they came."""
    gathered: dict[tuple[UUID, UUID], list[Usability]] = defaultdict(list)
    for row in rows:
        gathered[row.lot_id, row.provider_id].append(row)
    return tuple(
        RegisterEntry(
            own[0].provider_name,
            own[0].lot_name,
            own[0].demonstration,
            own[0].system_title,
            {row.authority_id: row.usable_from for row in own},
        )
        for own in gathered.values()
    )


def is_interested(session: Session, round_id: UUID) -> bool:
    """Has the actor's own organisation registered an interest?"""
    return bool(
        session.scalar(
            select(Interest.id).where(
                Interest.round_id == round_id, Interest.applicant_id == func.app.applicant(round_id)
            )
        )
    )


def own_application(session: Session, round_id: UUID) -> tuple[UUID, str] | None:
    """The application of the actor's own organisation in a round: id and status."""
    row = session.execute(
        select(Application.id, Application.status).where(
            Application.round_id == round_id, Application.applicant_id == func.app.applicant(round_id)
        )
    ).first()
    return (row[0], row[1]) if row else None
