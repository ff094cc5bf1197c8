"""A malware scanner for tests: speaks clamd's protocol over a UNIX socket and knows one thing, the EICAR test file."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner calls malware. In two pieces, or a scanner takes away this one."""


class Clamd(socketserver.ThreadingUnixStreamServer):
    """Answers as told: `reply` in place of its own judgement, `limit` as StreamMaxLength."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        self.reply: bytes | None = None
        self.limit = 25 * 1024 * 1024
        self.received: list[bytes] = []
        self.chunks = 0
        super().__init__(str(path), _Asked)


class _Asked(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = bytearray()
        while (byte := self.rfile.read(1)) not in (b"\0", b""):
            command += byte
        if command == b"zPING":
            self.wfile.write(self.server.reply or b"PONG\0")
        elif command == b"zINSTREAM":
            self._scan()
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _scan(self) -> None:
        content = bytearray()
        while True:
            head = self.rfile.read(4)
            if len(head) < 4:
                return  # the sender went away
            (length,) = struct.unpack("!L", head)
            if length == 0:
                break
            self.server.chunks += 1
            content += self.rfile.read(length)
            if len(content) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.received.append(bytes(content))
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        self.wfile.write(self.server.reply if self.server.reply is not None else found)


@contextmanager
def running_clamd(path: Path) -> Iterator[Clamd]:
    """A scanner at this path; gone afterwards, its socket too."""
    server = Clamd(path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        path.unlink()
