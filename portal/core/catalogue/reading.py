"""What every check of the catalogue reads with, and the names it knows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from portal.core.urls import APP, KEEPER, LOGINS, OWNER, RESOLVER, WORKER

SYSTEM_SCHEMAS = ("pg_catalog", "information_schema", "pg_toast")
HIDDEN_SCHEMAS = ("app", "jobs")
"""Internals of definer functions and of the job runner: no row policies, and no grant to the application either."""
HIDDEN_TABLES = ("public.alembic_version",)
SERVING = (APP, WORKER, KEEPER)
ROLES = (OWNER, RESOLVER, *LOGINS)
OURS = f"n.nspname NOT IN {SYSTEM_SCHEMAS} AND n.nspname NOT LIKE 'pg\\_temp%%' AND n.nspname NOT LIKE 'pg\\_toast%%'"


def rows(connection: Connection, query: str) -> Iterator[Any]:
    """The rows of a query written here; nothing of it comes from outside."""
    yield from connection.exec_driver_sql(query)
