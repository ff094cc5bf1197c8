"""Streams: documents, encrypted while they arrive, in chunks of 64 KiB (libsodium's secretstream).

Order and number of chunks are authenticated by the stream itself; the facts are bound to each
chunk. The last chunk carries the FINAL tag and is padded to the full step, so a ciphertext shows
its document's length only in steps of 64 KiB. A stream cut at a chunk's border decrypts without
complaint up to the cut: only the FINAL tag tells, so it is demanded here.
"""

from collections.abc import Iterable, Iterator

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError

from portal.core.sealing.associated import Associated, canonical
from portal.core.sealing.cipher import check_key
from portal.core.sealing.errors import SealBroken

MARK = b"PSS1"
STEP = 64 * 1024  # bytes of plain text in a chunk
SEALED_STEP = STEP + crypto_secretstream_xchacha20poly1305_ABYTES
HEAD = len(MARK) + crypto_secretstream_xchacha20poly1305_HEADERBYTES


def encrypt_stream(chunks: Iterable[bytes], key: bytes, associated: Associated) -> Iterator[bytes]:
    """Yield the ciphertext of `chunks`, whatever their sizes. Holds one step in memory."""
    facts = MARK + canonical("stream", associated)
    state = crypto_secretstream_xchacha20poly1305_state()
    yield MARK + crypto_secretstream_xchacha20poly1305_init_push(state, check_key(key))
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        while len(rest) >= STEP:
            yield crypto_secretstream_xchacha20poly1305_push(
                state, bytes(rest[:STEP]), facts, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
            )
            del rest[:STEP]
    yield crypto_secretstream_xchacha20poly1305_push(
        state, sodium_pad(bytes(rest), STEP), facts, crypto_secretstream_xchacha20poly1305_TAG_FINAL
    )


def decrypt_stream(chunks: Iterable[bytes], key: bytes, associated: Associated) -> Iterator[bytes]:
    """Yield the plain text of a stream, whatever the sizes of `chunks`.

    Raises SealBroken at the first chunk that is not right, and at the end when the stream was cut
    or something follows it: what was yielded is to be trusted only once this has ended.
    """
    facts = MARK + canonical("stream", associated)
    check_key(key)
    frames = _frames(chunks)
    head = next(frames, b"")
    if len(head) != HEAD or not head.startswith(MARK):
        raise SealBroken
    state = crypto_secretstream_xchacha20poly1305_state()
    crypto_secretstream_xchacha20poly1305_init_pull(state, head[len(MARK) :], key)
    ended = False
    for frame in frames:
        if ended or len(frame) != SEALED_STEP:
            raise SealBroken
        try:
            plain, tag = crypto_secretstream_xchacha20poly1305_pull(state, frame, facts)
            ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL
            if ended:
                plain = sodium_unpad(plain, STEP)
        except CryptoError as error:
            raise SealBroken from error
        if plain:
            yield plain
    if not ended:
        raise SealBroken


def _frames(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut the ciphertext into its head and its steps, however it was delivered."""
    rest = bytearray()
    size = HEAD
    for chunk in chunks:
        rest += chunk
        while len(rest) >= size:
            yield bytes(rest[:size])
            del rest[:size]
            size = SEALED_STEP
    if rest:
        yield bytes(rest)
