"""The web server holds out against slow senders and keeps bodies unreadable on the disk."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = """
import os, sys
from pathlib import Path
from portal.core.settings import read_settings
from portal.serve import serve

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    seen = b""
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            if "(deleted)" in os.readlink(descriptor):
                seen += descriptor.read_bytes()
        except OSError:
            pass
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{len(body)} {len(seen)} {int(b'canary' in body)} {int(b'canary' in seen)}".encode()]

serve(application, read_settings())
"""


@pytest.fixture
def port() -> Iterator[int]:
    """A server of this test on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(number)}
    with subprocess.Popen([sys.executable, "-c", SERVER], cwd=Path(__file__).parents[1], env=environment) as server:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0


def ask(port: int, body: bytes | None = None) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", body, timeout=10) as answer:
        return str(answer.read().decode())


def test_large_body_lies_encrypted_while_it_is_received(port: int) -> None:
    body = b"canary" * 400_000
    assert ask(port, body) == f"{len(body)} {len(body)} 1 0"


def test_slow_headers_and_slow_bodies_stop_nobody(port: int) -> None:
    slow = []
    for number in range(300):
        connection = socket.create_connection(("127.0.0.1", port))
        half = (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf" if number % 2 else b"GET / HTTP/1.1\r\nHo"
        )
        connection.sendall(half)
        slow.append(connection)
    try:
        assert ask(port) == "0 0 0 0"
    finally:
        for connection in slow:
            connection.close()
