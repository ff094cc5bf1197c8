"""What a killed server leaves behind, and when it may be cleared away."""

from __future__ import annotations

import os
from pathlib import Path

_PROCESSES = Path("/proc")


def clear_stale_lock(data: Path) -> bool:
    """Remove ``postmaster.pid`` when no living process works in the folder; True when it was removed.

    PostgreSQL trusts the process number in that file. After a kill the number may belong to a zombie that
    nobody reaps, or, in a restarted container, to a stranger, and the server would refuse to start for ever.
    Every server process has the data folder as its working directory, so the folder tells the truth. Where
    there is no ``/proc`` nothing is removed.
    """
    lock = data / "postmaster.pid"
    if not lock.exists() or not _PROCESSES.is_dir() or _is_worked_in(data):
        return False
    lock.unlink(missing_ok=True)
    return True


def _is_worked_in(data: Path) -> bool:
    for process in _PROCESSES.iterdir():
        if not process.name.isdigit():
            continue
        try:
            if os.readlink(process / "cwd") == str(data):
                return True
        except OSError:
            continue  # ended meanwhile, a zombie, or another user's: none of them is our server
    return False
