"""One authenticated cipher for everything that fits in memory: XChaCha20-Poly1305, padded.

The nonce is random and 192 bits long, so one key may seal any number of messages without keeping
a counter. Padding (ISO/IEC 7816-4, libsodium's) hides the length up to the next step: a sealed
"99.00" and a sealed "1000000.00" have the same size.
"""

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

from portal.core.sealing.errors import SealBroken

KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES
NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES


def check_key(key: bytes) -> bytes:
    """Return the key, or raise ValueError: a short key is a fault of ours, never of the content."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"A data key is {KEY_BYTES} bytes")
    return key


def encrypt(mark: bytes, plain: bytes, key: bytes, facts: bytes, step: int = 0) -> bytes:
    """Return mark, nonce and ciphertext; `step` is the padding step in bytes, 0 for none.

    `mark` says what kind of sealed thing this is and is authenticated with the `facts`.
    """
    padded = sodium_pad(plain, step) if step else plain
    nonce = random(NONCE_BYTES)
    sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(padded, mark + facts, nonce, check_key(key))
    return mark + nonce + sealed


def decrypt(mark: bytes, sealed: bytes, key: bytes, facts: bytes, step: int = 0) -> bytes:
    """Return what `encrypt` was given. Raises SealBroken for anything else."""
    check_key(key)
    if len(sealed) < len(mark) + NONCE_BYTES + TAG_BYTES or not sealed.startswith(mark):
        raise SealBroken
    nonce = sealed[len(mark) : len(mark) + NONCE_BYTES]
    body = sealed[len(mark) + NONCE_BYTES :]
    try:
        padded = crypto_aead_xchacha20poly1305_ietf_decrypt(body, mark + facts, nonce, key)
        return sodium_unpad(padded, step) if step else padded
    except CryptoError as error:
        raise SealBroken from error
