"""Cleaning what people typed, a sentence for every field that cannot be accepted, all of them at once."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.core.errors import Invalid
from portal.core.parsing import parse_multi_line, parse_single_line


class Cleaning:
    """Collects what is wrong; `finish` raises it. Field names are those of the form and of the action alike."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}

    def wrong(self, field: str, sentence: str) -> None:
        """Note what is wrong with a field; the first sentence about it stays."""
        self.problems.setdefault(field, sentence)

    def line(self, field: str, typed: str | None, missing: str | None = None, max_chars: int = 200) -> str:
        """One line of text. `missing`: the sentence when it is empty (None: it may be)."""
        return self._text(field, typed, missing, parse_single_line, max_chars)

    def lines(self, field: str, typed: str | None, missing: str | None = None, max_chars: int = 100_000) -> str:
        """Text that may have lines."""
        return self._text(field, typed, missing, parse_multi_line, max_chars)

    def between(self, field: str, value: Decimal | int | None, low: int, high: int, sentence: str) -> None:
        """A figure within bounds, both included; None is let through."""
        if value is not None and not (Decimal(value).is_finite() and low <= value <= high):
            self.wrong(field, sentence)

    def aware(self, field: str, at: datetime) -> datetime:
        """An instant that says its offset."""
        if at.tzinfo is None:
            raise TypeError(f"{field} is a wall time without a zone.")
        return at

    def finish(self) -> None:
        """Raise Invalid if anything is wrong."""
        if self.problems:
            raise Invalid(**self.problems)

    def _text(self, field: str, typed: str | None, missing: str | None, parse: Any, max_chars: int) -> str:
        try:
            text: str = parse(typed or "", max_chars)
        except ValueError as error:
            self.wrong(field, str(error))
            return ""
        if not text and missing:
            self.wrong(field, missing)
        return text
