"""Associated facts: what a ciphertext belongs to, in one exact spelling.

Both sides of every seal must produce the same bytes from the same facts, years apart and in
another process. So: JSON with sorted keys, no spaces, ASCII only, and few types. A label for the
use (envelope, field, stream, wrapped key) comes first, so that a ciphertext of one use never
opens as another even under the same key.
"""

import json
from collections.abc import Mapping
from uuid import UUID

Associated = Mapping[str, str | int | UUID | None]


def canonical(use: str, associated: Associated, required: frozenset[str] = frozenset()) -> bytes:
    """Return the bytes that authenticate `associated` for this `use`.

    A UUID and its text are the same fact, because the database hands out both.

    Raises ValueError when nothing is said, or when a `required` fact is missing: sealing without
    saying whose it is would be accepted by the cipher and help nobody.
    """
    missing = required - associated.keys()
    if missing or not associated:
        raise ValueError(f"Associated facts missing for {use}: {', '.join(sorted(missing)) or 'all'}")
    facts = {_name(name): _plain(name, value) for name, value in associated.items()}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return f"portal/{use}/1\n{text}".encode("ascii")


def _name(name: object) -> str:
    # json.dumps would turn the key 1 into "1", and two dictionaries would then look alike.
    if not isinstance(name, str):
        raise TypeError("Names of associated facts are text")
    return name


def _plain(name: str, value: object) -> str | int | None:
    if isinstance(value, UUID):
        return str(value)
    # bool is an int in Python, but true and 1 are spelt differently in JSON.
    if value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError(f"Associated fact {name} must be text, a whole number, a UUID or None")
