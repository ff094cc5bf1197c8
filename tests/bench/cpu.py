"""CPU seconds of a process, and of a PostgreSQL cluster with all its backends."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def _times(pid: int) -> tuple[float, int]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK, int(fields[1])


def cpu_of(pid: int) -> float:
    """User and system seconds of one process."""
    return _times(pid)[0]


def cpu_of_cluster(data: Path) -> float:
    """User and system seconds of the postmaster and its living children (connections are pooled, so none ends meanwhile)."""
    master = int((data / "postmaster.pid").read_text().split()[0])
    total = cpu_of(master)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                seconds, parent = _times(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == master:
                total += seconds
    return total
