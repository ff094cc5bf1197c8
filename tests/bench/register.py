"""The register as at a second, over one system and over 200 of 2,000 providers and 24 councils: statements, latency, and what the plan uses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from portal.core.provision import Urls
from tests.support.many_councils import more_authorities
from tests.support.region import Region
from tests.support.world import NOW, TABLES, _default

SYSTEMS, PROVIDERS, COUNCILS, SYSTEMS_OF_ONE = 200, 2_000, 24, 20
OFFICER = "placement@sefton.example"
LARGE = (
    "admissions",
    "admission_steps",
    "admission_services",
    "core_prices",
    "decisions",
    "standings",
    "participation_steps",
    "restrictions",
)
"""Tables that grow: a plan that reads one of them from end to end for a page of 50 is wrong."""


def build(urls: Urls, region: Region) -> None:
    """Written by the provisioner with triggers asleep, history and all; every id follows from its number."""
    more_authorities(urls, region, COUNCILS - 6)
    councils = sorted(
        (slug, str(id_))
        for slug, id_ in region.organisations.items()
        if slug not in ("alder", "birch", "cedar", "operator")
    )
    lead = region.organisations["halton"]
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("CREATE TEMP TABLE c (n int, id uuid)")
        connection.cursor().executemany(
            "INSERT INTO c VALUES (%s, %s)", [(n, id_) for n, (_, id_) in enumerate(councils, 1)]
        )
        connection.execute(
            "CREATE TEMP TABLE a AS SELECT s, p, md5('a' || s || ' ' || p)::uuid AS id FROM generate_series(1, %s) p "
            "CROSS JOIN LATERAL (SELECT 1 + (p * 7 + i * 10) %% %s AS s FROM generate_series(0, %s) i) x",
            (PROVIDERS, SYSTEMS, SYSTEMS_OF_ONE - 1),
        )
        systems = "generate_series(1, 200) s"

        def put(table: str, source: str, values: dict[str, Any], computed: str) -> None:
            whole = {c.name: values.get(c.name, _default(c)) for c in TABLES[table].columns}
            connection.execute(
                sql.SQL(
                    "INSERT INTO {0} SELECT r.* FROM {1} CROSS JOIN LATERAL jsonb_populate_record(NULL::{0}, {2}::jsonb || {3}) r"
                ).format(
                    sql.SQL(table), sql.SQL(source), sql.Literal(json.dumps(whole, default=_plain)), sql.SQL(computed)
                )
            )
            connection.execute(sql.SQL("ANALYZE {}").format(sql.SQL(table)))

        at = NOW.replace(year=NOW.year - 1)
        led = {"lead_id": lead, "lead_name": "Halton"}
        s_id, system = "md5('s' || s)::uuid", "'system_id', md5('s' || s)::uuid"
        public = {
            **led,
            "status": "active",
            "published_at": at,
            "frozen_at": at,
            "valid_until": date(2035, 1, 1),
            "created_at": at,
        }
        put(
            "purchasing_systems.systems",
            systems,
            public,
            f"jsonb_build_object('id', {s_id}, 'title', 'Bench ' || s, 'alias', 'B' || s)",
        )
        put("purchasing_systems.lots", systems, led, f"jsonb_build_object('id', md5('l' || s)::uuid, {system})")
        put(
            "purchasing_systems.rounds",
            systems,
            {
                **led,
                "status": "notified",
                "published_at": at,
                "opened_at": at,
                "opens_at": at - timedelta(days=90),
                "closes_at": at - timedelta(days=60),
                "number": 1,
                "notice_number": "2025/S 000-000000",
                "notice_url": "https://www.find-tender.service.gov.uk/",
                "notice_published_at": at,
            },
            f"jsonb_build_object('id', md5('r' || s)::uuid, {system})",
        )
        joined = {**led, "status": "joined", "basis": "founding", "joined_on": date(2020, 1, 1)}
        put("purchasing_systems.participations", f"{systems} CROSS JOIN c", joined,
            f"jsonb_build_object('id', md5('t' || s || ' ' || c.n)::uuid, {system}, 'authority_id', c.id)")  # fmt: skip
        put("decisions.matters", systems, {"kind": "use_admitted", "rule": "each_for_itself", "late": "counts", "status": "open", "raised_by_id": lead,
            "raised_at": at, "asked_again_because": "", "withdrawn_because": "", "asked_after_id": None},
            f"jsonb_build_object('id', md5('m' || s)::uuid, {system}, 'subject_id', md5('r' || s)::uuid)")  # fmt: skip
        put("decisions.matter_parties", f"{systems} CROSS JOIN c", {"raised_by_id": lead, "excused_because": ""},
            f"jsonb_build_object('id', md5('q' || s || ' ' || c.n)::uuid, {system}, 'matter_id', md5('m' || s)::uuid, 'authority_id', c.id)")  # fmt: skip
        d_id = "md5('d' || s || ' ' || c.n)::uuid"
        decided = {"outcome": "approve", "status": "recorded", "effective_on": at.date(), "decided_on": at.date(), "recorded_at": at, "title": "",
                   "route": "", "urgency": "", "record_kept": "", "is_key": False, "published_on": at.date(), "public_at": at}  # fmt: skip
        put("decisions.decisions", f"{systems} CROSS JOIN c", decided,
            f"jsonb_build_object('id', {d_id}, {system}, 'matter_id', md5('m' || s)::uuid, 'authority_id', c.id)")  # fmt: skip
        put("decisions.standings", f"{systems} CROSS JOIN c", {"status": "recorded", "effective_on": at.date(), "at": at},
            f"jsonb_build_object('id', md5('z' || s || ' ' || c.n)::uuid, 'number', s * 100 + c.n, 'decision_id', {d_id})")  # fmt: skip
        whole = {
            **led,
            "status": "effective",
            "areas": [id_ for _, id_ in councils],
            "prices": [],
            "standing_because": "",
        }
        whole |= dict.fromkeys(
            (
                "proposed_at",
                "approved_at",
                "released_at",
                "agreement_issued_at",
                "provider_accepted_at",
                "effective_at",
            ),
            at,
        )
        of = f"{system}, 'provider_id', md5('p' || p)::uuid"
        put("purchasing_systems.admissions", "a", whole,
            f"jsonb_build_object('id', a.id, {of}, 'round_id', md5('r' || s)::uuid, 'lot_id', md5('l' || s)::uuid, 'provider_name', 'Provider ' || lpad(p::text, 5, '0') || ' Ltd (fictional)')")  # fmt: skip
        put("purchasing_systems.admission_steps", "a", {"status": "effective", "at": at, "because": ""},
            f"jsonb_build_object('id', md5('h' || a.id)::uuid, 'number', s * 10000 + p, {system}, 'admission_id', a.id)")  # fmt: skip
        told = {"published_on": at.date(), "recorded_at": at, "valid_from": at.date(), "reason": ""}
        put("purchasing_systems.admission_services", "a", {**told, "offered": True},
            f"jsonb_build_object('id', md5('o' || a.id)::uuid, 'admission_id', a.id, {of}, 'service_id', md5('v' || p)::uuid)")  # fmt: skip
        put("purchasing_systems.core_prices", "a", {**told, "age_band": "11 to 15", "pounds": 4850},
            f"jsonb_build_object('id', md5('e' || a.id)::uuid, 'admission_id', a.id, {of}, 'service_id', md5('v' || p)::uuid)")  # fmt: skip
        put("providers.services", f"generate_series(1, {PROVIDERS}) p", {"kind": "childrens_home", "regulator": "ofsted", "area": "Sefton", "recorded_at": at},
            "jsonb_build_object('id', md5('w' || p)::uuid, 'service_id', md5('v' || p)::uuid, 'provider_id', md5('p' || p)::uuid, 'number', (99000000 + p)::text)")  # fmt: skip
        put("providers.grades", f"generate_series(1, {PROVIDERS}) p", {"regulator": "ofsted", "grade": "Good", "graded_on": at.date(), "recorded_at": at},
            "jsonb_build_object('id', md5('g' || p)::uuid, 'number', (99000000 + p)::text)")  # fmt: skip


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def one_system() -> str:
    """The id of the first of them, as PostgreSQL makes it."""
    from hashlib import md5

    return str(UUID(md5(b"s1", usedforsecurity=False).hexdigest()))


def plan_of(urls: Urls, region: Region) -> str:
    """The plan of the statements inside the function, for a page of 50 of one council over all systems."""
    lines: list[str] = []
    with psycopg.connect(urls.admin) as connection:
        connection.add_notice_handler(lambda diagnostic: lines.append(diagnostic.message_primary or ""))
        for setting in (
            "LOAD 'auto_explain'", "SET auto_explain.log_min_duration = 0", "SET auto_explain.log_nested_statements = on",
            "SET auto_explain.log_analyze = on", "SET client_min_messages = log",
        ):  # fmt: skip
            connection.execute(sql.SQL(setting))
        connection.execute(
            "SELECT count(*) FROM app.register_as_at(app.now() - interval '1 day', %s, 51)",
            (json.dumps({"authority": str(region.organisations["sefton"]), "standing": "usable"}),),
        )
    return "\n".join(lines)


def report(urls: Urls, region: Region, ask: Callable[[str, str], tuple[int, float]]) -> None:
    """`ask(path, name)`: statements and median latency of a page. Fails where a statement more is needed, or a plan reads a table from end to end."""
    day = NOW.date().replace(year=NOW.year).isoformat()
    one = ask(f"/register?day={day}&time=00:00&system={one_system()}&standing=usable", "one system")
    every = ask(f"/register?day={day}&time=00:00&standing=usable", "all systems")
    print(f"{'register as at: one system':44} {one[0]} statements, latency {one[1]:.1f} ms")
    print(
        f"{f'  {SYSTEMS} systems, {PROVIDERS:,} providers, {COUNCILS} councils':44} {every[0]} statements, latency {every[1]:.1f} ms"
    )
    assert one[0] == every[0], "The number of statements grows with the systems."
    plan = plan_of(urls, region)
    scanned = {name for name in LARGE if re.search(rf"Seq Scan on {name}\b", plan)}
    used = sorted(
        set(re.findall(r"(?:Index(?: Only)? Scan(?: Backward)?) using (\w+)", plan))
        | set(re.findall(r"Bitmap Index Scan on (\w+)", plan))
    )
    print(f"{'  indexes of its plan':44} {', '.join(used)}")
    assert not scanned, f"Read from end to end: {scanned}\n{plan}"
