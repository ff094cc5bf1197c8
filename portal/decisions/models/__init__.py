"""Tables of joint decisions: the matter, who must answer, and each authority's own decision."""

from portal.decisions.models.decision import Decision, Restriction
from portal.decisions.models.matter import Matter, MatterParty

__all__ = ["Decision", "Matter", "MatterParty", "Restriction"]
