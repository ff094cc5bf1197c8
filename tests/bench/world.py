"""What is measured against: two opened rounds of 200 and 200,000 applications, and an open one with a complete draft."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask

from portal.applications.actions.opening import confirm_opening
from portal.core import clock
from portal.core.provision import Urls
from tests.support.applying import OpenRound, begun_round
from tests.support.region import PASSWORD, Region, acting, clock_set_back
from tests.support.rounds import LEAD, MadeRound, make_round

SIZES = (200, 200_000)
WRITER, SENDER = "writer@alder.example", "admin@alder.example"


@dataclass(frozen=True)
class Measured:
    """Rounds by size, one opened application by size, the open round and the draft in it."""

    opened: dict[int, MadeRound]
    application: dict[int, UUID]
    open_round: OpenRound
    draft: UUID


def build(app: Flask, region: Region, urls: Urls) -> Measured:
    """Two rounds opened by two officers of two councils, then filled by the provisioner (bulk load is its work, not a page's)."""
    with clock_set_back(urls, timedelta(hours=3)):
        opened = {
            size: make_round(app, region, opens_in=timedelta(minutes=-1), closes_in=timedelta(hours=1))
            for size in SIZES
        }
    for made in opened.values():
        for email in (LEAD, "procurement@sefton.example"):
            with acting(app, email) as (session, actor):
                confirm_opening(session, actor, round_id=made.round_id, password=PASSWORD)
    one = {size: fill(urls, made, size) for size, made in opened.items()}
    open_round = begun_round(app, region)
    draft = open_round.begin(WRITER, "residential")
    open_round.answer(WRITER, draft, "residential")
    return Measured(opened, one, open_round, draft)


def fill(urls: Urls, made: MadeRound, size: int) -> UUID:
    """Applications and submissions as an opening leaves them. Returns the id of one in the middle."""
    at, opened = clock.now() - timedelta(hours=2, minutes=30), clock.now() - timedelta(minutes=30)
    applications = [_application(n, made) for n in range(size)]
    with psycopg.connect(urls.admin, autocommit=True) as connection, connection.cursor() as cursor:
        # The rules on the way in are not measured here, and would cost minutes at this size.
        cursor.execute("SET session_replication_role = replica")
        for table, rows in (
            ("applications", applications),
            ("submissions", [_submission(row) for row in applications]),
        ):
            defaults = {"submitted_at": at, "created_at": at, "saved_at": at, "opened_at": opened}
            columns = [c for c in _columns(cursor, table) if c in rows[0] or c in defaults]
            with cursor.copy(f"COPY applications.{table} ({', '.join(columns)}) FROM STDIN") as copy:
                for n, row in enumerate(rows):
                    later = {**defaults, "submitted_at": at + timedelta(milliseconds=7 * n % 600_000)}
                    copy.write_row([row.get(c, later.get(c)) for c in columns])
            cursor.execute(f"ANALYZE applications.{table}")  # type: ignore[call-overload]  # a closed pair of names
    middle: UUID = applications[size // 2]["id"]
    return middle


def _columns(cursor: psycopg.Cursor[tuple[Any, ...]], table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'applications' AND table_name = %s "
        "ORDER BY ordinal_position",
        (table,),
    )
    return [str(row[0]) for row in cursor.fetchall()]


def _application(n: int, made: MadeRound) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "reference": f"B{n:06}",
        "round_id": made.round_id,
        "system_id": made.system_id,
        "applicant_id": uuid4(),
        "owner_check": b"",
        "provider_id": uuid4(),
        "provider_name": f"{hashlib.sha256(str(n).encode()).hexdigest()[:8].capitalize()} Care Ltd (fictional)",
        "status": "opened",
        "lots": list(made.lots) if n % 2 else list(made.lots[:1]),
        "areas": "{}",
        "submitted_version": 1,
        "saved_by": "Bid writer",
    }


def _submission(application: dict[str, Any]) -> dict[str, Any]:
    kept = ("round_id", "system_id", "applicant_id", "lots", "areas")
    return {
        **{name: application[name] for name in kept},
        "id": uuid4(),
        "application_id": application["id"],
        "version": 1,
        "submitted_by": "Provider administrator",
        "sha256": hashlib.sha256(application["id"].bytes).digest(),
        "idempotency_key": application["id"].hex,
        "content_sha256": b"\0" * 32,
        "receipt": "{}",
    }
