"""Trying: every actor, every row of the world, every verb, as the application's own role. Everything is rolled back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from portal.core.applicants import provider_of
from portal.core.database import Base
from tests.support.region import PROVIDERS
from tests.support.world import ACTORS, TABLES, World, adapted, named
from tests.support.world_rows import APPLICATIONS
from tests.tenancy.expected import BROKEN, columns_of, expected, fresh, verbs_of

_REFUSED = ("42501", "PT4")
_PASSED = ("23505",)
"""Unique keys are asked after row security: whoever gets that far was let through."""
_TENANCY = {m.local_table: m.class_.__tenancy__ for m in Base.registry.mappers}
_APPLICATION = {id_: name for name, id_ in APPLICATIONS.items()}
_OWN = re.compile(r"\b(\w+) = \(SELECT app\.(organisation|person)\(\)\)")


@dataclass(frozen=True)
class Wrong:
    """One thing that came out otherwise than the table says."""

    role: str
    actor: str
    verb: str
    table: str
    state: str
    may: bool

    def __str__(self) -> str:
        said = "could not, and should" if self.may else "could, and must not"
        return f"{self.actor} ({self.role}) {said} {self.verb} {self.table} [{self.state}]"


@contextmanager
def acting(connection: psycopg.Connection[Any], world: World, role: str, actor: str) -> Iterator[None]:
    """A transaction in the actor's scope, rolled back at the end."""
    with connection.transaction(force_rollback=True):
        if actor in world.tokens:
            if role == "app":
                provider = provider_of(world.tokens[actor])
                entry = [world.tokens[actor], world.secret(provider) if provider else None]
                entered = connection.execute("SELECT app.enter(%s, %s) IS NOT NULL", entry).fetchone()
            else:
                entered = connection.execute("SELECT app.enter_job(%s) IS NOT NULL", [world.jobs[actor]]).fetchone()
            assert entered == (True,)
        yield


def wrong(world: World, role: str, tables: Iterable[str] | None = None) -> Iterator[Wrong]:
    """Whatever differs from the table, in `tables` or everywhere. `role`: `app`, `worker`, or `keeper` (grants alone)."""
    chosen = set(TABLES if tables is None else tables)
    rows = [key for key in world.rows if key[0] in chosen]
    with psycopg.connect(getattr(world.urls, role)) as connection:
        yield from _grants(connection, role, chosen)
        for actor in ACTORS if role != "keeper" else ():
            with acting(connection, world, role, actor):
                for table, state in rows:
                    for verb, may, did in _tried(connection, world, role, actor, table, state):
                        if may is not did:
                            yield Wrong(role, actor, verb, table, state, may)
                yield from _blind(connection, world, role, actor, chosen)
        if role == "app":
            yield from _asleep(world, rows)


def _tried(
    connection: psycopg.Connection[Any], world: World, role: str, actor: str, table: str, state: str
) -> Iterator[tuple[str, bool, bool]]:
    line = expected(table, state)
    sees, inserts, owns, updates, deletes = (
        actor in a for a in (line.select, line.insert, line.own, line.update, line.delete)
    )
    if role == "worker" and table == "notify.messages":
        sees = updates = True
    if role == "worker" and table == "applications.seal_keys":
        sees = inserts = owns = False
    if (
        role == "worker"
        and world.slug(actor) in PROVIDERS
        and (world.rows[table, state].get("applicant_id") or table == "clarifications.questions" or state == "alone")
    ):
        # The job runner holds no keys, so in a job nobody is an applicant.
        sees = inserts = owns = updates = deletes = False
    key, values = _key(world, table, state)
    yield "select", sees, _count(connection, f"SELECT 1 FROM {table} WHERE {key}", values) == 1
    yield "insert", inserts, _insert(connection, table, {**world.rows[table, state], **fresh(world, table, state)})
    if actor != "nobody":
        tries = _in_own_name(world, actor, table, state)
        yield "insert in their own name", owns, any(_insert(connection, table, row) for row in tries)
    if columns := columns_of(table, role):
        assignments = ", ".join(f"{c} = {c}" for c in columns)
        yield "update", updates, _count(connection, f"UPDATE {table} SET {assignments} WHERE {key}", values) == 1
    yield "delete", deletes, _count(connection, f"DELETE FROM {table} WHERE {key}", values, passed=("23503",)) == 1


