"""Conditions: what is asked follows from earlier answers, never in a circle, and nothing typed is lost by it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.applications.rules import Group, asked_in, readiness
from portal.questionnaires.conditions import NOT_ASKED, as_asked, condition_problem, first_problem, is_met
from portal.questionnaires.rules import answer_problem, passes, range_problem

SET = UUID(int=7)


@dataclass(frozen=True)
class Asked:
    key: str
    kind: str = "choice"
    condition: dict[str, Any] | None = None
    required: bool = True
    part: str = "selection"
    choices: list[Any] = field(default_factory=lambda: [{"value": v, "label": v.upper()} for v in "abc"])
    word_limit: int | None = None
    pass_rule: dict[str, Any] | None = None
    ceiling: None = None
    grid: None = None
    set_id: UUID = SET
    lot_id: UUID | None = None
    group_slug: str = "page"
    group_title: str = "Page"
    group_intro: str | None = None

    @property
    def id(self) -> UUID:
        return uuid5(SET, self.key)

    @property
    def prompt(self) -> str:
        return self.key


def when(question: str, *values: str, operator: str = "is_one_of", then: str = "ask") -> dict[str, Any]:
    return {"question": question, "operator": operator, "values": list(values), "then": then}


@st.composite
def chains(draw: st.DrawFn) -> tuple[Asked, ...]:
    """Sets in which any question may depend on any earlier one."""
    made: list[Asked] = []
    for n in range(draw(st.integers(1, 8))):
        condition = None
        if made and draw(st.booleans()):
            other = draw(st.sampled_from(made)).key
            values = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True))
            operator = draw(st.sampled_from(["is_one_of", "is_none_of"]))
            condition = when(other, *values, operator=operator, then=draw(st.sampled_from(["ask", "require"])))
        made.append(Asked(f"q{n}", condition=condition, required=draw(st.booleans())))
    return tuple(made)


ANSWERS = st.dictionaries(st.integers(0, 7), st.sampled_from("abc"))


@given(chains(), ANSWERS)
def test_what_is_not_asked_never_blocks_a_submission(questions: tuple[Asked, ...], picked: dict[int, str]) -> None:
    assert first_problem(questions) is None
    answers = {Asked(f"q{n}").id: value for n, value in picked.items()}
    before = dict(answers)
    asked = as_asked(questions, answers)
    pages = asked_in((Group("page", "Page", None, None, questions),), asked)
    ready = readiness(pages, [SET], {str(SET): ["council"]}, answers, ())
    stops = {problem.question_id for problem in ready.common}
    assert stops == {q.id for q in asked if q.required and not answers.get(q.id)}
    assert answers == before, "what was answered is kept, asked or not"
    hidden = {q.id for q in questions} - {q.id for q in asked}
    assert not stops & hidden
    full = as_asked(questions, {q.id: answers.get(q.id, NOT_ASKED) for q in questions})
    assert [q.id for q in full] == [q.id for q in asked], "a sealed part says the same as the draft"


@given(chains(), ANSWERS)
def test_nothing_is_asked_because_of_what_is_not_asked(questions: tuple[Asked, ...], picked: dict[int, str]) -> None:
    answers = {Asked(f"q{n}").id: value for n, value in picked.items()}
    asked = {q.key: q for q in as_asked(questions, answers)}
    for question in questions:
        condition = question.condition
        if condition is None:
            assert question.key in asked
            continue
        met = condition["question"] in asked and is_met(
            condition, "choice", answers.get(asked[condition["question"]].id, "")
        )
        assert (question.key in asked) == (met or condition["then"] == "require")
        if question.key in asked:
            assert asked[question.key].required == (question.required and met)


@given(chains())
def test_a_circle_or_a_later_question_is_refused(questions: tuple[Asked, ...]) -> None:
    later = [*questions, Asked("last")]
    for position, question in enumerate(questions):
        leaning = Asked(question.key, condition=when("last", "a"))
        assert first_problem([*later[:position], leaning, *later[position + 1 :]]) is not None
        own = Asked(question.key, condition=when(question.key, "a"))
        assert condition_problem(own, later[:position]) is not None


@pytest.mark.parametrize(
    ("kind", "operator", "value", "answer", "met"),
    [
        ("number", "at_least", "10", "9", False),
        ("number", "at_least", "10", "10", True),
        ("number", "at_most", "10", "11", False),
        ("date", "at_least", "2027-03-31", "2027-04-01", True),
        ("date", "at_most", "2027-03-31", "2027-04-01", False),
        ("choices", "is_one_of", "b", "a\nb", True),
        ("choices", "is_none_of", "b", "a\nb", False),
        ("yes_no", "is_none_of", "yes", "", False),
    ],
)
def test_an_answer_meets_a_condition(kind: str, operator: str, value: str, answer: str, met: bool) -> None:
    assert is_met(when("x", value, operator=operator), kind, answer) is met


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"question": "x"}, "names a question, a comparison"),
        (when("nowhere", "a"), "does not come earlier"),
        (when("price", "1", operator="at_least"), "cannot depend on a price"),
        (when("choice", "z"), "names an answer that cannot be given"),
        (when("choice", "a", operator="at_least"), "cannot be compared"),
        (when("number", "a"), "cannot be compared"),
        (when("number", "1e9", operator="at_least"), "one whole number"),
        (when("number", "١٢", operator="at_least"), "one whole number"),
        (when("number", "1", "2", operator="at_least"), "one whole number"),
        (when("date", "2027-02-31", operator="at_most"), "one real date"),
        (when("yes_no", "maybe"), "cannot be given"),
        (when("choice", "a", then="hide"), "names a question, a comparison"),
    ],
)
def test_a_condition_that_cannot_hold_is_named(condition: dict[str, Any], sentence: str) -> None:
    earlier = [
        Asked("price", "money", part="price"), Asked("choice"), Asked("number", "number"), Asked("date", "date"), Asked("yes_no", "yes_no")
    ]  # fmt: skip
    assert sentence in str(condition_problem(Asked("own", condition=condition), earlier))


@given(st.integers(0, 120), st.integers(0, 120), st.integers(0, 120))
def test_a_pass_rule_has_a_grey_zone_between_its_bounds(fails: int, passes_from: int, answer: int) -> None:
    rule = {"fail_below": str(fails), "pass_from": str(passes_from)}
    if fails > passes_from:
        assert range_problem("number", rule) is not None
        return
    assert range_problem("number", rule) is None
    verdict = passes(Asked("n", "number", pass_rule=rule), str(answer))
    assert verdict == (False if answer < fails else True if answer >= passes_from else None)


def test_pass_rules_of_sums_dates_and_several_choices() -> None:
    turnover = Asked("t", "money", pass_rule={"pass_from": "500000.00", "fail_below": "100000.00"})
    assert [passes(turnover, v) for v in ("500000.00", "99999.99", "250000.00")] == [True, False, None]
    since = Asked("d", "date", pass_rule={"pass_to": "2026-12-31"})
    assert [passes(since, v) for v in ("2026-12-31", "2027-01-01")] == [True, None]
    several = Asked("s", "choices", pass_rule={"passes": ["a", "b"], "fails": ["c"]})
    assert [passes(several, v) for v in ("a\nb", "a", "a\nb\nc")] == [True, None, False]
    assert answer_problem(several, "a\nz") == "Select from the answers shown."
