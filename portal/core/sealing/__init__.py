"""Sealing: nobody but the applicant reads an application before it is opened.

Words: a *data key* encrypts one draft, one part of one submitted version, or one document. It is
kept only *wrapped*, by a key that lies outside the database (the *keyring*, or a key service). An
*envelope* is a sealed part; *associated* facts say what a ciphertext belongs to, so that a sealed
price moved to another provider, round or version no longer opens.

Everything here is libsodium through PyNaCl; nothing here knows a database, a clock or a request.
"""

from portal.core.sealing.associated import Associated
from portal.core.sealing.backup import export_backup, restore_backup
from portal.core.sealing.envelope import digest, manifest, open_envelope, seal
from portal.core.sealing.errors import (
    KeyLost,
    KeyringExists,
    KeyringExposed,
    KeysMissing,
    SealBroken,
    Sealed,
)
from portal.core.sealing.fields import open_field, seal_field
from portal.core.sealing.keyring import Keyring
from portal.core.sealing.keys import KeyService, key_id_of, new_key
from portal.core.sealing.service import open_key_service
from portal.core.sealing.stream import decrypt_stream, encrypt_stream

__all__ = [
    "Associated",
    "KeyLost",
    "KeyService",
    "Keyring",
    "KeyringExists",
    "KeyringExposed",
    "KeysMissing",
    "SealBroken",
    "Sealed",
    "decrypt_stream",
    "digest",
    "encrypt_stream",
    "export_backup",
    "key_id_of",
    "manifest",
    "new_key",
    "open_envelope",
    "open_field",
    "open_key_service",
    "restore_backup",
    "seal",
    "seal_field",
]
