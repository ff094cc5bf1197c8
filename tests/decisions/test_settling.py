"""The rules as such, for any number of councils: who says yes from which day decides, and nothing else does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.decisions.rules.settling import RULES, effects, outlook, rule_sentence

START = date(2026, 1, 1)
LEAD = 0
days = st.integers(0, 40).map(lambda n: START + timedelta(days=n))


@dataclass(frozen=True)
class Question:
    """One question: councils by number, the lead is 0."""

    rule: str
    minimum: int | None
    yes_from: dict[int, date | None]
    yes_until: dict[int, date]

    def effects(self) -> dict[int, date | None]:
        return effects(self.rule, self.yes_from, lead=LEAD, minimum=self.minimum, yes_until=self.yes_until)

    def says_yes(self, council: int, day: date) -> bool:
        own = self.yes_from[council]
        return own is not None and own <= day <= self.yes_until.get(council, date.max)


@st.composite
def questions(draw: st.DrawFn, rules: tuple[str, ...] = tuple(RULES), ending: bool = False) -> Question:
    rule = draw(st.sampled_from(rules))
    asked = draw(st.integers(1, 24))
    said = draw(st.lists(st.one_of(st.none(), days, days), min_size=asked, max_size=asked))
    minimum = draw(st.integers(1, asked)) if rule == "minimum" else None
    yes_from = dict(enumerate(said))
    until = {}
    if ending:
        for council, own in yes_from.items():
            if own is not None and draw(st.booleans()):
                until[council] = own + timedelta(days=draw(st.integers(0, 20)))
    return Question(rule, minimum, yes_from, until)


def given_questions(**wanted: Any) -> Any:
    return given(questions(**wanted))


def carried(rule: str, minimum: int | None, yes: set[int], asked: int) -> bool:
    """The rule, in the words of its sentence."""
    return {
        "lead": LEAD in yes,
        "each_for_itself": len(yes) > 0,
        "every_participant": len(yes) == asked,
        "minimum": len(yes) >= (minimum or 0),
        "lead_plus_majority": LEAD in yes and 2 * len(yes) > asked,
    }[rule]


@given_questions(ending=True)
def test_no_effect_without_a_yes_of_ones_own(question: Question) -> None:
    for council, since in question.effects().items():
        own = question.yes_from[council]
        if own is None:
            assert since is None
        elif since is not None:
            assert own <= since <= question.yes_until.get(council, date.max)


@given_questions(ending=True)
def test_it_begins_on_the_first_day_on_which_its_own_yes_and_the_rule_hold(question: Question) -> None:
    found = question.effects()
    begins: dict[int, date] = {}
    for n in range(62):
        day = START + timedelta(days=n)
        yes = {c for c in question.yes_from if question.says_yes(c, day)}
        if yes and carried(question.rule, question.minimum, yes, len(question.yes_from)):
            for council in yes:
                begins.setdefault(council, day)
    assert found == {council: begins.get(council) for council in question.yes_from}


@given(questions(ending=True), st.randoms(use_true_random=False))
def test_the_order_of_answers_decides_nothing(question: Question, shuffle: Any) -> None:
    mixed = list(question.yes_from.items())
    shuffle.shuffle(mixed)
    assert replace(question, yes_from=dict(mixed)).effects() == question.effects()


@given(questions(ending=True), st.data())
def test_another_yes_takes_nothing_away_and_delays_nothing(question: Question, data: st.DataObject) -> None:
    silent = [council for council, own in question.yes_from.items() if own is None]
    if not silent:
        return
    before = question.effects()
    council, day = data.draw(st.sampled_from(silent)), data.draw(days)
    after = replace(question, yes_from=question.yes_from | {council: day}).effects()
    for other, since in before.items():
        if since is not None:
            now = after[other]
            assert now is not None
            assert now <= since


@given(questions(), st.data())
def test_a_no_in_place_of_a_yes_gives_nobody_anything(question: Question, data: st.DataObject) -> None:
    council = data.draw(st.sampled_from(sorted(question.yes_from)))
    before = question.effects()
    after = replace(question, yes_from=question.yes_from | {council: None}).effects()
    assert after[council] is None
    for other, since in after.items():
        if since is not None:
            was = before[other]
            assert was is not None
            assert was <= since


@given_questions(rules=("each_for_itself",))
def test_each_for_itself_waits_for_nobody(question: Question) -> None:
    assert question.effects() == question.yes_from


@given_questions(rules=("lead",))
def test_the_lead_carries_those_who_said_yes_and_no_other(question: Question) -> None:
    lead = question.yes_from[LEAD]
    for council, since in question.effects().items():
        own = question.yes_from[council]
        assert since == (max(lead, own) if lead and own else None)


@given_questions(rules=("every_participant",))
def test_r1_03_every_participant_begins_with_the_last(question: Question) -> None:
    said = list(question.yes_from.values())
    last = None if None in said else max(day for day in said if day)
    assert set(question.effects().values()) == {last}


@given_questions(rules=("minimum",))
def test_a_minimum_of_n_begins_with_the_nth_day(question: Question) -> None:
    said = sorted(day for day in question.yes_from.values() if day)
    assert question.minimum is not None
    nth = said[question.minimum - 1] if len(said) >= question.minimum else None
    for council, since in question.effects().items():
        own = question.yes_from[council]
        assert since == (max(nth, own) if nth and own else None)


@given_questions(rules=("lead_plus_majority",))
def test_lead_and_majority_need_both(question: Question) -> None:
    said = sorted(day for day in question.yes_from.values() if day)
    lead, needed = question.yes_from[LEAD], len(question.yes_from) // 2 + 1
    since = max(lead, said[needed - 1]) if lead and len(said) >= needed else None
    for council, found in question.effects().items():
        own = question.yes_from[council]
        assert found == (max(since, own) if since and own else None)


@given(questions(), st.data())
def test_the_outlook_says_what_the_effects_say(question: Question, data: st.DataObject) -> None:
    said = {
        council: "yes" if own else data.draw(st.sampled_from(("no", None)))
        for council, own in question.yes_from.items()
    }
    closed = data.draw(st.booleans())
    seen = outlook(question.rule, said, lead=LEAD, minimum=question.minimum, closed=closed)
    assert (seen.code == "carried") == any(question.effects().values())
    all_yes = {council: START if answer is None else question.yes_from[council] for council, answer in said.items()}
    could = any(replace(question, yes_from=all_yes).effects().values())
    assert (seen.code == "failed") == (not could or (closed and seen.code != "carried"))


@given(st.sampled_from(("minimum", "lead_plus_majority")), st.data())
def test_the_outlook_counts_what_is_still_needed(rule: str, data: st.DataObject) -> None:
    asked = data.draw(st.integers(1, 9))
    said = dict(enumerate(data.draw(st.lists(st.sampled_from(("yes", "no", None)), min_size=asked, max_size=asked))))
    minimum = data.draw(st.integers(1, asked)) if rule == "minimum" else None
    seen = outlook(rule, said, lead=LEAD, minimum=minimum)
    if seen.code != "open":
        return
    yes, awaited = {c for c in said if said[c] == "yes"}, [c for c in said if said[c] is None]
    least = next(
        n
        for n in range(1, len(awaited) + 1)
        if any(carried(rule, minimum, yes | set(more), asked) for more in combinations(awaited, n))
    )
    counted = re.search(r"(\d+) more", seen.sentence)
    assert (int(counted[1]) if counted else 0) + ("the lead authority" in seen.sentence) == least, seen.sentence


def test_a_closed_question_says_whose_yes_is_missing() -> None:
    said: dict[int, str | None] = {0: None, 1: "yes", 2: "yes", 3: "no"} | dict.fromkeys((4, 5), "yes")
    assert "The lead authority has not agreed" in outlook("lead_plus_majority", said, lead=0, closed=True).sentence
    said = {0: "yes", 1: "yes"} | dict.fromkeys(range(2, 6))
    assert "No majority" in outlook("lead_plus_majority", said, lead=0, closed=True).sentence


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_sentence(rule: str) -> None:
    assert "{" not in rule_sentence(rule, 3)
    assert ("3" in rule_sentence(rule, 3)) == (rule == "minimum")


def test_what_is_no_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="No rule"):
        effects("coin", {0: START}, lead=0)
    for minimum in (None, 0):
        with pytest.raises(ValueError, match="one council or more"):
            effects("minimum", {0: START}, lead=0, minimum=minimum)


def test_nobody_asked_is_nobody_bound() -> None:
    assert effects("every_participant", {}, lead=LEAD) == {}
    assert outlook("every_participant", {}, lead=LEAD).code != "carried"
