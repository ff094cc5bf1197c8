"""Days for questions in order, outages that give everybody the same time, cancellation with its reason in public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from portal.activity.queries.messages import messages_of
from portal.applications.actions.starting import register_interest
from portal.core import clock
from portal.core.errors import Invalid, NotPermitted
from portal.core.provision import Urls
from portal.purchasing_systems.actions.clarification_days import record_outage, set_clarification_days
from portal.purchasing_systems.actions.closing import confirm_closing, propose_closing
from portal.purchasing_systems.actions.rounds import cancel_round, change_window
from portal.purchasing_systems.models import ClosingChange, Outage, Round
from portal.purchasing_systems.queries.clarification_days import clarification_days, outages
from portal.purchasing_systems.rules.clarification_days import days_problems, is_close
from tests.support.client import StrictClient
from tests.support.region import Region, acting, clock_set_back, reading
from tests.support.rounds import LEAD, make_round

ClientFor = Callable[..., StrictClient]
HOUR = timedelta(hours=1)


def test_each_day_that_is_moved_names_what_it_breaks() -> None:
    closing = date(2027, 6, 14)

    def before(days: int) -> date:
        return closing - timedelta(days=days)

    assert days_problems(before(9), before(1), closing) == {}
    assert days_problems(before(1), before(1), closing) == {}
    assert (
        "is later than the last day for answers, 11 June 2027"
        in days_problems(before(2), before(3), closing)["last_ask_on"]
    )
    assert "is not before the closing day, 14 June 2027" in days_problems(before(2), closing, closing)["last_answer_on"]
    assert is_close(closing, before(5))
    assert not is_close(closing, before(6))


def test_days_are_checked_with_the_window_and_only_move_later_once_public(
    app: Flask, region: Region, client_for: ClientFor
) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1), closes_in=timedelta(days=20))
    today = clock.today()
    soon, later = today + timedelta(days=8), today + timedelta(days=12)
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid, match="later than the last day for answers"):
            set_clarification_days(session, actor, round_id=made.round_id, last_ask_on=later, last_answer_on=soon)
        with pytest.raises(Invalid, match="Enter the last day for questions"):
            set_clarification_days(session, actor, round_id=made.round_id, last_ask_on=None, last_answer_on=soon)
        set_clarification_days(session, actor, round_id=made.round_id, last_ask_on=soon, last_answer_on=later)
        round_ = session.get_one(Round, made.round_id)
        opens, closes = round_.opens_at, round_.closes_at
        with pytest.raises(Invalid, match="not after the last day for answers"):
            change_window(session, actor, round_id=made.round_id, opens_at=opens, closes_at=closes - timedelta(days=9))
        assert change_window(
            session, actor, round_id=made.round_id, opens_at=opens, closes_at=closes - timedelta(days=2)
        )
    with pytest.raises(NotPermitted), acting(app, "procurement@sefton.example") as (session, actor):
        set_clarification_days(session, actor, round_id=made.round_id, last_ask_on=soon, last_answer_on=later)
    page = f"/systems/{made.system_id}/rounds/{made.round_id}/clarification-days"
    assert client_for("procurement@sefton.example").get(page).status_code == 403
    assert client_for("writer@alder.example").get(page).status_code == 403
    public = make_round(app, region)
    with acting(app, LEAD) as (session, actor):
        set_clarification_days(session, actor, round_id=public.round_id, last_ask_on=soon, last_answer_on=later)
        with pytest.raises(Invalid, match="can only be put back"):
            set_clarification_days(session, actor, round_id=public.round_id, last_ask_on=today, last_answer_on=later)
        set_clarification_days(session, actor, round_id=public.round_id, last_ask_on=later, last_answer_on=later)
    with reading(app, None) as session:
        assert clarification_days(session, public.round_id) == (later, later)
        assert clarification_days(session, made.round_id) is None


def test_an_outage_gives_every_open_round_the_same_time(app: Flask, region: Region, client_for: ClientFor) -> None:
    one, two = make_round(app, region), make_round(app, region, closes_in=timedelta(days=3))
    coming = make_round(app, region, opens_in=timedelta(days=1))
    with acting(app, "writer@alder.example") as (session, actor):
        register_interest(session, actor, round_id=one.round_id)
    now = clock.now()
    with acting(app, LEAD) as (session, actor):
        closes = session.get_one(Round, one.round_id).closes_at
        put_back = propose_closing(
            session, actor, round_id=one.round_id, closes_at=closes + 24 * HOUR, reason="More time."
        )
    with acting(app, "operator@portal.example") as (session, actor):
        hit = record_outage(
            session,
            actor,
            since=now - HOUR / 2,
            until=now - HOUR / 4,
            what="Nobody could sign in.",
            source="The host’s monitor",
        )
    assert {one.round_id, two.round_id} <= set(hit)
    assert coming.round_id not in hit
    with acting(app, "procurement@knowsley.example") as (session, actor):
        changes = {
            c.round_id: c.id for c in session.scalars(select(ClosingChange).where(ClosingChange.outage_id.is_not(None)))
        }
        confirm_closing(session, actor, change_id=put_back)
        assert (
            confirm_closing(session, actor, change_id=changes[one.round_id]).closes_at == closes + 24 * HOUR + HOUR / 4
        )
        told = [note.subject for note in messages_of(session, actor).rows]
    assert sum(subject.startswith("Confirm a later closing time") for subject in told) >= 2
    with acting(app, "writer@alder.example") as (session, actor):
        assert sum(n.subject.startswith("Closing time changed") for n in messages_of(session, actor).rows) == 2
    page = client_for(None).get("/outages").get_data(as_text=True)
    assert "Nobody could sign in." in page
    with reading(app, None) as session:
        assert outages(session)[0].extended == 1


def test_who_records_outages_and_of_what(app: Flask, region: Region, client_for: ClientFor) -> None:
    made = make_round(app, region)
    now = clock.now()
    with acting(app, LEAD) as (session, actor):
        for since, until, said in (
            (now - HOUR, now + HOUR, "once it is over"),
            (now - HOUR, now - 2 * HOUR, "end after it began"),
        ):
            with pytest.raises(Invalid, match=said):
                record_outage(session, actor, since=since, until=until, what="x", source="y")
        with pytest.raises(Invalid, match="what did not work"):
            record_outage(session, actor, since=now - HOUR, until=now - HOUR / 2, what="", source="y")
        assert made.round_id in record_outage(
            session, actor, since=now - HOUR / 2, until=now - HOUR / 4, what="Uploads failed.", source="Three providers"
        )
    with acting(app, "commissioning@halton.example") as (session, actor):
        change = session.scalars(select(ClosingChange.id).where(ClosingChange.round_id == made.round_id)).one()
    with (
        pytest.raises(Exception, match="another council"),
        acting(app, "commissioning@halton.example") as (session, actor),
    ):
        confirm_closing(session, actor, change_id=change)
    with (
        pytest.raises(DBAPIError, match="Only the operator"),
        acting(app, "procurement@wirral.example") as (session, actor),
    ):
        record_outage(session, actor, since=now - HOUR, until=now - HOUR / 2, what="x", source="y")
    for who in ("writer@alder.example", "cabinet@halton.example", "head@halton.example"):
        assert client_for(who).get("/outages/record").status_code == 403
        with pytest.raises(NotPermitted), acting(app, who) as (session, actor):
            record_outage(session, actor, since=now - HOUR, until=now - HOUR / 2, what="x", source="y")
    client = client_for("operator@portal.example")
    empty = client.send("/outages/record", {"what": "kept words"})
    assert (empty.status_code, "kept words" in empty.get_data(as_text=True)) == (422, True)
    before = clock.now().astimezone(clock.LONDON) - 30 * timedelta(days=1)
    days = [str(before.day), str(before.month), str(before.year)]
    form = {
        "since_on": days,
        "since_time": "10:00",
        "until_on": days,
        "until_time": "11:00",
        "what": "All.",
        "source": "All.",
    }
    assert client.send("/outages/record", form).status_code == 303
    with reading(app, None) as session:
        assert (
            session.scalars(select(Outage.recorded_by).where(Outage.what == "All.")).one().startswith("Portal operator")
        )


def test_a_cancelled_round_says_why_and_stays_shut(
    app: Flask, region: Region, urls: Urls, client_for: ClientFor
) -> None:
    with clock_set_back(urls, timedelta(days=20)):
        made = make_round(
            app,
            region,
            regime="procurement_act_2023_light_touch",
            valid_from=date(2025, 9, 1),
            valid_until=date(2035, 8, 31),
        )
        with acting(app, "writer@alder.example") as (session, actor):
            register_interest(session, actor, round_id=made.round_id)
    page = f"/systems/{made.system_id}/rounds/{made.round_id}/cancel"
    lead = client_for(LEAD)
    assert "UK12" in lead.get(page).get_data(as_text=True)
    assert lead.send(page, {"reason": " "}).status_code == 422
    assert client_for("procurement@sefton.example").send(page, {"reason": "No."}).status_code == 403
    with pytest.raises(DBAPIError, match="Say why"), acting(app, LEAD) as (session, _):
        session.execute(select(func.app.cancel_round(made.round_id, " ")))
    with acting(app, LEAD) as (session, actor):
        assert (
            cancel_round(session, actor, round_id=made.round_id, reason="The money is gone.").cancelled_at is not None
        )
    public = client_for(None).get(f"/rounds/{made.round_id}").get_data(as_text=True)
    assert "The money is gone." in public
    assert "UK12" in lead.get(f"/systems/{made.system_id}/rounds/{made.round_id}").get_data(as_text=True)
    with acting(app, "writer@alder.example") as (session, actor):
        assert "The reason: The money is gone." in messages_of(session, actor).rows[0].body
    with pytest.raises(DBAPIError, match="not waiting to be opened"), acting(app, LEAD) as (session, _):
        session.execute(select(func.app.confirm_opening(made.round_id, b"", [], [])))
