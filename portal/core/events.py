"""Speaking upwards: a slice emits by name, a slice above subscribes. The event is a job of the same transaction."""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

Handler = Callable[..., None]
_subscribers: dict[str, list[Handler]] = defaultdict(list)


def emit(session: Session, name: str, **payload: Any) -> None:
    """`slice.noun.past` with ids. Rolled back with the transaction; handled by the worker after commit."""
    session.flush()
    defer(session, "handle_event", name=name, payload={k: str(v) for k, v in payload.items()})


def defer(session: Session, task: str, **arguments: Any) -> None:
    """A job by name, in the caller's transaction, carrying the caller's scope."""
    session.execute(
        text("SELECT app.defer(:task, CAST(:arguments AS jsonb), NULL)"),
        {"task": task, "arguments": json.dumps(arguments)},
    )


def subscribe(name: str) -> Callable[[Handler], Handler]:
    """Declare a handler `(session, actor, **payload)`. It runs in the scope of whoever emitted, and may run twice."""

    def declare(handler: Handler) -> Handler:
        if handler not in _subscribers[name]:
            _subscribers[name].append(handler)
        return handler

    return declare


def handlers(name: str) -> tuple[Handler, ...]:
    """Who listens."""
    return tuple(_subscribers.get(name, ()))
