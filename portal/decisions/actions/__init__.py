"""What is done with joint decisions: put, withdrawn, drafted, recorded, published, called in, corrected."""

from portal.decisions.actions.afterwards import call_in, correct_record, publish_record, resolve_call_in
from portal.decisions.actions.contents import add_appendix, agree, consult
from portal.decisions.actions.drafting import draft_decision
from portal.decisions.actions.matters import add_party, close_matter, excuse_party, raise_matter, withdraw_matter
from portal.decisions.actions.own import Resolved, answer_from, draft_own_decision
from portal.decisions.actions.recording import record_decision

__all__ = [
    "Resolved",
    "add_appendix",
    "add_party",
    "agree",
    "answer_from",
    "call_in",
    "close_matter",
    "consult",
    "correct_record",
    "draft_decision",
    "draft_own_decision",
    "excuse_party",
    "publish_record",
    "raise_matter",
    "record_decision",
    "resolve_call_in",
    "withdraw_matter",
]
