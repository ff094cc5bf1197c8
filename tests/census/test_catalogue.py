"""The catalogue check finds nothing on the migrated database, and finds every door we leave open on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from portal.core.catalogue import durability_problems, problems, server
from portal.core.embedded import Cluster
from portal.core.provision import Urls, migrate, provision
from portal.core.rls_commands import OpenDatabaseError, refuse_open_database
from portal.core.urls import sqlalchemy_url

pytestmark = pytest.mark.postgres15


@pytest.fixture(scope="module")
def admin(urls: Urls) -> Iterator[Connection]:
    """The provisioner, who can leave doors open; every test rolls back."""
    engine = create_engine(sqlalchemy_url(urls.admin), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_migrated_database_has_no_open_door(urls: Urls) -> None:
    engine = create_engine(sqlalchemy_url(urls.app), poolclass=NullPool)
    with engine.connect() as connection:
        assert problems(connection) == []
    engine.dispose()


OPENED = {
    "ALTER TABLE applications.answers NO FORCE ROW LEVEL SECURITY": "applications.answers does not FORCE row security",
    "ALTER TABLE applications.answers DISABLE ROW LEVEL SECURITY": "applications.answers has no row security",
    "CREATE TABLE decisions.forgotten (id uuid)": "decisions.forgotten has no row security",
    "CREATE TABLE app.more (id uuid); GRANT SELECT ON app.more TO portal_app": "portal_app has SELECT on app.more",
    "CREATE POLICY strange ON tenants.persons USING (id IS NOT NULL)": "The policy strange of tenants.persons is for public",
    "CREATE POLICY all_ ON tenants.persons FOR SELECT TO portal_app USING (true)": "lets portal_app through to every row",
    "CREATE POLICY bare ON tenants.persons FOR SELECT TO portal_app USING (id = app.person())": "calls app.person() once a row",
    "CREATE POLICY said ON tenants.persons FOR SELECT TO portal_app USING (email = current_setting('x.y'))": "asks a setting",
    "CREATE POLICY half ON tenants.memberships FOR UPDATE TO portal_app USING (post = 'x')": "no WITH CHECK of its own",
    "GRANT SELECT ON tenants.credentials TO PUBLIC": "PUBLIC has SELECT on tenants.credentials",
    "GRANT SELECT (salt) ON tenants.credentials TO PUBLIC": "PUBLIC has SELECT of salt on tenants.credentials",
    "GRANT TRUNCATE ON audit.lines TO portal_app": "portal_app has TRUNCATE on audit.lines",
    "GRANT TRIGGER ON audit.lines TO portal_worker": "portal_worker has TRIGGER on audit.lines",
    "GRANT REFERENCES ON tenants.persons TO portal_app": "portal_app has REFERENCES on tenants.persons",
    "GRANT UPDATE ON purchasing_systems.rounds TO portal_app": "UPDATE on the whole of purchasing_systems.rounds",
    "GRANT SELECT ON tenants.persons TO portal_app WITH GRANT OPTION": "portal_app may pass on SELECT",
    "GRANT SELECT ON tenants.persons TO portal_keeper": "portal_keeper has SELECT on tenants.persons",
    "GRANT SELECT ON app.secrets TO portal_worker": "portal_worker has SELECT on app.secrets",
    "GRANT USAGE ON SCHEMA jobs TO portal_app": "portal_app may use the schema jobs",
    "GRANT CREATE ON SCHEMA tenants TO portal_app": "portal_app may create objects in the schema tenants",
    "GRANT CREATE ON SCHEMA app TO portal_resolver": "portal_resolver may create objects in the schema app",
    "GRANT pg_read_all_data TO portal_app": "portal_app is a member of pg_read_all_data",
    "GRANT portal_owner TO portal_worker": "portal_worker is a member of portal_owner",
    "ALTER ROLE portal_app BYPASSRLS": "portal_app is bypassrls",
    "ALTER ROLE portal_worker SUPERUSER": "portal_worker is super",
    "ALTER ROLE portal_owner LOGIN": "portal_owner can log in",
    "ALTER ROLE portal_app SET row_security = off": "portal_app begins every session with a row_security",
    "ALTER ROLE portal_app SET work_mem = '1GB'": "portal_app begins every session with a work_mem",
    "ALTER TABLE tenants.persons OWNER TO portal_app": "portal_app owns tenants.persons",
    "CREATE VIEW tenants.all_persons AS SELECT * FROM tenants.persons; GRANT SELECT ON tenants.all_persons TO portal_app": (
        "The view tenants.all_persons runs as its owner"
    ),
    "CREATE MATERIALIZED VIEW tenants.copy AS SELECT * FROM tenants.persons; GRANT SELECT ON tenants.copy TO portal_app": (
        "tenants.copy is a materialised view"
    ),
    "CREATE RULE behind AS ON INSERT TO tenants.persons DO ALSO NOTHING": "The rule tenants.persons behind",
    "ALTER TABLE audit.lines DISABLE TRIGGER append_only": "append_only of audit.lines is switched off",
    "ALTER TABLE audit.lines ENABLE TRIGGER append_only": "append_only of audit.lines does not fire ALWAYS",
    "DROP TRIGGER append_only_truncate ON audit.lines": "the trigger append_only_truncate of audit.lines is missing",
    "ALTER FUNCTION app.enter(text, bytea) OWNER TO postgres": "app.enter runs with the rights of postgres",
    "ALTER FUNCTION app.enter(text, bytea) RESET search_path": "looks its names up by the caller's search_path",
    "ALTER FUNCTION app.enter(text, bytea) SET search_path = public, pg_catalog": "looks its names up by the caller's search_path",
    "GRANT EXECUTE ON FUNCTION app.bind(uuid, uuid, bytea) TO portal_app": "portal_app may call app.bind",
    "GRANT EXECUTE ON FUNCTION app.mac(text, bytea) TO PUBLIC": "Everybody may call app.mac",
    "REVOKE EXECUTE ON FUNCTION app.enter(text, bytea) FROM portal_app": "portal_app may not call app.enter, which it needs",
    "CREATE FUNCTION public.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM tenants.persons'": (
        "public.peek runs with the rights of postgres"
    ),
    "SELECT lo_create(0)": "There are large objects",
}


@pytest.mark.parametrize("statement", OPENED)
def test_open_door_is_named(admin: Connection, statement: str) -> None:
    admin.exec_driver_sql(statement)
    found = problems(admin)
    admin.rollback()
    assert any(OPENED[statement] in sentence for sentence in found), found


def test_server_without_the_fixes_is_refused(admin: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {150018: True, 150019: False, 180004: True, 180005: False, 190000: False, 140099: True}
    for number, refused in answers.items():
        monkeypatch.setattr(server, "_setting", lambda _connection, _name, number=number: str(number))
        assert bool(list(server.version_problems(admin))) is refused, number


def test_forgetful_server_and_open_table_are_not_served(fresh_urls: Urls) -> None:
    engine = create_engine(sqlalchemy_url(fresh_urls.admin), poolclass=NullPool)
    with engine.begin() as connection:
        # The tests' own server keeps nothing through a power cut, on purpose.
        assert [p.partition(" ")[0] for p in durability_problems(connection)] == [
            "fsync",
            "full_page_writes",
            "synchronous_commit",
        ]
        connection.execute(text("ALTER TABLE notify.messages NO FORCE ROW LEVEL SECURITY"))
        connection.execute(text("UPDATE app.clock SET shift = '-1 day'"))
    engine.dispose()
    with pytest.raises(OpenDatabaseError) as refused:
        refuse_open_database(fresh_urls.app)
    said = str(refused.value)
    assert "notify.messages does not FORCE" in said
    assert "fsync is off" in said
    assert "clock is set back" in said


def test_habits_a_role_gave_itself_are_found_and_undone(scratch: Path) -> None:
    # A role may change its own defaults, and so may an injected statement. It cannot be forbidden; it does not last.
    server_ = Cluster(scratch / "postgres", {"fsync": "off"})
    server_.up()
    try:
        urls = provision(server_.url(), "habits", scratch)
        migrate(urls)
        with psycopg.connect(urls.app, autocommit=True) as connection:
            connection.execute("ALTER ROLE portal_app SET search_path = public")
            connection.execute("ALTER ROLE portal_app SET row_security = off")
        with pytest.raises(OpenDatabaseError, match="begins every session with a row_security"):
            refuse_open_database(urls.app)
        provision(server_.url(), "habits", scratch)
        with pytest.raises(OpenDatabaseError) as refused:
            refuse_open_database(urls.app)
        assert "begins every session" not in str(refused.value)
    finally:
        server_.down("immediate")
