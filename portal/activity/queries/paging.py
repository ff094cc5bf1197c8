"""Pages by key: the address carries where the next page begins, so a page costs the same wherever it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

PAGE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`older`: the key where the next page begins, or None on the last."""

    rows: Sequence[Row]
    older: str | None


def page_of(rows: Sequence[Row], key: Callable[[Row], str]) -> Page[Row]:
    """From one row more than a page holds."""
    return Page(rows[:PAGE], key(rows[PAGE - 1]) if len(rows) > PAGE else None)


def instant_key(at: datetime, row_id: UUID) -> str:
    """Instant and id in an address."""
    return f"{at.isoformat()}_{row_id}"


def parse_instant_key(text: str | None) -> tuple[datetime, UUID] | None:
    """The key again; None for none, and for what is not one of ours."""
    try:
        at, _, row_id = (text or "").rpartition("_")
        found = datetime.fromisoformat(at)
        return (found, UUID(row_id)) if found.tzinfo else None
    except ValueError:
        return None
