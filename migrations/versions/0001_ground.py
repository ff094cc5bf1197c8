"""The ground: schemas, tables, the scope, the trail, the acts, and who may touch which rows.

Revision ID: 0001
"""

import json
import os
import tomllib
from importlib import resources
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from alembic import op
from sqlalchemy import Connection, text

from portal.core import clock
from portal.core.places import CHECKOUT

revision = "0001"
down_revision = None

SQL = Path(__file__).parent / "sql"
ORDER = (
    "ground",
    "tables",
    "scope",
    "trail",
    "passwords",
    "acts",
    "questions",
    "governance",
    "decisions",
    "meetings",
    "terms",
    "programmes",
    "rolling",
    "participation",
    "versions",
    "lead",
    "clarifications",
    "outages",
    "public",
    "register",
    "takeon",
    "records",
    "policies",
    "grants",
)


def _pads(key: bytes) -> dict[str, bytes]:
    """HMAC pads of a fresh key: there is no pgcrypto, and sha256() is core."""
    block = key.ljust(64, b"\0")
    return {"inner": bytes(b ^ 0x36 for b in block), "outer": bytes(b ^ 0x5C for b in block)}


def _ship_profiles(connection: Connection) -> None:
    """The vehicle profiles as shipped. A portal that runs has its own versions beside them."""
    shipped = tomllib.loads((CHECKOUT / "config" / "reference" / "vehicle_profiles.toml").read_text("utf-8"))
    for given in shipped["profile"]:
        profile = {"notices": [], "routes": [], "limit_regimes": [], **given}
        values = {k: json.dumps(v) if isinstance(v, list | dict) else v for k, v in profile.items()}
        values |= {
            "id": uuid5(NAMESPACE_URL, f"vehicle-profile/{given['code']}/1"),
            "version": 1,
            "created_by": "Shipped with the portal",
            "created_at": clock.now(),
        }
        names = ", ".join(values)
        connection.execute(
            text(
                f"INSERT INTO purchasing_systems.vehicle_profiles ({names}) "  # names of our own file
                f"VALUES ({', '.join(':' + name for name in values)})"
            ),
            values,
        )


def upgrade() -> None:
    connection = op.get_bind()
    for part in ORDER:
        if part == "scope":
            _ship_profiles(connection)
        if part == "trail":
            # The job table is the outbox; its schema is the library's own, pinned with it.
            connection.exec_driver_sql("SET LOCAL search_path = jobs, pg_catalog")
            schema = resources.files("procrastinate").joinpath("sql/schema.sql").read_text("utf-8")
            connection.connection.driver_connection.execute(schema)
            connection.exec_driver_sql("SET LOCAL search_path = public, pg_catalog")
        connection.connection.driver_connection.execute((SQL / f"0001_{part}.sql").read_text("utf-8"))
    for name in ("scope", "audit"):
        connection.execute(
            text("INSERT INTO app.secrets (name, inner_pad, outer_pad) VALUES (:name, :inner, :outer)"),
            {"name": name, **_pads(os.urandom(32))},
        )


def downgrade() -> None:
    raise NotImplementedError("The first migration is not undone: restore a backup.")
