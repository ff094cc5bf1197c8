"""May it be decided so? The council's own ledger, posts and clocks are asked before an answer is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Refused
from portal.decisions.actions import record_decision
from portal.governance.actions.delegations import enter_delegation, revoke_delegation
from portal.governance.actions.posts import create_post, put_in_post
from portal.governance.kinds import EVERY
from tests.support.evaluated import Evaluated
from tests.support.governance import enter_clocks, enter_form
from tests.support.region import acting

Make = Callable[..., Evaluated]
HEAD = "Head of Children’s Social Care"
SINCE = date(2020, 1, 1)


@pytest.fixture
def case(evaluated_round: Make) -> tuple[Evaluated, UUID]:
    made = evaluated_round()
    made.approve_outcome()
    return made, made.ask_use()


@pytest.fixture(scope="module")
def posts(app: Flask) -> dict[str, UUID]:
    """A post in each of three councils."""
    made = {}
    for slug in ("sefton", "knowsley", "wirral"):
        with acting(app, f"democratic@{slug}.example") as (session, actor):
            made[slug] = create_post(session, actor, title=HEAD, kind="officer", starts_on=SINCE).id
    return made


def delegated(app: Flask, slug: str, post: UUID, **changed: Any) -> UUID:
    values = {
        "kind_names": [EVERY],
        "granted_on": SINCE,
        "reference": "item 1 (2)",
        "minuted": "…",
        "matter": "care",
    } | changed
    with acting(app, f"democratic@{slug}.example") as (session, actor):
        return enter_delegation(session, actor, holder_ids=[post], **values).id


def recording(case: Evaluated, slug: str, matter: UUID, **changed: Any) -> UUID:
    drafted = case.draft(slug, matter, **({"route": "officer", "decided_by_post": HEAD} | changed))
    with acting(case.app, f"democratic@{slug}.example") as (session, actor):
        return record_decision(session, actor, decision_id=drafted).id


def test_without_a_delegation_an_officer_does_not_answer(case: tuple[Evaluated, UUID], posts: dict[str, UUID]) -> None:
    made, matter = case
    with pytest.raises(Refused, match="No delegation of your council covers “Use the providers admitted”"):
        recording(made, "knowsley", matter)


def test_under_one_that_covers_it_he_does(app: Flask, case: tuple[Evaluated, UUID], posts: dict[str, UUID]) -> None:
    made, matter = case
    given = delegated(app, "sefton", posts["sefton"])
    with pytest.raises(Refused, match="Choose the delegation it was taken under"):
        recording(made, "sefton", matter)
    recording(made, "sefton", matter, delegation_id=given)


def test_not_above_its_limit_and_not_when_it_is_gone(
    app: Flask, case: tuple[Evaluated, UUID], posts: dict[str, UUID]
) -> None:
    made, matter = case
    given = delegated(app, "wirral", posts["wirral"], limit_pounds=Decimal(100_000))
    with pytest.raises(Refused, match="£100,000"):
        recording(made, "wirral", matter, delegation_id=given, value_pounds=Decimal(100_001))
    with acting(app, "democratic@wirral.example") as (session, actor):
        revoke_delegation(
            session, actor, delegation_id=given, revoked_on=clock.today(), because="Cabinet took it back."
        )
    with pytest.raises(Refused, match="was revoked on"):
        recording(made, "wirral", matter, delegation_id=given)


def test_the_database_asks_for_one_in_force(case: tuple[Evaluated, UUID]) -> None:
    made, matter = case
    drafted = made.draft("halton", matter, route="officer")
    with (
        acting(made.app, "democratic@halton.example") as (session, _),
        pytest.raises(DBAPIError, match="needs a delegation"),
    ):
        session.execute(text("UPDATE decisions.decisions SET status = 'recorded' WHERE id = :d"), {"d": drafted})


def test_a_vacant_post_decides_nothing(app: Flask, case: tuple[Evaluated, UUID], posts: dict[str, UUID]) -> None:
    made, matter = case
    given = delegated(app, "knowsley", posts["knowsley"])
    gone = clock.today() - timedelta(days=1)
    with acting(app, "democratic@knowsley.example") as (session, actor):
        put_in_post(
            session,
            actor,
            post_id=posts["knowsley"],
            label="The head",
            capacity="substantive",
            starts_on=SINCE,
            ends_on=gone,
        )
    with pytest.raises(Refused, match="Nobody held the post"):
        recording(made, "knowsley", matter, delegation_id=given)
    with acting(app, "democratic@knowsley.example") as (session, actor):
        put_in_post(
            session, actor, post_id=posts["knowsley"], label="The deputy", capacity="acting", starts_on=clock.today()
        )
    recording(made, "knowsley", matter, delegation_id=given)


def test_a_key_decision_by_the_councils_own_tests(app: Flask, case: tuple[Evaluated, UUID]) -> None:
    made, matter = case
    enter_form(app, "liverpool")
    enter_clocks(app, "liverpool", key_threshold_pounds=Decimal(500_000))
    with pytest.raises(Refused, match="above the council’s threshold"):
        recording(made, "liverpool", matter, route="cabinet", value_pounds=Decimal(500_001))
    recording(made, "liverpool", matter, route="cabinet", value_pounds=Decimal(500_000))


def test_a_committee_system_has_no_key_decisions(app: Flask, case: tuple[Evaluated, UUID]) -> None:
    made, matter = case
    enter_form(app, "st-helens", form="committee_system", executive_name="Policy Committee")
    enter_clocks(app, "st-helens")
    key = {"is_key": True, "key_reason": "Value", "notice_on": clock.today() - timedelta(days=40)}
    with pytest.raises(Refused, match="committee system"):
        recording(made, "st-helens", matter, route="committee", **key)
    recording(made, "st-helens", matter, route="committee", value_pounds=Decimal(9_000_000))
