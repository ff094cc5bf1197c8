"""The web server: waitress, bounded so that slow senders hold a connection and never a thread."""

from __future__ import annotations

import errno
import signal
import tempfile
from typing import Any, NoReturn

from waitress import buffers
from waitress.server import create_server

from portal.core.scratch import EphemeralFile
from portal.core.settings import Settings

_THREADS = 8
_LARGEST_BODY = 32 * 1024 * 1024
"""Bytes; a stop for the whole server. Each upload field has a smaller limit and a sentence of its own."""


class AddressInUseError(RuntimeError):
    """Somebody listens on our port already."""


def serve(application: Any, settings: Settings) -> None:
    """Answer requests until SIGTERM or SIGINT. Raises :class:`AddressInUseError`.

    A request reaches a thread only when it is whole, so neither slow headers nor slow bodies stop the others.
    """
    _keep_overflow_unreadable()
    try:
        server = create_server(
            application,
            host=settings.host,
            port=settings.port,
            threads=_THREADS,
            connection_limit=1000,
            asyncore_use_poll=True,  # select() fails beyond 1,024 open files
            channel_timeout=60,
            cleanup_interval=10,
            max_request_body_size=_LARGEST_BODY,
            expose_tracebacks=False,
            ident=None,
            **_proxy(settings),
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressInUseError(f"Port {settings.port} is taken: choose another with PORT.") from error
        raise
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        server.run()
    finally:
        server.close()


def _leave(number: int, frame: object) -> NoReturn:
    # waitress ends its loop on SystemExit and lets its threads finish what they are answering.
    raise SystemExit(0)


def _proxy(settings: Settings) -> dict[str, Any]:
    if not settings.trusted_proxies:
        return {}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": settings.trusted_proxies,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }


def _keep_overflow_unreadable() -> None:
    # waitress puts bodies above half a megabyte into temporary files; an answer or a document must not lie
    # there in clear, so the files are encrypted with a key that this process alone holds, and forgets.
    def newfile(self: object) -> EphemeralFile:
        return EphemeralFile(tempfile.TemporaryFile("w+b"))

    setattr(buffers.TempfileBasedBuffer, "newfile", newfile)  # noqa: B010 - the one seam waitress offers
