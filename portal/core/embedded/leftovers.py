"""What a killed server leaves behind, and when it may be cleared away."""

from __future__ import annotations

from pathlib import Path

_PROCESSES = Path("/proc")


def clear_stale_locks(data: Path, socket_folder: Path) -> bool:
    """Remove the lock files of folder and socket when no living server works there; True when that is so.

    PostgreSQL trusts the process number in those files. After a kill the number may belong to a zombie that
    nobody reaps, or, in a restarted container, to a stranger, and the server would refuse to start for ever.
    Every server process has the data folder as its working directory, so the folder tells the truth. Where
    there is no ``/proc`` nothing is removed. Hold the cluster's lock while calling this.
    """
    if not _PROCESSES.is_dir() or _is_worked_in(data):
        return False
    for lock in (data / "postmaster.pid", *socket_folder.glob(".s.PGSQL.*")):
        lock.unlink(missing_ok=True)
    return True


def _is_worked_in(data: Path) -> bool:
    owner = data.stat().st_uid
    return any(_may_work_in(process, data, owner) for process in _PROCESSES.iterdir() if process.name.isdigit())


def _may_work_in(process: Path, data: Path, owner: int) -> bool:
    try:
        if process.stat().st_uid != owner:
            return False
        return (process / "cwd").readlink() == data
    except PermissionError:
        # We may not look (no right to trace): a server of that account could be ours, so hands off.
        return _is_living_server(process)
    except OSError:
        return False  # ended meanwhile, or a zombie


def _is_living_server(process: Path) -> bool:
    try:
        name, _, rest = (process / "stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return False
    return name.startswith("postgres") and not rest.lstrip().startswith("Z")
