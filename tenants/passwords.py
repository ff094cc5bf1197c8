"""Passwords: argon2id here, the comparison in the database.

The database holds SHA-256 of the derived bytes, so a dump signs nobody in, and no statement does without the password.
"""

import os
import unicodedata

from argon2.low_level import Type, hash_secret_raw

PARAMETERS = "m=19456,t=2,p=1"
"""OWASP's choice: 19 MiB, two passes, one lane."""
SALT_BYTES = 16
MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200


def new_salt() -> bytes:
    """Random bytes for one person's password."""
    return os.urandom(SALT_BYTES)


def derive(password: str, salt: bytes, parameters: str = "") -> bytes:
    """argon2id output, 32 bytes. NFKC first, so that one password typed on two keyboards is one password."""
    costs = dict(part.split("=") for part in (parameters or PARAMETERS).split(","))
    return hash_secret_raw(
        unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass"),
        salt,
        time_cost=int(costs["t"]),
        memory_cost=int(costs["m"]),
        parallelism=int(costs["p"]),
        hash_len=32,
        type=Type.ID,
    )
