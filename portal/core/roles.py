"""The database's roles: who owns, who resolves membership, who signs in, and with what limits.

Roles belong to the whole server, so their names are fixed. Everything here may be said again and again, on
PostgreSQL 15 to 18, by a superuser or by a login that has no more than CREATEROLE and CREATEDB.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection, sql

from portal.core.urls import APP, KEEPER, LOGINS, OWNER, RESOLVER, WORKER

_Connection = Connection[tuple[Any, ...]]

_LIMITS = {
    APP: {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
    },
    # A job may take longer than a page, but it may not wait for a lock or hold one while it does nothing.
    WORKER: {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"},
    KEEPER: {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"},
}


_LONGEST_REQUEST = "120s"
"""Also a transaction that keeps talking ends, and with it every lock it holds (PostgreSQL 17 and newer)."""


class RolesError(RuntimeError):
    """A role of the server is not what the portal may rely on; the message says which and why."""


def ensure_roles(connection: _Connection, passwords: dict[str, str]) -> None:
    """Make the roles that are missing, set passwords and limits, and check that none has more than it should.

    Raises :class:`RolesError` for a role with powers beyond its own.
    """
    present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in (OWNER, RESOLVER, *LOGINS):
        if role not in present:
            connection.execute(sql.SQL("CREATE ROLE {} NOINHERIT").format(sql.Identifier(role)))
    _refuse_excess(connection)
    for role in LOGINS:
        _set_password(connection, role, passwords[role])
        # A role can give itself habits that outlive a session, and so could an injected statement: only ours are kept.
        connection.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(sql.Identifier(role)))
        for name, value in _limits(connection, role).items():
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(role), sql.Identifier(name), value)
            )
    _grant_memberships(connection)


def _limits(connection: _Connection, role: str) -> dict[str, str]:
    bounded = role == APP and connection.info.server_version >= 170000
    return _LIMITS[role] | ({"transaction_timeout": _LONGEST_REQUEST} if bounded else {})


def _refuse_excess(connection: _Connection) -> None:
    excess = connection.execute(
        """
        SELECT rolname FROM pg_roles
        WHERE rolname = ANY(%(all)s) AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
        UNION
        SELECT member::regrole::text FROM pg_auth_members WHERE member::regrole::text = ANY(%(logins)s)
        UNION
        SELECT rolname FROM pg_roles WHERE rolname = ANY(%(ownerless)s) AND rolcanlogin
        """,
        {"all": [OWNER, RESOLVER, *LOGINS], "logins": [*LOGINS, RESOLVER], "ownerless": [OWNER, RESOLVER]},
    ).fetchall()
    if excess:
        names = ", ".join(sorted(name for (name,) in excess))
        raise RolesError(f"{names}: more powers or memberships on this server than the portal allows; take them away.")


def _set_password(connection: _Connection, role: str, password: str) -> None:
    # Sent as a verifier, so that the password itself is in no statement log. Set every time: a restored or
    # rebuilt server then always agrees with our file.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), verifier.decode()))


def _grant_memberships(connection: _Connection) -> None:
    # The owner does not inherit from the resolver: what the resolver's own policies show stays with its functions.
    options = "" if connection.info.server_version < 160000 else " WITH INHERIT FALSE, SET TRUE"
    connection.execute(sql.SQL("GRANT {} TO {}" + options).format(sql.Identifier(RESOLVER), sql.Identifier(OWNER)))
    if _is_superuser(connection):
        return
    options = "" if connection.info.server_version < 160000 else " WITH INHERIT TRUE, SET TRUE"
    for role in (OWNER, RESOLVER):
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER" + options).format(sql.Identifier(role)))


def _is_superuser(connection: _Connection) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])
