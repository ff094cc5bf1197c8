"""Workbooks out and in: lists for the desk, and score sheets an evaluator fills away from it.

Text is written as text: a provider's answer that begins with `=` stays an answer. What comes
back is judged cell by cell, and refused with every fault at once rather than the first.
"""

from portal.core.spreadsheets.lists_in import read_list
from portal.core.spreadsheets.score_sheets import (
    Descriptor,
    ScoreRow,
    ScoreSheet,
    SheetProblem,
    SheetRefused,
    SheetScore,
)
from portal.core.spreadsheets.score_sheets_in import read_score_sheet
from portal.core.spreadsheets.score_sheets_out import write_score_sheet
from portal.core.spreadsheets.stamped import write_stamped
from portal.core.spreadsheets.tables import write_table

__all__ = [
    "Descriptor",
    "ScoreRow",
    "ScoreSheet",
    "SheetProblem",
    "SheetRefused",
    "SheetScore",
    "read_list",
    "read_score_sheet",
    "write_score_sheet",
    "write_stamped",
    "write_table",
]
