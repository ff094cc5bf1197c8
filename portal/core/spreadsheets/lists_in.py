"""A list that somebody keeps in a spreadsheet, read by its headings: .xlsx or .csv. Nothing is judged here but the shape."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import python_calamine

from portal.core.spreadsheets.score_sheets import SheetProblem, SheetRefused

LARGEST = 1_000_000
_LARGEST_UNPACKED = 40_000_000
MOST_ROWS = 2_000


def read_list(data: bytes, wanted: Sequence[str], needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Line number (as the spreadsheet counts) and cells by heading, blank lines left out. Days come as `2026-11-23`.

    Headings are compared without case. Raises SheetRefused: too large, unreadable, a needed heading missing, more than 2,000 rows.
    """
    if not data:
        raise _refused("Select a spreadsheet.")
    if len(data) > LARGEST:
        raise _refused("The file is larger than 1 MB.")
    rows = _workbook_rows(data) if data[:4] == b"PK\x03\x04" else _csv_rows(data)
    top = next((n for n, row in enumerate(rows) if any(row)), None)
    if top is None:
        raise _refused("The spreadsheet is empty.")
    columns = {cell.casefold(): n for n, cell in enumerate(rows[top]) if cell}
    missing = [heading for heading in needed if heading.casefold() not in columns]
    if missing:
        raise _refused(f"The first line must hold the headings. Missing: {', '.join(missing)}.")
    places = {heading: columns[heading.casefold()] for heading in wanted if heading.casefold() in columns}
    found = [
        (line, {heading: row[at] if at < len(row) else "" for heading, at in places.items()})
        for line, row in enumerate(rows[top + 1 :], start=top + 2)
        if any(row)
    ]
    if len(found) > MOST_ROWS:
        raise _refused(f"There are {len(found):,} rows. Upload {MOST_ROWS:,} or fewer at a time.")
    return found


def _workbook_rows(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED:
                raise _refused("This workbook is too large.")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except SheetRefused:
        raise
    # The reader raises its own kinds and the unpacker several: all say the same.
    except Exception as fault:
        raise _refused("The file cannot be read as a spreadsheet. Save it as .xlsx or .csv.") from fault
    return [[_cell(value) for value in row] for row in sheet]


def _csv_rows(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error) as fault:
        raise _refused("The file cannot be read. Save it as .xlsx, or as .csv in UTF-8.") from fault


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refused(sentence: str) -> SheetRefused:
    return SheetRefused(SheetProblem(cell="", sentence=sentence))
