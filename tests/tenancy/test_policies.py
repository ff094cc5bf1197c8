"""Every table, every actor, every verb, as the application's role and as the worker's, against one readable table."""

from __future__ import annotations

import psycopg
import pytest

from portal.schema import metadata
from tests.support.world import ACTORS, TABLES, World
from tests.tenancy.expected import COLUMNS, LINES, WRAPPED, expected
from tests.tenancy.probes import acting, visible, wrong

pytestmark = pytest.mark.postgres15


@pytest.mark.parametrize("role", ["app", "worker", "keeper"])
@pytest.mark.parametrize("table", sorted(TABLES))
def test_rows_answer_to_the_table(world: World, table: str, role: str) -> None:
    assert [str(w) for w in wrong(world, role, [table])] == []


def test_every_table_has_rows_and_every_line_is_used(world: World) -> None:
    there = {table for table, _ in world.rows}
    assert there == {f"{t.schema}.{t.name}" for t in metadata.sorted_tables}
    used = {id(expected(table, state)) for table, state in world.rows}
    assert [f"{line.table} {line.state}" for line in LINES if id(line) not in used] == []
    assert set(COLUMNS) <= there


@pytest.mark.parametrize("actor", ACTORS)
def test_statement_without_where_reaches_no_further(world: World, actor: str) -> None:
    """The blind statement of a careless or injected query: it counts, changes and removes what is theirs, and nothing else."""
    with psycopg.connect(world.urls.app) as connection, acting(connection, world, "app", actor):
        for table in TABLES:
            if table.startswith("tenants."):
                continue  # the region has more people than the world has rows
            seen, changed, removed = visible(connection, table)
            may_see = sum(actor in expected(*key).select for key in world.rows if key[0] == table)
            may_change = sum(actor in expected(*key).update for key in world.rows if key[0] == table)
            may_remove = sum(actor in expected(*key).delete for key in world.rows if key[0] == table)
            assert (table, seen) == (table, may_see)
            assert changed in (0, may_change), table
            assert removed in (0, may_remove), table


def test_keeper_reads_wrapped_keys_and_nothing_else(world: World) -> None:
    with psycopg.connect(world.urls.keeper) as connection:
        for table in TABLES:
            with connection.transaction(force_rollback=True):
                if table in WRAPPED:
                    found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                    assert found == (sum(key[0] == table for key in world.rows),)
                    assert connection.execute(f"UPDATE {table} SET wrapped = wrapped").rowcount == found[0]
                    continue
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"SELECT 1 FROM {table}")
        for forbidden in ("UPDATE applications.seal_keys SET opened_at = NULL", "DELETE FROM applications.seal_keys"):
            with connection.transaction(force_rollback=True), pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


def test_worker_without_a_scope_sees_mail_and_nothing_else(world: World) -> None:
    with psycopg.connect(world.urls.worker) as connection:
        for table in TABLES:
            with connection.transaction(force_rollback=True):
                worked = {key for key in world.rows if key[0] == table and "nobody" in expected(*key).select}
                try:
                    seen = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                except psycopg.errors.InsufficientPrivilege:
                    seen = (0,)
                if table == "notify.messages":
                    assert seen == (sum(key[0] == table for key in world.rows),)
                elif not table.startswith("tenants."):
                    assert (table, seen) == (table, (len(worked),))
