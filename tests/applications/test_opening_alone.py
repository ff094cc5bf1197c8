"""Where one authority alone takes part, two of its own officers open a round; where others do, never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.applications.actions.opening import confirm_opening
from portal.core.errors import Refused
from portal.core.provision import Urls
from tests.support.client import StrictClient
from tests.support.evaluated import set_days
from tests.support.evaluating import Evaluated
from tests.support.region import PASSWORD, acting

FIRST, SECOND = "procurement@halton.example", "legal@halton.example"


def confirm(app: Flask, case: Evaluated, email: str) -> str:
    with acting(app, email) as (session, actor):
        return confirm_opening(session, actor, round_id=case.id, password=PASSWORD).state


@pytest.fixture
def alone(closed_round: Callable[..., Evaluated], urls: Urls) -> Evaluated:
    case = closed_round()
    set_days(
        urls,
        "UPDATE purchasing_systems.participations SET status = 'withdrawn', left_on = %s WHERE system_id = %s AND authority_id <> lead_id",
        date(2026, 1, 2),
        case.round.system_id,
    )
    return case


def test_two_officers_of_the_only_council_open_it(
    app: Flask, alone: Evaluated, client_for: Callable[[str], StrictClient]
) -> None:
    assert confirm(app, alone, FIRST) == "first"
    page = client_for(SECOND).get(f"/rounds/{alone.id}/open-submissions").get_data(as_text=True)
    assert "of another council" not in page
    assert "Confirm and open the round" in page
    assert confirm(app, alone, SECOND) == "opened"


def test_one_officer_never_opens_it_twice_over(app: Flask, alone: Evaluated) -> None:
    confirm(app, alone, FIRST)
    with pytest.raises(Refused, match="another person"):
        confirm(app, alone, FIRST)


def test_with_others_taking_part_the_second_is_of_another_council(
    app: Flask, closed_round: Callable[..., Evaluated]
) -> None:
    case = closed_round()
    confirm(app, case, FIRST)
    with pytest.raises(Refused, match="of another council"):
        confirm(app, case, SECOND)
