"""A round is planned, noticed, published; its closing time moves only by two councils."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.activity.queries.messages import messages_of
from portal.applications.actions.drafting import register_interest
from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.purchasing_systems.actions.closing import confirm_closing, propose_closing
from portal.purchasing_systems.actions.rounds import (
    cancel_round,
    change_window,
    move_round,
    plan_round,
    publish_round,
    record_notice,
)
from portal.purchasing_systems.models import Round
from portal.purchasing_systems.queries.rounds import (
    closing_changes_of,
    interest_count,
    phase_of,
    published_round,
    round_for,
)
from portal.questionnaires.models import Question
from tests.support.region import Region, acting, clock_set_back
from tests.support.rounds import LEAD, MadeRound, make_round

LATER = timedelta(days=21)


def test_nobody_sees_a_planned_round_and_everybody_a_published_one(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, "writer@alder.example") as (session, _):
        assert session.get(Round, made.round_id) is None
        assert session.scalar(select(func.count()).select_from(Question).where(Question.round_id == made.round_id)) == 0
    with acting(app, LEAD) as (session, actor):
        publish_round(session, actor, round_id=made.round_id)
    with acting(app, "writer@alder.example") as (session, _):
        round_, system = published_round(session, made.round_id)
        assert (phase_of(round_), system.title) == ("open", made.title)
        assert (
            session.scalar(select(func.count()).select_from(Question).where(Question.round_id == made.round_id)) == 11
        )


def test_publishing_says_everything_that_is_missing(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        now = clock.now()
        bare = plan_round(
            session, actor, system_id=made.system_id, number=2, opens_at=now, closes_at=now + timedelta(days=1)
        )
        with pytest.raises(Refused) as refused:
            publish_round(session, actor, round_id=bare.id)
        assert refused.value.sentence == (
            "There are no questions yet. Load the question sets first. "
            "Record the official notice: its number, link and time of publication."
        )
        session.rollback()


def test_publishing_and_planning_belong_to_officers_of_the_lead(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    now = clock.now()
    for email, error in (
        ("procurement@sefton.example", NotPermitted),
        ("head@halton.example", NotPermitted),
        ("writer@alder.example", Missing),
    ):
        with acting(app, email) as (session, actor):
            with pytest.raises(error):
                publish_round(session, actor, round_id=made.round_id)
            with pytest.raises(error):
                plan_round(session, actor, system_id=made.system_id, number=9, opens_at=now, closes_at=now + LATER)
            session.rollback()


def test_a_window_is_in_order_and_in_the_future(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    now = clock.now()
    for number, opens, closes, field in (
        (1, now, now + LATER, "number"),
        (2, now + LATER, now, "closes_at"),
        (2, now - LATER, now - timedelta(seconds=1), "closes_at"),
        (2, now + timedelta(days=9000), now + timedelta(days=9001), "opens_at"),
    ):
        with acting(app, LEAD) as (session, actor):
            with pytest.raises(Invalid) as refused:
                plan_round(session, actor, system_id=made.system_id, number=number, opens_at=opens, closes_at=closes)
            assert set(refused.value.fields) == {field}
            session.rollback()


def test_the_window_moves_freely_only_while_planned(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    now = clock.now()
    with acting(app, LEAD) as (session, actor):
        moved = change_window(session, actor, round_id=made.round_id, opens_at=now, closes_at=now + LATER)
        assert moved.closes_at == now + LATER
        publish_round(session, actor, round_id=made.round_id)
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Refused, match="two councils"):
            change_window(session, actor, round_id=made.round_id, opens_at=now, closes_at=now + 2 * LATER)
        with pytest.raises(Refused, match="does not change"):
            record_notice(
                session, actor, round_id=made.round_id, notice_number="2", notice_url="https://a.example", notice_published_at=now
            )  # fmt: skip
        with pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text("UPDATE purchasing_systems.rounds SET closes_at = closes_at + interval '1 day'"))


@pytest.mark.parametrize(
    ("number", "url", "ahead", "field"),
    [
        ("", "https://a.example/1", 0, "notice_number"),
        ("1", "javascript:alert(1)", 0, "notice_url"),
        ("1", "https://a.example/1", 1, "notice_published_at"),
    ],
)
def test_a_notice_is_recorded_whole(app: Flask, region: Region, number: str, url: str, ahead: int, field: str) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            record_notice(
                session,
                actor,
                round_id=made.round_id,
                notice_number=number,
                notice_url=url,
                notice_published_at=clock.now() + timedelta(hours=ahead),
            )
        assert set(refused.value.fields) == {field}
        session.rollback()


def test_closing_moves_by_two_councils(app: Flask, region: Region) -> None:
    made = make_round(app, region)
    with acting(app, LEAD) as (session, actor):
        before = round_for(session, actor, made.round_id)[0].closes_at
        later = before + timedelta(days=3)
        with pytest.raises(Invalid):
            propose_closing(session, actor, round_id=made.round_id, closes_at=before, reason="Holidays.")
        change = propose_closing(session, actor, round_id=made.round_id, closes_at=later, reason="Holidays.")
    with (
        acting(app, "commissioning@halton.example") as (session, actor),
        pytest.raises(Refused, match="another council"),
    ):
        confirm_closing(session, actor, change_id=change)
    with acting(app, "head@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        confirm_closing(session, actor, change_id=change)
    with acting(app, "procurement@sefton.example") as (session, actor):
        assert round_for(session, actor, made.round_id)[0].closes_at == before
        assert confirm_closing(session, actor, change_id=change).closes_at == later
    with acting(app, "procurement@wirral.example") as (session, actor):
        with pytest.raises(Refused, match="already confirmed"):
            confirm_closing(session, actor, change_id=change)
        assert closing_changes_of(session, made.round_id)[0].confirmed_by == "Procurement officer, Sefton Metropolitan Borough Council"  # fmt: skip


def test_closing_cannot_move_after_it_has_passed(app: Flask, urls: Urls, region: Region) -> None:
    with clock_set_back(urls, timedelta(days=40)):
        made = make_round(app, region)
        with acting(app, LEAD) as (session, actor):
            closes = round_for(session, actor, made.round_id)[0].closes_at
            change = propose_closing(session, actor, round_id=made.round_id, closes_at=closes + LATER, reason="Late.")
    with acting(app, "procurement@sefton.example") as (session, actor):
        assert phase_of(round_for(session, actor, made.round_id)[0]) == "closed"
        with pytest.raises(Refused, match="before it has passed"):
            confirm_closing(session, actor, change_id=change)
        with pytest.raises(Refused, match="before it has passed"):
            propose_closing(session, actor, round_id=made.round_id, closes_at=clock.now() + LATER, reason="Late.")


def test_a_cancelled_round_moves_no_more(app: Flask, region: Region) -> None:
    made = make_round(app, region)
    with acting(app, LEAD) as (session, actor):
        assert cancel_round(session, actor, round_id=made.round_id, reason="No longer needed.").status == "cancelled"
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Refused):
            cancel_round(session, actor, round_id=made.round_id, reason="Again.")
        with pytest.raises(Refused):
            move_round(session, actor, round_id=made.round_id, verb="evaluate", sentence="No.")


def _messages(app: Flask, email: str, made: MadeRound) -> list[str]:
    """Earliest first; what is sealed for a provider, as its people read it."""
    with acting(app, email) as (session, actor):
        found = [note for note in messages_of(session, actor).rows if str(made.round_id) in note.link]
        return [note.subject for note in reversed(found)]


def test_the_interested_are_told_and_nobody_else(app: Flask, region: Region) -> None:
    made = make_round(app, region)
    with acting(app, "writer@alder.example") as (session, actor):
        register_interest(session, actor, round_id=made.round_id)
    with acting(app, LEAD) as (session, actor):
        assert interest_count(session, made.round_id) == 1
        closes = round_for(session, actor, made.round_id)[0].closes_at + LATER
        change = propose_closing(session, actor, round_id=made.round_id, closes_at=closes, reason="Holidays.")
    asked = "Confirm a later closing time: round 1, LCR care"
    assert _messages(app, "procurement@sefton.example", made) == [asked]
    assert _messages(app, "placement@sefton.example", made) == []
    assert _messages(app, LEAD, made) == []
    assert _messages(app, "writer@alder.example", made) == []
    with acting(app, "commissioning@knowsley.example") as (session, actor):
        assert interest_count(session, made.round_id) == 0, "the lead's to know"
        confirm_closing(session, actor, change_id=change)
    with acting(app, LEAD) as (session, actor):
        cancel_round(session, actor, round_id=made.round_id, reason="No longer needed.")
    told = ["Closing time changed: round 1, LCR care", "Round 1 cancelled: LCR care"]
    for email in ("writer@alder.example", "admin@alder.example"):
        assert _messages(app, email, made) == told
    assert _messages(app, "writer@birch.example", made) == []
