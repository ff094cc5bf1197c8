"""A workbook of several lists, read by sheet and heading. Only the shape is judged here: what a cell means, its reader knows."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import python_calamine
from defusedxml import ElementTree
from xlsxwriter.utility import xl_col_to_name

from portal.core.spreadsheets.score_sheets import SheetProblem, SheetRefused

LARGEST = 5_000_000
MOST_LINES = 5_000
_LONGEST = 1_000


@dataclass(frozen=True)
class BookLine:
    """One line of a sheet, as the spreadsheet counts lines; `cells` by heading: a text, a number, a day, or None for nothing."""

    number: int
    cells: Mapping[str, str | float | date | None]


@dataclass(frozen=True)
class Book:
    """The lines of each sheet asked for, blank ones left out; and what is wrong with single cells already."""

    sheets: Mapping[str, tuple[BookLine, ...]]
    columns: Mapping[str, Mapping[str, str]]
    problems: tuple[SheetProblem, ...]


def read_book(data: bytes, wanted: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Book:
    """Read an .xlsx. `wanted`: headings by sheet, all of which its first line must hold; `needed`: sheets that must be there.

    A formula is a fault of its cell: the reader would show its last value as if somebody had typed it. `columns` names the letter of
    every heading. Raises SheetRefused: unreadable, a sheet or heading missing, more than 5,000 lines.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            formulas = {name: set(_formulas(packed, part)) for name, part in _parts(packed)}
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        given = {name.strip().casefold(): name for name in book.sheet_names}
        rows = {
            sheet: book.get_sheet_by_name(given[sheet.casefold()]).to_python(skip_empty_area=False)
            for sheet in wanted
            if sheet.casefold() in given
        }
    # The reader raises its own kinds and the unpacker several: all say the same.
    except Exception as fault:
        raise _refused("The file cannot be read as a workbook. Save it as .xlsx.") from fault
    missing = [sheet for sheet in needed if sheet not in rows]
    if missing:
        raise _refused(f"The workbook has no sheet {' and no sheet '.join(missing)}. Begin with the template.")
    if sum(map(len, rows.values())) > MOST_LINES:
        raise _refused(
            f"There are more than {MOST_LINES:,} lines. Divide the workbook and upload one part after the other."
        )
    sheets: dict[str, tuple[BookLine, ...]] = {}
    columns: dict[str, dict[str, str]] = {}
    problems: list[SheetProblem] = []
    for sheet, found in rows.items():
        places = _headings(sheet, found, wanted[sheet], problems)
        columns[sheet] = {heading: xl_col_to_name(at) for heading, at in places.items()}
        sheets[sheet] = tuple(_lines(found, places))
        named = {f"{letter}{line.number}" for line in sheets[sheet] for letter in columns[sheet].values()}
        problems += [
            SheetProblem(cell=f"{sheet} {cell}", sentence="This cell holds a formula. Type the value itself.")
            for cell in sorted(formulas.get(given[sheet.casefold()], set()) & named, key=lambda c: (len(c), c))
        ]
    return Book(sheets, columns, tuple(problems))


def _headings(sheet: str, rows: list[list[Any]], wanted: Sequence[str], problems: list[SheetProblem]) -> dict[str, int]:
    top = [str(cell).strip().casefold() for cell in rows[0]] if rows else []
    places = {heading: top.index(heading.casefold()) for heading in wanted if heading.casefold() in top}
    missing = [heading for heading in wanted if heading not in places]
    if missing:
        problems.append(
            SheetProblem(
                cell=f"{sheet} line 1",
                sentence=f"The headings are not those of the template. Missing: {', '.join(missing)}.",
            )
        )
    return places


def _lines(rows: list[list[Any]], places: Mapping[str, int]) -> Iterator[BookLine]:
    for number, row in enumerate(rows[1:], start=2):
        cells = {heading: _value(row[at]) if at < len(row) else None for heading, at in places.items()}
        if any(value is not None for value in cells.values()):
            yield BookLine(number, cells)


def _value(cell: Any) -> str | float | date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    return " ".join(str(cell).split())[: _LONGEST + 1] or None


def _parts(packed: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet and the part that holds it."""
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    }
    for one in ElementTree.fromstring(packed.read("xl/workbook.xml")).iter():
        if one.tag.endswith("}sheet"):
            key = next((value for name, value in one.attrib.items() if name.endswith("}id")), None)
            yield one.get("name", ""), re.sub(r"^/?(xl/)?", "xl/", targets.get(key, ""))


def _formulas(packed: zipfile.ZipFile, part: str) -> Iterator[str]:
    with packed.open(part) as content:
        for _, element in ElementTree.iterparse(content):
            if element.tag.endswith("}c"):
                if any(child.tag.endswith("}f") for child in element):
                    yield element.get("r", "")
                element.clear()


def _refused(sentence: str) -> SheetRefused:
    return SheetRefused(SheetProblem(cell="", sentence=sentence))
