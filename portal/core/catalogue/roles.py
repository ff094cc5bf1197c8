"""The roles of the database: none has more than its part, and none has been given a habit."""

from collections.abc import Iterator

from sqlalchemy import Connection

from portal.core.catalogue.reading import OURS, ROLES, SERVING, rows
from portal.core.urls import LOGINS, OWNER, RESOLVER

_HABITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")
"""What a login role may have set for itself. A role can change its own defaults, so an injected statement could too."""


def role_problems(connection: Connection) -> Iterator[str]:
    """Missing roles, excess powers, memberships, objects owned by a login, settings that outlive a session."""
    found = {r.rolname: r for r in rows(connection, f"SELECT * FROM pg_roles WHERE rolname IN {ROLES}")}
    for role in ROLES:
        if role not in found:
            yield f"The role {role} is missing."
    for name, role in found.items():
        for power in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication"):
            if getattr(role, power):
                yield f"{name} is {power.removeprefix('rol')}: row security would not hold it."
        if name in (OWNER, RESOLVER) and role.rolcanlogin:
            yield f"{name} can log in: it may only be entered by migrations and by its own functions."
    for member, of in rows(
        connection,
        "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members "
        f"WHERE member::regrole::text IN {(*LOGINS, RESOLVER)}",
    ):
        yield f"{member} is a member of {of}: it could act with rights that are not its own."
    for member, of in rows(
        connection,
        "SELECT m.member::regrole::text, m.roleid::regrole::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
        f"WHERE m.roleid::regrole::text IN {(OWNER, RESOLVER)} AND NOT r.rolsuper AND NOT r.rolcreaterole "
        f"AND m.member::regrole::text <> '{OWNER}'",
    ):
        yield f"{member} is a member of {of}, which only the provisioner may enter."
    yield from _owned(connection)
    yield from _habits(connection)


def _owned(connection: Connection) -> Iterator[str]:
    for name, owner in rows(
        connection,
        f"SELECT n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE {OURS} AND pg_get_userbyid(c.relowner) IN {(*SERVING, RESOLVER)} "
        f"UNION ALL SELECT n.nspname, pg_get_userbyid(n.nspowner) FROM pg_namespace n "
        f"WHERE {OURS} AND pg_get_userbyid(n.nspowner) IN {(*SERVING, RESOLVER)}",
    ):
        yield f"{owner} owns {name}: an owner can lift row security from what it owns."
    for _ in rows(connection, "SELECT 1 FROM pg_largeobject_metadata LIMIT 1"):
        yield "There are large objects: no row policy can hold them."


def _habits(connection: Connection) -> Iterator[str]:
    for role, setting in rows(
        connection,
        "SELECT coalesce(r.rolname, 'every role'), split_part(unnest(s.setconfig), '=', 1) FROM pg_db_role_setting s "
        f"LEFT JOIN pg_roles r ON r.oid = s.setrole WHERE (r.rolname IN {SERVING} OR s.setrole = 0) "
        "AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
    ):
        if role in SERVING and setting not in _HABITS:
            yield f"{role} begins every session with a {setting} of its own: take it away (ALTER ROLE … RESET {setting})."
        if setting in ("row_security", "search_path", "session_replication_role", "role"):
            yield f"{role} begins every session with a {setting} of its own, which can lift row security."
