"""Tables to fill in, price grids among them: what a cell may hold, what is missing, what is above its ceiling. Pure.

A table is `{"columns": [{"key", "label", "kind": "text" | "number" | "money", "unit", "required"}], "rows": [{"key", "label"}],
"most_rows": n, "ceilings": {"row:column": pounds as text}}`. Its rows are fixed, or there are none and the applicant fills in up
to `most_rows`, numbered from 1; a ceiling of every such row stands under `*:column`. An answer is JSON, row to column to value,
money in pounds and pence.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.core.money import parse_pounds, pounds
from portal.core.parsing import parse_single_line

KINDS = {"text": "Text", "number": "Whole number", "money": "Price in pounds"}
MOST_COLUMNS = 8
MOST_ROWS = 40
LONGEST_CELL = 300
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
Cells = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Cell:
    """One filled or empty cell. `ceiling` in pounds; None where none is set, and where the cell holds no price."""

    row: str
    column: str
    row_label: str
    column_label: str
    kind: str
    unit: str | None
    required: bool
    value: str
    ceiling: Decimal | None

    @property
    def title(self) -> str:
        """Row and column."""
        return f"{self.row_label}, {self.column_label}"

    @property
    def words(self) -> str:
        """The value as it is read."""
        return pounds(Decimal(self.value)) if self.kind == "money" and self.value else self.value

    @property
    def above(self) -> bool:
        """Is it above its ceiling?"""
        return self.ceiling is not None and bool(self.value) and Decimal(self.value) > self.ceiling


def rows_of(grid: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Key and label of each row that can be filled in."""
    fixed = [(str(row["key"]), str(row["label"])) for row in grid["rows"]]
    return fixed or [(str(n), f"Row {n}") for n in range(1, int(grid["most_rows"]) + 1)]


def cells(grid: Mapping[str, Any], answer: str) -> list[list[Cell]]:
    """Row by row, every cell with its value."""
    given = read(answer)
    return [
        [
            Cell(
                row=row,
                column=str(column["key"]),
                row_label=label,
                column_label=str(column["label"]),
                kind=str(column["kind"]),
                unit=column.get("unit"),
                required=bool(column.get("required", True)),
                value=given.get(row, {}).get(str(column["key"]), ""),
                ceiling=ceiling_of(grid, row, column),
            )
            for column in grid["columns"]
        ]
        for row, label in rows_of(grid)
    ]


def filled(grid: Mapping[str, Any], answer: str) -> list[list[Cell]]:
    """The same without the free rows that nobody began."""
    return [row for row in cells(grid, answer) if grid["rows"] or any(cell.value for cell in row)]


def ceiling_of(grid: Mapping[str, Any], row: str, column: Mapping[str, Any]) -> Decimal | None:
    """The ceiling of one cell, in pounds."""
    if column["kind"] != "money":
        return None
    found = grid.get("ceilings", {})
    text = found.get(f"{row}:{column['key']}") or found.get(f"*:{column['key']}")
    return Decimal(text) if text else None


def read(answer: str) -> Cells:
    """An answer's cells; none where it cannot be read."""
    try:
        found = json.loads(answer) if answer else {}
    except ValueError:
        return {}
    if not isinstance(found, dict) or not all(isinstance(row, dict) for row in found.values()):
        return {}
    return {str(r): {str(c): v for c, v in row.items() if isinstance(v, str)} for r, row in found.items()}


def kept(grid: Mapping[str, Any], typed: str) -> str:
    """The answer as a draft keeps it; "" when no cell is filled. Raises ValueError naming the first cell that cannot be kept."""
    found: Cells = {}
    for row in cells(grid, typed):
        for cell in row:
            try:
                value = _kept_cell(cell)
            except ValueError as error:
                raise ValueError(f"{cell.title}: {error}") from None
            if value:
                found.setdefault(cell.row, {})[cell.column] = value
    return json.dumps(found, ensure_ascii=True, separators=(",", ":")) if found else ""


def problem(grid: Mapping[str, Any], answer: str) -> str | None:
    """What is missing or wrong, as a sentence; None when the table can be submitted."""
    try:
        kept(grid, answer)
    except ValueError as error:
        return str(error)
    rows = filled(grid, answer)
    if not rows:
        return "Fill in at least one row."
    missing = [cell.title for row in rows for cell in row if cell.required and not cell.value]
    if not missing:
        return None
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return f"Fill in every cell that is needed. Missing: {missing[0]}{more}."


def above(grid: Mapping[str, Any], answer: str) -> list[Cell]:
    """Prices above their ceiling."""
    return [
        cell for row in cells(grid, answer) for cell in row if cell.kind == "money" and _is_price(cell) and cell.above
    ]


