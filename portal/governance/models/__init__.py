"""Tables of governance: dated facts of one council."""

from portal.governance.models.calendar import Body, Meeting, QuietPeriod
from portal.governance.models.form import ClockSettings, FormOfGovernance

__all__ = ["Body", "ClockSettings", "FormOfGovernance", "Meeting", "QuietPeriod"]
