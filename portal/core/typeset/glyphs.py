"""Text made fit for print: what our fonts cannot show is named, not dropped.

PDF/UA forbids a character without a glyph, so one emoji in an evaluator's reasons would
stop a whole letter. Such a character is written as `(U+1F600)`. So are the direction
controls: an embedded override can make a printed name read as another.
"""

import re
import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).resolve().parents[3] / "templates" / "documents" / "fonts"

# Shown by the typesetter's own monospaced font, and common in pasted text.
BUILT_IN = frozenset("→←↑↓✓✔✗✘■□▪▫●○◆◇★☆▲▼►◄≈≠∞√")

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Invisible by nature, and needed to write Persian, Arabic or Hebrew beside English.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_LONGEST_WORD = 36
_PIECE = 24


def printable(text: str) -> str:
    """The text with every character our fonts can show kept, any other named by its code point."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    shown = "".join(_shown(character) for character in composed)
    return re.sub(rf"\S{{{_LONGEST_WORD + 1},}}", _breakable, shown)


def _shown(character: str) -> str:
    if character in "\n\t " or character in _INVISIBLE or character in BUILT_IN:
        return character
    if unicodedata.category(character) == "Zs":
        return character if ord(character) in coverage() else " "
    if character in _OVERRIDES or ord(character) not in coverage():
        return f"(U+{ord(character):04X})"
    return character


def _breakable(word: re.Match[str]) -> str:
    # A word longer than a line would run off the page; digests are set in their own way.
    whole = word.group()
    if _DIGEST.match(whole):
        return whole
    return "\u200b".join(whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE))


@lru_cache(maxsize=1)
def coverage() -> frozenset[int]:
    """Code points that both the regular and the bold cut of one of our families can show."""
    cuts: dict[str, list[set[int]]] = {}
    for path in sorted(FONTS.glob("*.ttf")):
        cuts.setdefault(path.stem.split("-")[0], []).append(_characters(path.read_bytes()))
    return frozenset().union(*(set.intersection(*both) for both in cuts.values()))


def _characters(font: bytes) -> set[int]:
    """Code points of a TrueType font's `cmap` table (OpenType 1.9, formats 4 and 12)."""
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    }
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for record in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        table = cmap + struct.unpack_from(">I", font, cmap + 4 + 8 * record + 4)[0]
        kind = struct.unpack_from(">H", font, table)[0]
        if kind == 4:
            half = struct.unpack_from(">H", font, table + 6)[0] // 2
            ends = struct.unpack_from(f">{half}H", font, table + 14)
            starts = struct.unpack_from(f">{half}H", font, table + 16 + 2 * half)
            for first, last in zip(starts, ends, strict=True):
                found.update(range(first, last + 1))
        elif kind == 12:
            for group in range(struct.unpack_from(">I", font, table + 12)[0]):
                first, last = struct.unpack_from(">II", font, table + 16 + 12 * group)
                found.update(range(first, last + 1))
    return found - {0xFFFF} - set(range(0x20))