def in_words(grid: Mapping[str, Any], answer: str) -> str:
    """The table as lines of text: where there is no room for a table."""
    return "\n".join(_line(row) for row in filled(grid, answer))


def read_grid(raw: Any) -> dict[str, Any]:
    """A table as a file or a form gives it, checked. Raises ValueError with a sentence."""
    if not isinstance(raw, Mapping) or not set(raw) <= {"columns", "rows", "most_rows", "ceilings"}:
        raise ValueError("A table has columns, and rows or the most rows that can be filled in.")
    columns = [_column(one) for one in _list(raw.get("columns"))]
    rows = [{"key": _key(one), "label": _label(one)} for one in _list(raw.get("rows", []))]
    most = raw.get("most_rows")
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise ValueError(f"A table has from 1 to {MOST_COLUMNS} columns.")
    if rows and most is not None:
        raise ValueError("The rows of a table are fixed, or filled in by the applicant: not both.")
    if not rows and not (isinstance(most, int) and not isinstance(most, bool) and 1 <= most <= MOST_ROWS):
        raise ValueError(f"Name the rows of the table, or say how many can be filled in, from 1 to {MOST_ROWS}.")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"A table has at most {MOST_ROWS} rows.")
    for name, given in (("columns", columns), ("rows", rows)):
        if len({one["key"] for one in given}) < len(given):
            raise ValueError(f"Two {name} of the table are called the same.")
    made: dict[str, Any] = {"columns": columns, "rows": rows, "most_rows": most, "ceilings": {}}
    made["ceilings"] = _ceilings(made, raw.get("ceilings", {}))
    return made


def _ceilings(grid: Mapping[str, Any], raw: Any) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        raise ValueError("The ceilings of a table are given by row and column.")
    rows = {row["key"] for row in grid["rows"]} or {"*"}
    can = {f"{row}:{column['key']}" for row in rows for column in grid["columns"] if column["kind"] == "money"}
    unknown = sorted(set(raw) - can)
    if unknown:
        raise ValueError(f"There is a ceiling for {unknown[0]}, where the table has no price.")
    found = {}
    for place, text in raw.items():
        try:
            found[str(place)] = str(parse_pounds(str(text)))
        except ValueError as error:
            raise ValueError(f"Ceiling of {place}: {error}") from None
    return found


def _list(raw: Any) -> list[Mapping[str, Any]]:
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        raise ValueError("Columns and rows of a table are lists, each with a key and a label.")
    return raw


def _column(raw: Mapping[str, Any]) -> dict[str, Any]:
    if raw.get("kind") not in KINDS:
        raise ValueError("A column holds text, number or money.")
    unit = raw.get("unit")
    return {
        "key": _key(raw),
        "label": _label(raw),
        "kind": raw["kind"],
        "unit": parse_single_line(unit, 60) or None if isinstance(unit, str) else None,
        "required": bool(raw.get("required", True)),
    }


def _key(raw: Mapping[str, Any]) -> str:
    key = raw.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError("The key of a column or row has small letters, digits and hyphens.")
    return key


def _label(raw: Mapping[str, Any]) -> str:
    label = raw.get("label")
    found = parse_single_line(label, 120) if isinstance(label, str) else ""
    if not found:
        raise ValueError("Every column and row of a table has a label.")
    return found


def _kept_cell(cell: Cell) -> str:
    text = parse_single_line(cell.value, LONGEST_CELL)
    if not text or cell.kind == "text":
        return text
    if cell.kind == "money":
        return str(parse_pounds(text))
    if not re.fullmatch(r"[0-9]{1,9}", text.replace(",", ""), re.ASCII):
        raise ValueError("Enter a whole number using digits, like 12.")
    return text.replace(",", "")


def _is_price(cell: Cell) -> bool:
    try:
        parse_pounds(cell.value)
    except ValueError:
        return False
    return True


def _line(row: list[Cell]) -> str:
    return f"{row[0].row_label}: " + "; ".join(f"{c.column_label} {c.words}" for c in row if c.value)


def lines(grid: Mapping[str, Any]) -> Iterator[str]:
    """What the table asks, as sentences for a document or a spreadsheet."""
    for column in grid["columns"]:
        unit = f" per {column['unit']}" if column.get("unit") and column["kind"] == "money" else ""
        yield f"Column: {column['label']} ({KINDS[column['kind']].lower()}{unit}{'' if column.get('required', True) else ', may be left out'})"
    if grid["rows"]:
        yield "Rows: " + "; ".join(row["label"] for row in grid["rows"])
    else:
        yield f"Up to {grid['most_rows']} rows of your own"
    for row, label in rows_of(grid) if grid["rows"] else [("*", "Every row")]:
        for column in grid["columns"]:
            found = ceiling_of(grid, row, column)
            if found is not None:
                yield f"Ceiling: {label}, {column['label']}: {pounds(found)}"
