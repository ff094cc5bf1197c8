"""Officers: no list and no count before opening; afterwards who applied, and each part only for whom its key is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.audit.models import Refusal
from portal.core.provision import Urls
from tests.support.applying import PDF, OpenRound
from tests.support.client import StrictClient
from tests.support.evaluating import CHAIR, PRICE, SCORERS, Evaluated
from tests.support.region import Region, acting
from tests.support.statements import Statements

Clients = Callable[..., StrictClient]
Counter = Callable[[], AbstractContextManager[Statements]]


def test_sealed_round_has_no_list_and_the_try_is_kept(
    app: Flask, open_round: Callable[..., OpenRound], client_for: Clients
) -> None:
    own = open_round()
    made, _ = own.complete("alder", "foster")
    client = client_for("procurement@halton.example")
    for path in (f"/rounds/{own.id}/applications", f"/rounds/{own.id}/applications/{made}"):
        refused = client.get(path)
        assert refused.status_code == 409
        page = refused.get_data(as_text=True)
        assert "This round is sealed" in page
        assert "Alder" not in page
    with acting(app, "procurement@halton.example") as (session, _):
        kept = session.scalars(select(Refusal.status).where(Refusal.path.like(f"/rounds/{own.id}/applications%"))).all()
        assert kept == [409, 409]
    assert client_for("writer@alder.example").get(f"/rounds/{own.id}/applications").status_code == 403
    assert client.get(f"/rounds/{uuid4()}/applications").status_code == 404


@pytest.fixture(scope="module")
def opened(closed_round: Callable[..., Evaluated]) -> Evaluated:
    return closed_round({"alder": ("residential", "foster"), "birch": ("residential",)}).open()


def test_list_is_filtered_by_lot(opened: Evaluated, client_for: Clients) -> None:
    client = client_for("placement@wirral.example")
    page = client.get(f"/rounds/{opened.id}/applications").get_data(as_text=True)
    assert "2 applications" in page
    assert page.index("Birch House") < page.index("Alder House"), "the latest first"
    foster = client.get(f"/rounds/{opened.id}/applications?lot={opened.lot('foster')}").get_data(as_text=True)
    assert "1 application<" in foster
    assert "Birch House" not in foster
    for odd in ("?lot=nothing", "?after=nothing", "?after=2026-01-01T00:00:00~x"):
        assert client.get(f"/rounds/{opened.id}/applications{odd}").status_code == 200


def test_who_is_not_on_the_panel_is_told_why_there_is_nothing_to_read(opened: Evaluated, client_for: Clients) -> None:
    client = client_for("placement@wirral.example")
    page = client.get(f"/rounds/{opened.id}/applications/{opened.applications['alder']}").get_data(as_text=True)
    assert page.count("No panel has been formed for this round yet") == 3
    assert "Words enough" not in page
    assert client.get(f"/rounds/{opened.id}/applications/{uuid4()}").status_code == 404


def test_panel_reads_part_by_part(
    closed_round: Callable[..., Evaluated], client_for: Clients, count_statements: Counter
) -> None:
    own = closed_round({"alder": ("foster",)}, alder={"sq-legal-name": "Alder in full"}).open().start()
    path = f"/rounds/{own.id}/applications/{own.applications['alder']}"
    scorer = client_for(SCORERS[1])
    assert "Declare first whether you have an interest" in scorer.get(path).get_data(as_text=True)
    own.declare(SCORERS[1], PRICE, CHAIR)
    assert "has not yet ruled" in scorer.get(path).get_data(as_text=True)
    own.rule()
    with count_statements() as sent:
        page = scorer.get(path).get_data(as_text=True)
    assert len(sent) <= 10, sent
    assert "Alder in full" in page
    assert "This part is not assigned to you" in page
    assert "Prices stay hidden until the quality scores are agreed" in client_for(PRICE).get(path).get_data(
        as_text=True
    )
    link = re.search(rf"{path}/documents/[0-9a-f-]+", page)
    assert link
    assert scorer.get(link[0]).data == PDF
    assert client_for("finance@sefton.example").get(link[0]).status_code == 404
    assert client_for("procurement@halton.example").get(link[0].replace(str(own.id), str(uuid4()))).status_code == 404


def test_list_sends_as_many_statements_at_50_rows_as_at_5(
    app: Flask,
    open_round: Callable[..., OpenRound],
    region: Region,
    client_for: Clients,
    urls: Urls,
    count_statements: Counter,
) -> None:
    few, many = (filled(urls, open_round(), region, rows) for rows in (5, 55))
    client = client_for("procurement@halton.example")
    counts = []
    for round_id in (few, many):
        with count_statements() as sent:
            page = client.get(f"/rounds/{round_id}/applications").get_data(as_text=True)
        counts.append(len(sent))
        assert len(sent) <= 8, sent
    assert counts[0] == counts[1]
    assert page.count('data-label="Received"') == 50
    assert "55 applications" in page
    older = re.search(r'href="(\?after=[^"]+)" rel="next"', page)
    assert older
    rest = client.get(f"/rounds/{many}/applications{older[1]}").get_data(as_text=True)
    assert rest.count('data-label="Received"') == 5
    assert "Back to the latest" in rest


def filled(urls: Urls, made: OpenRound, region: Region, rows: int) -> UUID:
    """An opened round of many applications, written by hand: how they come about is tested elsewhere."""
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        at = made.closes_at - timedelta(days=30)
        connection.execute(
            "UPDATE purchasing_systems.rounds SET status = 'opened', opens_at = %(at)s - interval '9 days', "
            "closes_at = %(at)s, opened_at = %(at)s WHERE id = %(round)s",
            {"at": at, "round": made.id},
        )
        for number in range(rows):
            connection.execute(
                "INSERT INTO applications.applications (id, reference, round_id, system_id, applicant_id, owner_check, provider_id, provider_name, status,"
                " lots, areas, submitted_at, submitted_version, opened_at, created_at) VALUES (gen_random_uuid(), %(ref)s,"
                " %(round)s, %(system)s, gen_random_uuid(), '', gen_random_uuid(), %(name)s, 'opened', %(lots)s, '{}', %(sent)s, 1, %(at)s, %(at)s)",
                {
                    "ref": f"R-{number}",
                    "round": made.id,
                    "system": made.system_id,
                    "name": f"Provider {number}",
                    "lots": [made.lots["foster"]],
                    "sent": at - timedelta(minutes=number % 20),
                    "at": at,
                },
            )
    return made.id
