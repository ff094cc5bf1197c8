"""A council's register at an instant, and where a provider stands: arranged for the two who read it most."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.purchasing_systems.queries.as_at import MOST, PAGE, Entry, RegisterFilter, register_as_at
from portal.purchasing_systems.queries.register_details import Details, details_of
from portal.purchasing_systems.queries.usability import Usability, usability


@dataclass(frozen=True)
class Register:
    """One page of the providers that a council could use at the instant, and those it could not, with why.

    `total`: of those that match and could be used, None where a page does not hold them all; `barred_cut`: there are more than are shown.
    """

    at: datetime
    usable: tuple[Entry, ...]
    barred: tuple[Entry, ...]
    barred_cut: bool
    details: dict[UUID, Details]
    total: int | None
    next_key: tuple[str, UUID, UUID] | None


@dataclass(frozen=True)
class Choices:
    """What the filter offers: value and words each."""

    systems: tuple[tuple[str, str], ...]
    lots: tuple[tuple[str, str], ...]
    councils: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LotStanding:
    """One lot a provider is admitted to (or was): council by council."""

    admission_id: UUID
    system_title: str
    lot_name: str
    round_number: int
    admission_status: str
    demonstration: bool
    councils: tuple[Usability, ...]

    @property
    def usable_by(self) -> int:
        """How many councils can use the provider today."""
        return sum(row.usable for row in self.councils)


def register_page(
    session: Session, at: datetime, wanted: RegisterFilter, *, after: tuple[str, UUID, UUID] | None = None
) -> Register:
    """The register at the instant; three statements, however many systems. `after`: the row the page before ended with."""
    today = clock.local_day(at)
    usable = register_as_at(session, at, replace(wanted, standing="usable"), today=today, after=after, limit=PAGE + 1)
    barred = (
        []
        if after or wanted.standing == "usable"
        else register_as_at(session, at, replace(wanted, standing="barred"), today=today, limit=PAGE + 1)
    )
    page = usable[:PAGE]
    return Register(
        at=at,
        usable=_by_lot(page),
        barred=_by_lot(barred[:PAGE]),
        barred_cut=len(barred) > PAGE,
        details=details_of(session, at, [*page, *barred[:PAGE]]),
        total=None if after or len(usable) > PAGE else len(usable),
        next_key=page[-1].key if len(usable) > PAGE else None,
    )


def _by_lot(page: list[Entry]) -> tuple[Entry, ...]:
    # Pages are cut by provider and admission, which an index gives; within one, a provider's rows stand lot by lot.
    return tuple(sorted(page, key=lambda row: (row.provider_name, row.system_alias, row.lot_number)))


def whole_register(
    session: Session, at: datetime, wanted: RegisterFilter
) -> tuple[list[Entry], dict[UUID, Details], bool]:
    """Every row up to what one workbook holds, with its details; and whether there are more."""
    rows = register_as_at(session, at, wanted, today=clock.local_day(at), limit=MOST + 1)
    return list(_by_lot(rows[:MOST])), details_of(session, at, rows[:MOST]), len(rows) > MOST


def register_entry(session: Session, at: datetime, *, admission_id: UUID, authority_id: UUID) -> tuple[Entry, Details]:
    """One row. Raises Missing for whoever may not see it."""
    wanted = RegisterFilter(admission_id=admission_id, authority_id=authority_id)
    found = register_as_at(session, at, wanted, today=clock.local_day(at), limit=1)
    if not found:
        raise Missing
    return found[0], details_of(session, at, found)[admission_id]


def choices_of(session: Session, actor: Actor) -> Choices:
    """Systems (external ones too), lots and councils to filter by. One statement."""
    rows = session.execute(
        text(
            """
            SELECT 'system' AS what, s.id, s.alias AS words, s.alias AS place FROM purchasing_systems.systems s WHERE s.id = ANY (:mine)
            UNION ALL SELECT 'system', e.id, e.name || ' (external)', 'z' || e.name FROM purchasing_systems.external_systems e
            UNION ALL SELECT 'lot', l.id, 'Lot ' || l.number || ': ' || l.title || ', ' || s.alias, s.alias || lpad(l.number::text, 4, '0')
              FROM purchasing_systems.lots l JOIN purchasing_systems.systems s ON s.id = l.system_id WHERE s.id = ANY (:mine)
            UNION ALL SELECT DISTINCT 'council', o.id, o.name, o.name FROM purchasing_systems.participations p
              JOIN tenants.organisations o ON o.id = p.authority_id WHERE p.system_id = ANY (:mine)
            ORDER BY 1, 4, 2
            """
        ),
        {"mine": list(actor.systems)},
    ).all()

    def of(what: str) -> tuple[tuple[str, str], ...]:
        return tuple((str(row.id), row.words) for row in rows if row.what == what)

    return Choices(of("system"), of("lot"), of("council"))


def standing_of(session: Session, actor: Actor) -> list[LotStanding]:
    """Every lot of the provider acted for, once its letters are out."""
    by_admission: dict[UUID, list[Usability]] = {}
    for row in usability(session, actor, provider_id=actor.organisation_id):
        by_admission.setdefault(row.admission_id, []).append(row)
    return [_standing(rows) for rows in by_admission.values()]


def _standing(rows: Sequence[Usability]) -> LotStanding:
    return LotStanding(
        admission_id=rows[0].admission_id,
        system_title=rows[0].system_title,
        lot_name=rows[0].lot_name,
        round_number=rows[0].round_number,
        admission_status=rows[0].admission_status,
        demonstration=rows[0].demonstration,
        councils=tuple(rows),
    )
