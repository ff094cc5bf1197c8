"""Envelopes: one sealed part (quality, price, documents) of one submitted version.

The receipt's figure is taken over the sealed content, never over the plain: a price has so few
possible values that the hash of a price is the price.
"""

import hashlib
from collections.abc import Mapping

from portal.core.sealing.associated import Associated, canonical
from portal.core.sealing.cipher import decrypt, encrypt

MARK = b"PSE1"
STEP = 4096  # bytes; a sealed part shows its length only in these steps
REQUIRED = frozenset({"round", "applicant", "version", "part"})


def seal(part: bytes, key: bytes, associated: Associated) -> bytes:
    """Return `part` sealed under `key` and bound to its round, provider, version and part.

    Further facts (the lot) may be bound too. Raises ValueError when one of the four is missing.
    """
    return encrypt(MARK, part, key, canonical("envelope", associated, REQUIRED), STEP)


def open_envelope(sealed: bytes, key: bytes, associated: Associated) -> bytes:
    """Return the part. Raises SealBroken when it is not the one that `associated` names."""
    return decrypt(MARK, sealed, key, canonical("envelope", associated, REQUIRED), STEP)


def manifest(sealed: Mapping[str, bytes], documents: Mapping[str, str] | None = None) -> str:
    """List what a submission consists of: a line "<sha256>  <name>" for each sealed part.

    `sealed` maps the part's name to its envelope; `documents` maps a document's name (its storage
    key, never its file name) to the SHA-256 of its ciphertext, as the store reported it. Sorted by
    name, in the form that `sha256sum` writes and checks, so that anybody can recompute a receipt.

    Raises ValueError when a name is doubled or has a character that could forge a line.
    """
    lines = {name: hashlib.sha256(content).hexdigest() for name, content in sealed.items()}
    for name, figure in (documents or {}).items():
        if name in lines or len(figure) != 64 or not set(figure) <= set("0123456789abcdef"):
            raise ValueError(f"Not a document of this manifest: {name}")
        lines[name] = figure
    if not lines or any(not name or not name.isascii() or not name.isprintable() or "\\" in name for name in lines):
        raise ValueError("A manifest names at least one part, in plain characters")
    return "".join(f"{lines[name]}  {name}\n" for name in sorted(lines))


def digest(sealed: Mapping[str, bytes], documents: Mapping[str, str] | None = None) -> str:
    """Return the figure of a receipt: SHA-256 of the manifest, 64 hexadecimal digits."""
    return hashlib.sha256(manifest(sealed, documents).encode("ascii")).hexdigest()
