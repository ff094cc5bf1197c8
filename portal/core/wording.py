"""Plain values in the words of a sentence. Pure: pages have filters of their own, for `<time>` and the like."""

from collections.abc import Sequence
from datetime import date


def say_day(day: date) -> str:
    """`3 September 2020`."""
    return f"{day.day} {day:%B %Y}"


def listing(names: Sequence[str]) -> str:
    """`Halton, Sefton and Wirral`; empty for none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
