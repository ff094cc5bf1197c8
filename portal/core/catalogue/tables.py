"""Tables, views and triggers: row security in force on every one, nothing that reads round it."""

from collections.abc import Iterator

from sqlalchemy import Connection

from portal.core.catalogue.reading import HIDDEN_SCHEMAS, HIDDEN_TABLES, OURS, SERVING, rows

_ALWAYS = ("append_only", "append_only_truncate")
"""Triggers of the trail that fire also where replication or the owner would have others sleep."""
_EXTENSIONS = ("plpgsql", "pg_trgm", "citext", "btree_gist", "unaccent")


def table_problems(connection: Connection) -> Iterator[str]:
    """Tables without ENABLE and FORCE, views that run as their owner, triggers switched off, rules, strange extensions."""
    for schema, name, kind, enabled, forced, invoker, granted in rows(
        connection,
        "SELECT n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, "
        "coalesce('security_invoker=true' = ANY (c.reloptions) OR 'security_invoker=on' = ANY (c.reloptions), false), "
        f"EXISTS (SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee = 0 OR pg_get_userbyid(a.grantee) IN {SERVING}) "
        "OR EXISTS (SELECT 1 FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = c.oid "
        f"AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) IN {SERVING})) "
        f"FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
    ):
        full = f"{schema}.{name}"
        if kind in ("r", "p"):
            if schema in HIDDEN_SCHEMAS or full in HIDDEN_TABLES:
                continue  # whether they are granted to the application is asked with the grants
            if not enabled:
                yield f"{full} has no row security: everybody would see every row of it."
            if not forced:
                yield f"{full} does not FORCE row security: its owner would see every row of it."
        elif granted and kind == "v" and not invoker:
            yield f"The view {full} runs as its owner: make it security_invoker."
        elif granted and kind in ("m", "f"):
            yield f"{full} is a materialised view or foreign table, which no row policy can hold, and is granted."
    yield from _triggers(connection)
    for (rule,) in rows(
        connection,
        "SELECT n.nspname || '.' || c.relname || ' ' || r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND r.rulename <> '_RETURN'",
    ):
        yield f"The rule {rule} rewrites statements behind the policies."
    for (name,) in rows(connection, f"SELECT extname FROM pg_extension WHERE extname NOT IN {_EXTENSIONS}"):
        yield f"The extension {name} is not one of ours: it may read or run what no policy holds."


def _triggers(connection: Connection) -> Iterator[str]:
    found = set()
    for table, name, enabled in rows(
        connection,
        "SELECT n.nspname || '.' || c.relname, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND NOT t.tgisinternal",
    ):
        found.add((table, name))
        if enabled == "D":
            yield f"The trigger {name} of {table} is switched off."
        if (table, name) in {("audit.lines", always) for always in _ALWAYS} and enabled != "A":
            yield f"The trigger {name} of {table} does not fire ALWAYS."
    for name in _ALWAYS:
        if ("audit.lines", name) not in found:
            yield f"The trail can be changed: the trigger {name} of audit.lines is missing."
