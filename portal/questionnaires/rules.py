"""What an answer may be, what it passes, and whether weights add up. Pure: no database, no clock, no request."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from portal.core.money import parse_pounds, pounds
from portal.questionnaires import grids

WHOLE = Decimal(100)
RANGE = ("pass_from", "pass_to", "fail_below", "fail_above")
"""Bounds of a pass rule for a number, a sum or a date, all included: within `pass_…` passes, beyond `fail_…` fails, between an officer judges."""


class Asked(Protocol):
    """What the rules need of a question: a row, a view, or a parsed line of a file."""

    @property
    def kind(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def word_limit(self) -> int | None: ...
    @property
    def choices(self) -> list[Any]: ...
    @property
    def pass_rule(self) -> Mapping[str, Any] | None: ...
    @property
    def ceiling(self) -> Decimal | None: ...
    @property
    def grid(self) -> Mapping[str, Any] | None: ...


def word_count(text: str) -> int:
    """Words as the page counts them: runs of anything but white space."""
    return len(text.split())


def answer_problem(question: Asked, value: str) -> str | None:
    """Why this answer cannot be submitted, as a sentence; None when it can. An empty answer is a problem where one is required.

    A price above its ceiling is no problem here: it can be submitted, and fails by rule (`answer_warning` tells).
    """
    if not value.strip():
        return _unanswered(question) if question.required else None
    return _PROBLEMS[question.kind](question, value.strip())


def answer_warning(question: Asked, value: str) -> str | None:
    """What the applicant should know of an answer that can be submitted: a price above its ceiling is not admitted."""
    if question.kind == "grid":
        over = grids.above(question.grid or {}, value) if value else []
        if not over:
            return None
        named = "; ".join(f"{cell.title}: {pounds(cell.ceiling)}" for cell in over if cell.ceiling is not None)
        return f"Above the ceiling: {named}. A lot with a price above its ceiling is not admitted."
    price = _price(value) if question.kind == "money" else None
    if price is None or question.ceiling is None or price <= question.ceiling:
        return None
    return f"This is above the ceiling of {pounds(question.ceiling)}. A lot with a price above its ceiling is not admitted."


def passes(question: Asked, value: str) -> bool | None:
    """True: passes by rule. False: fails by rule. None: the rule leaves it to an officer.

    Of several choices, one that fails decides; else all that are named must be chosen to pass by rule.
    A question without a rule passes when it is answered; a declaration passes when agreed; a price when at or below its ceiling.
    """
    value = value.strip()
    if answer_problem(question, value):
        return False
    if question.kind == "money" and question.ceiling is not None and value:
        return parse_pounds(value) <= question.ceiling
    return _by_rule(question, question.pass_rule, value) if question.pass_rule else True


def _by_rule(question: Asked, rule: Mapping[str, Any], value: str) -> bool | None:
    if "minimum" in rule:
        return Decimal(value or 0) >= Decimal(str(rule["minimum"]))
    if set(rule) <= set(RANGE):
        return _within(question.kind, rule, value) if value else None
    chosen, passing = {*value.split("\n")}, {*rule.get("passes", ())}
    if chosen & {*rule.get("fails", ())}:
        return False
    met = passing <= chosen if question.kind == "choices" else bool(chosen & passing)
    return True if met else None


def figure(kind: str, text: str) -> Any:
    """A bound or an answer of kind number, money or date as what compares with others of its kind: a Decimal, or a date. Raises ValueError with a sentence."""
    if kind == "date":
        return parse_day(text)
    if kind == "money":
        return parse_pounds(text)
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        raise ValueError("Enter a whole number of 0 or more, using digits only.")
    return Decimal(text)


def parse_day(text: str) -> date:
    """A real day from 1900 to 2100, written 2027-03-31. Raises ValueError with a sentence."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("Enter a real date with day, month and year, like 31 3 2027.")
    if not 1900 <= day.year <= 2100:
        raise ValueError("Enter a date between 1900 and 2100.")
    return day


