"""What settles a question put to several authorities, and from which day each one's answer has effect. Pure.

Each authority's own yes takes effect on its own day, under its own notice and call-in. The rule adds a condition on who else must have
said yes. An effect never reaches an authority without a yes of its own in effect: rules hold councils back, they never bind them.
`app.effects` computes the same in the database, for guards that stand there; a test shows that the two agree.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

RULES = {
    "lead": "The lead authority answers for all, under recorded authority.",
    "each_for_itself": "Each council decides for itself.",
    "every_participant": "It takes effect only when every council asked has said yes.",
    "minimum": "It takes effect when at least {minimum} councils have said yes, else for nobody.",
    "lead_plus_majority": "It takes effect when the lead authority and more than half of the councils asked have said yes.",
}
LATE = {
    "counts": "An answer after the day counts from the day it takes effect.",
    "stays_out": "An answer after the day does not count: it needs a new question.",
}
Rule = Literal["lead", "each_for_itself", "every_participant", "minimum", "lead_plus_majority"]
A = TypeVar("A", bound=Hashable)


def rule_sentence(rule: str, minimum: int | None = None) -> str:
    """The rule as the page says it."""
    return RULES[rule].format(minimum=minimum)


def takes_effect_on(
    rule: str, yes_from: Mapping[A, date | None], *, lead: A, minimum: int | None = None
) -> date | None:
    """The first day on which the rule's condition holds, whoever is asking; None while it does not.

    `yes_from`: for every authority that still has to answer for the question to be settled, the day its own yes takes effect, or None
    (no, silence, deferral, called in, or a yes that came too late to count). Where each decides for itself there is no condition, so
    the earliest day of any of them.
    """
    days = sorted(day for day in yes_from.values() if day is not None)
    if rule == "each_for_itself":
        return days[0] if days else None
    if rule == "lead":
        return yes_from.get(lead)
    if rule == "every_participant":
        return days[-1] if days and len(days) == len(yes_from) else None
    if rule == "minimum":
        if minimum is None or minimum < 1:
            raise ValueError("A stated minimum is one council or more.")
        return days[minimum - 1] if len(days) >= minimum else None
    if rule == "lead_plus_majority":
        own, needed = yes_from.get(lead), len(yes_from) // 2 + 1
        return max(own, days[needed - 1]) if own is not None and len(days) >= needed else None
    raise ValueError(f"No rule is called {rule}.")


def effects(
    rule: str, yes_from: Mapping[A, date | None], *, lead: A, minimum: int | None = None
) -> dict[A, date | None]:
    """From which day the question has effect for each authority: never without a yes of its own in effect."""
    condition = takes_effect_on(rule, yes_from, lead=lead, minimum=minimum)
    if rule == "each_for_itself" or condition is None:
        return dict(yes_from) if rule == "each_for_itself" else dict.fromkeys(yes_from)
    return {authority: None if own is None else max(own, condition) for authority, own in yes_from.items()}


@dataclass(frozen=True)
class Outlook:
    """How the question stands: `carried` (its condition can be met by what has been said), `failed` (no answer still awaited can
    carry it) or `open`, with the sentence for the board.
    """

    code: Literal["carried", "failed", "open"]
    sentence: str


def outlook(
    rule: str,
    said: Mapping[A, str | None],
    *,
    lead: A,
    minimum: int | None = None,
    closed: bool = False,
) -> Outlook:
    """Whether it can still be carried. `said`: yes, no, or None while an answer is awaited; `closed`: nothing more can come in time.

    A no of today may give way to a later decision of the same council where the question still stands; until then it counts as no.
    """
    yes = {a for a, answer in said.items() if answer == "yes"}
    hopes = yes if closed else yes | {a for a, answer in said.items() if answer is None}
    met, possible = _met(rule, yes, said, lead, minimum), _met(rule, hopes, said, lead, minimum)
    if met:
        return Outlook("carried", _carried(rule, yes, said))
    if possible:
        return Outlook("open", _awaited(rule, yes, said, minimum, lead))
    return Outlook("failed", _failed(rule, said, minimum, lead, yes))


def _met(rule: str, yes: set[A], said: Mapping[A, str | None], lead: A, minimum: int | None) -> bool:
    if rule == "lead":
        return lead in yes
    if rule == "each_for_itself":
        return bool(yes)
    if rule == "every_participant":
        return bool(said) and len(yes) == len(said)
    if rule == "minimum":
        return len(yes) >= (minimum or 1)
    return lead in yes and len(yes) > len(said) // 2


def _carried(rule: str, yes: set[A], said: Mapping[A, str | None]) -> str:
    if rule == "each_for_itself":
        return f"{len(yes)} of {len(said)} councils have said yes, each for itself."
    if rule == "lead":
        return "The lead authority has said yes."
    return f"Carried: {len(yes)} of {len(said)} councils have said yes."


def _awaited(rule: str, yes: set[A], said: Mapping[A, str | None], minimum: int | None, lead: A) -> str:
    if rule == "each_for_itself":
        return f"No council has said yes yet. {len(said)} were asked, each decides for itself."
    if rule == "lead":
        return "The lead authority has not answered yet."
    if rule == "every_participant":
        return f"{len(yes)} of {len(said)} councils have said yes; every one must."
    if rule == "minimum":
        missing = (minimum or 1) - len(yes)
        return f"{len(yes)} of {len(said)} councils have said yes; {missing} more {'is' if missing == 1 else 'are'} needed."
    needed = max(len(said) // 2 + 1 - len(yes), 0)
    more = f"{needed} more {'council' if needed == 1 else 'councils'}" if needed else ""
    own = "" if lead in yes else "the lead authority"
    return f"{len(yes)} of {len(said)} councils have said yes; still needed: {' and '.join(filter(None, (own, more)))}."


def _failed(rule: str, said: Mapping[A, str | None], minimum: int | None, lead: A, yes: set[A]) -> str:
    if rule == "each_for_itself":
        return "No council has said yes."
    if rule == "lead" or (rule == "lead_plus_majority" and said.get(lead) == "no"):
        return "The lead authority has not agreed, so it takes effect for nobody."
    if rule == "every_participant":
        return "Not every council has agreed, so it takes effect for nobody."
    if rule == "minimum":
        return f"{len(yes)} of {len(said)} councils have said yes, {minimum} are needed, so it takes effect for nobody."
    return "No majority of the councils has agreed, so it takes effect for nobody."
