"""What the server and the worker write down of themselves: one line an event, and never what somebody typed.

Of a fault the line holds its kind, the database's code and where it happened. Not its message, which quotes values
("invalid input syntax for type numeric: …"), and not the variables of the functions it passed through, which the usual
formatter prints as soon as `rich` is installed: those are answers, prices and keys in clear.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

_STAMPS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logs() -> None:
    """Write our own events as JSON lines to standard output. Called by everything that makes an application."""
    structlog.configure(processors=[*_STAMPS, _fault, structlog.processors.JSONRenderer()])


def configure_foreign_logs() -> None:
    """The same for what libraries warn of, such as the web server and the job runner. Called once by a process that serves."""
    handler = logging.StreamHandler(sys.stdout)
    shown: list[structlog.typing.Processor] = [
        ProcessorFormatter.remove_processors_meta,
        _fault,
        structlog.processors.JSONRenderer(),
    ]
    handler.setFormatter(ProcessorFormatter(foreign_pre_chain=_STAMPS, processors=shown))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def _fault(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    error = told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["faults"] = _told(error)
    return event


def _told(error: BaseException) -> list[dict[str, Any]]:
    """The fault and what caused it, the last one first."""
    told: list[dict[str, Any]] = []
    current: BaseException | None = error
    while current is not None and len(told) < 5:
        frames = traceback.extract_tb(current.__traceback__)
        told.append(
            {
                "kind": f"{type(current).__module__}.{type(current).__qualname__}",
                "code": getattr(current, "sqlstate", None),
                "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return told
