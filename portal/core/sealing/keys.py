"""Data keys, and the contract of whatever wraps them.

A wrapped key names the key it was wrapped under, so that several may be in use at once: after a
rotation new data keys go under the new one, and old ones stay readable until they are re-wrapped.
"""

from typing import Protocol

from nacl.utils import random

from portal.core.sealing.associated import Associated
from portal.core.sealing.cipher import KEY_BYTES
from portal.core.sealing.errors import SealBroken

WRAPPED_MARK = b"PWK1"
KEY_ID_BYTES = 8


def new_key() -> bytes:
    """Return a fresh random data key (32 bytes)."""
    return random(KEY_BYTES)


def key_id_of(wrapped: bytes) -> str:
    """Return the name of the key a data key was wrapped under: 16 hexadecimal digits.

    Raises SealBroken when this is no wrapped key.
    """
    if not wrapped.startswith(WRAPPED_MARK) or len(wrapped) < len(WRAPPED_MARK) + KEY_ID_BYTES:
        raise SealBroken
    return wrapped[len(WRAPPED_MARK) : len(WRAPPED_MARK) + KEY_ID_BYTES].hex()


class KeyService(Protocol):
    """What the portal asks of the place where the wrapping keys live.

    `Keyring` is the file form. A service of the host (a vault, an HSM) takes its place by setting
    and keeps the same promises: a wrapped key opens only with the same associated facts.
    """

    def wrap(self, dek: bytes, associated: Associated) -> bytes:
        """Return `dek` wrapped under the current key."""

    def unwrap(self, wrapped: bytes, associated: Associated) -> bytes:
        """Return the data key. Raises SealBroken or KeyLost."""

    def rewrap(self, wrapped: bytes, associated: Associated) -> bytes:
        """Return the same data key under the current key; unchanged bytes when it already is."""

    def is_current(self, wrapped: bytes) -> bool:
        """Say whether a wrapped key is already under the current key."""
