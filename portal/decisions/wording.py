"""Texts of a decision taken apart for the record: paragraphs, alternatives, posts."""

import re
from dataclasses import dataclass

HERE = "portal"
"""Where the record is kept when the portal itself is the record (`Decision.record_kept`, a word of the council's own settings)."""


@dataclass(frozen=True)
class Rejected:
    """An alternative, and why not. `because` is empty where the text does not say it apart."""

    option: str
    because: str


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs of a text, divided by empty lines."""
    return tuple(part.strip() for part in re.split(r"\n[ \t]*\n", text) if part.strip())


def alternatives(text: str) -> tuple[Rejected, ...]:
    """One a paragraph: `Do nothing: rejected, because …`."""
    found = []
    for part in paragraphs(text):
        option, colon, because = part.partition(": ")
        found.append(Rejected(option, because[:1].upper() + because[1:]) if colon else Rejected(part, ""))
    return tuple(found)


def posts(text: str) -> tuple[str, ...]:
    """Posts divided by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())
