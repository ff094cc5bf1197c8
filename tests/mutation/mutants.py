"""What can be loosened in the migrated database, one at a time: policies, grants, definer checks, triggers, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from portal.core.catalogue.doors import DOORS
from portal.core.urls import APP, KEEPER, WORKER
from portal.schema import metadata
from tests.mutation.sqltext import parts, refusing_ifs, unwrapped, wheres, without_each
from tests.tenancy.expected import COLUMNS

_Connection = psycopg.Connection[Any]
_TABLES = {f"{t.schema}.{t.name}": t for t in metadata.sorted_tables}


@dataclass(frozen=True)
class Mutant:
    """One thing loosened: how, how back, and where to look first."""

    kind: str
    name: str
    apply: str = field(repr=False)
    revert: str = field(repr=False)
    table: str | None = None
    function: str | None = None


def mutants(connection: _Connection) -> list[Mutant]:
    """All of them, in a stable order."""
    makers = (policies, row_security, grants, functions, triggers, keys, executions)
    return [mutant for maker in makers for mutant in maker(connection)]


def policies(connection: _Connection) -> Iterator[Mutant]:
    """Each policy dropped; each loosened altogether; each with one of its conditions gone."""
    found = connection.execute(
        "SELECT schemaname || '.' || tablename, policyname, permissive, array_to_string(roles, ', '), cmd, qual, with_check "
        "FROM pg_policies WHERE policyname <> 'resolver' ORDER BY 1, 2"
    ).fetchall()
    for table, name, permissive, roles, command, using, check in found:
        clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
        back = f"CREATE POLICY {name} ON {table} AS {permissive} FOR {command} TO {roles}{clauses}"
        where = f"{table} {name}"
        yield Mutant("policy", f"drop {where}", f"DROP POLICY {name} ON {table}", back, table)
        if permissive != "PERMISSIVE" or "true" in (using, check):
            continue
        undo = f"ALTER POLICY {name} ON {table}{clauses}"

        def loosened(text_using: str | None, text_check: str | None) -> str:
            return f"ALTER POLICY {name} ON {table}" + (  # noqa: B023 - used at once
                (f" USING ({text_using})" if text_using else "") + (f" WITH CHECK ({text_check})" if text_check else "")
            )

        yield Mutant("policy", f"open {where}", loosened(using and "true", check and "true"), undo, table)
        changeable = set(COLUMNS.get(table, "").split())
        for operand in dict.fromkeys([*conditions(using), *conditions(check)]):
            left = [_without(text, operand) for text in (using, check)]
            # Said in WITH CHECK alone, of columns that no grant lets change, or in USING and still in WITH CHECK of such columns:
            # the one holds what the other lets go, so nothing would be loosened.
            if command == "UPDATE" and left[0] == using and not changeable & set(re.findall(r"\w+", operand)):
                continue
            yield Mutant("policy", f"{where} without {operand}", loosened(*left), undo, table)


def conditions(text: str | None) -> list[str]:
    """What has to hold, each by itself."""
    if not text:
        return []
    operands = (
        [unwrapped(text[start:end]) for start, end in parts(unwrapped(text), "AND")]
        if text == unwrapped(text)
        else None
    )
    if operands is None:
        return conditions(unwrapped(text))
    return operands if len(operands) == 1 else [one for operand in operands for one in conditions(operand)]


def _without(text: str | None, operand: str) -> str | None:
    """The same without that condition; unchanged where it is not among them."""
    found = conditions(text)
    if operand not in found:
        return text
    return " AND ".join(f"({one})" for one in found if one != operand) or "true"


def row_security(connection: _Connection) -> Iterator[Mutant]:
    """Row security switched off. Where nobody has a grant it changes nothing that could be done; the catalogue sees it."""
    for table in _TABLES:
        if not any(
            connection.execute(f"SELECT has_table_privilege('{role}', '{table}', 'SELECT')").fetchone() == (True,)
            for role in (APP, WORKER, KEEPER)
        ):
            continue
        off, on = (f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY" for verb in ("DISABLE", "ENABLE"))
        yield Mutant("row security", f"disable {table}", off, on, table)


def grants(connection: _Connection) -> Iterator[Mutant]:
    """Each column granted that was not, and the other way round; each verb on a table likewise."""
    for table, described in _TABLES.items():
        for role in (APP, WORKER, KEEPER):
            for column in [c.name for c in described.columns]:
                yield from _grant(
                    connection,
                    "column grant",
                    table,
                    role,
                    f"UPDATE ({column})",
                    f"'{table}', '{column}', 'UPDATE'",
                    "column",
                )
            for verb in ("SELECT", "INSERT", "DELETE", "TRUNCATE"):
                yield from _grant(connection, "table grant", table, role, verb, f"'{table}', '{verb}'", "table")


def _grant(
    connection: _Connection, kind: str, table: str, role: str, what: str, arguments: str, scope: str
) -> Iterator[Mutant]:
    has = connection.execute(f"SELECT has_{scope}_privilege('{role}', {arguments})").fetchone() == (True,)
    give, take = f"GRANT {what} ON {table} TO {role}", f"REVOKE {what} ON {table} FROM {role}"
    if has:
        yield Mutant(kind, f"{take}", take, give, table)
    else:
        yield Mutant(kind, f"{give}", give, take, table)


def functions(connection: _Connection) -> Iterator[Mutant]:
    """Each refusal that never refuses, each condition of a look-up that always holds, each value a trigger no longer sets."""
    found = connection.execute(
        "SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.prosrc FROM pg_proc p "
        "WHERE p.pronamespace = 'app'::regnamespace ORDER BY 1"
    ).fetchall()
    for name, definition, body in found:
        called = name.partition("(")[0]
        seen = set()
        for what, text in _changed(body):
            if text not in seen:
                seen.add(text)
                changed = definition.replace(body, text)
                yield Mutant("definer check", f"{called}: {what}", changed, definition, function=called)


def _changed(body: str) -> Iterator[tuple[str, str]]:
    for start, end in refusing_ifs(body):
        for text, operand in without_each(body[start:end], "OR", "false"):
            yield f"never refuses for {_short(operand)}", f"{body[:start]} {text} {body[end:]}"
    for start, end in wheres(body):
        for text, operand in without_each(body[start:end], "AND", "true"):
            yield f"any {_short(operand)}", f"{body[:start]} {text} {body[end:]}"
    for match in re.finditer(r"^ *NEW\.\w+ := .*?;$", body, re.MULTILINE | re.DOTALL):
        yield f"does not set {_short(match.group())}", body[: match.start()] + body[match.end() :]


def _short(text: str) -> str:
    return " ".join(text.split())[:110]


def triggers(connection: _Connection) -> Iterator[Mutant]:
    """Each trigger asleep."""
    for table, name, enabled in connection.execute(
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
        "WHERE NOT tgisinternal AND c.relnamespace <> 'jobs'::regnamespace ORDER BY 1, 2"
    ).fetchall():
        back = "ENABLE ALWAYS" if enabled == b"A" or enabled == "A" else "ENABLE"
        yield Mutant(
            "trigger",
            f"{name} of {table}",
            f"ALTER TABLE {table} DISABLE TRIGGER {name}",
            f"ALTER TABLE {table} {back} TRIGGER {name}",
            table,
        )


def keys(connection: _Connection) -> Iterator[Mutant]:
    """Each composite foreign key gone: they tie a row to what its writer really leads or owns."""
    for table, name, definition in connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND cardinality(conkey) > 1 ORDER BY 1, 2"
    ).fetchall():
        yield Mutant(
            "tenant key",
            f"{name} of {table}",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
            table,
        )


def executions(connection: _Connection) -> Iterator[Mutant]:
    """Each internal function granted to the application."""
    for name, signature in connection.execute(
        "SELECT 'app.' || proname, oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'app'::regnamespace ORDER BY 2"
    ).fetchall():
        if name not in DOORS[APP]:
            give, take = (
                f"GRANT EXECUTE ON FUNCTION {signature} TO portal_app",
                f"REVOKE EXECUTE ON FUNCTION {signature} FROM portal_app",
            )
            yield Mutant("internal function", f"grant {name}", give, take, function=name)
