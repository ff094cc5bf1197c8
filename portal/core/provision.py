"""From a bare server to a database of the portal: roles, database, who may enter it, migrations.

Done by the provisioner alone. Every function may be repeated, and called by several processes at once.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import Connection, sql
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from portal.core.credentials import complete_credentials, read_credentials
from portal.core.places import CHECKOUT, data_folder
from portal.core.roles import RolesError, ensure_roles
from portal.core.server_doors import shut_server_doors
from portal.core.urls import LOGINS, OWNER, RESOLVER, Urls, sqlalchemy_url, urls_of

__all__ = [
    "DEFAULT_DATABASE",
    "ProvisionError",
    "Urls",
    "database_exists",
    "drop_database",
    "known_urls",
    "migrate",
    "provision",
    "secure_database",
    "sqlalchemy_url",
]

DEFAULT_DATABASE = "portal"
_OLDEST = 150000
_LOCK = 7_205_518_301
"""Key of the advisory lock under which roles, databases and migrations change."""

_Connection = Connection[tuple[Any, ...]]


class ProvisionError(RuntimeError):
    """The server cannot be made ready; the message says what is missing and who can give it."""


def provision(admin_dsn: str, database: str = DEFAULT_DATABASE, data_dir: Path | None = None) -> Urls:
    """Make roles and database where missing, and return the addresses of every role.

    ``admin_dsn`` leads to any database of the server as a superuser or as a login with CREATEROLE and CREATEDB;
    passwords are kept in ``data_dir``. Raises :class:`ProvisionError`.
    """
    if data_dir is None:
        raise ProvisionError("Provisioning needs a data folder to keep the roles' passwords in.")
    with _file_lock(data_folder(data_dir) / "provision.lock"), _administering(admin_dsn) as connection:
        if connection.info.server_version < _OLDEST:
            raise ProvisionError("The portal needs PostgreSQL 15 or newer.")
        passwords = complete_credentials(data_dir)
        ensure_roles(connection, passwords)
        created = _ensure_database(connection, database)
        _secure(admin_dsn, database)
    return urls_of(admin_dsn, database, passwords, created=created)


def known_urls(admin_dsn: str, database: str, data_dir: Path) -> Urls:
    """The addresses of a database provisioned earlier; nothing is changed. Raises :class:`ProvisionError`."""
    passwords = read_credentials(data_dir)
    if any(role not in passwords for role in LOGINS):
        raise ProvisionError(f"{data_dir} holds no passwords of the database's roles: run `portal provision` first.")
    return urls_of(admin_dsn, database, passwords)


def migrate(urls: Urls, revision: str = "head") -> None:
    """Bring the database's tables to a revision, as their owner. One process at a time; the others wait."""
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations").replace("%", "%%"))
    engine = create_engine(sqlalchemy_url(urls.admin), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"SET ROLE {OWNER}"))
        # Committed, because a role set in a transaction that is rolled back would be lost with it.
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    engine.dispose()


def secure_database(admin_dsn: str, database: str) -> None:
    """Let only the portal's roles into a database; said again for a clone, which does not inherit it."""
    with _administering(admin_dsn):
        _secure(admin_dsn, database)


def database_exists(admin_dsn: str, database: str) -> bool:
    """Whether the server has a database of that name, ours or not."""
    with psycopg.connect(admin_dsn) as connection:
        return _owner_of(connection, database) is not None


def drop_database(admin_dsn: str, database: str) -> None:
    """Drop one of the portal's databases and whoever is connected to it; nothing happens when there is none."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if _owner_of(connection, database) is not None:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _ensure_database(connection: _Connection, database: str) -> bool:
    owner = _owner_of(connection, database)
    if owner == OWNER:
        return False
    if owner is not None:
        raise ProvisionError(
            f"A database {database} is there already and belongs to {owner}: "
            "set PORTAL_DATABASE_NAME to a name of the portal's own."
        )
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' {}").format(
            sql.Identifier(database), sql.Identifier(OWNER), _locale(connection.info.server_version)
        )
    )
    return True


def _locale(version: int) -> sql.SQL:
    # The same order by code point on every machine, whatever its C library.
    if version >= 170000:
        return sql.SQL("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'")
    return sql.SQL("LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")


def _owner_of(connection: _Connection, database: str) -> str | None:
    row = connection.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (database,)
    ).fetchone()
    return None if row is None else str(row[0])


def _secure(admin_dsn: str, database: str) -> None:
    inside = psycopg.conninfo.make_conninfo(admin_dsn, dbname=database)
    with psycopg.connect(inside) as connection:
        name, owner = sql.Identifier(database), sql.Identifier(OWNER)
        provisioner = sql.Identifier(connection.info.user)
        logins = sql.SQL(", ").join([sql.Identifier(role) for role in LOGINS])
        shut_server_doors(connection)
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(owner))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(name, logins, provisioner))
        # Before 16 the owner, who does not inherit, is a member of this role without having its rights.
        connection.execute("SET LOCAL ROLE pg_database_owner")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("GRANT CREATE, USAGE ON SCHEMA public TO {}").format(owner))
        # PostgreSQL lets everybody execute a new function; ours are called by those a migration names.
        for role in (OWNER, RESOLVER):
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            connection.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")


@contextlib.contextmanager
def _administering(admin_dsn: str) -> Iterator[_Connection]:
    try:
        with psycopg.connect(admin_dsn, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise ProvisionError(
            f"The provisioner's login may not do that ({error.diag.message_primary}): it needs CREATEROLE and "
            "CREATEDB, and roles named portal_… made by another login must be granted to it WITH ADMIN OPTION."
        ) from error
    except psycopg.OperationalError as error:
        raise ProvisionError(f"The database server cannot be reached: {error}") from error
    except RolesError as error:
        raise ProvisionError(str(error)) from error


@contextlib.contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
