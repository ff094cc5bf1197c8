"""A world with something in every table, in every state that tenancy distinguishes. Proofs of absence start from it.

One system of six councils (Wirral takes no part, Liverpool has left), its rounds before and after opening, two providers'
applications, a panel at work, decisions drafted and recorded. Rows are written by the provisioner with triggers asleep:
how rows come about is shown elsewhere; here it only matters who may touch them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Integer, LargeBinary, Numeric, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from portal.core import clock
from portal.core.applicants import Pen
from portal.core.embedded import Cluster
from portal.core.provision import Urls
from portal.schema import metadata
from tenants.passwords import derive
from tests.support.database import clone
from tests.support.region import PASSWORD, Region, found_region

ACTORS: dict[str, str | None] = {
    "lead": "procurement@halton.example",
    "participant": "commissioning@knowsley.example",
    "evaluator": "placement@sefton.example",
    "colleague": "finance@knowsley.example",
    "decider": "head@st-helens.example",
    "leaver": "procurement@liverpool.example",
    "outsider": "procurement@wirral.example",
    "shared": "shared@procurement.example",
    "applicant": "admin@alder.example",
    "writer": "writer@alder.example",
    "rival": "admin@birch.example",
    "operator": "operator@portal.example",
    "nobody": None,
}
"""Who tries. `evaluator` and `colleague` sit on the panel; `colleague` has not submitted the sheet of lot A.

`shared` acts for Knowsley here and could for St Helens; `writer` is of the same provider as `applicant`.
"""
NOW = clock.now().replace(microsecond=0)
TABLES: dict[str, Table] = {f"{t.schema}.{t.name}": t for t in metadata.sorted_tables}


def named(name: str) -> UUID:
    """The id of something in the world, by its name."""
    return uuid5(NAMESPACE_URL, f"world:{name}")


@dataclass
class World:
    """The database, ids by name, a way in for every actor, and the rows by table and state."""

    urls: Urls
    region: Region
    tokens: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    secret: Callable[[UUID], bytes] = field(default=lambda provider: sha256(provider.bytes).digest())
    """What a provider's pseudonyms come from; the portal works it out from a key of its own."""

    def applicant(self, slug: str, round_id: UUID) -> UUID:
        """A provider's pseudonym in a round."""
        provider = self.region.organisations[slug]
        return Pen(self.secret(provider), provider).applicant(round_id)

    def slug(self, actor: str) -> str:
        """Whom the actor acts for, by its short name; empty for nobody."""
        domain = (ACTORS[actor] or "").partition("@")[2].removesuffix(".example")
        return {"portal": "operator", "procurement": "knowsley"}.get(domain, domain)

    def organisation(self, actor: str) -> UUID | None:
        """Whom the actor acts for; None for nobody."""
        slug = self.slug(actor)
        return self.region.organisations[slug] if slug else None

    def person(self, actor: str) -> UUID | None:
        """Who the actor is; None for nobody."""
        email = ACTORS[actor]
        return None if email is None else self.region.people[email]

    def theirs(self, actor: str) -> dict[str, UUID | None]:
        """The columns that name both."""
        return {"person_id": self.person(actor), "organisation_id": self.organisation(actor)}


def build_world(urls: Urls, secret: Callable[[UUID], bytes] | None = None) -> World:
    """Found the region, write every row, and give every actor a session and a job."""
    from tests.support.world_rows import rows_of

    world = World(urls, found_region(urls))
    if secret is not None:
        world.secret = secret
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM purchasing_systems.vehicle_profiles")  # those shipped: the world has its own
        for table, state, values in rows_of(world):
            _write(connection, world, table, state, values)
        connection.execute("RESET session_replication_role")
        _refuse_dangling(connection)
        _let_in(connection, world)
    return world


