"""The register as at a second against a reckoning in Python, over random histories; and today's answer against it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.decisions.test_effects_agree import Database
from tests.support.attempt import Attempt
from tests.support.world import World, named
from tests.support.world_rows import LOTS, ROUNDS, S

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 3, 20, tzinfo=UTC)
"""The clocks change on the 29th."""
HOURS = 24 * 20
ADMISSION, MATTER = named("model admission"), named("model matter")
YES = ("approve", "approve_with_restriction")
STATUSES = ("approved", "effective", "effective", "suspended", "effective", "removed")
Row = dict[str, Any]


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def day(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


hours = st.integers(0, HOURS)


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    """Steps of one admission, of one council's part, and of its decisions, each with the hour it was written."""
    admission = [(h, draw(st.sampled_from(STATUSES))) for h in sorted(draw(st.lists(hours, max_size=5, unique=True)))]
    parts = [
        (h, draw(st.sampled_from(("joined", "joined", "withdrawing", "withdrawn"))), day(at(h)) + timedelta(days=draw(st.integers(-3, 3))),
         day(at(h)) + timedelta(days=draw(st.integers(0, 5))))
        for h in sorted(draw(st.lists(hours, max_size=3, unique=True)))
    ]  # fmt: skip
    decisions = []
    recorded = sorted(draw(st.lists(hours, max_size=3, unique=True)))
    for number, hour in enumerate(recorded):
        ends = recorded[number + 1] if number + 1 < len(recorded) else HOURS + 1
        effective = day(at(hour)) + timedelta(days=draw(st.integers(-2, 6)))
        told = draw(st.integers(hour, max(hour, ends - 1)))
        standings = [(hour, "recorded", effective if told == hour else None)]
        if told > hour:
            standings.append((told, "recorded", effective))
        if told + 2 < ends and draw(st.integers(0, 3)) == 0:
            standings.append((told + 1, "called_in", None))
        if number + 1 < len(recorded):
            standings.append((ends, "superseded", standings[-1][2]))
        decisions.append((draw(st.sampled_from((*YES, "not_approve"))), draw(st.booleans()), standings))
    return {
        "admission": admission,
        "parts": parts,
        "decisions": decisions,
        "asked": sorted(draw(st.lists(hours, min_size=1, max_size=6, unique=True))),
    }


def usable(history: dict[str, Any], hour: int) -> bool:
    """What was so at that hour, reckoned without the database."""
    on = day(at(hour))
    admitted = [status for h, status in history["admission"] if h <= hour][-1:] == ["effective"]
    known = [p for p in history["parts"] if p[0] <= hour and p[2] <= on]
    if known:
        _, status, _, leaves = max(known, key=lambda p: (p[2], p[0]))
        takes_part = status == "joined" or (status == "withdrawing" and leaves >= on)
    else:
        takes_part = True  # it was there from the founding
    counting = []
    for outcome, restricted, standings in history["decisions"]:
        past = [s for s in standings if s[0] <= hour]
        if not past:
            continue
        told, status, effective = past[-1]
        stands = status == "recorded" or (
            status == "superseded" and effective is not None and effective <= day(at(told))
        )
        if stands and effective is not None and effective <= on:
            counting.append((standings[0][0], outcome in YES and not restricted))
    return admitted and takes_part and bool(counting) and max(counting)[1]


