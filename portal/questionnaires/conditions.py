"""When a question is asked: only if an earlier answer of its set is what it depends on. Pure: no database, no clock, no request.

A condition is `{"question": key, "operator": …, "values": […], "then": "ask" | "require"}`. `ask`: without it the question is
not asked at all: not required, not scored, and an answer given before is kept in the draft and not submitted. `require`: the
question is always asked and needs an answer only then. What is not answered, or not asked itself, meets no condition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

OPERATORS = {
    "is_one_of": "is one of",
    "is_none_of": "is none of",
    "at_least": "is at least",
    "at_most": "is at most",
}
CHOSEN = ("choice", "choices", "yes_no", "declaration")
"""Kinds whose answer is one of a list, compared by `is_one_of` and `is_none_of`."""
ORDERED = ("number", "date")
"""Kinds compared by `at_least` and `at_most`."""
NOT_ASKED = "\x00not asked"
"""Stands in a sealed envelope for the answer to a question that was not asked. Nobody can type it: it holds a control character."""


class Conditional(Protocol):
    """What the rules need of a question."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def condition(self) -> Mapping[str, Any] | None: ...


class Placed(Conditional, Protocol):
    """A question in its set."""

    @property
    def id(self) -> UUID: ...
    @property
    def set_id(self) -> UUID: ...


Q = TypeVar("Q", bound=Placed)


def is_met(condition: Mapping[str, Any], kind: str, answer: str) -> bool:
    """Does this answer to the question it depends on, of this kind, meet the condition? An empty answer never does."""
    if not answer:
        return False
    values = [str(value) for value in condition["values"]]
    match condition["operator"]:
        case "is_one_of":
            return bool({*answer.split("\n")} & {*values})
        case "is_none_of":
            return not {*answer.split("\n")} & {*values}
        case "at_least":
            return bool(_figure(kind, answer) >= _figure(kind, values[0]))
        case _:
            return bool(_figure(kind, answer) <= _figure(kind, values[0]))


def as_asked(questions: Iterable[Q], answers: Mapping[UUID, str]) -> tuple[Q, ...]:
    """The questions that are asked, given these answers; one that is only asked and not needed has `required` False.

    `questions` in their order. A condition on a question that does not come earlier in the set hides nothing.
    """
    seen: dict[tuple[UUID, str], tuple[str, str]] = {}
    found: list[Q] = []
    for question in questions:
        condition = question.condition
        depends = seen.get((question.set_id, condition["question"])) if condition else None
        met = depends is None or condition is None or is_met(condition, *depends)
        asked = met or (condition is not None and condition.get("then") == "require")
        answer = answers.get(question.id, "") if asked else ""
        seen[question.set_id, question.key] = (question.kind, "" if answer == NOT_ASKED else answer)
        if asked:
            found.append(question if met else replace(question, required=False))  # type: ignore[type-var]
    return tuple(found)


def condition_problem(question: Conditional, earlier: Sequence[Conditional]) -> str | None:
    """What is wrong with the condition of a question, as a sentence. `earlier`: the questions before it in its set."""
    condition = question.condition
    if condition is None:
        return None
    if not _is_shaped(condition):
        return "Its condition names a question, a comparison and the answers compared with."
    other = next((one for one in earlier if one.key == condition["question"]), None)
    if other is None:
        return "Its condition depends on a question that does not come earlier in the same set."
    if getattr(other, "part", "selection") == "price":
        return "A question cannot depend on a price: prices stay shut until quality is agreed."
    return _values_problem(other, condition)


def _values_problem(other: Conditional, condition: Mapping[str, Any]) -> str | None:
    chosen = condition["operator"] in ("is_one_of", "is_none_of")
    if other.kind not in (CHOSEN if chosen else ORDERED):
        return f"The answer it depends on cannot be compared with “{OPERATORS[condition['operator']]}”."
    if not chosen:
        fits = len(condition["values"]) == 1 and _reads(other.kind, condition["values"][0])
        return None if fits else _WRONG[other.kind]
    offered = {"yes_no": {"yes", "no"}, "declaration": {"agreed"}}.get(other.kind) or {
        str(choice["value"]) for choice in getattr(other, "choices", [])
    }
    return None if {*condition["values"]} <= offered else "Its condition names an answer that cannot be given."


def first_problem(questions: Sequence[Conditional]) -> tuple[str, str] | None:
    """The first question of a set, in order, whose condition does not hold together: its key, and the sentence."""
    for position, question in enumerate(questions):
        problem = condition_problem(question, questions[:position])
        if problem:
            return question.key, problem
    return None


_WRONG = {"number": "Compare it with one whole number.", "date": "Compare it with one real date, like 2027-03-31."}


def _is_shaped(condition: Mapping[str, Any]) -> bool:
    values = condition.get("values")
    return (
        set(condition) <= {"question", "operator", "values", "then"}
        and isinstance(condition.get("question"), str)
        and condition.get("operator") in OPERATORS
        and condition.get("then", "ask") in ("ask", "require")
        and isinstance(values, list)
        and bool(values)
        and all(isinstance(value, str) for value in values)
    )


def _figure(kind: str, text: str) -> Any:  # a Decimal or a date, by kind alone
    return date.fromisoformat(text) if kind == "date" else Decimal(text)


def _reads(kind: str, text: str) -> bool:
    if kind == "number":
        return text.isascii() and text.isdigit() and len(text) <= 9
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
