"""Tables of joint decisions: the matter, who must answer, each authority's own decision; and the board meeting."""

from portal.decisions.models.decision import Decision, Restriction
from portal.decisions.models.matter import Matter, MatterParty
from portal.decisions.models.meeting import AgendaItem, Attendance, BoardMeeting, IndicatedPosition

__all__ = [
    "AgendaItem",
    "Attendance",
    "BoardMeeting",
    "Decision",
    "IndicatedPosition",
    "Matter",
    "MatterParty",
    "Restriction",
]
