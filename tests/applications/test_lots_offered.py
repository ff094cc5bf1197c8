"""An application is for lots that its round offers; the database says so too."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.provision import Urls
from tests.support.applying import OpenRound
from tests.support.region import acting

WRITER = "writer@alder.example"


@pytest.fixture(scope="module")
def round_(open_round: Callable[..., OpenRound]) -> OpenRound:
    return open_round()


def lots_of(urls: Urls, round_: OpenRound) -> list[UUID]:
    with psycopg.connect(urls.admin) as connection:
        rows = connection.execute(
            "SELECT id FROM purchasing_systems.lots WHERE system_id = %s ORDER BY number", (round_.system_id,)
        ).fetchall()
    return [row[0] for row in rows]


def offer(urls: Urls, round_: OpenRound, lots: list[UUID]) -> None:
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE purchasing_systems.rounds SET lots = %s WHERE id = %s", (lots, round_.id))


def choose(app: Flask, application: UUID, lots: list[UUID]) -> int:
    with acting(app, WRITER) as (session, _):
        done = session.execute(
            text("UPDATE applications.applications SET lots = :lots WHERE id = :id"), {"lots": lots, "id": application}
        )
        return int(done.rowcount)  # type: ignore[attr-defined]


def test_by_raw_sql_no_lot_that_the_round_does_not_offer(app: Flask, urls: Urls, round_: OpenRound) -> None:
    made = round_.begin(WRITER)
    first, second = lots_of(urls, round_)[:2]
    offer(urls, round_, [first])
    assert choose(app, made, [first]) == 1
    for lots in ([second], [first, second], [uuid4()]):
        with pytest.raises(DBAPIError, match="does not offer that lot"):
            choose(app, made, lots)
    offer(urls, round_, [])
    assert choose(app, made, [first, second]) == 1, "a round that names none offers all of the system"
    with pytest.raises(DBAPIError, match="does not offer that lot"):
        choose(app, made, [uuid4()])
    assert choose(app, made, []) == 1
