"""Tables of evaluation: panel, declarations, scores, moderation, results. A *candidate* is whatever is scored."""

from portal.evaluation.models.declaration import Declaration
from portal.evaluation.models.moderation import Consensus, ModerationMeeting
from portal.evaluation.models.panel import Panel, PanelMember
from portal.evaluation.models.reopening import Reopening
from portal.evaluation.models.result import CheckRuling, Result
from portal.evaluation.models.score import Score, ScoreSheet

__all__ = [
    "CheckRuling",
    "Consensus",
    "Declaration",
    "ModerationMeeting",
    "Panel",
    "PanelMember",
    "Reopening",
    "Result",
    "Score",
    "ScoreSheet",
]
