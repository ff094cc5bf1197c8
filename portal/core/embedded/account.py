"""The operating-system account the database server runs under.

PostgreSQL refuses to run as root. An ordinary user's server runs as that user; root's runs as ``nobody``, who
owns nothing else.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Account:
    """The user and group that own the server's files and processes."""

    uid: int
    gid: int
    is_ours: bool
    """True when the server runs as the user who started it, so nothing is handed over."""

    @classmethod
    def for_this_process(cls) -> Account:
        """``nobody`` when we are root, else ourselves."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), is_ours=True)
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid, is_ours=False)

    def own(self, *paths: Path) -> None:
        """Hand existing files or folders to the account."""
        if not self.is_ours:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        log: IO[str] | int = subprocess.DEVNULL,
        environment: dict[str, str] | None = None,
    ) -> int:
        """Run a command as the account and return its exit code.

        No pipe is given to it: a server started by the command inherits its streams, and a pipe would keep
        our caller waiting for as long as the server lives. The folder is ``/`` because the account may not
        be able to enter ours.
        """
        drop = {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}
        done = subprocess.run(  # noqa: S603 - the command is built from our own paths
            [str(part) for part in command],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd="/",
            env=environment,
            **drop,  # type: ignore[call-overload]  # the three keywords of the drop, or none
        )
        return int(done.returncode)

    def can_execute(self, path: Path) -> bool:
        """Whether the account itself reaches and may execute the file."""
        if self.is_ours:
            return os.access(path, os.X_OK)
        return self.run(["/usr/bin/test", "-x", path]) == 0
