"""Providers are told that a council has decided, never before their letters."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from portal.applications.actions.letters import release_letters
from portal.core.notify.models import Message
from portal.purchasing_systems.subscriptions import tell_providers
from tests.support.evaluated import LEAD, Evaluated
from tests.support.region import acting

Make = Callable[..., Evaluated]


def told(app: Flask, slug: str) -> int:
    with acting(app, f"admin@{slug}.example") as (session, actor):
        return session.scalar(
            select(func.count())
            .select_from(Message)
            .where(Message.kind == "purchasing_systems.standing.changed", Message.organisation_id == actor.organisation_id)
        ) or 0  # fmt: skip


def recorded(case: Evaluated, council: str, matter: object, **values: object) -> None:
    """Record, and do what the worker does with the event: handle it in the scope of who recorded."""
    decision = case.decide(council, matter, **values)  # type: ignore[arg-type]
    with acting(case.app, f"democratic@{council}.example") as (session, actor):
        tell_providers(session, actor, id=str(decision))


def test_only_those_concerned_and_only_after_the_letters(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    matter = case.ask_use()
    before = {slug: told(app, slug) for slug in ("alder", "birch", "cedar")}
    recorded(case, "halton", matter)
    assert {slug: told(app, slug) for slug in before} == before
    with acting(app, LEAD) as (session, actor):
        release_letters(session, actor, round_id=case.round_id)
    recorded(case, "sefton", matter)
    assert told(app, "alder") == before["alder"] + 1
    assert told(app, "birch") == before["birch"] + 1
    # Birch does not offer for Wirral; Cedar was not admitted.
    recorded(case, "wirral", matter, outcome="not_approve")
    assert told(app, "alder") == before["alder"] + 2
    assert told(app, "birch") == before["birch"] + 1
    assert told(app, "cedar") == before["cedar"]
    # A council that changes its mind tells them again.
    recorded(case, "sefton", matter, outcome="not_approve")
    assert told(app, "alder") == before["alder"] + 3


def test_the_outcome_itself_tells_no_provider(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    before = {slug: told(app, slug) for slug in ("alder", "birch", "cedar")}
    recorded(case, "halton", case.ask_outcome())
    assert {slug: told(app, slug) for slug in before} == before