def _write(connection: psycopg.Connection[Any], world: World, table: str, state: str, values: dict[str, Any]) -> None:
    described = TABLES[table]
    unknown = set(values) - set(described.columns.keys())
    if unknown:
        raise LookupError(f"{table} {state}: the world sets columns that are gone: {unknown}")
    if "id" in described.columns and not state.startswith("="):
        values = {"id": named(f"{table} {state}"), **values}
    row = {c.name: values.get(c.name, _default(c)) for c in described.columns}
    if state.startswith("="):  # written already, by founding
        world.rows[table, state] = _founded(connection, table, values)
        return
    world.rows[table, state] = row
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.SQL(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        ),
        [adapted(value, described.columns[name]) for name, value in row.items()],
    )


def _founded(connection: psycopg.Connection[Any], table: str, values: dict[str, Any]) -> dict[str, Any]:
    cursor = connection.cursor(row_factory=dict_row)
    found = cursor.execute(
        f"SELECT * FROM {table} WHERE {' AND '.join(f'{name} = %s' for name in values)}", list(values.values())
    ).fetchall()
    assert len(found) == 1, f"{table}: {len(found)} rows of the region are {values}"
    return found[0]


def _default(column: Column[Any]) -> Any:
    # The first kind that fits; whatever says something about tenancy is set by the rows themselves.
    kind = column.type
    if column.nullable:
        return None
    for wanted, value in (
        (Uuid, named(f"any {column.name}")),
        (ARRAY, []),
        (JSONB, {} if column.name in ("facts", "receipt", "content", "areas", "pass_rule") else []),
        (DateTime, NOW),
        (Date, date(2026, 1, 1)),
        (Boolean, False),
        (Integer, 1),
        (Numeric, 1),
        (LargeBinary, b"\x01"),
    ):
        if isinstance(kind, wanted):
            return value
    return f"any {column.name}"


def adapted(value: Any, column: Column[Any]) -> Any:
    """The value as psycopg writes it."""
    if isinstance(column.type, JSONB) and value is not None:
        return Jsonb(json.loads(json.dumps(value, default=str)))
    return value


def _refuse_dangling(connection: psycopg.Connection[Any]) -> None:
    # The triggers slept, so the foreign keys are asked now: a world that could not be would prove nothing.
    for table in TABLES.values():
        for key in table.foreign_key_constraints:
            here = [c.name for c in key.columns]
            there = [e.column.name for e in key.elements]
            pairs = " AND ".join(f"b.{t} = a.{h}" for h, t in zip(here, there, strict=True))
            found = connection.execute(
                f"SELECT count(*) FROM {table.fullname} a WHERE num_nulls({', '.join(f'a.{h}' for h in here)}) = 0 "
                f"AND NOT EXISTS (SELECT 1 FROM {key.elements[0].column.table.fullname} b WHERE {pairs})"
            ).fetchone()
            if found != (0,):
                raise LookupError(f"{table.fullname}: {here} lead nowhere")


def _let_in(connection: psycopg.Connection[Any], world: World) -> None:
    for number, (actor, email) in enumerate(ACTORS.items(), start=900_001):
        if email is None:
            continue
        salt, parameters = connection.execute("SELECT * FROM app.sign_in_salt(%s)", [email]).fetchone() or (b"", "")
        answer = connection.execute(
            "SELECT app.sign_in(%s, %s, '127.0.0.1')", [email, derive(PASSWORD, salt, parameters)]
        ).fetchone()
        assert answer is not None
        world.tokens[actor] = answer[0]["token"]
        world.jobs[actor] = number
        connection.execute(
            "INSERT INTO app.job_scopes VALUES (%s, %s, %s)", [number, world.person(actor), world.organisation(actor)]
        )


@pytest.fixture(scope="session")
def world(cluster: Cluster, template: str, test_folder: Path) -> Iterator[World]:
    """The world in a database of its own. Tests roll back what they do in it."""
    for urls in clone(cluster, template, test_folder):
        yield build_world(urls)
