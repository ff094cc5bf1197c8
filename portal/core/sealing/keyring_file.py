"""The keyring's file: read with suspicion, written whole or not at all.

A key that was used and then lost makes applications unreadable, so a new key is on the disk
(fsync of file and directory) before anything is wrapped under it.
"""

import base64
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal.core.sealing.cipher import check_key
from portal.core.sealing.errors import KeyringExists, KeyringExposed, SealBroken

NAME = "keyring.json"
FORMAT = 1


@dataclass(frozen=True)
class Keys:
    """Wrapping keys by name, oldest first, and the name of the current one."""

    current: str
    held: Mapping[str, bytes] = field(repr=False)


def to_bytes(keys: Keys) -> bytes:
    """Return the file's content: names in the clear, keys in base64."""
    held = [{"id": name, "key": base64.b64encode(key).decode("ascii")} for name, key in keys.held.items()]
    return json.dumps({"format": FORMAT, "current": keys.current, "keys": held}, indent=1).encode("ascii")


def from_bytes(content: bytes) -> Keys:
    """Return the keys of a file's content. Raises SealBroken when it is damaged."""
    try:
        read = json.loads(content)
        held = {str(one["id"]): check_key(base64.b64decode(one["key"], validate=True)) for one in read["keys"]}
        for name in held:
            bytes.fromhex(name)
        if read["format"] != FORMAT or read["current"] not in held:
            raise ValueError("no current key")
    except (ValueError, KeyError, TypeError) as error:
        # The cause is cut off: a parser's message may quote the key it stumbled over.
        raise SealBroken(f"The keyring is damaged ({type(error).__name__}). Restore it from its backup.") from None
    return Keys(read["current"], held)


def read(directory: Path) -> Keys:
    """Read the file. Raises FileNotFoundError, KeyringExposed or SealBroken."""
    path = directory / NAME
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb") as file:
        if stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
            raise KeyringExposed(f"Other users of this host can read {path}. Set its mode to 0600, then rotate.")
        return from_bytes(file.read())


def state(directory: Path) -> tuple[int, int]:
    """Return what tells one content of the file from the next. Raises FileNotFoundError."""
    found = (directory / NAME).stat()
    return found.st_ino, found.st_mtime_ns


def write_new(directory: Path, keys: Keys) -> None:
    """Write the first file of a directory. Raises KeyringExists when there is one."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(directory):
        if (directory / NAME).exists():
            raise KeyringExists(f"There already is a keyring in {directory}. It was left as it is.")
        _replace(directory, keys)


def change(directory: Path, how: Callable[[Keys], Keys]) -> Keys:
    """Read, change and write under a lock, so that two keepers never lose each other's key."""
    with _alone(directory):
        keys = how(read(directory))
        _replace(directory, keys)
        return keys


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    handle = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(directory: Path, keys: Keys) -> None:
    write_private(directory / NAME, to_bytes(keys))


def write_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, whole or not at all, and wait for the disk."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    unfinished.replace(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
