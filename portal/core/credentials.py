"""The passwords of the database's login roles, kept in one file of the data folder."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from portal.core.urls import LOGINS

_FILE = "credentials.json"


def read_credentials(folder: Path) -> dict[str, str]:
    """The passwords by role; empty before the database was provisioned from this data folder."""
    path = folder / _FILE
    if not path.exists():
        return {}
    found = json.loads(path.read_text())
    return {role: found[role] for role in LOGINS if found.get(role)}


def complete_credentials(folder: Path) -> dict[str, str]:
    """The passwords by role, with random ones added for roles that have none. Hold a lock while calling this."""
    known = read_credentials(folder)
    if len(known) < len(LOGINS):
        known = {role: known.get(role) or secrets.token_urlsafe(32) for role in LOGINS}
        _write(folder / _FILE, json.dumps(known, indent=2) + "\n")
    return known


def _write(path: Path, text: str) -> None:
    # Renamed into place: a crash leaves the old file or the new one, readable by us alone from the first byte.
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    unfinished.replace(path)
