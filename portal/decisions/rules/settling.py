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
ALONE = ("lead", "each_for_itself")
"""Rules under which nobody waits for another council."""
Rule = Literal["lead", "each_for_itself", "every_participant", "minimum", "lead_plus_majority"]
A = TypeVar("A", bound=Hashable)


def rule_sentence(rule: str, minimum: int | None = None) -> str:
    """The rule as the page says it."""
    return RULES[rule].format(minimum=minimum)


def effects(
    rule: str,
    yes_from: Mapping[A, date | None],
    *,
    lead: A,
    minimum: int | None = None,
    yes_until: Mapping[A, date] | None = None,
) -> dict[A, date | None]:
    """The first day on which the question has effect for each authority; None where, as things stand, it never will.

    `yes_from`: for every authority that still has to answer for the question to be settled, the day its own yes takes effect, or None
    (no, silence, deferral, called in, or a yes that came too late to count). `yes_until`: the last day of a yes that a later decision of
    the same authority, made already, will end; from then on it holds nobody up and carries nobody. Days, inclusive.
    Raises ValueError for a rule nobody knows, or a minimum of none.
    """
    if rule not in RULES:
        raise ValueError(f"No rule is called {rule}.")
    if rule == "minimum" and (minimum is None or minimum < 1):
        raise ValueError("A stated minimum is one council or more.")
    until = yes_until or {}

    def says_yes(authority: A, day: date) -> bool:
        own = yes_from[authority]
        return own is not None and own <= day <= until.get(authority, day)

    # Nothing begins but on a day on which somebody's yes does.
    begins = sorted({day for day in yes_from.values() if day is not None})
    met = [d for d in begins if _met(rule, {a for a in yes_from if says_yes(a, d)}, len(yes_from), lead, minimum)]
    return {authority: next((d for d in met if says_yes(authority, d)), None) for authority in yes_from}


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
    met, possible = _met(rule, yes, len(said), lead, minimum), _met(rule, hopes, len(said), lead, minimum)
    if met:
        return Outlook("carried", _carried(rule, yes, said))
    if possible:
        return Outlook("open", _awaited(rule, yes, said, minimum, lead))
    return Outlook("failed", _failed(rule, said, minimum, lead, yes))


def _met(rule: str, yes: set[A], asked: int, lead: A, minimum: int | None) -> bool:
    if rule == "lead":
        return lead in yes
    if rule == "each_for_itself":
        return bool(yes)
    if rule == "every_participant":
        return 0 < asked == len(yes)
    if rule == "minimum":
        return len(yes) >= (minimum or 1)
    return lead in yes and len(yes) > asked // 2


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
    # The lead's own yes is one of those that make the majority.
    needed = max(len(said) // 2 + 1 - len(yes | {lead}), 0)
    more = f"{needed} more {'council' if needed == 1 else 'councils'}" if needed else ""
    own = "" if lead in yes else "the lead authority"
    return f"{len(yes)} of {len(said)} councils have said yes; still needed: {' and '.join(filter(None, (own, more)))}."


def _failed(rule: str, said: Mapping[A, str | None], minimum: int | None, lead: A, yes: set[A]) -> str:
    if rule == "each_for_itself":
        return "No council has said yes."
    majority = len(yes) > len(said) // 2
    if rule == "lead" or (rule == "lead_plus_majority" and (majority or said.get(lead) == "no")):
        return "The lead authority has not agreed, so it takes effect for nobody."
    if rule == "every_participant":
        return "Not every council has agreed, so it takes effect for nobody."
    if rule == "minimum":
        return f"{len(yes)} of {len(said)} councils have said yes, {minimum} are needed, so it takes effect for nobody."
    return "No majority of the councils has agreed, so it takes effect for nobody."