def write(database: Database, world: World, history: dict[str, Any]) -> None:
    sefton = world.region.organisations["sefton"]
    of = {"system_id": S, "authority_id": sefton}
    database.write("purchasing_systems.admissions", [{
        "id": ADMISSION, "system_id": S, "round_id": ROUNDS["planned"], "lot_id": LOTS["A"], "provider_id": world.region.organisations["birch"],
        "lead_id": world.region.organisations["halton"], "status": "approved", "areas": [sefton], "standing_because": "",
        "application_id": uuid5(ADMISSION, "application"),
    }])  # fmt: skip
    database.write("purchasing_systems.admission_steps", [
        {"id": uuid5(ADMISSION, str(h)), "number": h, "admission_id": ADMISSION, "system_id": S, "at": at(h), "status": status, "because": ""}
        for h, status in history["admission"]
    ])  # fmt: skip
    part = named("purchasing_systems.participations published sefton")
    database.write("purchasing_systems.participation_steps", [
        {**of, "id": uuid5(part, str(h)), "participation_id": part, "number": 10 + h, "event": "step", "from_status": "joined", "to_status": status, "effective_on": effective,
         "exit_on": leaves, "written_at": at(h), "specification_id": None}
        for h, status, effective, leaves in history["parts"]
    ])  # fmt: skip
    database.write("decisions.matters", [{
        "id": MATTER, "kind": "use_admitted", "rule": "each_for_itself", "late": "counts", "system_id": S, "subject_id": ROUNDS["planned"],
        "raised_by_id": world.region.organisations["halton"], "status": "open", "raised_at": START, "asked_again_because": "", "withdrawn_because": "",
    }])  # fmt: skip
    for number, (outcome, restricted, standings) in enumerate(history["decisions"]):
        decision, last = uuid5(MATTER, str(number)), standings[-1]
        database.write("decisions.decisions", [{
            **of, "id": decision, "matter_id": MATTER, "title": "", "route": "", "urgency": "", "outcome": outcome, "status": last[1],
            "effective_on": last[2], "decided_on": date(2026, 1, 1), "recorded_at": at(standings[0][0]), "is_key": False, "record_kept": "",
            "superseded_at": at(last[0]) if last[1] == "superseded" else None, "published_on": None, "public_at": None, "defer_until": None,
        }])  # fmt: skip
        database.write("decisions.standings", [
            {"id": uuid5(decision, f"{h} {n}"), "number": n, "decision_id": decision, "at": at(h), "status": status, "effective_on": effective}
            for n, (h, status, effective) in enumerate(standings)
        ])  # fmt: skip
        if restricted:
            database.write("decisions.restrictions", [{
                **of, "id": uuid5(decision, "r"), "decision_id": decision, "matter_id": MATTER, "subject_id": world.region.organisations["birch"],
                "in_force_at": at(standings[0][0]), "lot_id": None, "lot_name": None,
            }])  # fmt: skip


@pytest.fixture(scope="module")
def database(world: World) -> Iterator[Database]:
    with psycopg.connect(world.urls.admin, autocommit=True) as connection, connection.transaction(force_rollback=True):
        Attempt(world, connection).as_("lead")
        connection.execute("SET LOCAL session_replication_role = replica")
        yield Database(connection)


@examples(max_examples=150)
@given(histories())
def test_the_database_and_the_reckoning_agree_at_every_second(
    database: Database, world: World, history: dict[str, Any]
) -> None:
    wanted = json.dumps({"admission": str(ADMISSION), "authority": str(world.region.organisations["sefton"])})
    with database.connection.transaction(force_rollback=True):
        write(database, world, history)
        for hour in history["asked"]:
            found = database.connection.execute(
                "SELECT coalesce(bool_or(usable), false) FROM app.register_as_at(%s, %s)", (at(hour), wanted)
            ).fetchone()
            assert found == (usable(history, hour),), (hour, history)
        if history["parts"] or not history["admission"]:
            return
        # Long after the last of them, the past has become what every button asks.
        now = database.connection.execute(
            "SELECT coalesce(bool_or(usable), false) FROM app.register_as_at(app.now(), %s)", (wanted,)
        ).fetchone()
        status = history["admission"][-1][1]
        database.connection.execute(
            "UPDATE purchasing_systems.admissions SET status = %s, released_at = %s, provider_accepted_at = %s, standing_because = 'x', "
            "effective_at = CASE WHEN %s IN ('effective', 'suspended', 'removed') THEN %s::timestamptz END WHERE id = %s",
            (status, START, START, status, START, ADMISSION),
        )
        today = database.connection.execute(
            "SELECT coalesce(bool_or(usable), false) FROM app.usability(%s) WHERE admission_id = %s AND authority_id = %s",
            (S, ADMISSION, world.region.organisations["sefton"]),
        ).fetchone()
        assert today == now
