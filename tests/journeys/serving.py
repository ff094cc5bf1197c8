"""The portal on a port of its own, as `make run` serves it, with its jobs worked when a journey says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from portal.core.jobs import Drain


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve on a free port of this machine until left; yields the address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None, asyncore_use_poll=True)
    thread = threading.Thread(target=server.run, name="portal", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # Its own thread closes what it listens to; from here that would race with the loop.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()


class Jobs:
    """The job runner, in a thread of its own: playwright keeps an event loop running in the test's."""

    def __init__(self, worker: Flask, database_url: str) -> None:
        self._drain = Drain(worker, database_url)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jobs")
        self._thread.submit(self._drain.__enter__).result(timeout=30)

    def work(self) -> None:
        """Work everything that is due."""
        self._thread.submit(self._drain).result(timeout=120)

    def close(self) -> None:
        """Give the connections back."""
        self._thread.submit(self._drain.__exit__, None, None, None).result(timeout=30)
        self._thread.shutdown()
