"""Questions in words: what kind of answer, what passes, what it is judged by. Pure."""

from collections.abc import Iterator
from typing import Any

from portal.core.money import pounds
from portal.questionnaires.queries import QuestionView

KINDS = {
    "text": "Text",
    "choice": "One of the answers listed",
    "yes_no": "Yes or no",
    "number": "Whole number",
    "money": "Price",
    "date": "Date",
    "file": "Document to upload",
    "declaration": "Statement to confirm",
}


def choices_in_words(question: QuestionView) -> list[str]:
    """Each answer that can be chosen, and what choosing it means."""
    rule = question.pass_rule
    return [f"{choice['label']}{_meaning(rule, choice['value'])}" for choice in question.choices]


def passing_in_words(question: QuestionView) -> str | None:
    """What passes, where no choices show it: a minimum, or yes or no."""
    rule = question.pass_rule or {}
    if "minimum" in rule:
        return f"{rule['minimum']} or more"
    if question.kind == "yes_no" and rule:
        return ", ".join(answer.capitalize() for answer in rule.get("passes", ())) or "an officer’s judgement"
    return None


def facts_of(question: QuestionView) -> list[tuple[str, str]]:
    """Name and value of everything an answer is held to."""
    return list(_facts(question))


def _facts(question: QuestionView) -> Iterator[tuple[str, str]]:
    left_out = "" if question.required else ", may be left out"
    if question.choices:
        if left_out:
            yield "Answer", "May be left out"
    else:
        accepted = f" ({', '.join(question.accept).upper()})" if question.accept else ""
        yield "Answer", f"{KINDS[question.kind]}{accepted}{left_out}"
    if question.word_limit:
        yield "Word limit", f"{question.word_limit:,}"
    if question.weight is not None:
        yield "Weight", f"{question.weight.normalize():f} %"
    if question.minimum_score is not None:
        yield "Minimum score", f"{question.minimum_score} out of 5"
    per = f" a {question.unit}" if question.unit else ""
    if question.ceiling is not None:
        yield "Ceiling", f"{pounds(question.ceiling)}{per}"
    elif question.unit:
        yield "Unit", question.unit
    passing = passing_in_words(question)
    if passing:
        yield "Passes with", passing


def _meaning(rule: dict[str, Any] | None, value: str) -> str:
    if not rule:
        return ""
    if value in rule.get("passes", ()):
        return " (passes)"
    return " (fails)" if value in rule.get("fails", ()) else " (an officer judges)"
