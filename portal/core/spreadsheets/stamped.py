"""A list as a workbook that says of itself as at when, by which filter and from which sources it was made."""

import io
from collections.abc import Iterable, Sequence

from portal.core.spreadsheets.tables import CellValue, fitting, put, workbook


def write_stamped(
    *,
    title: str,
    stamp: Sequence[str],
    headings: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
    sources: Sequence[tuple[str, str]],
) -> bytes:
    """.xlsx of two sheets. `stamp`: lines above the headings, of which the first says as at when; `sources`: what comes from where."""
    target = io.BytesIO()
    with workbook(target) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        large = book.add_format({"bold": True, "font_size": 14})
        sheet = book.add_worksheet(title[:31])
        sheet.write_string(0, 0, title, large)
        for at, line in enumerate(stamp, start=1):
            sheet.write_string(at, 0, fitting(line))
        top = len(stamp) + 2
        widths = [len(heading) for heading in headings]
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, heading, bold)
        last = top
        for last, row in enumerate(rows, start=top + 1):
            for column, value in enumerate(row):
                widths[column] = max(widths[column], put(sheet, last, column, value))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width + 2, 8), 50))
        sheet.autofilter(top, 0, last, max(len(headings) - 1, 0))
        sheet.freeze_panes(top + 1, 1)
        said = book.add_worksheet("Sources")
        for at, (what, source) in enumerate(sources):
            said.write_string(at, 0, what, bold)
            said.write_string(at, 1, fitting(source))
        said.set_column(0, 0, 30)
        said.set_column(1, 1, 110)
    return target.getvalue()