def range_problem(kind: str, rule: Mapping[str, Any]) -> str | None:
    """What is wrong with the bounds of a pass rule, as a sentence."""
    try:
        bound = {name: figure(kind, str(rule[name])) for name in RANGE if name in rule}
    except ValueError as error:
        return str(error)
    low = [bound[name] for name in ("fail_below", "pass_from") if name in bound]
    high = [bound[name] for name in ("pass_to", "fail_above") if name in bound]
    ordered = [*low, *high]
    if not ordered:
        return "Say from where or up to where an answer passes or fails."
    if ordered != sorted(ordered):
        return "The bounds contradict each other: what fails lies beyond what passes."
    return None


def weights_problem(weights: Iterable[Decimal | None], lot: str) -> str | None:
    """Weights of a lot's method statements sum to 100 per cent, or there are none at all."""
    given = list(weights)
    if not given:
        return None
    if any(weight is None for weight in given):
        return f"{lot}: every method statement needs a weight."
    total = sum((weight for weight in given if weight is not None), Decimal(0))
    return None if total == WHOLE else f"{lot}: the weights add up to {total.normalize():f} %, not to 100 %."


def _unanswered(question: Asked) -> str:
    return {
        "choice": "Select an answer.",
        "choices": "Select at least one answer.",
        "grid": "Fill in the table.",
        "yes_no": "Select yes or no.",
        "money": "Enter a price.",
        "number": "Enter a number.",
        "date": "Enter a date.",
        "file": "Upload a file.",
        "declaration": "Confirm this statement.",
    }.get(question.kind, "Enter an answer.")


def _text(question: Asked, value: str) -> str | None:
    words, limit = word_count(value), question.word_limit
    if limit is None or words <= limit:
        return None
    return f"The answer has {words:,} words. Shorten it to {limit:,} or fewer."


def _choice(question: Asked, value: str) -> str | None:
    return None if value in {c["value"] for c in question.choices} else "Select one of the answers shown."


def _choices(question: Asked, value: str) -> str | None:
    offered = {c["value"] for c in question.choices}
    return None if {*value.split("\n")} <= offered else "Select from the answers shown."


def _grid(question: Asked, value: str) -> str | None:
    return grids.problem(question.grid or {}, value)


def _within(kind: str, rule: Mapping[str, Any], value: str) -> bool | None:
    found = figure(kind, value)
    bound = {name: figure(kind, str(rule[name])) for name in RANGE if name in rule}
    if ("fail_below" in bound and found < bound["fail_below"]) or (
        "fail_above" in bound and found > bound["fail_above"]
    ):
        return False
    if "pass_from" not in bound and "pass_to" not in bound:
        return None
    low = "pass_from" not in bound or found >= bound["pass_from"]
    high = "pass_to" not in bound or found <= bound["pass_to"]
    return True if low and high else None


def _yes_no(_question: Asked, value: str) -> str | None:
    return None if value in ("yes", "no") else "Select yes or no."


def _declaration(_question: Asked, value: str) -> str | None:
    return None if value == "agreed" else "Confirm this statement."


def _number(_question: Asked, value: str) -> str | None:
    if re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return None
    return "Enter a whole number of 0 or more, using digits only."


def _money(_question: Asked, value: str) -> str | None:
    try:
        parse_pounds(value)
    except ValueError as error:
        return str(error)
    return None


def _date(_question: Asked, value: str) -> str | None:
    try:
        parse_day(value)
    except ValueError as error:
        return str(error)
    return None


def _file(_question: Asked, _value: str) -> str | None:
    return None


def _price(value: str) -> Decimal | None:
    try:
        return parse_pounds(value)
    except ValueError:
        return None


_PROBLEMS = {
    "text": _text,
    "choice": _choice,
    "choices": _choices,
    "grid": _grid,
    "yes_no": _yes_no,
    "declaration": _declaration,
    "number": _number,
    "money": _money,
    "date": _date,
    "file": _file,
}
