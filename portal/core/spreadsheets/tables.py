"""Any list as a workbook, and how a value becomes a cell."""

import io
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

CellValue = str | int | Decimal | date | datetime | None

# An Excel cell holds no more; a longer text would be cut without a word.
LONGEST_TEXT = 32_767


def write_table(*, title: str, headings: tuple[str, ...], rows: Iterable[tuple[CellValue, ...]]) -> bytes:
    """A list as .xlsx: one sheet, bold headings, a filter. Instants are written in UTC and say so."""
    target = io.BytesIO()
    with workbook(target) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "List")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        widths = [len(heading) for heading in headings]
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                widths[column] = max(widths[column], put(sheet, last, column, value))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width + 2, 8), 60))
        sheet.autofilter(0, 0, last, max(len(headings) - 1, 0))
    return target.getvalue()


def workbook(target: io.BytesIO) -> Any:
    # strings_to_*: text is text. The date is fixed so that equal sheets are equal bytes.
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
    return book


def put(sheet: Any, row: int, column: int, value: CellValue) -> int:
    """Write one value; answer with its width in characters."""
    match value:
        case None:
            return 0
        case str():
            sheet.write_string(row, column, fitting(value))
            return max(map(len, value.split("\n")))
        case bool():
            raise TypeError("word a truth value before it goes into a list")
        case int() | Decimal():
            sheet.write_number(row, column, value)
            return len(str(value))
        case datetime():
            text = f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        case _:
            text = value.isoformat()
    sheet.write_string(row, column, text)
    return len(text)


def fitting(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a cell holds {LONGEST_TEXT} characters, not {len(text)}")
    return text
