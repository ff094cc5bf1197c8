"""Tables of governance: dated facts of one council."""

from portal.governance.models.calendar import Body, Meeting, QuietPeriod
from portal.governance.models.delegation import Certification, Delegation, Nomination
from portal.governance.models.form import ClockSettings, FormOfGovernance
from portal.governance.models.post import Post, PostHolder

__all__ = [
    "Body",
    "Certification",
    "ClockSettings",
    "Delegation",
    "FormOfGovernance",
    "Meeting",
    "Nomination",
    "Post",
    "PostHolder",
    "QuietPeriod",
]
