"""Keeps a host's processes alive together: one that matters ends all, one that helps is started again."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_PATIENCE_SECONDS = 20.0
_STEADY_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 30.0
_TICK_SECONDS = 0.2


@dataclass
class Child:
    """A process of ours, with an environment of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    essential: bool
    """When an essential process ends, so do the others; the rest are started again."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = field(default=1.0)

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, who ends us in order.
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started = time.monotonic()

    def stop(self) -> None:
        """Ask the process to end, and after a while make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Stopped(Exception):
    """Somebody asked us to stop (SIGTERM or SIGINT)."""


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Within the block SIGTERM and SIGINT raise :class:`Stopped`; a second one while stopping is ignored."""

    def stop(number: int, frame: object) -> None:
        for later in (signal.SIGTERM, signal.SIGINT):
            signal.signal(later, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def supervise(children: list[Child], on_start: Callable[[], None], say: Callable[[str], None]) -> int:
    """Run the children until an essential one ends; return its exit code. Stops all of them in any case."""
    try:
        for child in children:
            child.start()
        on_start()
        while True:
            for child in children:
                if child.process is None:
                    if time.monotonic() - child.started >= child.pause:
                        child.start()
                    continue
                code = child.process.poll()
                if code is None:
                    continue
                say(f"{child.name} ended with code {code}.")
                if child.essential:
                    return code
                _wait_longer(child)
            time.sleep(_TICK_SECONDS)
    finally:
        for child in reversed(children):
            child.stop()


def end_with_parent() -> None:
    """Ask the kernel to send us SIGTERM when our supervisor dies, even when it is killed (Linux)."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG
        if os.getppid() != parent or parent == 1:
            raise SystemExit("The supervisor is gone.")


def _wait_longer(child: Child) -> None:
    steady = time.monotonic() - child.started >= _STEADY_SECONDS
    child.pause = 1.0 if steady else min(child.pause * 2, _LONGEST_PAUSE_SECONDS)
    child.process, child.started = None, time.monotonic()
