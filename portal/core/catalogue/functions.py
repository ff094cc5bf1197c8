"""Definer functions are the doors through row security: each is known, owned by the resolver, and finds its own names."""

from collections.abc import Iterator

from sqlalchemy import Connection

from portal.core.catalogue.doors import DOORS
from portal.core.catalogue.reading import OURS, SERVING, rows
from portal.core.urls import RESOLVER

_PATHS = ("pg_catalog, pg_temp", "jobs, pg_catalog, pg_temp")


def function_problems(connection: Connection) -> Iterator[str]:
    """Definer functions of another owner or without a fixed path; callers that are not on the list of doors."""
    seen: dict[str, set[str]] = {role: set() for role in SERVING}
    for schema, name, owner, definer, path, callers in rows(
        connection,
        "SELECT n.nspname, p.proname, pg_get_userbyid(p.proowner), p.prosecdef, "
        "(SELECT split_part(c, '=', 2) FROM unnest(p.proconfig) c WHERE c LIKE 'search\\_path=%%'), "
        "ARRAY(SELECT coalesce(pg_get_userbyid(nullif(a.grantee, 0)), 'PUBLIC') "
        "FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner) "
        f"FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS} "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    ):
        full = f"{schema}.{name}"
        if definer and owner != RESOLVER:
            yield f"{full} runs with the rights of {owner}: definer functions belong to {RESOLVER}."
        if definer and path not in _PATHS:
            yield f"{full} runs with its owner's rights and looks its names up by the caller's search_path."
        if "PUBLIC" in callers:
            yield f"Everybody may call {full}."
        for role in SERVING:
            if role in callers:
                seen[role].add(full)
                if full not in DOORS[role] and not (schema == "jobs" and role in DOORS["jobs"]):
                    yield f"{role} may call {full}, which is not on the list of doors (portal/core/catalogue/doors.py)."
    for role in SERVING:
        for missing in sorted(DOORS[role] - seen[role]):
            yield f"{role} may not call {missing}, which it needs."
