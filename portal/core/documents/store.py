"""The store of documents: encrypted objects under random keys, on disk or in an S3 bucket.

A storage key says nothing of whose document it is or what it is called. An
object is written once (create only) and whole or not at all; what was written but never recorded,
because a transaction did not commit, is swept later.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, MemoryStore, from_url

from portal.core.documents import disk
from portal.core.documents.errors import DocumentLost, StorageFull, StorageUnavailable, UploadRefused
from portal.core.documents.upload import MAX_BYTES, too_large
from portal.core.sealing import Associated, decrypt_stream, encrypt_stream

if TYPE_CHECKING:  # the library offers these to the type checker only
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

# A person waits for the answer: better a clear "not now" than a page that hangs.
_CLIENT: "ClientConfig" = {"connect_timeout": timedelta(seconds=2), "timeout": timedelta(seconds=5)}
_RETRY: "RetryConfig" = {"max_retries": 1, "retry_timeout": timedelta(seconds=5)}


@dataclass(frozen=True)
class StoredDocument:
    """What is known after storing. `size` (bytes) and `sha256_plain` tell of the content: seal them."""

    storage_key: str
    size: int
    sha256_plain: str
    sha256_cipher: str


class DocumentStore:
    """Puts and gets encrypted documents. Safe to share between threads."""

    def __init__(self, store: "ObjectStore") -> None:
        """Use `on_disk`, `in_memory` or `open_store`."""
        self._store = store

    @classmethod
    def on_disk(cls, directory: Path) -> "DocumentStore":
        """Keep documents in a directory of the host, which is made if need be (0700)."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(directory))

    @classmethod
    def in_memory(cls) -> "DocumentStore":
        """Keep documents until the process ends: for tests."""
        return cls(MemoryStore())

    def put_encrypted(
        self, chunks: Iterable[bytes], key: bytes, associated: Associated, limit_bytes: int = MAX_BYTES
    ) -> StoredDocument:
        """Encrypt `chunks` while they arrive and store them under a new random key.

        Returns only once the object is on the disk (or the bucket has confirmed it). Whatever is
        raised, nothing of the document stays behind: UploadRefused over `limit_bytes`,
        StorageFull, StorageUnavailable, and what `chunks` itself raises (an OSError as StorageUnavailable).
        """
        storage_key = uuid4().hex
        plain = _Counted(chunks, limit_bytes)
        cipher = _Counted(encrypt_stream(plain, key, associated), None)
        try:
            # Create only, hence one request and the ciphertext in memory: it is bounded above.
            obstore.put(self._store, _path(storage_key), iter(cipher), mode="create")
            if isinstance(self._store, LocalStore) and self._store.prefix:
                disk.settle(Path(self._store.prefix) / _path(storage_key))
        except UploadRefused:
            raise
        except (BaseError, OSError) as error:
            self._forget(storage_key)
            raise (StorageFull() if disk.is_full(error) else StorageUnavailable()) from error
        return StoredDocument(storage_key, plain.size, plain.figure(), cipher.figure())

    def get_decrypted(self, storage_key: str, key: bytes, associated: Associated) -> Iterator[bytes]:
        """Yield the document. Trust it only once this has ended.

        Raises DocumentLost or StorageUnavailable, at the call where that is known; SealBroken
        while yielding when the object was altered, cut or is another's.
        """
        try:
            cipher = obstore.get(self._store, _path(storage_key)).stream(min_chunk_size=256 * 1024)
        except (BaseError, OSError) as error:
            raise _translated(error) from error
        return decrypt_stream(_delivered(cipher), key, associated)

    def read_decrypted(self, storage_key: str, key: bytes, associated: Associated) -> bytes:
        """Return the whole document, checked to its end. Raises as `get_decrypted` does."""
        return b"".join(self.get_decrypted(storage_key, key, associated))

    def delete(self, storage_key: str) -> None:
        """Remove a document; one that is gone already is no fault. Raises StorageUnavailable."""
        try:
            obstore.delete(self._store, _path(storage_key))
        except (FileNotFoundError, NotFoundError):
            return
        except (BaseError, OSError) as error:
            raise _translated(error) from error

    def sweep(self, known_keys: Collection[str], before: datetime) -> list[str]:
        """Remove objects last written before `before` that nobody knows; return their keys.

        `before` must lie further back than the longest transaction lasts: an object is written
        before the row that names it is committed. Half-written files of a process that was killed
        go too (on disk; a bucket needs a lifecycle rule).
        """
        removed: list[str] = []
        try:
            for batch in obstore.list(self._store):
                for found in batch:
                    storage_key = found["path"].rsplit("/", 1)[-1]
                    if storage_key not in known_keys and found["last_modified"] < before and _is_ours(found["path"]):
                        obstore.delete(self._store, found["path"])
                        removed.append(storage_key)
        except (BaseError, OSError) as error:
            raise _translated(error) from error
        if isinstance(self._store, LocalStore) and self._store.prefix:
            disk.remove_half_written(Path(self._store.prefix), before)
        return sorted(removed)

    def _forget(self, storage_key: str) -> None:
        # The store itself leaves nothing after a failed put; this is for an answer that was lost,
        # or a disk that failed to confirm. If it fails as well, the sweep will find the object.
        try:
            obstore.delete(self._store, _path(storage_key))
        except (BaseError, OSError):
            return


def open_store(url: str, **options: Any) -> DocumentStore:
    """Open the store of the setting: `file:///srv/portal/documents` or `s3://bucket/prefix`.

    `options` are obstore's for S3 (endpoint, access_key_id, region …). Raises ValueError for
    another scheme: a store that other people can write over is not one of ours.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "file" and rest.startswith("/"):
        return DocumentStore.on_disk(Path(rest))
    if scheme == "s3" and rest:
        client: ClientConfig = {**_CLIENT, **options.pop("client_options", {})}
        return DocumentStore(from_url(url, client_options=client, retry_config=_RETRY, **options))
    raise ValueError('The document store is "file:///<directory>" or "s3://<bucket>/<prefix>".')


class _Counted:
    """Passes chunks on, counting and hashing them; stops over the limit."""

    def __init__(self, chunks: Iterable[bytes], limit_bytes: int | None) -> None:
        self._chunks = chunks
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self._limit_bytes is not None and self.size > self._limit_bytes:
                raise UploadRefused(too_large(self._limit_bytes))
            self._hash.update(chunk)
            yield chunk

    def figure(self) -> str:
        return self._hash.hexdigest()


def _path(storage_key: str) -> str:
    if len(storage_key) != 32 or not set(storage_key) <= set("0123456789abcdef"):
        raise DocumentLost
    return f"{storage_key[:2]}/{storage_key}"


def _is_ours(path: str) -> bool:
    try:
        return _path(path.rsplit("/", 1)[-1]) == path
    except DocumentLost:
        return False


def _delivered(chunks: Iterable[Any]) -> Iterator[bytes]:
    try:
        for chunk in chunks:
            yield bytes(chunk)
    except (BaseError, OSError) as error:
        raise _translated(error) from error


def _translated(error: Exception) -> Exception:
    """Turn a fault of the store into the error that the portal's pages know."""
    if isinstance(error, FileNotFoundError | NotFoundError):
        return DocumentLost()
    return StorageFull() if disk.is_full(error) else StorageUnavailable()
