"""The stage of a decision, from its row and its call-in."""

from portal.core import clock
from portal.decisions.models import CallIn, Decision
from portal.decisions.rules.stages import Stage, StageFacts, stage_of, steps_of


def facts_of(decision: Decision, call_in: CallIn | None) -> StageFacts:
    """What the rules ask."""
    return StageFacts(
        status=decision.status,
        outcome=decision.outcome,
        is_key=decision.is_key,
        notice_on=decision.notice_on,
        decided_on=decision.decided_on,
        published_on=decision.published_on,
        effective_on=decision.effective_on,
        exempt=bool(decision.call_in_exempt_because),
        was_called_in=call_in is not None,
        heard=call_in.outcome if call_in else None,
    )


def stage(decision: Decision, call_in: CallIn | None) -> tuple[Stage, list[dict[str, str]]]:
    """The stage reached today, and the steps to it."""
    facts = facts_of(decision, call_in)
    return stage_of(facts, clock.today()), steps_of(facts, clock.today())
