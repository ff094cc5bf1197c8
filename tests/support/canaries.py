"""Looks for words in bytes, however they were written there: plain, encoded, compressed."""

from __future__ import annotations

import base64
import gzip
import re
import struct
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

_MOST = 4 * 1024 * 1024
_ZLIB = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def spellings(word: str) -> dict[str, bytes]:
    """Patterns by the name of the spelling. `word` in ASCII."""
    plain = word.encode("ascii")
    exact = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "percent": "".join(f"%{byte:02X}" for byte in plain).encode(),
        "percent, lower": "".join(f"%{byte:02x}" for byte in plain).encode(),
        "quoted": quote(word, safe="").encode(),
        "json": "".join(f"\\u{byte:04x}" for byte in plain).encode(),
    }
    for shift in range(3):
        # What the first and last characters of a run of base64 say depends on the neighbours.
        coded = base64.b64encode(b"\0" * shift + plain)
        start, end = -(-shift * 8 // 6), (shift + len(plain)) * 8 // 6
        exact[f"base64 at {shift}"] = coded[start:end]
        exact[f"base64url at {shift}"] = coded[start:end].translate(bytes.maketrans(b"+/", b"-_"))
    found = {name: re.escape(value) for name, value in exact.items()}
    # PostgreSQL's own compression leaves text that was not there before as it is, but for a byte of marks before
    # every eight bytes.
    for first in range(1, 8):
        pieces = [plain[:first], *(plain[at : at + 8] for at in range(first, len(plain), 8))]
        found[f"pglz at {first}"] = rb"[\s\S]".join(re.escape(piece) for piece in pieces)
    return found


def amounts(price: str) -> dict[str, bytes]:
    """Patterns of an amount of money, as text and as the database and the machine write numbers."""
    amount = Decimal(price)
    pence = int(amount * 100)
    found = {}
    for text in (price, f"{amount:,.2f}", str(pence)):
        for name, pattern in spellings(text).items():
            if not name.startswith(("pglz", "quoted")):
                found[f"{text} as {name}"] = pattern
    whole, digits = str(amount).split(".")
    padded = whole.zfill(-(-len(whole) // 4) * 4) + digits.ljust(4, "0")
    groups = [int(padded[at : at + 4]) for at in range(0, len(padded), 4)]
    found["numeric"] = re.escape(struct.pack(f"<{len(groups)}h", *groups))
    found["integer"] = re.escape(struct.pack("<q", pence))
    found["integer, big"] = re.escape(struct.pack(">q", pence))
    found["double"] = re.escape(struct.pack("<d", float(amount)))
    found["double, big"] = re.escape(struct.pack(">d", float(amount)))
    return found


class Search:
    """Patterns, looked for in bytes, in what is compressed within them, and in files."""

    def __init__(self, patterns: dict[str, bytes]) -> None:
        self._patterns = {name: re.compile(pattern) for name, pattern in patterns.items()}

    def __call__(self, content: bytes) -> list[str]:
        """What was found: the spelling, and what stands beside it. Empty when there is nothing."""
        found = []
        for within, text in (("", content), *((" inside zlib", inner) for inner in _inflated(content))):
            for name, pattern in self._patterns.items():
                if hit := pattern.search(text):
                    found.append(f"{name}{within}: {text[max(0, hit.start() - 40) : hit.end() + 40]!r}")
        return found

    def below(self, folder: Path, leave_out: tuple[str, ...] = ()) -> dict[str, list[str]]:
        """What was found by file, file names among what is searched. `leave_out`: names of folders directly below."""
        found = {}
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if inner.parts[0] in leave_out:
                continue
            hits = self(str(inner).encode()) + (self(path.read_bytes()) if path.is_file() else [])
            if hits:
                found[str(inner)] = hits
        return found


def _inflated(content: bytes) -> Iterator[bytes]:
    for start in _ZLIB.finditer(content):
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            inner = unpack.decompress(content[start.start() : start.start() + _MOST], _MOST)
        except zlib.error:
            continue
        if len(inner) > 8:
            yield inner


def packed(word: str) -> dict[str, bytes]:
    """The word in each spelling, as it might lie among other bytes: what a search must find to be believed."""
    plain = word.encode()
    return {
        "plain": b"--" + plain + b"--",
        "utf-16-le": b"\0" + word.encode("utf-16-le"),
        "utf-16-be": b"\1" + word.encode("utf-16-be"),
        "hex": b"\\x00" + plain.hex().encode(),
        "upper hex": plain.hex().upper().encode(),
        "percent": "".join(f"%{byte:02x}" for byte in plain).encode(),
        "json": "".join(f"\\u{byte:04x}" for byte in plain).encode(),
        **{f"base64, {n} before": base64.b64encode(b"x" * n + plain + b"y" * 3) for n in range(6)},
        **{f"base64url, {n} before": base64.urlsafe_b64encode(b"\xff" * n + plain) for n in range(3)},
        "gzip": b"ab" + gzip.compress(b"before " + plain + b" after"),
        "zlib": b"ab" + zlib.compress(b"before " + plain + b" after", 9),
    }
