"""The scope: which credential each transaction enters with, and what came of it.

Every transaction of a session begins with `app.enter(token)` (a request) or `app.enter_job(id)` (a job). Without it there
are no rows. The database resolves the claims and seals them to the transaction; nothing here can widen them.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from portal.core.applicants import Pen, secret_for
from portal.core.types import Actor, Choice

_ENTER = text("SELECT set_config('transaction_read_only', :read_only, true), app.enter(:token, :secret)")
_ENTER_JOB = text("SELECT app.enter_job(:job)")
_READ_ONLY = text("SELECT set_config('transaction_read_only', 'on', true)")


def enter_with_token(session: Session, token: str | None, *, read_only: bool = False) -> None:
    """From now on this session's transactions enter with a session token (None: nobody, published rows only)."""
    session.info.update(token=token, job=None, read_only=read_only, actor=None)


def enter_with_job(session: Session, job: int) -> None:
    """From now on this session's transactions reopen the scope that the job carries."""
    session.info.update(token=None, job=job, read_only=False, actor=None)


def actor_of(session: Session) -> Actor | None:
    """Who acts in this session, beginning its transaction if need be; None for nobody."""
    session.connection()
    actor: Actor | None = session.info.get("actor")
    return actor


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Filled in by `tenants` at start: core knows no roles."""
    return frozenset(p for role in roles for p in _matrix.get(role, ()))


_matrix: dict[str, frozenset[str]] = {}


def use_matrix(matrix: dict[str, frozenset[str]]) -> None:
    """Declare what each role may do (from `tenants.permissions`, once, at start)."""
    _matrix.clear()
    _matrix.update(matrix)


def _actor(claims: dict[str, Any]) -> Actor:
    roles = frozenset(claims["roles"])
    return Actor(
        person_id=UUID(claims["person"]),
        person_label=claims["label"],
        organisation_id=UUID(claims["organisation"]),
        organisation_name=claims["name"],
        organisation_kind=claims["kind"],
        organisation_slug=claims["slug"],
        roles=roles,
        permissions=permissions_of(roles),
        choices=tuple(Choice(UUID(c["id"]), c["name"]) for c in claims.get("choices", ())),
        session_ends=claims.get("ends", ""),
        systems=frozenset(UUID(s) for s in claims["systems"]),
        considered=frozenset(UUID(s) for s in claims.get("considered", ())),
        invited=frozenset(UUID(s) for s in claims.get("invited", ())),
        led=frozenset(UUID(s) for s in claims["led"]),
        ended=frozenset(UUID(s) for s in claims.get("ended", ())),
        unread_count=claims.get("unread", 0),
    )


@event.listens_for(Session, "after_begin")
def _enter(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    info = session.info
    claims = None
    info["pen"] = None
    if info.get("token"):
        secret = secret_for(info["token"], connection.engine)
        row = connection.execute(
            _ENTER, {"token": info["token"], "secret": secret, "read_only": "on" if info["read_only"] else "off"}
        )
        claims = row.one()[1]
        if secret is not None and claims is not None:
            info["pen"] = Pen(secret, UUID(claims["organisation"]))
    elif info.get("job") is not None:
        claims = connection.execute(_ENTER_JOB, {"job": info["job"]}).scalar()
    elif info.get("read_only"):
        connection.execute(_READ_ONLY)
    info["actor"] = _actor(claims) if claims else None
    info["stale"] = bool(claims and claims.get("stale"))
