"""What a procurement file is made of: papers and sheets, each with its marks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.core.documents import DocumentStore
from portal.core.sealing import KeyService
from portal.core.spreadsheets import write_table
from portal.core.spreadsheets.tables import LONGEST_TEXT, CellValue
from portal.core.types import Actor
from portal.purchasing_systems.models import PurchasingSystem, Round

MARKS = {
    "exempt": "Exempt information (Local Government Act 1972, Schedule 12A)",
    "personal": "Personal data: who acted, by post and council, and what a person declared",
    "commercial": "A provider’s own: its answers, prices, scores and letters",
}
"""Every mark, and what it covers."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a system, those of its rounds, without the parts that bear these marks."""

    session: Session = field(repr=False)
    actor: Actor
    keys: KeyService = field(repr=False)
    store: DocumentStore = field(repr=False)
    system: PurchasingSystem
    rounds: Sequence[Round]
    without: frozenset[str] = frozenset()
    uploads: bool = False


@dataclass(frozen=True)
class Paper:
    """One file that is in the archive whole, or not at all. `make`: its bytes, asked for only when it goes in."""

    path: str
    title: str
    make: Callable[[], bytes]
    marks: tuple[str, ...] = ()

    def left_out(self, without: frozenset[str]) -> str:
        """Why the whole file is left out; empty when it is not."""
        return ", ".join(mark for mark in self.marks if mark in without)

    def content(self, _without: frozenset[str]) -> bytes:
        """Its bytes."""
        return self.make()


@dataclass(frozen=True)
class Sheet:
    """A list as a workbook, of which columns may bear marks. `columns`: heading to its mark, empty for none."""

    path: str
    title: str
    columns: Mapping[str, str]
    rows: Sequence[tuple[CellValue, ...]]

    @property
    def marks(self) -> tuple[str, ...]:
        """Marks of its columns, each once."""
        return tuple(dict.fromkeys(mark for mark in self.columns.values() if mark))

    def left_out(self, without: frozenset[str]) -> str:
        """Why the whole file is left out; empty when at least one of its columns remains."""
        marks = set(self.columns.values())
        return ", ".join(sorted(marks)) if "" not in marks and marks <= without else ""

    def content(self, without: frozenset[str]) -> bytes:
        """The workbook. A cell that is left out says so, so that nobody takes it for empty."""
        marks = tuple(self.columns.values())
        return write_table(
            title=self.title,
            headings=tuple(f"{heading} ({mark})" if mark else heading for heading, mark in self.columns.items()),
            rows=[
                tuple(
                    f"[left out: {mark}]" if mark in without and value not in (None, "") else _fitting(value)
                    for value, mark in zip(row, marks, strict=True)
                )
                for row in self.rows
            ],
        )


Piece = Paper | Sheet


def safe(name: str) -> str:
    """A name as part of a path: what some file system does not take becomes a hyphen."""
    kept = "".join(letter if letter.isalnum() or letter in " ._" else "-" for letter in name)
    return " ".join(kept.split()).strip(" .-")[:80] or "unnamed"


def _fitting(value: CellValue) -> CellValue:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[: LONGEST_TEXT - 40] + " [cut: longer than a cell can hold]"
    return value
