"""What changed in the register between two instants: added, ended, restricted; prices and grades."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.money import pounds
from portal.core.web.look import day
from portal.purchasing_systems.queries.as_at import MOST, RegisterFilter, register_as_at

_PRICES = text(
    """
    SELECT coalesce(a.admission_id, b.admission_id) AS admission_id, coalesce(a.service_id, b.service_id) AS service_id,
        coalesce(a.age_band, b.age_band) AS age_band, b.pounds AS earlier, a.pounds AS later
    FROM app.prices_as_at(:later, NULL, :admissions) a
    FULL JOIN app.prices_as_at(:earlier, NULL, :admissions) b
      ON a.admission_id = b.admission_id AND a.age_band = b.age_band AND coalesce(a.service_id, a.admission_id) = coalesce(b.service_id, b.admission_id)
    WHERE a.pounds IS DISTINCT FROM b.pounds
    ORDER BY 1, 3, 2
    """
)
_SERVICES = text(
    """
    SELECT coalesce(a.admission_id, b.admission_id) AS admission_id, coalesce(a.name, b.name) AS name, b.service_id IS NULL AS added,
        a.service_id IS NULL AS ended, b.grade AS earlier, a.grade AS later, a.graded_on
    FROM app.offers_as_at(:later, NULL, :admissions) a
    FULL JOIN app.offers_as_at(:earlier, NULL, :admissions) b ON a.admission_id = b.admission_id AND a.service_id = b.service_id
    WHERE a.service_id IS NULL OR b.service_id IS NULL OR (a.grade, a.graded_on) IS DISTINCT FROM (b.grade, b.graded_on)
    ORDER BY 1, 2
    """
)


@dataclass(frozen=True)
class Change:
    """One line of the list. `kind`: added, ended, restricted, admitted, price, service or grade."""

    kind: str
    provider_name: str
    lot_name: str
    system_alias: str
    sentence: str
    admission_id: UUID
    external: bool


def changes_between(
    session: Session, earlier: datetime, later: datetime, wanted: RegisterFilter, *, days: tuple[date, date]
) -> list[Change]:
    """In order of provider. `days`: the days of both instants in London. Four statements, however much changed."""
    was = {
        (e.admission_id, e.authority_id): e for e in register_as_at(session, earlier, wanted, today=days[0], limit=MOST)
    }
    now = {
        (e.admission_id, e.authority_id): e for e in register_as_at(session, later, wanted, today=days[1], limit=MOST)
    }
    known = {key[0]: entry for key, entry in {**was, **now}.items()}
    found: list[Change] = []

    def add(kind: str, admission_id: UUID, sentence: str) -> None:
        e = known[admission_id]
        found.append(Change(kind, e.provider_name, e.lot_name, e.system_alias, sentence, admission_id, e.external))

    for key in sorted(set(was) | set(now), key=lambda k: (known[k[0]].provider_name, str(k))):
        before, after = was.get(key), now.get(key)
        council = (after or before).council  # type: ignore[union-attr]  # one of them is there
        if after and after.usable and not (before and before.usable):
            add(
                "added",
                key[0],
                f"{council} can use it since {day(after.usable_from)}"
                if after.usable_from
                else f"{council} can use it",
            )
        elif before and before.usable and not (after and after.usable):
            restricted = after is not None and after.restricted
            why = (after.waiting_for if after else None) or "Not in the register any more"
            add("restricted" if restricted else "ended", key[0], why)
        elif after and not (before and before.admission_status == after.admission_status):
            add("admitted", key[0], f"{council}: {after.waiting_for or 'can use it'}")
    if known:
        at = {"earlier": earlier, "later": later, "admissions": list(known)}
        for row in session.execute(_PRICES, at).mappings():
            add("price", row["admission_id"], _price(row))
        for row in session.execute(_SERVICES, at).mappings():
            _service(add, row)
    return sorted(found, key=lambda c: (c.provider_name, c.system_alias, c.lot_name, c.kind, c.sentence))


def _price(row: Any) -> str:
    def words(amount: Decimal | None) -> str:
        return "none" if amount is None else pounds(amount)

    return f"{row['age_band']}: {words(row['later'])} a week, before {words(row['earlier'])}"


def _service(add: Any, row: Any) -> None:
    if row["ended"]:
        add("service", row["admission_id"], f"{row['name']} is no longer offered")
    elif row["added"]:
        add("service", row["admission_id"], f"{row['name']} is offered")
    else:
        graded = f" ({day(row['graded_on'])})" if row["graded_on"] else ""
        add(
            "grade",
            row["admission_id"],
            f"{row['name']}: {row['later'] or 'no grade'}{graded}, before {row['earlier'] or 'no grade'}",
        )
