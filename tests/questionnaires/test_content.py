"""A question set is a data file; what is wrong with one is said in sentences."""

import re
import tomllib
from typing import Any

import pytest

from portal.core.places import CHECKOUT
from portal.questionnaires.content import read_content
from portal.questionnaires.descriptors import STANDARD
from tests.support.rounds import common_questions, lot_questions, worked_questions


@pytest.mark.parametrize(("name", "count"), [("common", None), ("residential", None), ("foster", 21)])
def test_the_worked_region_reads_without_a_problem(name: str, count: int | None) -> None:
    content = worked_questions(name)
    read = read_content(content)
    assert len(read.questions) == len(content["questions"]) == (count or len(content["questions"]))
    groups = list(dict.fromkeys(q.group_slug for q in read.questions))
    assert groups == [g["slug"] for g in content["groups"]]


def test_the_standard_scale_is_the_one_of_the_worked_region() -> None:
    text = (CHECKOUT / "config" / "demo" / "descriptors.toml").read_text("utf-8")
    assert list(STANDARD) == tomllib.loads(text)["descriptors"]["standard"]
    assert read_content(lot_questions("a")).questions[0].descriptors == list(STANDARD)


def _first(**changed: Any) -> dict[str, Any]:
    content = common_questions()
    content["questions"][0] |= changed
    return content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({}, "The set has no title. There are no questions in it."),
        (_first(part="secret"), "Question 1 (legal-name): its part is secret; it can be selection, quality, price, documents."),
        (_first(kind="essay"), "its kind is essay; it can be"),
        (_first(group="nowhere"), "its group nowhere is not among the groups."),
        (_first(prompt=" "), "it asks nothing: prompt is missing."),
        (_first(key="insurance"), "Question 2 (insurance): its key is used twice."),
        (_first(word_limit="many"), "its word limit is a whole number from 1 to 20,000."),
        (_first(weight=10), "only a method statement (part quality) has a weight."),
        (_first(part="quality"), "a method statement has a weight."),
        (_first(part="price"), "the part price holds prices (kind money) and tables of prices (kind grid), and nothing else."),
        (_first(ceiling="1.00"), "only a price has a ceiling."),
        (_first(choices=[{"value": "a", "label": "A"}]), "a question of kind choice or choices has choices"),
        (_first(pass_rule={"minimum": 1}), "its pass rule names the answers that pass and fail"),
        (_first(descriptors="stars"), "its descriptors stars are not known."),
        (_first(prompt="a\u202eb"), "prompt: The text contains a hidden character"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_question(content: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_content(content)


def test_a_pass_rule_names_answers_that_can_be_given() -> None:
    content = common_questions()
    content["questions"][1]["pass_rule"] = {"passes": ["hold", "gold"]}
    with pytest.raises(ValueError, match="names an answer that cannot be given"):
        read_content(content)
