"""Tables of joint decisions: the matter, who must answer, each authority's own decision and what stands inside it."""

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
from portal.decisions.models.forward_plan import ForwardPlanEntry, Representation
from portal.decisions.models.matter import Matter, MatterParty
from portal.decisions.models.restriction import Restriction

__all__ = [
    "Agreement",
    "Appendix",
    "CallIn",
    "Consultation",
    "ConsultationComment",
    "Correction",
    "Decision",
    "DecisionPart",
    "ExemptText",
    "ForwardPlanEntry",
    "Matter",
    "MatterParty",
    "Representation",
    "Resolution",
    "Restriction",
]
