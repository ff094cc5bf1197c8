"""What somebody had typed when their session ended: carried by their own browser, sealed, for them alone.

The server keeps nothing. The browser gets one opaque field; only the person it was sealed for gets the fields back.
"""

import base64
import binascii
import hashlib
import json
import zlib
from dataclasses import dataclass
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from portal.core import clock

HOURS = 12
LARGEST = 1_500_000
"""Characters of the sealed field; more would not fit through the form limit on its way back."""


@dataclass(frozen=True)
class Typed:
    """A form that was posted too late. `path` is where it goes; `files` are names of fields whose files must be chosen again."""

    person_id: UUID
    organisation_id: UUID
    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


def carry(typed: Typed, secret: str) -> str | None:
    """Sealed for the way through the browser, or None when it is too large to come back."""
    content = {
        "person": str(typed.person_id),
        "organisation": str(typed.organisation_id),
        "path": typed.path,
        "fields": typed.fields,
        "files": typed.files,
        "until": clock.now().timestamp() + HOURS * 3600,
    }
    packed = zlib.compress(json.dumps(content).encode())
    sealed = base64.urlsafe_b64encode(_box(secret).encrypt(packed)).decode()
    return sealed if len(sealed) <= LARGEST else None


def carried(sealed: str, secret: str) -> Typed | None:
    """What was carried; None when it was altered, is older than :data:`HOURS`, or is nothing of ours."""
    try:
        content = json.loads(zlib.decompress(_box(secret).decrypt(base64.urlsafe_b64decode(sealed))))
    except (CryptoError, ValueError, binascii.Error, zlib.error):
        return None
    if content["until"] < clock.now().timestamp():
        return None
    return Typed(
        UUID(content["person"]),
        UUID(content["organisation"]),
        content["path"],
        tuple((name, value) for name, value in content["fields"]),
        tuple(content["files"]),
    )


def _box(secret: str) -> SecretBox:
    return SecretBox(hashlib.sha256(b"what was typed|" + secret.encode()).digest())
