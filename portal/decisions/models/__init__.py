"""Tables of joint decisions: the matter, who must answer, each authority's own decision, what stands inside it, the board meeting."""

from portal.decisions.models.afterwards import CallIn, Correction
from portal.decisions.models.contents import (
    Agreement,
    Appendix,
    Consultation,
    ConsultationComment,
    DecisionPart,
    ExemptText,
    Resolution,
)
from portal.decisions.models.decision import Decision
from portal.decisions.models.evidence import Attachment, AttachmentKey, Evidence
from portal.decisions.models.forward_plan import ForwardPlanEntry, Representation
from portal.decisions.models.matter import Matter, MatterParty
from portal.decisions.models.meeting import AgendaItem, Attendance, BoardMeeting, IndicatedPosition
from portal.decisions.models.restriction import Restriction
from portal.decisions.models.standing import Standing

__all__ = [
    "AgendaItem",
    "Agreement",
    "Appendix",
    "Attachment",
    "AttachmentKey",
    "Attendance",
    "BoardMeeting",
    "CallIn",
    "Consultation",
    "ConsultationComment",
    "Correction",
    "Decision",
    "DecisionPart",
    "Evidence",
    "ExemptText",
    "ForwardPlanEntry",
    "IndicatedPosition",
    "Matter",
    "MatterParty",
    "Representation",
    "Resolution",
    "Restriction",
    "Standing",
]
