"""What the models declare is what the database has: policies, grants, columns, constraints. Nothing more, nothing less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Table, create_engine, text
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import AddConstraint

from portal.core.database import Base
from portal.core.provision import Urls
from portal.core.rls import statements
from portal.core.urls import sqlalchemy_url
from portal.schema import SCHEMAS, metadata

pytestmark = pytest.mark.postgres15
TABLES = {f"{t.schema}.{t.name}": t for t in metadata.sorted_tables}
TENANCY = {m.local_table: m.class_.__tenancy__ for m in Base.registry.mappers}

POLICIES = """
SELECT schemaname || '.' || tablename, policyname, permissive, array_to_string(roles, ' '), cmd, qual, with_check
FROM pg_policies ORDER BY 1, 2
"""
GRANTS = """
SELECT o.name, o.part, pg_get_userbyid(nullif(a.grantee, 0)), a.privilege_type FROM (
    SELECT n.nspname, n.nspname || '.' || c.relname AS name, '' AS part, c.relacl AS acl, c.relowner AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'
    UNION ALL SELECT n.nspname, n.nspname || '.' || c.relname, t.attname, t.attacl, c.relowner FROM pg_attribute t
    JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE t.attacl IS NOT NULL
) o, aclexplode(o.acl) a WHERE o.nspname = ANY (%(schemas)s) AND a.grantee <> o.owner ORDER BY 1, 2, 3, 4
"""
CHECKS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace WHERE contype = 'c' AND n.nspname = ANY (%(schemas)s) ORDER BY 1, 2
"""


@pytest.fixture
def owner(urls: Urls) -> Iterator[Connection]:
    """The owner of the tables, in a transaction that is always rolled back."""
    engine = create_engine(sqlalchemy_url(urls.owner), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def _seen(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(query, {"schemas": SCHEMAS})]


def test_policies_are_the_declared_ones(owner: Connection) -> None:
    found = _seen(owner, POLICIES)
    for table, policy, *_ in found:
        owner.execute(text(f"DROP POLICY {policy} ON {table}"))
    for name, table in TABLES.items():
        for statement in statements(name, TENANCY[table]):
            owner.execute(text(statement))
    declared = _seen(owner, POLICIES)
    assert [p for p in found if p not in declared] == []
    assert [p for p in declared if p not in found] == []


def test_grants_are_the_declared_ones(owner: Connection) -> None:
    found = _seen(owner, GRANTS)
    for table in TABLES:
        owner.execute(
            text(f"REVOKE ALL ON {table} FROM portal_app, portal_worker, portal_keeper, portal_resolver, PUBLIC")
        )
    assert _seen(owner, GRANTS) == []
    for name, table in TABLES.items():
        for statement in statements(name, TENANCY[table]):
            if statement.startswith(("GRANT", "REVOKE")):
                owner.execute(text(statement))
    declared = _seen(owner, GRANTS)
    assert [g for g in found if g not in declared] == []
    assert [g for g in declared if g not in found] == []


def test_tables_and_columns_are_the_declared_ones(owner: Connection) -> None:
    def ours(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or item.schema in SCHEMAS

    context = MigrationContext.configure(
        owner, opts={"include_schemas": True, "include_object": ours, "compare_type": True, "target_metadata": metadata}
    )
    assert compare_metadata(context, metadata) == []


def test_no_table_is_undeclared(owner: Connection) -> None:
    found = owner.exec_driver_sql(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('app', 'jobs', 'pg_catalog', 'information_schema', 'pg_toast')"
    )
    assert sorted(name for (name,) in found) == sorted([*TABLES, "public.alembic_version"])


def _checks(table: Table) -> list[CheckConstraint]:
    return [c for c in table.constraints if isinstance(c, CheckConstraint)]


def test_checks_are_the_declared_ones(owner: Connection) -> None:
    found = _seen(owner, CHECKS)
    for table, name, _ in found:
        owner.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    for table in TABLES.values():
        for check in _checks(table):
            owner.execute(AddConstraint(check, isolate_from_table=False))
    declared = _seen(owner, CHECKS)
    assert [c for c in found if c not in declared] == []
    assert [c for c in declared if c not in found] == []
