"""Collecting lines in the session, writing them last, and keeping the chain's head outside the database."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.applicants import own_pen
from portal.core.errors import Missing
from portal.core.scope import actor_of

log = structlog.get_logger()
_WRITE = text("SELECT app.write_audit(CAST(:lines AS jsonb))")
HEADS_LOG = "audit-heads.log"
_heads: Path | None = None


def set_heads_aside(folder: Path) -> Path | None:
    """Put away the heads of a database that is gone, since a new one begins a new chain. Returns where they lie now."""
    log = folder / HEADS_LOG
    if not log.exists():
        return None
    aside = log.with_name(f"audit-heads.until-{clock.now():%Y%m%dT%H%M%SZ}.log")
    log.rename(aside)
    return aside


def keep_heads_in(folder: Path | None) -> None:
    """Where the head of the chain goes after each commit: a file outside the database, appended to."""
    global _heads
    _heads = folder


def record(
    session: Session,
    verb: str,
    sentence: str,
    *,
    about: UUID | None = None,
    system: UUID | None = None,
    **facts: Any,
) -> None:
    """One line in words a councillor can read. Who acted is taken from the scope when it is written.

    `about`: another organisation that may read the line in its own trail; `facts`: plain values (ids, hashes, figures).
    """
    session.info.setdefault("lines", []).append(
        {
            "verb": verb,
            "sentence": sentence,
            "about": str(about) if about else None,
            "system": str(system) if system else None,
            "facts": json.loads(json.dumps(facts, default=_plain)),
        }
    )


def record_sealed(session: Session, verb: str, sentence: str, *, round_id: UUID, **facts: Any) -> None:
    """As `record`, for what a provider does about its application: the line names nobody, and the provider alone can read it.

    Raises Missing where nobody acts for a provider.
    """
    pen, actor = own_pen(session), actor_of(session)
    if actor is None:
        raise Missing
    content = {
        "label": actor.person_label,
        "name": actor.organisation_name,
        "sentence": sentence,
        "facts": json.loads(json.dumps(facts, default=_plain)),
    }
    session.info.setdefault("lines", []).append(
        {
            "verb": verb,
            "sentence": "",
            "applicant": str(pen.applicant(round_id)),
            "sealed": pen.seal("trail", content).hex(),
        }
    )


def head_before(session: Session) -> dict[str, Any]:
    """The chain's head as committed so far, for receipts and letters: `{"n": …, "hash": …}`."""
    head = session.execute(text("SELECT app.audit_head()")).scalar()
    return head or {"n": 0, "hash": ""}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    lines = session.info.get("lines")
    if not lines:
        return
    session.flush()
    session.info["lines"] = []
    session.info["head"] = session.execute(_WRITE, {"lines": json.dumps(lines)}).scalar()


@event.listens_for(Session, "after_commit")
def _keep_head(session: Session) -> None:
    head = session.info.pop("head", None)
    if head is None or _heads is None:
        return
    try:
        _heads.mkdir(parents=True, exist_ok=True)
        with (_heads / HEADS_LOG).open("a", encoding="utf-8") as kept:
            kept.write(f"{head['n']} {head['hash']} {clock.now().isoformat()}\n")
            kept.flush()
            os.fsync(kept.fileno())
    except OSError as error:
        # It is committed: to answer with a fault now would say the opposite. `portal audit verify` notes the gap.
        log.error("head_not_kept", n=head["n"], error=str(error))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info["lines"] = []
    session.info.pop("head", None)
