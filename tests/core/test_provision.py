"""Roles and databases: made once, by whoever is allowed to, and with no more power than each needs."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import create_engine, text

from portal.core.credentials import read_credentials
from portal.core.embedded import Cluster
from portal.core.provision import (
    ProvisionError,
    Urls,
    database_exists,
    drop_database,
    known_urls,
    migrate,
    provision,
    secure_database,
    sqlalchemy_url,
)
from portal.core.urls import urls_of

pytestmark = pytest.mark.postgres15


@pytest.fixture
def server(scratch: Path) -> Iterator[Cluster]:
    """A server of this test alone: roles belong to a whole server, so changing them would disturb other tests."""
    private = Cluster(scratch / "postgres", {"fsync": "off"})
    private.up()
    yield private
    private.down("immediate")


def as_user(url: str) -> tuple[str, str]:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT session_user, current_user").fetchone()
    assert row is not None
    return row


def test_each_url_signs_in_as_its_role(empty_urls: Urls) -> None:
    logins = [as_user(url) for url in (empty_urls.admin, empty_urls.owner, empty_urls.app)]
    assert logins == [("postgres", "postgres"), ("postgres", "portal_owner"), ("portal_app", "portal_app")]
    assert as_user(empty_urls.worker) == ("portal_worker", "portal_worker")
    assert as_user(empty_urls.keeper) == ("portal_keeper", "portal_keeper")


def test_sqlalchemy_follows_the_same_urls(empty_urls: Urls) -> None:
    engine = create_engine(sqlalchemy_url(empty_urls.owner))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "portal_owner"
    engine.dispose()


def test_passwords_are_not_shown(empty_urls: Urls) -> None:
    assert repr(empty_urls) == "Urls(created=True)"


def test_second_call_makes_nothing_and_keeps_the_passwords(
    cluster: Cluster, empty_urls: Urls, test_folder: Path
) -> None:
    database = empty_urls.app.partition("@/")[2].partition("?")[0]
    again = provision(cluster.url(), database, test_folder)
    assert (again.created, again.app) == (False, empty_urls.app)
    assert known_urls(cluster.url(), database, test_folder).app == empty_urls.app


def test_calls_at_once_make_one_database(cluster: Cluster, test_folder: Path) -> None:
    made: list[bool] = []
    threads = [
        threading.Thread(target=lambda: made.append(provision(cluster.url(), "t_at_once", test_folder).created))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drop_database(cluster.url(), "t_at_once")
    assert sorted(made) == [False, False, False, True]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMP TABLE x (a int)",
        "CREATE SCHEMA x",
        "CREATE TABLE public.x (a int)",
        "SET ROLE portal_owner",
        "SET ROLE portal_resolver",
        "SET SESSION AUTHORIZATION portal_owner",
        "SET session_replication_role = replica",
        "SET row_security = off; SELECT * FROM pg_authid",
        "ALTER ROLE portal_app BYPASSRLS",
        "CREATE ROLE x",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
@pytest.mark.parametrize("role", ["app", "worker", "keeper"])
def test_login_roles_cannot_rise(empty_urls: Urls, role: str, statement: str) -> None:
    with psycopg.connect(getattr(empty_urls, role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_application_has_time_limits(empty_urls: Urls) -> None:
    with psycopg.connect(empty_urls.app) as connection:
        found = [
            connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        ]
    assert found == [("15s",), ("5s",), ("1min",)]


def test_owner_gives_functions_to_the_resolver_and_keeps_them_from_the_public(empty_urls: Urls) -> None:
    with psycopg.connect(empty_urls.owner) as connection:
        connection.execute("CREATE SCHEMA s")
        connection.execute("GRANT USAGE ON SCHEMA s TO portal_app")
        connection.execute("GRANT CREATE ON SCHEMA s TO portal_resolver")
        for name in ("named", "unnamed"):
            connection.execute(
                f"CREATE FUNCTION s.{name}() RETURNS text LANGUAGE sql SECURITY DEFINER"
                " SET search_path = '' AS 'SELECT current_user::text'"
            )
        connection.execute("GRANT EXECUTE ON FUNCTION s.named() TO portal_app")
        connection.execute("ALTER FUNCTION s.named() OWNER TO portal_resolver")
    with psycopg.connect(empty_urls.app) as connection:
        assert connection.execute("SELECT s.named()").fetchone() == ("portal_resolver",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT s.unnamed()")


def test_owner_sees_nothing_by_the_resolvers_policies(empty_urls: Urls) -> None:
    with psycopg.connect(empty_urls.owner) as connection:
        connection.execute("CREATE SCHEMA s")
        connection.execute("CREATE TABLE s.t AS SELECT 1 AS a")
        connection.execute("ALTER TABLE s.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        connection.execute("CREATE POLICY p ON s.t TO portal_resolver USING (true)")
        assert connection.execute("SELECT count(*) FROM s.t").fetchone() == (0,)


def test_database_is_closed_to_other_roles(cluster: Cluster, empty_urls: Urls) -> None:
    with psycopg.connect(empty_urls.admin) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_database, aclexplode(datacl) WHERE datname = current_database() AND grantee = 0"
        ).fetchone()
    assert row == (0,)


def test_clone_is_closed_again_by_secure_database(cluster: Cluster, urls: Urls) -> None:
    with psycopg.connect(urls.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TEMP TABLE x (a int)")


def test_lost_credentials_are_replaced(server: Cluster, scratch: Path) -> None:
    before = provision(server.url(), "portal", scratch)
    (scratch / "credentials.json").unlink()
    after = provision(server.url(), "portal", scratch)
    assert as_user(after.app) == ("portal_app", "portal_app")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(before.app)


def test_kept_credentials_are_set_again_on_a_server_that_lost_them(server: Cluster, scratch: Path) -> None:
    urls = provision(server.url(), "portal", scratch)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("ALTER ROLE portal_app PASSWORD 'another'")
    provision(server.url(), "portal", scratch)
    assert as_user(urls.app) == ("portal_app", "portal_app")


def test_credentials_are_ours_alone(empty_urls: Urls, test_folder: Path) -> None:
    assert stat.S_IMODE((test_folder / "credentials.json").stat().st_mode) == 0o600
    assert json.loads((test_folder / "credentials.json").read_text()) == read_credentials(test_folder)


def test_somebody_elses_database_is_left_alone(cluster: Cluster, test_folder: Path) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE t_foreign")
    with pytest.raises(ProvisionError, match="belongs to postgres"):
        provision(cluster.url(), "t_foreign", test_folder)
    drop_database(cluster.url(), "t_foreign")
    assert database_exists(cluster.url(), "t_foreign") is False


@pytest.mark.parametrize(
    "excess",
    [
        "ALTER ROLE portal_keeper BYPASSRLS",
        "ALTER ROLE portal_keeper CREATEROLE",
        "GRANT portal_owner TO portal_keeper",
        "GRANT pg_read_all_data TO portal_keeper",
    ],
)
def test_role_with_too_much_power_is_refused(server: Cluster, scratch: Path, excess: str) -> None:
    provision(server.url(), "portal", scratch)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(excess)
    with pytest.raises(ProvisionError, match="portal_keeper: more powers"):
        provision(server.url(), "portal", scratch)


def test_unprovisioned_data_folder_has_no_urls(cluster: Cluster, scratch: Path) -> None:
    with pytest.raises(ProvisionError, match="run `portal provision` first"):
        known_urls(cluster.url(), "portal", scratch)


def test_unreachable_server_is_said_in_words(scratch: Path) -> None:
    with pytest.raises(ProvisionError, match="cannot be reached"):
        provision(f"postgresql://nobody@/postgres?host={quote(str(scratch), safe='')}", "portal", scratch)


@pytest.mark.parametrize(
    "admin",
    ["postgresql://a:b%40c@db.example:5433/postgres?sslmode=require", "host=db.example port=5433 user=a password=b@c"],
)
def test_urls_keep_the_servers_address(admin: str) -> None:
    urls = urls_of(admin, "portal", {"portal_app": "p", "portal_worker": "w", "portal_keeper": "k"})
    assert [url.partition("?")[0] for url in astuple(urls)[:5]] == [
        "postgresql://a:b%40c@/portal",
        "postgresql://a:b%40c@/portal",
        "postgresql://portal_app:p@/portal",
        "postgresql://portal_worker:w@/portal",
        "postgresql://portal_keeper:k@/portal",
    ]
    assert all("host=db.example" in url and "port=5433" in url for url in astuple(urls)[:5])


def test_provisioner_without_superuser_suffices(server: Cluster, scratch: Path) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE provisioner LOGIN CREATEROLE CREATEDB PASSWORD 'p'")
    admin = psycopg.conninfo.make_conninfo(server.url(), user="provisioner", password="p")
    urls = [provision(admin, "portal", scratch), provision(admin, "portal", scratch)]
    assert [found.created for found in urls] == [True, False]
    assert as_user(urls[0].owner) == ("provisioner", "portal_owner")
    assert as_user(urls[0].app) == ("portal_app", "portal_app")
    migrate(urls[0])
    secure_database(admin, "portal")
    drop_database(admin, "portal")
    assert database_exists(admin, "portal") is False


def test_login_without_createrole_is_told_what_it_needs(server: Cluster, scratch: Path) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE weak LOGIN PASSWORD 'p'")
    admin = psycopg.conninfo.make_conninfo(server.url(), user="weak", password="p")
    with pytest.raises(ProvisionError, match="needs CREATEROLE and CREATEDB"):
        provision(admin, "portal", scratch)


def test_migrate_may_be_repeated_and_leaves_every_table_to_the_owner(fresh_urls: Urls) -> None:
    migrate(fresh_urls)
    with psycopg.connect(fresh_urls.admin) as connection:
        owners = connection.execute(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind IN ('r', 'p', 'v', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'"
        ).fetchall()
    assert owners == [("portal_owner",)]
