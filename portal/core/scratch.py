"""Temporary files whose bytes on the disk are worthless to whoever finds them."""

from __future__ import annotations

import io
import os
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16


class EphemeralFile(io.RawIOBase):
    """A file encrypted with a random key that is held in this object's memory alone.

    AES-256 in counter mode, so that any position can be read or written. For append-and-read use: bytes
    already written may not be written over, because two texts under one key stream betray each other; that,
    and a gap, raise ValueError. It hides content from the disk; it proves nothing about it.
    """

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._key, self._nonce = os.urandom(32), int.from_bytes(os.urandom(_BLOCK))
        self._written = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any, /) -> int:
        position = self._file.tell()
        found = self._file.read(len(buffer))
        buffer[: len(found)] = self._crypt(position, found)
        return len(found)

    def write(self, data: Any, /) -> int:
        position, clear = self._file.tell(), bytes(data)
        if position != self._written:
            raise ValueError("An ephemeral file is written at its end only.")
        self._file.write(self._crypt(position, clear))
        self._written += len(clear)
        return len(clear)

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()

    def close(self) -> None:
        self._key = b""
        self._file.close()
        super().close()

    def _crypt(self, position: int, data: bytes) -> bytes:
        block, skip = divmod(position, _BLOCK)
        counter = (self._nonce + block) % (1 << (8 * _BLOCK))
        cipher = Cipher(algorithms.AES(self._key), modes.CTR(counter.to_bytes(_BLOCK))).encryptor()
        cipher.update(bytes(skip))
        return cipher.update(data)
