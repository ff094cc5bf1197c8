"""The keyring: wrapping keys in a file of the host, outside the database and its backups.

Whoever holds a dump without this file reads nothing; whoever holds both reads everything. The
file is `keyring.json` (0600, in a directory 0700): several keys, one of them current.
A server keeps the keyring open while the keeper changes it from another process. So the file is
read again when it has changed before anything is wrapped (a retired key must not be used by a
server that still remembers it), and when a name is not known, before the key is called lost.
"""

import threading
from pathlib import Path

from nacl.utils import random

from portal.core.sealing import keyring_file
from portal.core.sealing.associated import Associated, canonical
from portal.core.sealing.cipher import check_key, decrypt, encrypt
from portal.core.sealing.errors import KeyLost
from portal.core.sealing.keyring_file import Keys
from portal.core.sealing.keys import KEY_ID_BYTES, WRAPPED_MARK, key_id_of, new_key


class Keyring:
    """The keys that wrap data keys. Safe to share between threads."""

    def __init__(self, directory: Path, keys: Keys) -> None:
        """Use `load` or `create`; this only ties the parts together."""
        self.directory = directory
        self._keys = keys
        self._seen = keyring_file.state(directory)
        self._changing = threading.Lock()

    @classmethod
    def create(cls, directory: Path) -> "Keyring":
        """Make a keyring with one key. Raises KeyringExists when there is one."""
        keys = _with_new_key(Keys(current="", held={}))
        keyring_file.write_new(directory, keys)
        return cls(directory, keys)

    @classmethod
    def load(cls, directory: Path) -> "Keyring":
        """Read the keyring.

        Raises FileNotFoundError when there is none, KeyringExposed when other users of the host
        can read it, SealBroken when it is damaged.
        """
        return cls(directory, keyring_file.read(directory))

    def __repr__(self) -> str:
        """Name the keyring and its current key; never show a key."""
        return f"<Keyring {self.directory} current={self.current_id}>"

    @property
    def current_id(self) -> str:
        """Name of the key that wraps from now on."""
        return self._keys.current

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of all keys held, oldest first."""
        return tuple(self._keys.held)

    def rotate(self) -> str:
        """Add a new current key and return its name. Older keys stay, to unwrap."""
        with self._changing:
            self._keys = keyring_file.change(self.directory, _with_new_key)
            self._seen = keyring_file.state(self.directory)
            return self._keys.current

    def retire(self, key_id: str) -> None:
        """Remove an older key, for ever. What is still wrapped under it can never be read again.

        To be called when everything has been re-wrapped, and no transaction that was open when
        `rotate` was called is open still: it may hold a key that is not yet to be seen.

        Raises ValueError for the current key, KeyLost for a name that is not held.
        """

        def without(keys: Keys) -> Keys:
            if key_id == keys.current:
                raise ValueError("The current key cannot be retired: rotate first.")
            if key_id not in keys.held:
                raise KeyLost(key_id)
            return Keys(keys.current, {name: key for name, key in keys.held.items() if name != key_id})

        with self._changing:
            self._keys = keyring_file.change(self.directory, without)
            self._seen = keyring_file.state(self.directory)

    def wrap(self, dek: bytes, associated: Associated) -> bytes:
        """Return `dek` encrypted under the current key, bound to `associated`."""
        if keyring_file.state(self.directory) != self._seen:
            self._read_again()
        keys = self._keys
        mark = WRAPPED_MARK + bytes.fromhex(keys.current)
        return encrypt(mark, check_key(dek), keys.held[keys.current], canonical("wrapped-key", associated))

    def unwrap(self, wrapped: bytes, associated: Associated) -> bytes:
        """Return the data key. Raises SealBroken (altered, or another's) or KeyLost."""
        key_id = key_id_of(wrapped)
        mark = WRAPPED_MARK + bytes.fromhex(key_id)
        return check_key(decrypt(mark, wrapped, self._key(key_id), canonical("wrapped-key", associated)))

    def rewrap(self, wrapped: bytes, associated: Associated) -> bytes:
        """Return the same data key under the current key; unchanged bytes when it already is.

        Raises SealBroken or KeyLost. The data key itself does not change, so nothing that was
        sealed has to be touched, and a receipt's figure stays true.
        """
        dek = self.unwrap(wrapped, associated)
        return wrapped if self.is_current(wrapped) else self.wrap(dek, associated)

    def is_current(self, wrapped: bytes) -> bool:
        """Say whether a wrapped key is already under the current key."""
        return key_id_of(wrapped) == self.current_id

    def _key(self, key_id: str) -> bytes:
        if key_id not in self._keys.held:
            self._read_again()
        try:
            return self._keys.held[key_id]
        except KeyError:
            raise KeyLost(key_id) from None

    def _read_again(self) -> None:
        with self._changing:
            # The state first: a change in between is then noticed the next time.
            self._seen = keyring_file.state(self.directory)
            self._keys = keyring_file.read(self.directory)


def _with_new_key(keys: Keys) -> Keys:
    key_id = random(KEY_ID_BYTES).hex()
    return Keys(current=key_id, held={**keys.held, key_id: new_key()})
