"""The malware scanner: ClamAV's daemon, asked over its socket before an upload goes any further.

The bytes go through the socket (INSTREAM) and are never written to a file by us. What the scanner does with them is its
own setting: clamd spools a stream into its TemporaryDirectory, which has to lie in memory (see config/example.env).

Spoken here and not by a library: `clamd` ignores what `send` leaves unsent, which breaks the framing of large files, and
has had no release for years; `clamav-client` mends that under the GPL, which the portal's licence cannot carry.
"""

import contextlib
import re
import socket
import struct
import time
from pathlib import Path

import structlog

from portal.core.documents.errors import MalwareFound, ScannerUnavailable

log = structlog.get_logger()
_CHUNK = 64 * 1024
_SECONDS = 20
"""For one file, all in all: a person waits, and a thread of eight is held."""
_PING_SECONDS = 2
_LONGEST_REPLY = 4096
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")


class Scanner:
    """A clamd at a UNIX socket. Safe to share between threads: every question has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self, content: bytes) -> None:
        """Return when the scanner calls the content clean.

        Raises MalwareFound; ScannerUnavailable when it does not answer, answers late, or says anything but yes or no.
        """
        try:
            reply = self._ask(b"zINSTREAM\0", content, _SECONDS)
        except OSError as error:
            log.warning("scanner_unavailable", why=type(error).__name__)
            raise ScannerUnavailable from error
        if reply == "stream: OK":
            return
        if found := _FOUND.fullmatch(reply):
            raise MalwareFound(found["name"])
        log.warning("scanner_unclear", reply=reply[:200])
        raise ScannerUnavailable

    def answers(self) -> bool:
        """Whether the scanner is there and well, asked within two seconds."""
        with contextlib.suppress(OSError):
            return self._ask(b"zPING\0", None, _PING_SECONDS) == "PONG"
        return False

    def _ask(self, command: bytes, content: bytes | None, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:

            def send(data: bytes | memoryview) -> None:
                line.settimeout(_left(deadline))
                line.sendall(data)

            line.settimeout(_left(deadline))
            line.connect(str(self._path))
            send(command)
            if content is not None:
                view = memoryview(content)
                for start in range(0, len(view), _CHUNK):
                    chunk = view[start : start + _CHUNK]
                    send(struct.pack("!L", len(chunk)))
                    send(chunk)
                send(struct.pack("!L", 0))
            reply = b""
            while not reply.endswith(b"\0") and len(reply) < _LONGEST_REPLY:
                line.settimeout(_left(deadline))
                piece = line.recv(_LONGEST_REPLY)
                if not piece:
                    break
                reply += piece
        # A reply without its end may be the beginning of another one.
        return reply[:-1].decode("utf-8", "replace") if reply.endswith(b"\0") else ""


def open_scanner(path: Path | None) -> Scanner | None:
    """The scanner of the settings, or none: then uploads are not scanned, and the operator's page says so."""
    return Scanner(path) if path is not None else None


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
