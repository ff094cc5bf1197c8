"""What a placement officer opens the register for: services, prices, contacts, insurances, the council's own number. As at a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.purchasing_systems.queries.as_at import Entry

# Row security says which contacts, insurances and numbers there are for the reader; of each kind the latest by then counts.
_DETAILS = text(
    """
    SELECT 'service' AS what, o.admission_id AS id, to_jsonb(o) AS row FROM app.offers_as_at(:at, NULL, :admissions) o
    UNION ALL
    SELECT 'price', c.admission_id, to_jsonb(c) FROM app.prices_as_at(:at, NULL, :admissions) c
    UNION ALL
    (SELECT DISTINCT ON (k.provider_id, k.kind) 'contact', k.provider_id, to_jsonb(k) FROM providers.contacts k
     WHERE k.provider_id = ANY (:providers) AND k.recorded_at <= :at ORDER BY k.provider_id, k.kind, k.recorded_at DESC)
    UNION ALL
    (SELECT DISTINCT ON (i.provider_id, i.kind) 'insurance', i.provider_id, to_jsonb(i) FROM providers.insurances i
     WHERE i.provider_id = ANY (:providers) AND i.recorded_at <= :at ORDER BY i.provider_id, i.kind, i.recorded_at DESC)
    UNION ALL
    (SELECT DISTINCT ON (n.provider_id) 'number', n.provider_id, to_jsonb(n) FROM purchasing_systems.supplier_numbers n
     WHERE n.provider_id = ANY (:providers) AND n.recorded_at <= :at ORDER BY n.provider_id, n.recorded_at DESC)
    UNION ALL
    SELECT 'external', q.id, to_jsonb(q) FROM purchasing_systems.external_admissions q WHERE q.id = ANY (:admissions)
    """
)


@dataclass(frozen=True)
class OfferedService:
    """A registered service under an admission, with the latest grade of then. `number`: the regulator's."""

    service_id: UUID | None
    name: str
    kind: str
    regulator: str
    number: str
    area: str
    capacity: int | None
    grade: str | None
    graded_on: date | None


@dataclass(frozen=True)
class Price:
    """Pounds a week in an age band; `service_id` None: of the whole lot."""

    service_id: UUID | None
    age_band: str
    pounds: Decimal


@dataclass(frozen=True)
class Cover:
    """An insurance: kind, pounds for one claim, last day."""

    kind: str
    amount: Decimal
    expires_on: date


@dataclass(frozen=True)
class Reach:
    """A mailbox or number of a post."""

    post: str
    email: str
    telephone: str

    @property
    def words(self) -> str:
        """In one line."""
        return ", ".join(part for part in (self.post, self.email, self.telephone) if part)


@dataclass(frozen=True)
class Details:
    """What goes with one row of the register."""

    services: tuple[OfferedService, ...] = ()
    prices: tuple[Price, ...] = ()
    contacts: dict[str, Reach] | None = None
    insurances: tuple[Cover, ...] = ()
    supplier_number: str = ""

    def contact(self, kind: str) -> str:
        """`referral` or `vacancy`, in one line; empty when it is not known."""
        found = (self.contacts or {}).get(kind)
        return found.words if found else ""

    @property
    def first_expiry(self) -> Cover | None:
        """The insurance that ends first."""
        return min(self.insurances, key=lambda c: c.expires_on, default=None)

    def price(self, service_id: UUID | None, age_band: str) -> Decimal | None:
        """Of this service, or else of the whole lot."""
        by_service = {p.service_id: p.pounds for p in self.prices if p.age_band == age_band}
        return by_service.get(service_id, by_service.get(None))


def details_of(session: Session, at: datetime, entries: Sequence[Entry]) -> dict[UUID, Details]:
    """By admission; one statement, however many rows."""
    providers = {e.admission_id: e.provider_id for e in entries}
    found = session.execute(
        _DETAILS,
        {"at": at, "admissions": list(providers), "providers": [p for p in set(providers.values()) if p]},
    ).all()
    by: dict[tuple[str, UUID], list[dict[str, Any]]] = {}
    for what, id_, row in found:
        by.setdefault((what, id_), []).append(row)
    return {admission: _details(by, admission, provider) for admission, provider in providers.items()}


def _details(by: dict[tuple[str, UUID], list[dict[str, Any]]], admission: UUID, provider: UUID | None) -> Details:
    external = by.get(("external", admission), [])
    if provider is None:
        return Details(services=tuple(_external(row) for row in external if row["service_name"] or row["number"]))
    numbers = by.get(("number", provider), [])
    return Details(
        services=tuple(_service(row) for row in by.get(("service", admission), [])),
        prices=tuple(
            Price(_uuid(row["service_id"]), row["age_band"], Decimal(str(row["pounds"])).quantize(Decimal("0.01")))
            for row in by.get(("price", admission), [])
        ),
        contacts={
            row["kind"]: Reach(row["post"], row["email"], row["telephone"]) for row in by.get(("contact", provider), [])
        },
        insurances=tuple(
            Cover(
                row["kind"],
                Decimal(str(row["amount"])).quantize(Decimal("0.01")),
                date.fromisoformat(row["expires_on"]),
            )
            for row in by.get(("insurance", provider), [])
        ),
        supplier_number=numbers[0]["number"] if numbers else "",
    )


def _service(row: dict[str, Any]) -> OfferedService:
    return OfferedService(
        service_id=_uuid(row["service_id"]),
        name=row["name"],
        kind=row["kind"],
        regulator=row["regulator"],
        number=row["number"],
        area=row["area"],
        capacity=row["capacity"],
        grade=row["grade"],
        graded_on=date.fromisoformat(row["graded_on"]) if row["graded_on"] else None,
    )


def _external(row: dict[str, Any]) -> OfferedService:
    return OfferedService(None, row["service_name"], "other", "none", row["number"], row["area"], None, None, None)


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None
