"""Locks between test processes, held by the kernel: a killed process lets go of them."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Crowd:
    """Those who use something together; the last to leave may put it away.

    Entering waits while somebody puts it away, so whoever enters starts it anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._handle = self._path.open("w")
        fcntl.flock(self._handle, fcntl.LOCK_SH)
        return self

    def leave(self, last: Callable[[], None]) -> None:
        """Leave, and call ``last`` when nobody else is in."""
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            last()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()
