"""Lists as CSV that a spreadsheet cannot be tricked by."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180, with a mark that tells Excel it is UTF-8. A cell that a spreadsheet would take for a formula is quoted with an apostrophe."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return "\ufeff" + target.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
