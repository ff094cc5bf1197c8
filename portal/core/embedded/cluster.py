"""One private database cluster: made when absent, started when stopped, joined when running."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg

from portal.core.embedded.account import Account
from portal.core.embedded.binaries import find_binaries, major_version
from portal.core.embedded.configuration import write_configuration
from portal.core.embedded.leftovers import clear_stale_locks

_INITDB = ("-U", "postgres", "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums")
_SOCKET_PATH_BYTES = 107 - len("/.s.PGSQL.5432.lock")
_START_SECONDS = 120
"""Recovery after a crash may take this long before we say that the server does not start."""
_ATTEMPTS = 3
"""Starts that fail outright, with no server left behind, before we give up."""


class ClusterError(RuntimeError):
    """The cluster cannot be made, started or stopped; the message names the log to read."""


class Cluster:
    """A cluster below ``root``, reached by a Unix socket as superuser ``postgres`` with a random password.

    Every process may call :meth:`up`: one starts the server, the others join it. The server outlives the
    process that started it and is stopped by :meth:`down` alone.
    """

    def __init__(self, root: Path, options: Mapping[str, str] | None = None) -> None:
        self.root = root.resolve()
        self.data = self.root / "data"
        self.options = dict(options or {})
        self._key = self.root / "superuser.key"
        self._account = Account.for_this_process()

    def url(self, database: str = "postgres") -> str:
        """The superuser's libpq URL for one database. Raises :class:`ClusterError` before the first start."""
        if not self._key.exists():
            raise ClusterError(f"There is no database cluster in {self.root} yet: start it first.")
        password, folder = self._key.read_text().strip(), quote(str(self.socket_folder), safe="")
        # require_auth: whoever squats the socket is never told the password.
        return f"postgresql://postgres:{password}@/{quote(database)}?host={folder}&require_auth=scram-sha-256"

    @cached_property
    def socket_folder(self) -> Path:
        """Inside the root where the path is short enough for a socket, else below ``/tmp`` by a hash of it."""
        beside = self.root / "socket"
        if len(bytes(beside)) <= _SOCKET_PATH_BYTES:
            return beside
        name = hashlib.sha256(bytes(self.root)).hexdigest()[:16]
        return Path("/tmp", f"portal-{self._account.uid}-{name}")  # noqa: S108 - ownership is checked below

    @cached_property
    def major(self) -> int:
        """The major version of PostgreSQL that this cluster runs on."""
        return major_version(self._binaries)

    def running(self) -> bool:
        """Whether the server answers. Asked by connecting: a killed server can linger as a zombie."""
        if not self._key.exists():
            return False
        try:
            with psycopg.connect(self.url(), connect_timeout=10):
                return True
        except psycopg.OperationalError:
            return False

    def up(self) -> bool:
        """Make and start the cluster if need be; True when this call started it, False when it ran already.

        Raises :class:`ClusterError` when the server does not start or belongs to another major version.
        """
        self._prepare_root()
        with self._locked():
            if self.running():
                return False
            self._prepare_socket_folder()
            if not (self.data / "PG_VERSION").exists():
                self._make()
            self._check_version()
            write_configuration(self.data, self.socket_folder, self.options)
            self._account.own(self.data / "portal.conf", self.data / "postgresql.conf")
            return self._start()

    def down(self, mode: str = "fast") -> None:
        """Stop the server; nothing happens when it does not run. ``mode`` is pg_ctl's: smart, fast, immediate."""
        if not self.data.exists():
            return
        with self._locked():
            if self.running() and self._control("-w", "-m", mode, "stop") != 0:
                raise ClusterError(f"PostgreSQL did not stop: see {self.root / 'control.log'}.")

    @cached_property
    def _binaries(self) -> Path:
        return find_binaries(self.root / "binaries", self._account)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.root / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _prepare_root(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        if not self._account.is_ours:
            self.root.chmod(0o711)
        if not self._account.can_execute(self.root):
            raise ClusterError(
                f"The account 'nobody', under which root's database runs, cannot reach {self.root}: "
                "set PORTAL_DATA_DIR to a folder open to it, such as one below /var/lib."
            )

    def _prepare_socket_folder(self) -> None:
        folder = self.socket_folder
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            self._account.own(folder)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self._account.uid or found.st_mode & 0o077:
            raise ClusterError(f"{folder} is not a private folder of the database's account: remove it.")

    def _make(self) -> None:
        # Under another name until it is whole: initdb writes PG_VERSION early, so a killed one looks finished.
        unfinished = self.root / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._key.touch(0o600)
        self._key.write_text(secrets.token_hex(24))
        self._account.own(unfinished, self._key)
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if self.major >= 17 else ()
        done = self._run("initdb", unfinished, "--pwfile", str(self._key), *_INITDB, *builtin)
        if not self._account.is_ours:
            os.chown(self._key, 0, 0)
        if done != 0:
            raise ClusterError(f"The database cluster could not be made: see {self.root / 'control.log'}.")
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        found = int((self.data / "PG_VERSION").read_text())
        if found != self.major:
            raise ClusterError(
                f"{self.data} was made by PostgreSQL {found} and these programs are PostgreSQL {self.major}: "
                "choose another PORTAL_DATA_DIR, or dump and restore."
            )

    def _start(self) -> bool:
        deadline, failures = time.monotonic() + _START_SECONDS, 0
        while time.monotonic() < deadline and failures < _ATTEMPTS:
            deserted = clear_stale_locks(self.data, self.socket_folder)
            if self._control("-w", "-t", "60", "-l", str(self.data / "server.log"), "start") == 0:
                return True
            # The last server's processes are still ending, or recovery outlasts pg_ctl's patience.
            time.sleep(0.5)
            if self.running():
                return True
            failures += deserted
        raise ClusterError(f"PostgreSQL did not start: see {self.data / 'server.log'}.")

    def _control(self, *arguments: str) -> int:
        return self._run("pg_ctl", self.data, *arguments)

    def _run(self, program: str, data: Path, *arguments: str) -> int:
        with (self.root / "control.log").open("a") as log:
            return self._account.run([self._binaries / program, "-D", data, *arguments], log=log)
