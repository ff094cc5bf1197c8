"""What an answer may be, what it passes, and whether weights add up. Pure: no database, no clock, no request."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from portal.core.money import parse_pounds, pounds

WHOLE = Decimal(100)


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
    price = _price(value) if question.kind == "money" else None
    if price is None or question.ceiling is None or price <= question.ceiling:
        return None
    return f"This is above the ceiling of {pounds(question.ceiling)}. A lot with a price above its ceiling is not admitted."


def passes(question: Asked, value: str) -> bool | None:
    """True: passes by rule. False: fails by rule. None: the rule leaves it to an officer.

    A question without a rule passes when it is answered; a declaration passes when agreed; a price when at or below its ceiling.
    """
    value = value.strip()
    if answer_problem(question, value):
        return False
    if question.kind == "money" and question.ceiling is not None and value:
        return parse_pounds(value) <= question.ceiling
    rule = question.pass_rule
    if not rule:
        return True
    if "minimum" in rule:
        return Decimal(value or 0) >= Decimal(str(rule["minimum"]))
    if value in rule.get("passes", ()):
        return True
    return False if value in rule.get("fails", ()) else None


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
        date.fromisoformat(value)
    except ValueError:
        return "Enter a real date."
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
    "yes_no": _yes_no,
    "declaration": _declaration,
    "number": _number,
    "money": _money,
    "date": _date,
    "file": _file,
}