def _key(world: World, table: str, state: str) -> tuple[str, list[Any]]:
    names = [c.name for c in TABLES[table].primary_key]
    return " AND ".join(f"{n} = %s" for n in names), [world.rows[table, state][n] for n in names]


def _round_of(world: World, row: dict[str, Any]) -> UUID:
    """The round in which a row's pseudonym holds; a line of the trail does not say."""
    if "round_id" in row:
        return UUID(str(row["round_id"]))
    application = _APPLICATION.get(row.get("application_id"), "live")
    return UUID(str(world.rows["applications.applications", application]["round_id"]))


def _in_own_name(world: World, actor: str, table: str, state: str) -> Iterator[dict[str, Any]]:
    """The row with the actor for its owner: one for each word that lets rows in, for any of them is enough."""
    row = {**world.rows[table, state], **fresh(world, table, state)}
    if row.get("applicant_id") and world.organisation(actor):
        row["applicant_id"] = world.applicant(world.slug(actor), _round_of(world, row))
    words = _TENANCY[TABLES[table]]
    for writing in [[w] for w in words if w.insert] or [list(words)]:
        owners = {found for w in writing for found in _OWN.findall(w.rows or "")}
        yield {**row, **{c: world.person(actor) if who == "person" else world.organisation(actor) for c, who in owners}}


def _insert(connection: psycopg.Connection[Any], table: str, row: dict[str, Any]) -> bool:
    columns = TABLES[table].columns
    row = {name: value for name, value in row.items() if name in columns}
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.SQL(table), sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join([sql.Placeholder()] * len(row))
    )
    return _count(connection, statement, [adapted(v, columns[n]) for n, v in row.items()], passed=_PASSED) == 1


def _count(
    connection: psycopg.Connection[Any], statement: str | sql.Composed, values: list[Any], passed: tuple[str, ...] = ()
) -> int:
    """How many rows; 0 where it was refused, 1 where it got past tenancy and failed later."""
    try:
        with connection.transaction(force_rollback=True):
            done = connection.execute(statement, values).rowcount
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return done
    except psycopg.Error as error:
        state = error.sqlstate or ""
        if state in passed:
            return 1
        if state.startswith(_REFUSED) or state == "23503":
            return 0
        raise


def _blind(
    connection: psycopg.Connection[Any], world: World, role: str, actor: str, tables: set[str], *, asleep: bool = False
) -> Iterator[Wrong]:
    """Without WHERE, and without reading a column, only the policy for the verb itself stands between: it must be enough.

    Asleep triggers guard no stage, so then only those are asked who may touch nothing at all.
    """
    for table in sorted(tables):
        states = [state for name, state in world.rows if name == table]
        if columns := columns_of(table, role):
            nullable = [c for c in columns if TABLES[table].columns[c].nullable]
            may = sum(actor in expected(table, state).update for state in states)
            if role == "worker" and table == "notify.messages":
                may = len(states)
            did = _count(
                connection, f"UPDATE {table} SET {(nullable or columns)[0]} = NULL", [], passed=("23502", "23514")
            )
            if did > (len(states) if may and asleep else may):
                yield Wrong(role, actor, "update without WHERE in", table, "any", may=False)
        may = sum(actor in expected(table, state).delete for state in states)
        if _count(connection, f"DELETE FROM {table}", [], passed=("23503",)) > (len(states) if may and asleep else may):
            yield Wrong(role, actor, "delete without WHERE from", table, "any", may=False)


