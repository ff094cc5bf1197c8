"""Processes of the portal as they run on a host: the web server and the worker, killed or asked, with logs in files."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.core.places import CHECKOUT
from portal.core.provision import Urls
from tests.support.forms import Visitor


@dataclass
class Program:
    """`portal <command>` in a process of its own."""

    command: str
    data: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What it wrote, in all its lives."""
        return self.data / f"{self.command}.log"

    def start(self) -> None:
        """Start, without waiting."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
        environment |= {"PORTAL_DATA_DIR": str(self.data), **self.environment}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal", self.command], cwd=CHECKOUT, env=environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """As a power cut would, for this process."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class Server:
    """`portal serve` in a process of its own."""

    urls: Urls
    data: Path
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    program: Program = field(init=False)

    def __post_init__(self) -> None:
        told = {"PORTAL_APP_URL": self.urls.app, "PORT": str(self.port), **self.environment}
        self.program = Program("serve", self.data, told)

    def up(self) -> None:
        """Start, and wait until it is ready."""
        self.program.start()
        self.wait()

    def wait(self) -> None:
        """Until `/readyz` says yes, at most 60 seconds."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                visitor = Visitor("127.0.0.1", self.port)
                status, _ = visitor.get("/readyz")
                visitor.close()
                if status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(self.program.log.read_text()[-3000:])

    def kill(self) -> None:
        """As a power cut would, for this process."""
        self.program.kill()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
