"""What a score sheet holds, where its cells stand, and how it is refused."""

from dataclasses import dataclass
from decimal import Decimal

SCORES, DESCRIPTORS, IDS = "Scores", "Descriptors", "Ids"
HEADINGS = (
    "Row",
    "Provider",
    "Question",
    "Weight %",
    "Lowest allowed",
    "Guidance",
    "Answer",
    "Score",
    "Reasons",
)
TOP = 4
ROW_ID, SCORE, REASONS = 0, 7, 8
FORMAT = "score-sheet-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """What a score means: `3`, `Satisfactory`, and the text defining it."""

    score: int
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One answer to score. `row_id` names the answer to us; `weight` is in percentage points."""

    row_id: str
    provider: str
    question: str
    weight: Decimal
    guidance: str
    answer: str
    minimum: int | None = None
    score: int | None = None
    reasons: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """One evaluator's sheet for one lot. The ids travel in the workbook and must come back."""

    round_id: str
    panel_id: str
    evaluator_id: str
    system_title: str
    round_number: int
    lot_title: str
    evaluator_post: str
    rows: tuple[ScoreRow, ...]
    descriptors: tuple[Descriptor, ...]
    maximum: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetScore:
    row_id: str
    score: int
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetProblem:
    """`cell` is as Excel names it, such as `H7`; empty when the whole workbook is at fault."""

    cell: str
    sentence: str


class SheetRefused(Exception):
    """The workbook was not read; nothing of it was taken. `problems` holds every fault found."""

    def __init__(self, *problems: SheetProblem) -> None:
        super().__init__(" ".join(f"{p.cell}: {p.sentence}" if p.cell else p.sentence for p in problems))
        self.problems = problems


def ids_of(sheet: ScoreSheet) -> dict[str, str]:
    return {
        "format": FORMAT,
        "round": sheet.round_id,
        "panel": sheet.panel_id,
        "evaluator": sheet.evaluator_id,
    }
