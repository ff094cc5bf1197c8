"""Killed in mid-submit: the web server, then the database. What was acknowledged is there, whole, once."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from portal.app import create_app
from portal.core.applicants import Pen
from portal.core.embedded import Cluster
from portal.core.provision import Urls, migrate, provision
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from tests.support.applying import OpenRound, begun_round
from tests.support.forms import Visitor
from tests.support.region import PASSWORD, PROVIDERS, dispose, found_region, pen_for
from tests.support.served import Server, free_port

ROUNDS_WEB = 14
ROUNDS_DATABASE = 38
LONGEST_MOMENT = 0.4
"""Seconds between sending and killing, drawn at random: from before arrival to after the answer."""


@dataclass
class Attempt:
    """One provider's press of the button: what was sent, and the receipt that came back, if one did."""

    application: UUID
    fields: dict[str, str]
    receipt: str = ""


@dataclass
class World:
    """The database, the server and the drafts under test."""

    cluster: Cluster
    urls: Urls
    server: Server
    drafts: dict[str, UUID]
    pens: dict[UUID, Pen]
    visitors: dict[str, Visitor] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(scratch_module: Path) -> Iterator[World]:
    """A cluster with fsync on, a served portal, three complete drafts."""
    cluster = Cluster(scratch_module / "postgres")
    cluster.up()
    settings = Settings(data_dir=scratch_module / "data")
    urls = provision(cluster.url(), "portal", settings.data_dir)
    migrate(urls)
    Keyring.create(settings.keys_folder)
    region = found_region(urls)
    app = create_app(settings, urls.app)
    made: OpenRound = begun_round(app, region)
    drafts = {}
    for provider in PROVIDERS:
        drafts[provider] = made.begin(f"writer@{provider}.example", "residential")
        made.answer(f"writer@{provider}.example", drafts[provider], "residential")
    pens = {(pen := pen_for(app, region.organisations[p])).applicant(made.id): pen for p in PROVIDERS}
    dispose(app)
    port = free_port()
    server = Server(urls, settings.data_dir, port)
    server.up()
    world = World(cluster, urls, server, drafts, pens)
    for provider in PROVIDERS:
        world.visitors[provider] = Visitor("127.0.0.1", port)
        world.visitors[provider].sign_in(f"admin@{provider}.example", PASSWORD)
    yield world
    for visitor in world.visitors.values():
        visitor.close()
    server.kill()
    cluster.down()


def press(visitor: Visitor, attempt: Attempt) -> None:
    """Send the form; keep the receipt if the answer came."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        status, _ = visitor.post(f"/applications/{attempt.application}/declare-and-submit", attempt.fields)
        if status == 303 and visitor.location.startswith("/receipts/"):
            attempt.receipt = visitor.location.removeprefix("/receipts/")


def one_round(world: World, kill: object, chance: random.Random) -> int:
    """All three press at once; something dies; after the restart each asks again with the same form. Returns answers lost."""
    attempts = {}
    for provider, visitor in world.visitors.items():
        application = world.drafts[provider]
        fields = visitor.form(f"/applications/{application}/declare-and-submit", "key")
        attempts[provider] = Attempt(application, {**fields, "declared": "y"})
    threads = [threading.Thread(target=press, args=(world.visitors[p], a)) for p, a in attempts.items()]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0, LONGEST_MOMENT))
    kill()  # type: ignore[operator]  # a callable without arguments
    for thread in threads:
        thread.join()
    world.server.wait()
    lost = 0
    for provider, attempt in attempts.items():
        before = attempt.receipt
        lost += not before
        press(world.visitors[provider], attempt)
        assert attempt.receipt, f"{provider} asked again and got no receipt"
        assert not before or attempt.receipt == before, f"{provider} got a second receipt for one form"
        world.acknowledged[attempt.receipt] = attempt.fields["key"]
    return lost


def kept(world: World) -> dict[str, str]:
    """Every submission in the database, by id, with its form's key; each whole."""
    with psycopg.connect(world.urls.admin) as connection:
        rows = connection.execute(
            "SELECT s.id, s.idempotency_key, (SELECT count(*) FROM applications.envelopes e WHERE e.submission_id = s.id), "
            "(SELECT count(*) FROM applications.seal_keys k WHERE k.submission_id = s.id) FROM applications.submissions s"
        ).fetchall()
        lines = connection.execute(
            "SELECT applicant_id, sealed FROM audit.lines WHERE verb = 'applications.application.submitted'"
        ).fetchall()
    assert all(row[2:] == (3, 3) for row in rows), "a submission lacks an envelope or a key"
    told = sorted(world.pens[applicant].open("trail", sealed)["facts"]["submission"] for applicant, sealed in lines)
    assert told == sorted(str(row[0]) for row in rows), "a submission lacks its line in the trail, or has two"
    return {str(row[0]): str(row[1]) for row in rows}


def restart_web(world: World) -> None:
    """Kill the web server and start it again."""
    world.server.kill()
    world.server.up()


def restart_database(world: World) -> None:
    """Kill the postmaster and start it again; the web server is left alone and recovers by itself."""
    master = int((world.cluster.root / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(master, signal.SIGKILL)
    world.cluster.up()


def test_nothing_acknowledged_is_lost_when_the_web_server_is_killed(world: World) -> None:
    chance = random.Random(26)
    lost = sum(one_round(world, lambda: restart_web(world), chance) for _ in range(ROUNDS_WEB))
    assert 0 < lost < ROUNDS_WEB * len(PROVIDERS), (
        "the kills came always before or always after the submit: this proves nothing"
    )
    assert kept(world) == world.acknowledged


def test_nothing_acknowledged_is_lost_when_the_database_is_killed(world: World) -> None:
    chance = random.Random(27)
    lost = sum(one_round(world, lambda: restart_database(world), chance) for _ in range(ROUNDS_DATABASE))
    assert 0 < lost < ROUNDS_DATABASE * len(PROVIDERS), (
        "the kills came always before or always after the submit: this proves nothing"
    )
    assert kept(world) == world.acknowledged
