"""Questions in words: what kind of answer, what passes, what it is judged by. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from portal.core.money import parse_pounds, pounds
from portal.questionnaires import grids
from portal.questionnaires.conditions import NOT_ASKED, OPERATORS
from portal.questionnaires.queries import QuestionView

KINDS = {
    "text": "Text",
    "choice": "One of the answers listed",
    "choices": "Any of the answers listed",
    "yes_no": "Yes or no",
    "number": "Whole number",
    "money": "Sum of money",
    "date": "Date",
    "file": "Document to upload",
    "declaration": "Statement to confirm",
    "grid": "Table to fill in",
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
    bounds = range_in_words(question.kind, rule)
    if bounds:
        return bounds
    if question.kind == "yes_no" and rule:
        return ", ".join(answer.capitalize() for answer in rule.get("passes", ())) or "an officer’s judgement"
    return None


def range_in_words(kind: str, rule: dict[str, Any]) -> str | None:
    """`5 or more; fails below 2; else an officer judges`."""
    names = {
        "pass_from": "{} or more",
        "pass_to": "{} or less",
        "fail_below": "fails below {}",
        "fail_above": "fails above {}",
    }
    if kind == "date":
        names |= {
            "pass_from": "{} or later",
            "pass_to": "{} or earlier",
            "fail_below": "fails before {}",
            "fail_above": "fails after {}",
        }
    told = [words.format(_bound(kind, str(rule[name]))) for name, words in names.items() if name in rule]
    return "; ".join([*told, "else an officer judges"]) if told else None


def condition_in_words(question: QuestionView, among: Iterable[QuestionView]) -> str | None:
    """`Asked only if “Have you accounts?” is one of: No`."""
    condition = question.condition
    if not condition:
        return None
    other = next((q for q in among if q.set_id == question.set_id and q.key == condition["question"]), None)
    if other is None:
        return None
    labels = {str(c["value"]): str(c["label"]) for c in other.choices} | {
        "yes": "Yes",
        "no": "No",
        "agreed": "confirmed",
    }
    values = " or ".join(labels.get(v, _bound(other.kind, v)) for v in condition["values"])
    then = "Needed" if condition.get("then") == "require" else "Asked"
    return f"{then} only if “{other.prompt}” {OPERATORS[condition['operator']]}: {values}"


def answer_in_words(question: QuestionView, answer: str) -> str:
    """An answer as the applicant saw it."""
    if answer in ("", NOT_ASKED):
        return "Not asked" if answer else "Not answered"
    if question.kind == "grid":
        return grids.in_words(question.grid or {}, answer)
    if question.kind in ("money", "date"):
        return _bound(question.kind, answer)
    labels = {str(choice["value"]): str(choice["label"]) for choice in question.choices}
    labels |= {"yes_no": {"yes": "Yes", "no": "No"}, "declaration": {"agreed": "Agreed"}}.get(question.kind, {})
    if question.choices:
        return "; ".join(labels.get(one, one) for one in answer.split("\n"))
    return labels.get(answer, f"{answer} {question.unit}" if question.unit else answer)


def _bound(kind: str, text: str) -> str:
    if kind == "date":
        found = date.fromisoformat(text)
        return f"{found.day} {found:%B %Y}"
    return pounds(parse_pounds(text)) if kind == "money" else text


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
    yield from _table_and_origin(question)


def _table_and_origin(question: QuestionView) -> Iterator[tuple[str, str]]:
    for line in grids.lines(question.grid) if question.grid else ():
        name, _, value = line.partition(": ")
        yield (name, value) if value else ("Rows", name)
    if question.origin:
        yield "From", f"{question.origin}{', wording fixed' if question.wording_fixed else ''}"


def _meaning(rule: dict[str, Any] | None, value: str) -> str:
    if not rule:
        return ""
    if value in rule.get("passes", ()):
        return " (passes)"
    return " (fails)" if value in rule.get("fails", ()) else " (an officer judges)"
