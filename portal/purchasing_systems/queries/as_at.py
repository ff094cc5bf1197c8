"""The register at an instant, and the intervals of one admission. Asked of `app.register_as_at`, which alone computes it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.web.look import day
from portal.purchasing_systems.rules.usability import waiting_for

PAGE = 50
MOST = 20_000
"""No workbook holds more rows than this; the page says so."""
_ROWS = text(
    """
    SELECT r.*, coalesce(o.name, r.authority_name) AS council, o.slug AS authority_slug,
        (SELECT g ->> 'title' FROM purchasing_systems.systems s, jsonb_array_elements(s.restriction_grounds) g
         WHERE s.id = r.system_id AND g ->> 'slug' = r.ground) AS ground_title
    FROM app.register_as_at(:at, CAST(:filter AS jsonb), :limit) r
    LEFT JOIN tenants.organisations o ON o.id = r.authority_id
    ORDER BY r.provider_name, r.admission_id, r.authority_id
    """
)


@dataclass(frozen=True)
class RegisterFilter:
    """What the reader asks for. `standing`: `usable`, `barred` or everything (None); `text`: part of a provider's, service's name or number."""

    system_id: UUID | None = None
    lot_id: UUID | None = None
    authority_id: UUID | None = None
    provider_id: UUID | None = None
    admission_id: UUID | None = None
    text: str = ""
    area: str = ""
    age_band: str = ""
    grade: str = ""
    standing: str | None = None

    def as_json(self, after: tuple[str, UUID, UUID] | None = None) -> str:
        """The filter as the database takes it. `after`: provider's name, admission and authority that the page before ended with."""
        asked = {
            "system": self.system_id,
            "lot": self.lot_id,
            "authority": self.authority_id,
            "provider": self.provider_id,
            "admission": self.admission_id,
            "text": self.text,
            "area": self.area,
            "age_band": self.age_band,
            "grade": self.grade,
            "standing": self.standing,
        } | (dict(zip(("after_name", "after_id", "after_authority"), after, strict=True)) if after else {})
        return json.dumps({name: str(value) for name, value in asked.items() if value})


@dataclass(frozen=True)
class Entry:
    """One provider, one lot, one council at an instant. `waiting_for`: what was in the way, None where the council could use it.

    `taken_on`: None where the portal made the admission; else `confirmed` (the decision too predates the portal), `unconfirmed`, `refused`, or
    `admission` (the admission alone).
    `since`: when the admission came to the status it then had; `usable_until`: the last day, where a decision recorded by then ends the use.
    """

    external: bool
    system_id: UUID
    system_title: str
    system_alias: str
    managed_by: str
    demonstration: bool
    round_id: UUID | None
    round_number: int | None
    lot_id: UUID | None
    lot_number: int
    lot_title: str
    admission_id: UUID
    provider_id: UUID | None
    provider_name: str
    admission_status: str
    since: datetime
    because: str
    effective_at: datetime | None
    authority_id: UUID
    authority_name: str
    council: str
    offered: bool
    decision_id: UUID | None
    outcome: str | None
    effective_on: date | None
    restricted: bool
    restricted_in_lot: bool
    ground: str | None
    usable: bool
    usable_from: date | None
    usable_until: date | None
    defer_until: date | None
    answer_by: date | None
    authority_slug: str | None
    ground_title: str | None
    taken_on: str | None
    waiting_for: str | None

    @property
    def lot_name(self) -> str:
        """`Lot 1: Residential care`."""
        return f"Lot {self.lot_number}: {self.lot_title}" if self.lot_title else f"Lot {self.lot_number}"

    @property
    def key(self) -> tuple[str, UUID, UUID]:
        """Where the next page begins after this row."""
        return self.provider_name, self.admission_id, self.authority_id


def register_as_at(
    session: Session,
    at: datetime,
    wanted: RegisterFilter,
    *,
    today: date,
    after: tuple[str, UUID, UUID] | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """Rows in order of provider; one statement, however many systems. `today`: the day of `at` in London, for the sentences.

    Raises Refused (by the database) for an instant that has not come.
    """
    found = session.execute(_ROWS, {"at": at, "filter": wanted.as_json(after), "limit": limit}).mappings()
    return [_entry(dict(row), today) for row in found]


def _entry(row: dict[str, Any], today: date) -> Entry:
    return Entry(**row, waiting_for=None if row["usable"] else _sentence(row, today))


def _sentence(row: dict[str, Any], today: date) -> str | None:
    if row["external"]:
        return "Admission ended"
    if row["admission_status"] in ("suspended", "removed", "ended"):
        return f"{row['admission_status'].capitalize()}: {row['because']}"
    return waiting_for(
        council=row["council"],
        round_number=row["round_number"],
        admission_status=row["admission_status"],
        offered=row["offered"],
        outcome=row["outcome"],
        answer_by=row["answer_by"],
        defer_until=row["defer_until"],
        ground=(row["ground_title"] or row["ground"]) if row["restricted"] else None,
        in_lot=row["restricted_in_lot"],
        usable_from=row["usable_from"],
        today=today,
        taken_on=row["taken_on"],
        lead=row["managed_by"],
    )


@dataclass(frozen=True)
class Interval:
    """From `since` until `until` (None: still) it stood like this. `ended_because`: what ended it, in words."""

    since: datetime
    until: datetime | None
    usable: bool
    admission_status: str | None
    because: str
    took_part: bool
    decision_id: UUID | None
    outcome: str | None
    effective_on: date | None
    restricted: bool
    taken_on: str | None
    ended_because: str | None


_HISTORY = text("SELECT * FROM app.register_history(:admission, :authority)")
_STATE = (
    "usable",
    "admission_status",
    "because",
    "took_part",
    "decision_id",
    "outcome",
    "effective_on",
    "restricted",
    "taken_on",
)


def history_of(session: Session, *, admission_id: UUID, authority_id: UUID) -> tuple[Interval, ...]:
    """Every interval of one admission and one council, the earliest first; none for whoever may not see it."""
    points = [
        dict(row)
        for row in session.execute(_HISTORY, {"admission": admission_id, "authority": authority_id}).mappings()
    ]
    turns = [p for n, p in enumerate(points) if n == 0 or _state(p) != _state(points[n - 1])]
    return tuple(
        Interval(
            since=point["at"],
            until=later["at"] if later else None,
            ended_because=_why(point, later) if later else None,
            **{name: point[name] for name in _STATE},
        )
        for point, later in zip(turns, [*turns[1:], None], strict=False)
    )


def _state(point: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(point[name] for name in _STATE)


def _why(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What changed between two neighbours: participation first, then admission, then the council's decision."""
    if before["took_part"] != after["took_part"]:
        return "The council takes part from then on." if after["took_part"] else "The council no longer took part."
    if before["admission_status"] != after["admission_status"]:
        words = (after["admission_status"] or "").replace("_", " ").capitalize()
        return f"{words}: {after['because']}" if after["because"] else f"The admission moved on: {words.lower()}."
    if before["decision_id"] != after["decision_id"]:
        if before["decision_id"] is None:
            return "The council decided."
        return (
            "A later decision of the council took its place."
            if after["decision_id"]
            else "The council’s decision no longer had effect."
        )
    if before["effective_on"] != after["effective_on"]:
        return (
            f"The council’s decision takes effect on {day(after['effective_on'])}."
            if after["effective_on"]
            else "The decision was called in."
        )
    return "The council’s decision took effect."
