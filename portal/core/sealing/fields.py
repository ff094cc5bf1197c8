"""Fields: one answer of a draft, sealed under the draft's data key.

Bound to application, question and lot, so that an answer put into another's row does not open.
"""

from portal.core.sealing.associated import Associated, canonical
from portal.core.sealing.cipher import decrypt, encrypt

MARK = b"PSF1"
STEP = 256  # bytes; an answer shows its length only in these steps
REQUIRED = frozenset({"application", "question", "lot"})


def seal_field(text: str, key: bytes, associated: Associated) -> bytes:
    """Return one answer sealed; the `lot` is None for a question asked once for all lots.

    Raises ValueError when a fact is missing, or when the text holds half a character (a lone
    surrogate), which no file or page could show again.
    """
    return encrypt(MARK, text.encode("utf-8"), key, canonical("field", associated, REQUIRED), STEP)


def open_field(sealed: bytes, key: bytes, associated: Associated) -> str:
    """Return the answer. Raises SealBroken when it is not the one that `associated` names."""
    return decrypt(MARK, sealed, key, canonical("field", associated, REQUIRED), STEP).decode("utf-8")
