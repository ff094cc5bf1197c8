"""A council's own register, and where a provider stands: usability, arranged for the two who read it most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.types import Actor
from portal.purchasing_systems.models import Admission
from portal.purchasing_systems.queries.usability import Usability, usability

PAGE = 50


@dataclass(frozen=True)
class Register:
    """One page of the providers that this council can use, and those it cannot, with why. `prices`: by admission."""

    usable: tuple[Usability, ...]
    barred: tuple[Usability, ...]
    prices: dict[UUID, list[dict[str, Any]]]
    total: int
    next_key: UUID | None
    lots: tuple[tuple[str, str], ...]


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


def register_of(
    session: Session, actor: Actor, *, lot_id: UUID | None = None, name: str = "", after: UUID | None = None
) -> Register:
    """The register of the council acted for; `name`: part of a provider's name; `after`: the admission the page before ended with."""
    rows = usability(session, actor, authority_id=actor.organisation_id)
    lots = tuple(dict.fromkeys((str(r.lot_id), f"{r.lot_name}, {r.system_alias}") for r in rows))
    wanted = [
        r for r in rows if (lot_id is None or r.lot_id == lot_id) and name.casefold() in r.provider_name.casefold()
    ]
    usable = [r for r in wanted if r.usable]
    start = next((n + 1 for n, r in enumerate(usable) if r.admission_id == after), 0)
    page = usable[start : start + PAGE]
    more = len(usable) > start + PAGE
    return Register(
        usable=tuple(page),
        barred=() if after else tuple(r for r in wanted if not r.usable),
        prices=_prices(session, [r.admission_id for r in page]),
        total=len(usable),
        next_key=page[-1].admission_id if more else None,
        lots=lots,
    )


def standing_of(session: Session, actor: Actor) -> list[LotStanding]:
    """Every lot of the provider acted for, once its letters are out."""
    by_admission: dict[UUID, list[Usability]] = {}
    for row in usability(session, actor, provider_id=actor.organisation_id):
        by_admission.setdefault(row.admission_id, []).append(row)
    return [
        LotStanding(
            admission_id=rows[0].admission_id,
            system_title=rows[0].system_title,
            lot_name=rows[0].lot_name,
            round_number=rows[0].round_number,
            admission_status=rows[0].admission_status,
            demonstration=rows[0].demonstration,
            councils=tuple(rows),
        )
        for rows in by_admission.values()
    ]


def _prices(session: Session, admissions: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    if not admissions:
        return {}
    rows = session.execute(select(Admission.id, Admission.prices).where(Admission.id.in_(admissions)))
    return {row.id: row.prices for row in rows}
