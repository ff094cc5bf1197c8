"""A copy of the keyring under a passphrase, to be kept apart from the database's backups.

Without it a broken disk makes every sealed application unreadable; beside a dump it would undo
the seal. argon2id makes the passphrase expensive to guess, secretbox encrypts and authenticates.
"""

import json
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from portal.core.sealing import keyring_file
from portal.core.sealing.errors import SealBroken
from portal.core.sealing.keyring import Keyring

FORMAT = "portal-keyring-backup/1"
SHORTEST_PASSPHRASE = 16  # characters
# libsodium's "moderate": 256 MiB and about a second. A backup is rare, its guessing is not.
OPERATIONS = argon2id.OPSLIMIT_MODERATE
MEMORY = argon2id.MEMLIMIT_MODERATE  # bytes


def export_backup(keyring: Keyring, path: Path, passphrase: str) -> None:
    """Write all keys, encrypted, to `path` (0600).

    Raises ValueError for a short passphrase, FileExistsError when `path` is there: an older
    backup may hold a key that has been retired since.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ValueError(f"Choose a passphrase of at least {SHORTEST_PASSPHRASE} characters.")
    if path.exists():
        raise FileExistsError(f"{path} already exists. Choose another name: backups are never overwritten.")
    salt = random(argon2id.SALTBYTES)
    content = keyring_file.to_bytes(keyring_file.read(keyring.directory))
    box = SecretBox(_stretch(passphrase, salt, OPERATIONS, MEMORY))
    backup = {
        "format": FORMAT,
        "salt": salt.hex(),
        "operations": OPERATIONS,
        "memory": MEMORY,
        "box": bytes(box.encrypt(content)).hex(),
    }
    keyring_file.write_private(path, json.dumps(backup, indent=1).encode("ascii"))


def restore_backup(path: Path, passphrase: str, directory: Path) -> Keyring:
    """Write the keyring of a backup into `directory` and return it.

    Raises SealBroken when the passphrase is wrong or the backup damaged (they cannot be told
    apart), KeyringExists when `directory` has a keyring.
    """
    try:
        backup = json.loads(path.read_bytes())
        operations, memory = int(backup["operations"]), int(backup["memory"])
        # The figures are not yet proven: an altered backup must not take all the host's memory.
        if backup["format"] != FORMAT or memory > argon2id.MEMLIMIT_SENSITIVE or operations > 10:
            raise ValueError("unknown format")
        key = _stretch(passphrase, bytes.fromhex(backup["salt"]), operations, memory)
        content = SecretBox(key).decrypt(bytes.fromhex(backup["box"]))
    except (ValueError, KeyError, TypeError, CryptoError):
        raise SealBroken("This backup does not open: the passphrase is wrong or the file is damaged.") from None
    keyring_file.write_new(directory, keyring_file.from_bytes(content))
    return Keyring.load(directory)


def _stretch(passphrase: str, salt: bytes, operations: int, memory: int) -> bytes:
    return argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode("utf-8"), salt, opslimit=operations, memlimit=memory)
