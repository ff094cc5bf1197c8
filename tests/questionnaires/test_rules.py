"""What an answer may be, and what it passes."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from portal.questionnaires.rules import answer_problem, answer_warning, passes, weights_problem, word_count


@dataclass(frozen=True)
class Asked:
    kind: str
    required: bool = True
    word_limit: int | None = None
    choices: list[Any] = field(default_factory=list)
    pass_rule: dict[str, Any] | None = None
    ceiling: Decimal | None = None


COVER = Asked(
    "choice",
    choices=[{"value": v, "label": v} for v in ("hold", "will", "cannot", "other")],
    pass_rule={"passes": ["hold", "will"], "fails": ["cannot"]},
)
PRICE = Asked("money", ceiling=Decimal("5000.00"))


@pytest.mark.parametrize(
    ("question", "value", "problem"),
    [
        (Asked("text"), "", "Enter an answer."),
        (Asked("text", required=False), "  ", None),
        (Asked("text", word_limit=3), "one two  three\n", None),
        (Asked("text", word_limit=3), "one two three four", "The answer has 4 words. Shorten it to 3 or fewer."),
        (COVER, "hold", None),
        (COVER, "perhaps", "Select one of the answers shown."),
        (Asked("yes_no"), "", "Select yes or no."),
        (Asked("yes_no"), "maybe", "Select yes or no."),
        (Asked("declaration"), "agreed", None),
        (Asked("declaration"), "no", "Confirm this statement."),
        (Asked("number"), "12", None),
        (Asked("number"), "-1", "Enter a whole number of 0 or more, using digits only."),
        (Asked("number"), "١٢", "Enter a whole number of 0 or more, using digits only."),
        (Asked("date"), "2027-02-29", "Enter a real date with day, month and year, like 31 3 2027."),
        (Asked("date"), "2028-02-29", None),
        (PRICE, "4,850.00", None),
        (PRICE, "9999999.00", None),
        (PRICE, "-1", "The price must be £0.00 or more."),
        (PRICE, "NaN", "Enter an amount in pounds using digits, like 1234.50."),
        (PRICE, "1.005", "Enter pounds and pence with no more than two decimal places, like 1234.50."),
        (Asked("file"), "", "Upload a file."),
    ],
)
def test_an_answer_is_accepted_or_refused_in_a_sentence(question: Asked, value: str, problem: str | None) -> None:
    assert answer_problem(question, value) == problem


@pytest.mark.parametrize(
    ("question", "value", "outcome"),
    [
        (COVER, "will", True),
        (COVER, "cannot", False),
        (COVER, "other", None),
        (COVER, "", False),
        (Asked("number", pass_rule={"minimum": 1}), "0", False),
        (Asked("number", pass_rule={"minimum": 1}), "1", True),
        (Asked("text"), "anything", True),
        (Asked("text", required=False), "", True),
        (PRICE, "5000.00", True),
        (PRICE, "5000.01", False),
    ],
)
def test_rules_decide_or_leave_it_to_an_officer(question: Asked, value: str, outcome: bool | None) -> None:
    assert passes(question, value) is outcome


def test_a_price_above_its_ceiling_warns_and_can_be_submitted() -> None:
    assert answer_problem(PRICE, "5000.01") is None
    assert answer_warning(PRICE, "5000.01") == (
        "This is above the ceiling of £5,000.00. A lot with a price above its ceiling is not admitted."
    )
    assert answer_warning(PRICE, "5000.00") is None
    assert answer_warning(Asked("text"), "words") is None


def test_words_are_runs_of_anything_but_white_space() -> None:
    assert word_count("  A child’s well-being –\n\tfirst.  ") == 5


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ([], None),
        ([Decimal(60), Decimal(40)], None),
        ([Decimal("33.34"), Decimal("33.33"), Decimal("33.33")], None),
        ([Decimal(60), Decimal(30)], "Foster care: the weights add up to 90 %, not to 100 %."),
        ([Decimal(60), None], "Foster care: every method statement needs a weight."),
    ],
)
def test_weights_of_a_lot_sum_to_one_hundred(weights: list[Decimal | None], problem: str | None) -> None:
    assert weights_problem(weights, "Foster care") == problem
