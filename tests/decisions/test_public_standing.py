"""Where a published decision stands for anybody: never more than it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.decisions.rules.public_standing import standing

TODAY = date(2026, 11, 22)
RULE = "It takes effect when at least 4 councils have said yes, else for nobody."


@pytest.mark.parametrize("days", [-1, 0, 5])
def test_a_yes_that_waits_for_others_is_not_called_in_effect(days: int) -> None:
    on = TODAY + timedelta(days=days)
    found = standing(
        outcome="approve", together=RULE, effective_on=on, defer_until=None, today=TODAY,
        superseded_from=None, called_in_on=None, call_in_outcome=None,
    )  # fmt: skip
    assert found.label == "Decided, with others"
    assert found.sentence == f"By its own decision from {on.day} November 2026. {RULE}"


def test_called_in_is_said_first() -> None:
    found = standing(
        outcome="approve", together=RULE, effective_on=None, defer_until=None, today=TODAY,
        superseded_from=None, called_in_on=TODAY, call_in_outcome=None,
    )  # fmt: skip
    assert found.code == "called_in"
