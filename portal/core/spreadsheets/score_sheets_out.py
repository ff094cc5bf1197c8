"""A score sheet written for one evaluator."""

import io
from typing import Any

from portal.core.spreadsheets.score_sheets import (
    DESCRIPTORS,
    HEADINGS,
    IDS,
    REASONS,
    SCORE,
    SCORES,
    TOP,
    ScoreRow,
    ScoreSheet,
    ids_of,
)
from portal.core.spreadsheets.tables import fitting, workbook

_WIDTHS = (0, 24, 28, 9, 9, 36, 70, 8, 60)


def write_score_sheet(sheet: ScoreSheet) -> bytes:
    """The sheet as .xlsx: score and reasons are open, all else is locked (against slips, not malice).

    Raises ValueError for a text longer than a cell can hold, which Excel would cut unseen.
    """
    target = io.BytesIO()
    with workbook(target) as book:
        looks = _looks(book)
        page = book.add_worksheet(SCORES)
        _say_what_it_is(page, sheet, looks)
        for at, row in enumerate(sheet.rows, start=TOP):
            _write_row(page, at, row, looks)
        _guide(page, sheet)
        _explain_scores(book.add_worksheet(DESCRIPTORS), sheet, looks)
        _keep_ids(book.add_worksheet(IDS), sheet)
    return target.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    look = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B1B4B6"}
    return {
        "held": book.add_format({**look, "bg_color": "#F3F2F1"}),
        "number": book.add_format({**look, "bg_color": "#F3F2F1", "num_format": "0.##"}),
        # The text format keeps what is typed: a reason that begins with "=" is no formula.
        "reasons": book.add_format({**look, "locked": False, "num_format": "@"}),
        "score": book.add_format({**look, "locked": False, "align": "center", "bold": True}),
        "head": book.add_format({"bold": True, "bg_color": "#1D4F91", "font_color": "white", **look}),
        "large": book.add_format({"bold": True, "font_size": 14}),
    }


def _say_what_it_is(page: Any, sheet: ScoreSheet, looks: dict[str, Any]) -> None:
    page.write_string(0, 1, f"{sheet.system_title}, round {sheet.round_number}", looks["large"])
    page.write_string(1, 1, f"{sheet.lot_title}. Scores of: {sheet.evaluator_post}")
    page.write_string(
        2,
        1,
        f"Give a whole score from 0 to {sheet.maximum} and your reasons. Leave both empty to score later."
        f" The sheet {DESCRIPTORS} says what each score means.",
    )
    for column, heading in enumerate(HEADINGS):
        page.write_string(TOP - 1, column, heading, looks["head"])


def _write_row(page: Any, at: int, row: ScoreRow, looks: dict[str, Any]) -> None:
    held = looks["held"]
    for column, text in ((0, row.row_id), (1, row.provider), (2, row.question)):
        page.write_string(at, column, fitting(text), held)
    page.write_number(at, 3, float(row.weight), looks["number"])
    if row.minimum is None:
        page.write_string(at, 4, "None set", held)
    else:
        page.write_number(at, 4, row.minimum, held)
    page.write_string(at, 5, fitting(row.guidance), held)
    page.write_string(at, 6, fitting(row.answer), held)
    if row.score is None:
        page.write_blank(at, SCORE, None, looks["score"])
    else:
        page.write_number(at, SCORE, row.score, looks["score"])
    page.write_string(at, REASONS, fitting(row.reasons), looks["reasons"])


def _guide(page: Any, sheet: ScoreSheet) -> None:
    if sheet.rows:
        last = TOP + len(sheet.rows) - 1
        page.data_validation(
            TOP,
            SCORE,
            last,
            SCORE,
            {
                "validate": "list",
                "source": list(range(sheet.maximum + 1)),
                "error_title": "Score",
                "error_message": f"Give a whole score from 0 to {sheet.maximum}.",
            },
        )
        page.autofilter(TOP - 1, 1, last, len(HEADINGS) - 1)
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width or 8, None, {"hidden": not width})
    page.freeze_panes(TOP, 3)
    page.protect("", {"autofilter": True, "format_rows": True, "format_columns": True})
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(TOP - 1)


def _explain_scores(page: Any, sheet: ScoreSheet, looks: dict[str, Any]) -> None:
    for column, (heading, width) in enumerate((("Score", 8), ("Label", 18), ("What it means", 100))):
        page.write_string(0, column, heading, looks["head"])
        page.set_column(column, column, width)
    for at, step in enumerate(sorted(sheet.descriptors, key=lambda one: -one.score), start=1):
        page.write_number(at, 0, step.score, looks["held"])
        page.write_string(at, 1, step.label, looks["held"])
        page.write_string(at, 2, fitting(step.text), looks["held"])
    page.protect()


def _keep_ids(page: Any, sheet: ScoreSheet) -> None:
    for at, (name, value) in enumerate(ids_of(sheet).items()):
        page.write_string(at, 0, name)
        page.write_string(at, 1, value)
    page.protect()
    page.very_hidden()
