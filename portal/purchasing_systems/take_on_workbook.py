"""The empty workbook for taking on a live system, with its notes."""

import io
from collections.abc import Sequence

from portal.core.spreadsheets.tables import fitting, workbook
from portal.purchasing_systems.rules.take_on_columns import NOTES, SHEETS


def template(*, system: str, lots: Sequence[tuple[int, str]], councils: Sequence[str]) -> bytes:
    """.xlsx. The notes name the lots and councils of this system, as they must be written."""
    target = io.BytesIO()
    with workbook(target) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        large = book.add_format({"bold": True, "font_size": 14})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        # A number that begins with 0 stays whole; a day is typed as a day.
        as_text, as_day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "dd/mm/yyyy"})
        for name, columns in SHEETS.items():
            sheet = book.add_worksheet(name)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column.heading, bold)
                days = column.heading in (
                    "From",
                    "Effective from",
                    "Agreement date",
                    "Status since",
                ) or column.heading.endswith(" on")
                plain = column.heading in ("Company number", "Number", "Minute number", "Agreement reference")
                sheet.set_column(
                    at, at, max(len(column.heading), 14) + 2, as_day if days else as_text if plain else None
                )
            sheet.freeze_panes(1, 1)
        notes = book.add_worksheet("Notes")
        notes.set_column(0, 1, 22)
        notes.set_column(2, 2, 12)
        notes.set_column(3, 4, 60)
        notes.write_string(0, 0, fitting(f"Taking on {system}"), large)
        lines = [
            *NOTES,
            "Lots: " + "; ".join(f"{number}: {title}" for number, title in lots),
            "Councils: " + "; ".join(councils),
        ]
        for at, line in enumerate(lines, start=1):
            notes.write_string(at, 0, fitting(line))
        top = len(lines) + 2
        for at, heading in enumerate(("Sheet", "Column", "Needed", "What belongs there", "Example")):
            notes.write_string(top, at, heading, bold)
        explained = [(name, column) for name, columns in SHEETS.items() for column in columns]
        for at, (name, column) in enumerate(explained, start=top + 1):
            for place, words in enumerate(
                (name, column.heading, "Yes" if column.needed else "No", column.words, column.example)
            ):
                notes.write_string(at, place, words, wrap)
    return target.getvalue()
