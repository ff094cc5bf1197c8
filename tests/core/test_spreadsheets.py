"""Score sheets go out and come back; whatever is wrong is named by its cell."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import python_calamine
import xlsxwriter  # type: ignore[import-untyped]

from portal.core.spreadsheets import (
    Descriptor,
    ScoreRow,
    ScoreSheet,
    SheetProblem,
    SheetRefused,
    SheetScore,
    read_score_sheet,
    write_score_sheet,
    write_table,
)
from portal.core.spreadsheets.score_sheets import HEADINGS, IDS, SCORES, TOP, ids_of

DANGEROUS = (
    "=1+1",
    "+44 151",
    "-5",
    "@SUM(A1)",
    "=cmd|'/c calc'!A0",
    "https://example.org",
    "007",
)


def row(number: int, score: int | None = None, reasons: str = "") -> ScoreRow:
    return ScoreRow(
        row_id=f"answer-{number}",
        provider=f"Provider {number}",
        question="Safeguarding",
        weight=Decimal("12.5"),
        guidance="Look for escalation.",
        answer="=HYPERLINK(1)",
        minimum=3,
        score=score,
        reasons=reasons,
    )


SHEET = ScoreSheet(
    round_id="round-2",
    panel_id="panel-1",
    evaluator_id="person-9",
    system_title="Partner Provider Arrangement",
    round_number=2,
    lot_title="Residential care",
    evaluator_post="Commissioning Manager",
    rows=(row(1), row(2), row(3)),
    descriptors=tuple(Descriptor(score=score, label=f"Label {score}", text="What it means") for score in range(6)),
)


def filled(*lines: tuple[object, object, object], ids: dict[str, str] | None = None) -> bytes:
    """A workbook as a spreadsheet program may hand it back: row id, score, reasons per line."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet(SCORES)
        for column, heading in enumerate(HEADINGS):
            page.write(TOP - 1, column, heading)
        for at, (row_id, score, reasons) in enumerate(lines, start=TOP):
            page.write(at, 0, row_id)
            for column, value in ((7, score), (8, reasons)):
                if isinstance(value, tuple):
                    page.write_formula(at, column, value[0], None, value[1])
                elif value is not None:
                    page.write(at, column, value)
        hidden = book.add_worksheet(IDS)
        for at, pair in enumerate((ids or ids_of(SHEET)).items()):
            hidden.write_row(at, 0, pair)
    return target.getvalue()


def refused(data: bytes, expected: ScoreSheet = SHEET) -> tuple[SheetProblem, ...]:
    with pytest.raises(SheetRefused) as caught:
        read_score_sheet(data, expected)
    return caught.value.problems


GOOD = (
    ("answer-1", 4, "Clear."),
    ("answer-2", 0, "No answer."),
    ("answer-3", None, None),
)


def test_empty_sheet_comes_back_unscored() -> None:
    assert read_score_sheet(write_score_sheet(SHEET), SHEET) == []


def test_scores_come_back_in_the_order_of_the_sheet_however_sorted() -> None:
    assert read_score_sheet(filled(*reversed(GOOD)), SHEET) == [
        SheetScore(row_id="answer-1", score=4, reasons="Clear."),
        SheetScore(row_id="answer-2", score=0, reasons="No answer."),
    ]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_round_trips_literally(text: str) -> None:
    sheet = replace(SHEET, rows=(replace(row(1, 3, text), provider=text, answer=text),))
    data = write_score_sheet(sheet)
    assert read_score_sheet(data, sheet) == [SheetScore(row_id="answer-1", score=3, reasons=text)]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("round", "another round"),
        ("panel", "another panel"),
        ("evaluator", "another evaluator"),
    ],
)
def test_sheet_of_another_round_panel_or_evaluator_is_refused(name: str, words: str) -> None:
    (problem,) = refused(filled(*GOOD, ids={**ids_of(SHEET), name: "other"}))
    assert problem.cell == ""
    assert words in problem.sentence


@pytest.mark.parametrize("score", [-1, 6, 2.5, "four", "３", True, 1e300])
def test_score_that_is_not_whole_from_0_to_5_is_refused(score: object) -> None:
    assert refused(filled(("answer-1", score, "Clear."), *GOOD[1:])) == (
        SheetProblem(cell="H5", sentence="Give a whole score from 0 to 5."),
    )


def test_every_fault_is_named_at_once() -> None:
    problems = refused(
        filled(
            ("answer-1", 4, "  "),
            ("answer-2", None, "Reasons alone."),
            ("answer-2", 4, "Again."),
            ("answer-9", 4, "Not mine."),
        )
    )
    assert problems == (
        SheetProblem(cell="I5", sentence="Give your reasons for this score."),
        SheetProblem(cell="H6", sentence="There are reasons here but no score."),
        SheetProblem(cell="B7", sentence="This row appears twice."),
        SheetProblem(cell="B8", sentence="This row is not one of yours to score."),
        SheetProblem(
            cell="",
            sentence="The row of Provider 3, Safeguarding, is gone from the sheet.",
        ),
    )


def test_formula_is_refused_though_its_value_would_pass() -> None:
    data = filled(("answer-1", ("=2+2", 4), "Clear."), *GOOD[1:])
    assert refused(data) == (SheetProblem(cell="H5", sentence="This cell holds a formula. Type the value itself."),)


def test_score_typed_as_text_is_read() -> None:
    data = filled(("answer-1", " 4 ", 2027), *GOOD[1:])
    assert read_score_sheet(data, SHEET)[0] == SheetScore(row_id="answer-1", score=4, reasons="2027")


@pytest.mark.parametrize("data", [b"", b"not a workbook", write_table(title="x", headings=("a",), rows=())])
def test_anything_else_is_refused_in_words(data: bytes) -> None:
    (problem,) = refused(data)
    assert "not a score sheet" in problem.sentence


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    (problem,) = refused(target.getvalue())
    assert "too large" in problem.sentence


def test_written_sheet_locks_all_but_scores_and_offers_0_to_5() -> None:
    with zipfile.ZipFile(io.BytesIO(write_score_sheet(SHEET))) as packed:
        page = packed.read("xl/worksheets/sheet1.xml").decode()
        book = packed.read("xl/workbook.xml").decode()
    assert "<sheetProtection" in page
    assert 'sqref="H5:H7"' in page
    assert "0,1,2,3,4,5" in page
    assert 'name="Ids" sheetId="3" state="veryHidden"' in book


def test_text_longer_than_a_cell_is_refused_not_cut() -> None:
    with pytest.raises(ValueError, match="characters"):
        write_score_sheet(replace(SHEET, rows=(replace(row(1), answer="x" * 32_768),)))


def test_table_keeps_text_literal_and_numbers_numbers() -> None:
    data = write_table(
        title="Register: [Sefton]",
        headings=("Provider", "Fee", "Since", "At"),
        rows=[
            (
                "=1+1",
                Decimal("12.5"),
                date(2027, 4, 5),
                datetime(2027, 4, 5, 11, tzinfo=UTC),
            )
        ],
    )
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    assert sheet.to_python()[1] == [
        "=1+1",
        12.5,
        "2027-04-05",
        "2027-04-05 11:00:00 UTC",
    ]