def _asleep(world: World, rows: list[tuple[str, str]]) -> Iterator[Wrong]:
    """Triggers and foreign keys asleep, the policies hold alone: nobody writes a row in another's name, or past its stage."""
    tables = {table for table, _ in rows}
    with psycopg.connect(world.urls.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET SESSION AUTHORIZATION portal_app")
        for actor in ACTORS:
            with acting(connection, world, "app", actor):
                for table, state in rows:
                    if any(_insert(connection, table, row) for row in _in_anothers_name(world, actor, table, state)):
                        yield Wrong("app, triggers asleep", actor, "insert", table, state, may=False)
                for table, (state, changes) in BROKEN:
                    tries = _in_own_name(world, actor, table, state) if table in tables else ()
                    if any(_insert(connection, table, {**row, **changes}) for row in tries):
                        yield Wrong(
                            "app, triggers asleep", actor, f"insert with {changes} into", table, state, may=False
                        )
                yield from _blind(connection, world, "app", actor, tables, asleep=True)


def _in_anothers_name(world: World, actor: str, table: str, state: str) -> Iterator[dict[str, Any]]:
    """The row as it stands, where it is not the actor's; and their own, but for one column that names a stranger.

    Where several words let rows in, it is another's only if it is by each of them.
    """
    row = {**world.rows[table, state], **fresh(world, table, state)}
    own = [
        {c: world.person(actor) if who == "person" else world.organisation(actor) for c, who in owners}
        for owners in _owners(table)
    ]
    if own and all(any(row[c] != value for c, value in one.items()) for one in own):
        yield row
    mine = {c: value for one in own for c, value in one.items()}
    for strangers in itertools.product(*own) if own else ():
        yield {**row, **mine, **dict.fromkeys(strangers, named("a stranger"))}
    if any(w.name == "applicant" and w.insert for w in _TENANCY[TABLES[table]]):
        mine = world.slug(actor) in PROVIDERS and world.applicant(world.slug(actor), _round_of(world, row))
        if row["applicant_id"] != mine:
            yield row
        yield {**row, "applicant_id": named("a stranger")}


def _owners(table: str) -> list[set[tuple[str, str]]]:
    """Of each word that lets rows in and names an owner: the columns that must name the actor, all of them."""
    found = (set(_OWN.findall(w.rows or "")) for w in _TENANCY[TABLES[table]] if w.insert)
    return [owners for owners in found if owners]


def _grants(connection: psycopg.Connection[Any], role: str, tables: set[str]) -> Iterator[Wrong]:
    # What is not granted is refused when the statement is planned, whoever asks, and whatever the policies say.
    for name in sorted(tables):
        tries = {
            f"name {c.name} in an update of": (f"UPDATE {name} SET {c.name} = NULL", c.name)
            for c in TABLES[name].columns
        }
        tries |= {
            "plan a select of": (f"SELECT 1 FROM {name} LIMIT 0", "SELECT"),
            "plan an insert into": (f"INSERT INTO {name} SELECT * FROM {name} WHERE false", "INSERT"),
            "plan a delete from": (f"DELETE FROM {name} WHERE false", "DELETE"),
            "truncate": (f"TRUNCATE {name}", "TRUNCATE"),
        }
        allowed = {*columns_of(name, role), *verbs_of(name, role)}
        if "SELECT" not in allowed:
            # These read the table too, so they are asked without reading it.
            tries["plan an insert into"] = (f"INSERT INTO {name} DEFAULT VALUES", "INSERT")
            tries["plan a delete from"] = (f"DELETE FROM {name}", "DELETE")
        for verb, (statement, right) in tries.items():
            if _planned(connection, statement) is not (right in allowed):
                yield Wrong(role, "anybody", verb, name, "any", right in allowed)


def _planned(connection: psycopg.Connection[Any], statement: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        # Refusals by row security and by triggers come later, and say so.
        return not str(error).startswith("permission denied")
    except psycopg.Error:
        return True
    return True


def visible(connection: psycopg.Connection[Any], table: str) -> tuple[int, int, int]:
    """What the blind statement reaches: rows counted, changed and removed; 0 where it is refused."""
    columns = columns_of(table, "app")
    seen = _count(connection, f"SELECT 1 FROM {table}", [])
    changed = _count(connection, f"UPDATE {table} SET {', '.join(f'{c} = {c}' for c in columns)}", []) if columns else 0
    return seen, changed, _count(connection, f"DELETE FROM {table}", [])
