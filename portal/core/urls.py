"""Addresses of one database, one for each role that signs in to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

OWNER = "portal_owner"
RESOLVER = "portal_resolver"
APP = "portal_app"
WORKER = "portal_worker"
KEEPER = "portal_keeper"
LOGINS = (APP, WORKER, KEEPER)


@dataclass(frozen=True)
class Urls:
    """libpq URLs of one database. They hold passwords, so none of them is shown by ``repr``."""

    admin: str = field(repr=False)
    """The provisioner: makes databases and roles, never serves a request."""
    owner: str = field(repr=False)
    """The provisioner's login in a session that begins as the owner of every table."""
    app: str = field(repr=False)
    worker: str = field(repr=False)
    keeper: str = field(repr=False)
    created: bool = False
    """True when the call that returned this made the database, so nothing is in it yet."""


def urls_of(admin: str, database: str, passwords: dict[str, str], *, created: bool = False) -> Urls:
    """The addresses of a database on the server that the provisioner's URL or conninfo string leads to.

    Raises KeyError when a role has no password in ``passwords``.
    """
    logins = {role: _url(admin, dbname=database, user=role, password=passwords[role], options=None) for role in LOGINS}
    options = conninfo_to_dict(admin).get("options")
    as_owner = f"{options or ''} -c role={OWNER}".strip()
    return Urls(
        admin=_url(admin, dbname=database),
        owner=_url(admin, dbname=database, options=as_owner),
        app=logins[APP],
        worker=logins[WORKER],
        keeper=logins[KEEPER],
        created=created,
    )


def sqlalchemy_url(url: str) -> str:
    """The same address for SQLAlchemy, by the psycopg 3 driver."""
    return "postgresql+psycopg://" + url.removeprefix("postgresql://")


def _url(conninfo: str, **changes: str | None) -> str:
    parts = {name: str(value) for name, value in (conninfo_to_dict(conninfo) | changes).items() if value is not None}
    user, password, database = (quote(parts.pop(name, ""), safe="") for name in ("user", "password", "dbname"))
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    # Host and port go into the query, where a socket's folder and a list of hosts both have a place.
    query = f"?{urlencode(parts, quote_via=quote)}" if parts else ""
    return f"postgresql://{login}/{database}{query}"
