"""Two councils answer last at the same instant: both are on the record, and the matter is settled exactly once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import Refused
from portal.core.provision import Urls
from portal.decisions.actions import record_decision, withdraw_matter
from portal.decisions.models import Decision, Matter
from portal.purchasing_systems.actions.matters import ask_to_approve_outcome
from tests.support.evaluated import Evaluated
from tests.support.region import COUNCILS, acting

Make = Callable[..., Evaluated]


@pytest.fixture
def together() -> Callable[[list[Callable[[], None]]], list[Exception]]:
    """Run all at the same moment; returns what was raised."""

    def run(acts: list[Callable[[], None]]) -> list[Exception]:
        start, raised = threading.Barrier(len(acts)), []

        def one(act: Callable[[], None]) -> None:
            start.wait()
            try:
                act()
            except Exception as error:  # noqa: BLE001  # whatever it was is looked at by the test
                raised.append(error)

        threads = [threading.Thread(target=one, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return raised

    return run


def recording(app: Flask, email: str, decision: UUID) -> Callable[[], None]:
    def act() -> None:
        with acting(app, email) as (session, actor):
            record_decision(session, actor, decision_id=decision)

    return act


def test_the_last_two_settle_it_once(
    app: Flask, evaluated_round: Make, urls: Urls, together: Callable[[list[Callable[[], None]]], list[Exception]]
) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    last = ("sefton", "wirral")
    for slug in COUNCILS:
        if slug not in last:
            case.decide(slug, matter)
    drafts = {slug: case.draft(slug, matter) for slug in last}
    raised = together([recording(app, f"democratic@{slug}.example", drafts[slug]) for slug in last])
    assert raised == []
    with acting(app, "cabinet@halton.example") as (session, _):
        assert session.get_one(Matter, matter).status == "settled"
    with psycopg.connect(urls.admin) as connection:
        row = connection.execute(
            "SELECT count(*) FROM jobs.procrastinate_jobs WHERE args ->> 'name' = 'decisions.matter.settled' "
            "AND args -> 'payload' ->> 'matter_id' = %s",
            (str(matter),),
        ).fetchone()
    assert row == (1,)


def test_two_officers_ask_again_once(
    app: Flask, evaluated_round: Make, together: Callable[[list[Callable[[], None]]], list[Exception]]
) -> None:
    case = evaluated_round()
    case.decide("halton", case.ask_outcome(), outcome="not_approve")

    def asking(email: str) -> Callable[[], None]:
        def act() -> None:
            with acting(app, email) as (session, actor):
                ask_to_approve_outcome(
                    session,
                    actor,
                    round_id=case.round_id,
                    answer_by=clock.today(),
                    authority="Schedule 2",
                    again_because="It has been explained.",
                )

        return act

    raised = together([asking(f"{who}@halton.example") for who in ("procurement", "commissioning")])
    assert [type(error) for error in raised] == [Refused]
    with acting(app, "cabinet@halton.example") as (session, _):
        asked = session.scalars(select(Matter.status).where(Matter.subject_id == case.round_id))
        assert sorted(asked) == ["open", "settled"]


def test_two_officers_record_a_later_decision_once(
    app: Flask, evaluated_round: Make, together: Callable[[list[Callable[[], None]]], list[Exception]]
) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    first = case.decide("sefton", matter)
    draft = case.draft("sefton", matter, outcome="not_approve")
    raised = together([recording(app, f"{who}@sefton.example", draft) for who in ("democratic", "head")])
    assert len(raised) == 1
    with acting(app, "cabinet@sefton.example") as (session, _):
        assert session.get_one(Decision, draft).status == "recorded"
        assert session.get_one(Decision, first).status == "superseded"


@pytest.mark.parametrize("answer", ["approve", "not_approve"])
def test_it_is_withdrawn_or_answered_and_never_both(
    app: Flask,
    evaluated_round: Make,
    together: Callable[[list[Callable[[], None]]], list[Exception]],
    answer: str,
) -> None:
    case = evaluated_round()
    matter = case.ask_outcome()
    draft = case.draft("halton", matter, outcome=answer)

    def withdraw() -> None:
        with acting(app, "procurement@halton.example") as (session, actor):
            withdraw_matter(session, actor, matter_id=matter, because="Looked at again.")

    raised = together([withdraw, recording(app, "head@halton.example", draft)])
    assert len(raised) == 1
    with acting(app, "cabinet@halton.example") as (session, _):
        stands = (session.get_one(Matter, matter).status, getattr(session.get(Decision, draft), "status", None))
    assert stands in {("withdrawn", "draft"), ("settled", "recorded")}


def test_two_officers_of_one_council_record_once(
    app: Flask, evaluated_round: Make, together: Callable[[list[Callable[[], None]]], list[Exception]]
) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    draft = case.draft("sefton", matter)
    raised = together([recording(app, f"{who}@sefton.example", draft) for who in ("democratic", "head")])
    assert len(raised) == 1
    with acting(app, "cabinet@sefton.example") as (session, _):
        assert session.get_one(Decision, draft).status == "recorded"
    assert isinstance(raised[0], Refused)
