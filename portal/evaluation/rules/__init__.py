"""Rules of an evaluation: who makes up a panel, how scores add up, what they come to. Pure, on plain values."""

from portal.evaluation.rules.panels import PanelSeat, missing_from_panel, named
from portal.evaluation.rules.results import (
    CandidateAnswers,
    Criterion,
    Judgement,
    LotOffer,
    OfferedPrice,
    ScoredQuestion,
    judge,
)
from portal.evaluation.rules.scores import MAXIMUM, quality_total, spread, widest_first

__all__ = [
    "MAXIMUM",
    "CandidateAnswers",
    "Criterion",
    "Judgement",
    "LotOffer",
    "OfferedPrice",
    "PanelSeat",
    "ScoredQuestion",
    "judge",
    "missing_from_panel",
    "named",
    "quality_total",
    "spread",
    "widest_first",
]
