"""What the local disk needs beyond the common store: certainty, privacy, tidiness."""

import errno
import os
import re
from datetime import UTC, datetime
from pathlib import Path

# The store writes "<key>#<number>" first and links it to its name when it is whole.
_HALF_WRITTEN = re.compile(r"[0-9a-f]{32}#\d+")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def settle(path: Path) -> None:
    """Wait until a new file and its name are on the disk, and let only its owner read it.

    A receipt promises that the document is kept; without this it is promised for what a power cut
    would take. Raises OSError when the disk cannot say so.
    """
    _sync(path, 0o600)
    _sync(path.parent, 0o700)
    _sync(path.parent.parent, None)


def _sync(path: Path, mode: int | None) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if mode is not None:
            os.fchmod(handle, mode)
        os.fsync(handle)
    finally:
        os.close(handle)


def is_full(error: BaseException) -> bool:
    """Say whether a fault means that there is no room (disk, quota), however it was wrapped."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    # The store reports in words of its own and quotes the system's number.
    return any(f"os error {number})" in str(error) for number in _FULL)


def remove_half_written(directory: Path, before: datetime) -> None:
    """Remove what a killed process left half written before `before`."""
    for path in directory.glob("??/*#*"):
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if _HALF_WRITTEN.fullmatch(path.name) and written < before:
                path.unlink()
        except FileNotFoundError:
            continue
