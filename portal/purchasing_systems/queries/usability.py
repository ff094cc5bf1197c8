"""May this council use this provider today? Asked of `app.usability`, which alone computes it, and put into words."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.purchasing_systems.rules.usability import waiting_for

_ROWS = text(
    """
    SELECT u.system_id, s.title AS system_title, s.alias AS system_alias, s.demonstration, u.round_id, r.number AS round_number,
        u.lot_id, l.number AS lot_number, l.title AS lot_title, u.admission_id, u.provider_id, u.provider_name,
        u.admission_status, u.authority_id, o.name AS council, o.slug AS council_slug, u.offered, u.outcome, u.decision_id,
        u.restricted, u.restricted_in_lot, u.ground AS ground_slug, u.usable, u.usable_from, u.usable_until, u.defer_until, u.answer_by,
        u.taken_on, s.lead_name,
        (SELECT g ->> 'title' FROM jsonb_array_elements(s.restriction_grounds) g WHERE g ->> 'slug' = u.ground) AS ground_title
    FROM app.usability(:system) u
    JOIN purchasing_systems.systems s ON s.id = u.system_id
    JOIN purchasing_systems.lots l ON l.id = u.lot_id
    JOIN purchasing_systems.rounds r ON r.id = u.round_id
    JOIN tenants.organisations o ON o.id = u.authority_id
    WHERE (CAST(:authority AS uuid) IS NULL OR u.authority_id = :authority)
      AND (CAST(:provider AS uuid) IS NULL OR u.provider_id = :provider)
    ORDER BY s.title, s.id, l.number, u.provider_name, r.number, u.admission_id, o.name
    """
)


@dataclass(frozen=True)
class Usability:
    """One provider, one lot, one council. `waiting_for`: what is in the way, None when the council can use the provider.

    `usable_until`: the last day, where a later decision of the council ends the use.
    """

    system_id: UUID
    system_title: str
    system_alias: str
    demonstration: bool
    round_id: UUID
    round_number: int
    lot_id: UUID
    lot_number: int
    lot_title: str
    admission_id: UUID
    provider_id: UUID
    provider_name: str
    admission_status: str
    authority_id: UUID
    council: str
    council_slug: str
    offered: bool
    outcome: str | None
    decision_id: UUID | None
    restricted: bool
    restricted_in_lot: bool
    ground_slug: str | None
    usable: bool
    usable_from: date | None
    usable_until: date | None
    defer_until: date | None
    answer_by: date | None
    taken_on: str | None
    lead_name: str
    ground_title: str | None
    waiting_for: str | None

    @property
    def lot_name(self) -> str:
        """`Lot 1: Residential care`."""
        return f"Lot {self.lot_number}: {self.lot_title}"

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.council_slug}"


def usability(
    session: Session,
    actor: Actor | None,
    *,
    system_id: UUID | None = None,
    authority_id: UUID | None = None,
    provider_id: UUID | None = None,
) -> list[Usability]:
    """Rows for whoever asks: a participating authority those of its systems, a provider its own, the public what can be used.

    In order of system, lot, provider and council; one statement, however many rows.
    """
    today = clock.today()
    found = session.execute(_ROWS, {"system": system_id, "authority": authority_id, "provider": provider_id}).mappings()
    provider = actor is not None and actor.organisation_kind == "provider"
    return [_worded(dict(row), today, to_provider=provider) for row in found]


def may_use(session: Session, *, system_id: UUID, lot_id: UUID, provider_id: UUID, authority_id: UUID) -> bool:
    """May this council use this provider for this lot today? The call that every button which spends money makes."""
    return bool(
        session.scalar(
            text(
                "SELECT coalesce(bool_or(usable), false) FROM app.usability(:system) "
                "WHERE lot_id = :lot AND provider_id = :provider AND authority_id = :authority"
            ),
            {"system": system_id, "lot": lot_id, "provider": provider_id, "authority": authority_id},
        )
    )


def _worded(row: dict[str, Any], today: date, *, to_provider: bool) -> Usability:
    ground = (row["ground_title"] or row["ground_slug"]) if row["restricted"] else None
    sentence = waiting_for(
        council=row["council"],
        round_number=row["round_number"],
        admission_status=row["admission_status"],
        offered=row["offered"],
        outcome=row["outcome"],
        answer_by=row["answer_by"],
        defer_until=row["defer_until"],
        ground=ground,
        in_lot=row["restricted_in_lot"],
        usable_from=row["usable_from"],
        today=today,
        to_provider=to_provider,
        taken_on=row["taken_on"],
        lead=row["lead_name"],
    )
    return Usability(**row, waiting_for=sentence)
