"""Applications: answers fit their questions, texts are fresh, results follow from the rules."""

from decimal import Decimal
from typing import Any

import pytest

from tests.content.test_questions import allowed
from tests.content.worked_region import (
    DEMO,
    LOT_SETS,
    accounts,
    answers,
    applications,
    content,
    groups,
    organisations,
    other_systems,
    questions,
    statement,
)

SUBMITTED = [a for a in applications() if a["state"] in ("submitted", "withdrawn")]
NAMES = [f"{a['round']}-{a['provider']}" for a in SUBMITTED]


def acting_for(email: str) -> set[str]:
    account = accounts()[email]
    return {account["organisation"]} | {o["organisation"] for o in account.get("acts_for", [])}


def test_one_application_a_provider_and_round_by_its_own_people() -> None:
    pairs = [(a["round"], a["provider"]) for a in applications()]
    assert len(set(pairs)) == len(pairs)
    second_region = {slug for slug, one in organisations("provider").items() if "region" in one}
    elsewhere = {row["provider"] for entry in other_systems().values() for row in entry.get("applications", ())}
    assert {a["provider"] for a in applications()} == set(organisations("provider")) - second_region
    assert second_region <= elsewhere
    for a in applications():
        assert a["provider"] in acting_for(a["drafted_by"])
        if "submitted_by" in a:
            assert a["provider"] in acting_for(a["submitted_by"])
        for lot in a["lots"]:
            offered = organisations()[a["provider"]]["areas"][lot]
            assert set(a["areas"][lot]) <= set(offered)
        assert set(a.get("skip_groups", [])) <= set(groups())


@pytest.mark.parametrize("application", SUBMITTED, ids=NAMES)
def test_a_submission_answers_every_required_question(application: dict[str, Any]) -> None:
    given = answers(application)
    for lot in application["lots"]:
        given |= {key: statement(application, lot, key) for key in application["statements"][lot]}
        given |= application["prices"][lot]
    asked = questions("common", *application["lots"])
    assert set(given) <= set(asked)
    for key, question in asked.items():
        assert given.get(key) or not question["required"], key
    for key, value in given.items():
        question = asked[key]
        assert value.strip()
        if question["kind"] in ("choice", "yes_no", "declaration"):
            assert value in allowed(question)
        if question["kind"] == "text":
            assert len(value.split()) <= question["word_limit"]
        if question["kind"] == "money":
            assert Decimal(value).as_tuple().exponent == -2
        if question["kind"] == "number":
            assert int(value) >= 0
        if question["kind"] == "file":
            assert (DEMO / "documents" / value).is_file()


def test_statements_are_of_readable_length_and_differ_within_a_round() -> None:
    for number in (1, 2, 3):
        for lot in LOT_SETS:
            seen: dict[str, set[str]] = {}
            for a in applications():
                # What was withdrawn before closing is never opened beside the others.
                if a["round"] != number or lot not in a["lots"] or a["state"] == "withdrawn":
                    continue
                for key in a["statements"][lot]:
                    text = statement(a, lot, key)
                    assert "  " not in text
                    assert 60 <= len(text.split()) <= 180, (a["provider"], key)
                    paragraphs = set(text.split("\n\n"))
                    assert not paragraphs & seen.get(key, set()), (number, a["provider"], key)
                    seen.setdefault(key, set()).update(paragraphs)


def test_placeholders_used_are_known_and_not_empty() -> None:
    for a in applications():
        facts = organisations()[a["provider"]]["facts"]
        for lot, chosen in a.get("statements", {}).items():
            for key in chosen:
                pool = content("answers")["statements"][key][chosen[key]["level"]]
                text = " ".join(pool[n - 1] for n in chosen[key]["paragraphs"])
                for fact, value in facts.items():
                    assert value or f"{{{fact}}}" not in text, (a["provider"], lot, key, fact)


def test_size_and_numbers_agree_with_the_organisation() -> None:
    for a in SUBMITTED:
        organisation = organisations()[a["provider"]]
        assert answers(a)["sq-size"] == organisation["size"]
        if "foster" in a["lots"]:
            assert answers(a)["fos-carers"] == organisation["facts"]["carers"]


def outcome(application: dict[str, Any], lot: str, marks: dict[str, int]) -> tuple[str, Decimal | None]:
    """Result by rule: selection, then minimum marks and pass mark, then ceilings."""
    asked = questions("common", lot)
    for key, value in answers(application).items():
        if value in asked.get(key, {}).get("pass_rule", {}).get("fails", []):
            return "failed_selection", None
    quality = sum(Decimal(marks[key]) / 5 * asked[key]["weight"] for key in marks)
    if any(marks[key] < asked[key]["minimum_score"] for key in marks):
        return "failed_minimum", quality
    if quality < content(f"questions_{lot}")["quality_pass_mark"]:
        return "failed_pass_mark", quality
    prices = application["prices"][lot]
    if any(Decimal(prices[key]) > Decimal(asked[key]["ceiling"]) for key in prices):
        return "failed_ceiling", quality
    return "admitted", quality


def test_expected_results_of_round_one_follow_from_the_rules() -> None:
    marks = {
        (r["provider"], r["lot"]): {k: s["consensus"] for k, s in r["scores"].items()}
        for r in content("evaluation")["results"]
        if r["round"] == 1
    }
    seen = set()
    for a in SUBMITTED:
        for lot, expected in a["expected"].items():
            if a["round"] != 1 or a["state"] == "withdrawn":
                continue
            result, quality = outcome(a, lot, marks.get((a["provider"], lot), {}))
            assert result == expected["result"], (a["provider"], lot)
            assert quality == (Decimal(expected["quality"]) if "quality" in expected else None)
            seen.add(result)
    assert seen == {
        "admitted",
        "failed_selection",
        "failed_minimum",
        "failed_pass_mark",
        "failed_ceiling",
    }
