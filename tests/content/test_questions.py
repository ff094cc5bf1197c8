"""Question sets: keys, weights, rules and choices."""

from decimal import Decimal
from typing import Any

import pytest

from tests.content.worked_region import DEMO, LOT_SETS, content, groups, questions

KINDS = {"text", "choice", "yes_no", "number", "money", "date", "file", "declaration"}
SETS = ("common", *LOT_SETS)


def test_keys_and_group_slugs_are_unique_across_sets() -> None:
    keys = [q["key"] for name in SETS for q in content(f"questions_{name}")["questions"]]
    slugs = [g["slug"] for name in SETS for g in content(f"questions_{name}")["groups"]]
    assert len(set(keys)) == len(keys)
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("name", SETS)
def test_every_question_is_complete(name: str) -> None:
    document = content(f"questions_{name}")
    own = {group["slug"]: group for group in document["groups"]}
    assert {q["group"] for q in document["questions"]} == set(own)
    for q in document["questions"]:
        assert q["kind"] in KINDS
        assert q["part"] == own[q["group"]]["part"]
        assert q["prompt"]
        assert isinstance(q["required"], bool)
        if q["kind"] == "text":
            assert q["word_limit"] > 0
        if q["kind"] == "money":
            assert Decimal(q["ceiling"]) > 0
            assert q["unit"]
        if q["kind"] == "file":
            assert q["accept"]


def allowed(question: dict[str, Any]) -> set[str]:
    if question["kind"] == "choice":
        return {choice["value"] for choice in question["choices"]}
    return {"yes_no": {"yes", "no"}, "declaration": {"agreed"}}[question["kind"]]


def test_pass_rules_name_answers_that_exist() -> None:
    for q in questions().values():
        rule = q.get("pass_rule")
        if not rule:
            continue
        if "minimum" in rule:
            assert q["kind"] == "number"
        else:
            assert set(rule["passes"]) | set(rule["fails"]) <= allowed(q), q["key"]
            assert not set(rule["passes"]) & set(rule["fails"])


def test_insurance_is_asked_three_ways() -> None:
    cover = [q for q in questions("common").values() if q["group"] == "insurance"]
    assert cover
    for q in cover:
        assert q["pass_rule"] == {"passes": ["hold", "will_obtain"], "fails": ["cannot"]}


@pytest.mark.parametrize("lot", LOT_SETS)
def test_weights_of_a_lot_sum_to_one_hundred(lot: str) -> None:
    statements = [q for q in questions(lot).values() if q["part"] == "quality"]
    assert len(statements) == 7
    assert sum(q["weight"] for q in statements) == 100
    for q in statements:
        assert 0 <= q["minimum_score"] <= 5
        assert q["scorer_guidance"]
        assert q["descriptors"] == "standard"
        assert q["theme"] in content("evaluation")["reasons"]


def test_descriptors_run_from_zero_to_five() -> None:
    marks = [row["score"] for row in content("descriptors")["descriptors"]["standard"]]
    assert sorted(marks) == [0, 1, 2, 3, 4, 5]


def test_lots_use_sets_that_exist_and_grounds_are_unique() -> None:
    system = content("system_ppa")
    for lot in system["lots"]:
        assert set(lot["question_sets"]) <= set(SETS)
    grounds = [ground["slug"] for ground in system["restriction_grounds"]]
    assert len(set(grounds)) == len(grounds) >= 2
    assert {s["council"] for s in system["local_schedules"]} == set(system["system"]["participating"])


def test_group_introductions_are_written() -> None:
    assert all(group["intro"].endswith(".") for group in groups().values())


def test_documents_are_small_pdf_files() -> None:
    files = list((DEMO / "documents").glob("*"))
    assert files
    for path in files:
        assert path.read_bytes().startswith(b"%PDF-")
        assert path.stat().st_size < 100_000
