"""Grants: UPDATE by column, nothing to PUBLIC, nothing that reaches past row security."""

from collections.abc import Iterator

from sqlalchemy import Connection

from portal.core.catalogue.reading import HIDDEN_SCHEMAS, HIDDEN_TABLES, OURS, ROLES, SERVING, rows
from portal.core.urls import APP, KEEPER, OWNER, RESOLVER, WORKER

_PAST_POLICIES = ("TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
_KEEPERS = {
    (table, granted)
    for table in ("applications.seal_keys", "decisions.attachment_keys")
    for granted in ("SELECT", "UPDATE of wrapped")
}
_WORKERS_HIDDEN = {"app.job_scopes"}
"""Hidden tables the job runner works on, besides its own in `jobs`."""


def grant_problems(connection: Connection) -> Iterator[str]:
    """Who was given what on schemas, tables, columns and sequences, beyond what each role needs."""
    for table, column, grantee, privilege, grantable in rows(
        connection,
        "SELECT o.name, o.attname, coalesce(pg_get_userbyid(nullif(a.grantee, 0)), 'PUBLIC'), a.privilege_type, a.is_grantable "
        "FROM (SELECT n.nspname || '.' || c.relname AS name, NULL::text AS attname, c.relacl AS acl, c.relowner AS owner "
        f"FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} "
        "UNION ALL SELECT n.nspname || '.' || c.relname, t.attname, t.attacl, c.relowner FROM pg_attribute t "
        f"JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND t.attacl IS NOT NULL) o, "
        "aclexplode(o.acl) a WHERE a.grantee <> o.owner",
    ):
        schema = table.partition(".")[0]
        what = f"{privilege} of {column}" if column else privilege
        if grantee not in ROLES:
            yield f"{grantee} has {what} on {table}."
            continue
        if grantable:
            yield f"{grantee} may pass on {what} on {table}."
        if privilege in _PAST_POLICIES and schema != "jobs":
            yield f"{grantee} has {what} on {table}, which no row policy holds."
        yield from _serving(grantee, schema, table, column, privilege)
    yield from _schemas(connection)


def _serving(grantee: str, schema: str, table: str, column: str | None, privilege: str) -> Iterator[str]:
    what = f"{privilege} of {column}" if column else privilege
    hidden = schema in HIDDEN_SCHEMAS or table in HIDDEN_TABLES
    if grantee == KEEPER and (table, what) not in _KEEPERS:
        yield f"{KEEPER} has {what} on {table}: it re-wraps keys and does nothing else."
    if grantee == APP and hidden:
        yield f"{APP} has {what} on {table}, which only definer functions may touch."
    if grantee == WORKER and hidden and schema != "jobs" and table not in _WORKERS_HIDDEN:
        yield f"{WORKER} has {what} on {table}, which only definer functions may touch."
    if grantee in SERVING and privilege == "UPDATE" and column is None and schema != "jobs":
        yield f"{grantee} has UPDATE on the whole of {table}: grant it by column."


def _schemas(connection: Connection) -> Iterator[str]:
    for schema, grantee, privilege in rows(
        connection,
        "SELECT n.nspname, coalesce(pg_get_userbyid(nullif(a.grantee, 0)), 'PUBLIC'), a.privilege_type "
        f"FROM pg_namespace n, aclexplode(n.nspacl) a WHERE {OURS} AND a.grantee <> n.nspowner",
    ):
        if privilege == "CREATE" and grantee != OWNER:
            yield f"{grantee} may create objects in the schema {schema}."
        if schema != "public" and grantee not in ROLES:
            yield f"{grantee} may use the schema {schema}."
        if schema == "jobs" and grantee in (APP, KEEPER):
            yield f"{grantee} may use the schema jobs: jobs are deferred through app.defer alone."
    for privilege in ("TEMPORARY", "CREATE"):
        for role in (*SERVING, RESOLVER):
            query = f"SELECT 1 WHERE has_database_privilege('{role}', current_database(), '{privilege}')"
            for _ in rows(connection, query):
                yield f"{role} may make {'temporary tables' if privilege == 'TEMPORARY' else 'schemas'}: it could put its own in front of ours."
