"""A filled score sheet read back, and every fault in it named by cell."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import python_calamine
from defusedxml import ElementTree
from xlsxwriter.utility import xl_rowcol_to_cell

from portal.core.spreadsheets.score_sheets import (
    HEADINGS,
    IDS,
    REASONS,
    ROW_ID,
    SCORE,
    SCORES,
    TOP,
    ScoreRow,
    ScoreSheet,
    SheetProblem,
    SheetRefused,
    SheetScore,
    ids_of,
)

# A sheet of 400 rows is under 1 MB unpacked; the limit is there for a bomb, not for a panel.
LARGEST_UNPACKED = 40_000_000

_WRONG = {
    "format": "This is not a score sheet written by the portal. Download yours again.",
    "round": "This score sheet belongs to another round.",
    "panel": "This score sheet belongs to another panel.",
    "evaluator": "This score sheet belongs to another evaluator.",
}


def read_score_sheet(data: bytes, expected: ScoreSheet) -> list[SheetScore]:
    """The scores of a filled sheet, in the order of `expected.rows`; unscored rows are left out.

    Only scores and reasons are taken from the workbook: everything else is compared or ignored.
    Raises SheetRefused with every fault: not a score sheet, another round, panel or evaluator, a
    score that is not a whole number from 0 to the maximum, a reason missing, a formula, a row
    that is unknown, repeated or gone.
    """
    formulas, rows, ids = _opened(data)
    for name, value in ids_of(expected).items():
        if ids.get(name) != value:
            raise SheetRefused(SheetProblem(cell="", sentence=_WRONG[name]))
    problems = [
        SheetProblem(cell=cell, sentence="This cell holds a formula. Type the value itself.") for cell in formulas
    ]
    known = {row.row_id: row for row in expected.rows}
    found: dict[str, SheetScore | None] = {}
    for at, row in enumerate(rows[TOP:], start=TOP):
        cells = [*row, *[""] * (len(HEADINGS) - len(row))]
        if any(str(cell).strip() for cell in cells):
            try:
                _take(found, known, cells, at, formulas=formulas, maximum=expected.maximum)
            except SheetRefused as refusal:
                problems.extend(refusal.problems)
    for row_id, wanted in known.items():
        if row_id not in found:
            sentence = f"The row of {wanted.provider}, {wanted.question}, is gone from the sheet."
            problems.append(SheetProblem(cell="", sentence=sentence))
    if problems:
        raise SheetRefused(*problems)
    return [score for row_id in known if (score := found[row_id]) is not None]


def _take(
    found: dict[str, SheetScore | None],
    known: Mapping[str, ScoreRow],
    cells: list[Any],
    at: int,
    *,
    formulas: list[str],
    maximum: int,
) -> None:
    """Add one row to those found. Raises SheetRefused for a row that is unknown or repeated, or cannot be a score."""
    row_id = str(cells[ROW_ID])
    if row_id not in known:
        raise SheetRefused(SheetProblem(cell=_cell(at, 1), sentence="This row is not one of yours to score."))
    if row_id in found:
        raise SheetRefused(SheetProblem(cell=_cell(at, 1), sentence="This row appears twice."))
    found[row_id] = None
    if not {_cell(at, SCORE), _cell(at, REASONS)} & set(formulas):
        found[row_id] = _score(row_id, cells[SCORE], _text(cells[REASONS]), at, maximum)


def _score(row_id: str, value: Any, reasons: str, at: int, maximum: int) -> SheetScore | None:
    """The row's score, or None when it is still empty. Raises SheetRefused."""
    given = value.strip() if isinstance(value, str) else value
    if given == "" and not reasons:
        return None
    cell = _cell(at, SCORE)
    if given == "":
        raise SheetRefused(SheetProblem(cell=cell, sentence="There are reasons here but no score."))
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,2}", given):
        given = int(given)
    if not _is_whole(given) or not 0 <= given <= maximum:
        sentence = f"Give a whole score from 0 to {maximum}."
        raise SheetRefused(SheetProblem(cell=cell, sentence=sentence))
    if not reasons:
        raise SheetRefused(SheetProblem(cell=_cell(at, REASONS), sentence="Give your reasons for this score."))
    return SheetScore(row_id=row_id, score=int(given), reasons=reasons)


def _is_whole(value: Any) -> TypeGuard[float]:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _opened(data: bytes) -> tuple[list[str], list[list[Any]], dict[str, str]]:
    """Formula cells and rows of the scores, and the ids. Raises SheetRefused."""
    unreadable = SheetRefused(SheetProblem(cell="", sentence=_WRONG["format"]))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise SheetRefused(
                    SheetProblem(
                        cell="",
                        sentence="This workbook is too large for a score sheet.",
                    )
                )
            formulas = sorted(set(_formulas(packed)))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_name(SCORES).to_python(skip_empty_area=False)
        pairs = book.get_sheet_by_name(IDS).to_python(skip_empty_area=False)
    except SheetRefused:
        raise
    # The reader raises its own kinds and the unpacker several: all say "not our workbook".
    except Exception as fault:
        raise unreadable from fault
    return (
        formulas,
        rows,
        {str(pair[0]): str(pair[1]) for pair in pairs if len(pair) > 1},
    )


def _formulas(packed: zipfile.ZipFile) -> Iterator[str]:
    # The reader shows a formula's last value as if it had been typed, so the cells are asked.
    # A sheet's part name is not promised, and no sheet of ours holds a formula: ask them all.
    for name in packed.namelist():
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            continue
        with packed.open(name) as part:
            for _, element in ElementTree.iterparse(part):
                if element.tag.endswith("}c"):
                    if any(child.tag.endswith("}f") for child in element):
                        yield element.get("r", "")
                    element.clear()


def _text(value: Any) -> str:
    # A reason typed as a bare number comes back as a float: "2027", not "2027.0".
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _cell(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column))
