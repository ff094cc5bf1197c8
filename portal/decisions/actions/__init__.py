"""What is done with joint decisions: put, withdrawn, drafted, recorded."""

from portal.decisions.actions.drafting import draft_decision
from portal.decisions.actions.matters import raise_matter, withdraw_matter
from portal.decisions.actions.recording import record_decision

__all__ = ["draft_decision", "raise_matter", "record_decision", "withdraw_matter"]
