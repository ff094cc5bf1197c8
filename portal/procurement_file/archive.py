"""Writing the archive: every piece once, with its hash in the index, in a file that is worthless on the disk."""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, cast

from flask import render_template

from portal.core import clock
from portal.core.audit import head_before
from portal.core.scratch import EphemeralFile
from portal.core.spreadsheets import write_table
from portal.procurement_file.pieces import MARKS, Piece, Wanted

INDEX = "index.html"


@dataclass(frozen=True)
class Entry:
    """One line of the index. `sha256`: of the file as it lies in the archive, empty when it was left out."""

    path: str
    title: str
    marks: tuple[str, ...]
    sha256: str = ""
    size: int = 0
    left_out: str = ""


@dataclass(frozen=True)
class Archive:
    """The file, at its beginning, and what is in it."""

    file: io.BufferedReader
    entries: tuple[Entry, ...]

    @property
    def kept(self) -> int:
        """How many files went in, the index aside."""
        return sum(not entry.left_out for entry in self.entries)


def write_archive(wanted: Wanted, pieces: Iterable[Piece]) -> Archive:
    """The archive with its index (`index.html`, and the same as `index.xlsx`). Paths are unique: a second one gets a number."""
    at, head = clock.now(), head_before(wanted.session)
    target = EphemeralFile(tempfile.TemporaryFile())  # noqa: SIM115  (closed with the response)
    entries: list[Entry] = []
    taken: set[str] = {INDEX}
    with zipfile.ZipFile(cast("IO[bytes]", _Onward(target)), "w", zipfile.ZIP_DEFLATED) as made:
        for piece in pieces:
            path = _unique(piece.path, taken)
            if left_out := piece.left_out(wanted.without):
                entries.append(Entry(path, piece.title, piece.marks, left_out=left_out))
                continue
            content = piece.content(wanted.without)
            entries.append(Entry(path, piece.title, piece.marks, hashlib.sha256(content).hexdigest(), len(content)))
            made.writestr(path, content)
        page = render_template(
            "procurement_file/index.html",
            wanted=wanted,
            entries=entries,
            folders=_folders(entries),
            marks=MARKS,
            at=at,
            head=head,
        )
        made.writestr(INDEX, page)
        made.writestr("index.xlsx", _sheet(entries))
    target.seek(0)
    return Archive(io.BufferedReader(target), tuple(entries))


def _folders(entries: list[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.path.rpartition("/")[0] or "Whole system", []).append(entry)
    return found


def _sheet(entries: list[Entry]) -> bytes:
    return write_table(
        title="Index",
        headings=("File", "What it is", "Marks", "SHA-256", "Bytes", "Left out because"),
        rows=[(e.path, e.title, ", ".join(e.marks), e.sha256, e.size, e.left_out) for e in entries],
    )


def _unique(path: str, taken: set[str]) -> str:
    name, dot, suffix = path.rpartition(".")
    found, n = path, 2
    while found in taken:
        found, n = f"{name} ({n}){dot}{suffix}", n + 1
    taken.add(found)
    return found


class _Onward:
    """Written onward only: what lies under one key stream is not written over, as a zip that can seek back would."""

    def __init__(self, file: EphemeralFile) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()
