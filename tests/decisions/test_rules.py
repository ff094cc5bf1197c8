"""Pure rules: what is missing, where a council stands, what we are waiting for, how texts are taken apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from portal.decisions.kinds import MatterKind, kind_of, register_kind
from portal.decisions.rules.answers import (
    OUTCOMES,
    SAID,
    TONES,
    Grounds,
    grounds_of,
    missing,
    not_agreed,
    position,
    restriction_problem,
    waiting_sentence,
)
from portal.decisions.wording import Rejected, alternatives, paragraphs, posts

TODAY = date(2026, 11, 22)


def whole(**changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "outcome": "approve",
        "route": "cabinet",
        "defer_until": None,
        "decided_by_post": "Cabinet",
        "decided_by_capacity": "Executive, collectively",
        "authority_source": "Report 1",
        "evidence": "Draft minute",
        "decided_on": TODAY,
        "effective_on": TODAY,
        "reasons": "Reasons",
        "alternatives": "None",
        "interests": "None declared",
    }
    return values | changed


def lacking(restrictions: int = 0, may_restrict: bool = True, **changed: Any) -> set[str]:
    return set(missing(whole(**changed), restrictions=restrictions, may_restrict=may_restrict, today=TODAY))


def test_a_whole_decision_lacks_nothing() -> None:
    assert lacking() == set()
    assert lacking(outcome="defer", effective_on=None, defer_until=TODAY + timedelta(days=1)) == set()
    assert lacking(1, outcome="approve_with_restriction") == set()


@pytest.mark.parametrize(
    "field",
    ["outcome", "route", "decided_by_post", "decided_by_capacity", "authority_source", "evidence", "decided_on", "reasons", "alternatives", "interests"],
)  # fmt: skip
def test_each_thing_a_record_needs(field: str) -> None:
    assert field in lacking(**dict[str, Any]({field: None}))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"decided_on": TODAY + timedelta(days=1)}, "decided_on"),
        ({"effective_on": None, "published_on": TODAY}, "effective_on"),
        ({"effective_on": TODAY - timedelta(days=1)}, "effective_on"),
        ({"outcome": "defer"}, "defer_until"),
        ({"outcome": "defer", "defer_until": TODAY}, "defer_until"),
        ({"outcome": "approve_with_restriction"}, "restrictions"),
        ({"outcome": "approve_with_restriction", "may_restrict": False}, "outcome"),
        ({"restrictions": 1}, "outcome"),
    ],
)
def test_days_and_restrictions_that_do_not_fit(changed: dict[str, Any], field: str) -> None:
    assert field in lacking(**changed)


def test_silence_means_not_yet_before_and_after_the_day() -> None:
    before = position(None, answer_by=TODAY, today=TODAY)
    after = position(None, answer_by=TODAY, today=TODAY + timedelta(days=1))
    assert (before.code, after.code) == ("silent", "overdue")
    assert not before.answered
    assert not after.answered
    assert "No answer is not consent" in after.sentence


def test_a_deferral_is_not_an_answer() -> None:
    until = TODAY + timedelta(days=10)
    waits = position("defer", answer_by=TODAY, today=TODAY, defer_until=until)
    ran_out = position("defer", answer_by=TODAY, today=until + timedelta(days=1), defer_until=until)
    assert not waits.answered
    assert not ran_out.answered
    assert ran_out.code == "defer_due"


@pytest.mark.parametrize("outcome", ["approve", "approve_with_restriction", "not_approve"])
def test_every_other_outcome_is_an_answer(outcome: str) -> None:
    stands = position(outcome, answer_by=TODAY, today=TODAY, restricted=("Alder", "Birch"))
    assert stands.answered
    assert stands.label == SAID[outcome]
    assert ("Alder and Birch" in stands.sentence) == (outcome == "approve_with_restriction")


def test_every_outcome_has_its_words() -> None:
    assert set(OUTCOMES) == set(SAID) == set(TONES)


def test_what_are_we_waiting_for() -> None:
    assert waiting_sentence([]) == "Every council asked has answered."
    assert waiting_sentence([("Halton", "approve"), ("Wirral", "not_approve")]) == "Every council asked has answered."
    assert (
        waiting_sentence([("Halton", "silent"), ("Sefton", "defer"), ("Wirral", "overdue"), ("Knowsley", "silent")])
        == "Overdue: Wirral. No answer yet: Halton and Knowsley. Deferred: Sefton."
    )


def test_grounds_come_from_the_facts() -> None:
    allowed = grounds_of({"providers": [{"id": "1", "name": "Alder"}], "grounds": [{"slug": "s", "title": "S"}]})
    assert allowed == Grounds({"1": "Alder"}, {"s": "S"})
    assert restriction_problem("1", "s", "Because", allowed) is None
    assert restriction_problem("2", "s", "Because", allowed)
    assert restriction_problem("1", "other", "Because", allowed)
    assert restriction_problem("1", "s", "  ", allowed)
    assert grounds_of({}) == Grounds({}, {})


def test_a_lot_is_one_the_provider_was_admitted_to() -> None:
    lots = [{"id": "a", "title": "Lot 1"}, {"title": "put before lots had ids"}]
    facts = {"providers": [{"id": "1", "name": "Alder", "lots": lots}], "grounds": [{"slug": "s", "title": "S"}]}
    allowed = grounds_of(facts)
    assert allowed.lots == {"1": {"a": "Lot 1"}}
    assert restriction_problem("1", "s", "Because", allowed, "a") is None
    assert "Choose one of its lots" in (restriction_problem("1", "s", "Because", allowed, "b") or "")


def test_texts_taken_apart() -> None:
    assert paragraphs("One\n\n \n\nTwo\nlines") == ("One", "Two\nlines")
    assert alternatives("Wait: rejected, because of need.\n\nNothing else") == (
        Rejected("Wait", "Rejected, because of need."),
        Rejected("Nothing else", ""),
    )
    assert posts("Cabinet Member, Sefton; Legal officer;") == ("Cabinet Member, Sefton", "Legal officer")


def test_a_kind_is_declared_once() -> None:
    taken = kind_of("use_admitted")
    assert register_kind(taken) is taken
    with pytest.raises(ValueError, match="already called"):
        register_kind(MatterKind("use_admitted", "Other", "lead", "", "", "", ""))
    with pytest.raises(ValueError, match="no rule"):
        register_kind(MatterKind("new", "New", "majority", "", "", "", ""))


@pytest.mark.parametrize(
    ("outcome", "holders", "said", "sentence"),
    [
        ("approve", ("Head of Care", "Leader"), {"head of care": True, "leader": True}, None),
        ("approve", ("Head of Care", "Leader"), {"head of care": True}, "Not noted yet: Leader."),
        ("approve", ("Head of Care", "Leader"), {}, "Not noted yet: Head of Care and Leader."),
        ("approve", ("Head of Care", "Leader"), {"head of care": True, "leader": False}, "A joint holder has refused"),
        ("approve", (), {"leader": False}, "A joint holder has refused"),
        ("approve", ("Head of Care",), {"head of care": True}, "Name every one of the joint holders"),
        ("approve", (), {}, None),
        ("not_approve", ("Head of Care", "Leader"), {"leader": False}, None),
        ("defer", ("Head of Care", "Leader"), {}, None),
    ],
)
def test_joint_holders_all_agree_or_it_is_no_approval(
    outcome: str, holders: tuple[str, ...], said: dict[str, bool], sentence: str | None
) -> None:
    found = " ".join(not_agreed(outcome, holders, said).values())
    assert (sentence in found) if sentence else found == ""


def test_of_many_councils_the_number_is_told() -> None:
    pairs = [(f"Authority {n}", "silent") for n in range(20)] + [("Wirral", "defer")]
    assert waiting_sentence(pairs) == "No answer yet: 20 councils. Deferred: Wirral."
    assert waiting_sentence(pairs[12:]) == (
        "No answer yet: Authority 12, Authority 13, Authority 14, Authority 15, Authority 16, Authority 17, Authority 18 and "
        "Authority 19. Deferred: Wirral."
    )
