"""What would follow if the councils answered like this: a calculation on the rules, in which nothing is decided. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from portal.core.wording import say_day
from portal.decisions.rules.settling import Outlook, effects, outlook

A = TypeVar("A", bound=Hashable)
ANSWERS = {"yes": "Says yes", "no": "Refuses", "none": "Does not answer", "late": "Says yes, late"}


@dataclass(frozen=True)
class Words:
    """What the kind says follows from each answer."""

    yes: str
    no: str
    silent: str
    late: str


@dataclass(frozen=True)
class Question:
    """The rule under which the question was put, and its days. `late`: whether an answer after `answer_by` counts."""

    rule: str
    minimum: int | None
    late: str
    answer_by: date


@dataclass(frozen=True)
class Follows:
    """For one council: from which day it may act, or None; and the sentences that say why."""

    from_: date | None
    sentence: str


def days_of(
    question: Question, answers: Mapping[A, str], known: Mapping[A, date | None], *, today: date, late_by: timedelta
) -> dict[A, date | None]:
    """The day from which each council's own answer would take effect; None where it would not count.

    `known`: the day that stands on record. One that has not answered is taken to answer on the day asked for, or `late_by` after it, never
    before today.
    """
    days: dict[A, date | None] = {}
    for council, said in answers.items():
        days[council] = None
        if said == "yes":
            days[council] = known.get(council) or max(question.answer_by, today)
        elif said == "late" and question.late == "counts":
            days[council] = known.get(council) or max(question.answer_by + late_by, today)
    return days


def outlook_if(question: Question, answers: Mapping[A, str], *, lead: A) -> Outlook:
    """Carried, failed or open. A late answer that does not count is as good as none that can come any more: a no."""
    late = "yes" if question.late == "counts" else "no"
    meant = {"yes": "yes", "no": "no", "none": None, "late": late}
    said = {council: meant[answer] for council, answer in answers.items()}
    return outlook(question.rule, said, lead=lead, minimum=question.minimum)


def follows(
    question: Question,
    answers: Mapping[A, str],
    days: Mapping[A, date | None],
    words: Words,
    *,
    lead: A,
) -> dict[A, Follows]:
    """What each council may do, in the words of the kind, and from which day."""
    from_ = effects(question.rule, days, lead=lead, minimum=question.minimum)
    return {
        council: Follows(from_[council], _sentence(answers[council], days[council], from_[council], words))
        for council in answers
    }


def _sentence(answer: str, own: date | None, from_: date | None, words: Words) -> str:
    if answer == "no":
        return words.no
    if answer == "none":
        return words.silent
    if own is None:
        return words.late
    if from_ is None:
        return "Its yes stands, but has no effect while the rule is not met, so it may not act on it."
    late = f" {words.late}" if answer == "late" else ""
    return f"From {say_day(from_)}: {words.yes}{late}"


def supposition(changed: Sequence[tuple[str, str]]) -> str:
    """`If Wirral refuses and Sefton says yes, late:`; of nothing changed, that it is as it stands."""
    if not changed:
        return "As the answers stand today:"
    said = [f"{name} {ANSWERS[answer][0].lower()}{ANSWERS[answer][1:]}" for name, answer in changed]
    return "If " + (said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}") + ":"
