"""Facts of how a council decides: entered by the council alone, dated, never overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.governance.actions.facts import add_quiet_period, begin_body, begin_clocks, begin_form, end_fact
from portal.governance.actions.meetings import add_meeting, cancel_meeting, move_deadline
from portal.governance.models import FormOfGovernance
from portal.governance.queries.facts import bodies_of, calendar_of, clocks_of, clocks_of_all, executive_names, form_of
from tests.support.governance import LAW, clerk, enter_body, enter_clocks, enter_form, enter_meeting
from tests.support.region import Region, acting

pytestmark = pytest.mark.usefixtures("consortium")

DAY = timedelta(days=1)
FORM: dict[str, Any] = {
    "form": "committee_system",
    "executive_name": "Policy and Resources Committee",
    "starts_on": date(2030, 1, 1),
    "source": "Minute 9",
}


def test_clocks_hold_from_their_first_day_to_their_last(app: Flask, region: Region) -> None:
    wirral, sefton = region.organisations["wirral"], region.organisations["sefton"]
    enter_form(app, "wirral", form="committee_system", executive_name="Adult Social Care Committee")
    settings = enter_clocks(app, "wirral")
    with acting(app, "procurement@halton.example") as (session, _):
        assert clocks_of(session, wirral, date(2020, 4, 30)) is None
        found = clocks_of(session, wirral, date(2020, 5, 1))
        assert found is not None
        assert (found.form, found.has_key_decisions, found.call_in_working_days) == ("committee_system", False, 5)
        assert clocks_of_all(session, [wirral, sefton], date(2026, 1, 1)) == {wirral: found}
        assert executive_names(session, [wirral, sefton], date(2026, 1, 1)) == {wirral: "Adult Social Care Committee"}
        assert form_of(session, sefton, date(2026, 1, 1)) is None
    with acting(app, clerk("wirral")) as (session, actor):
        last = clock.today() + 10 * DAY
        end_fact(session, actor, fact_id=settings.id, last_day=last)
    with acting(app, "procurement@halton.example") as (session, _):
        assert clocks_of(session, wirral, last) is not None
        assert clocks_of(session, wirral, last + DAY) is None


def test_a_later_fact_follows_an_ended_one_and_both_stay(app: Flask, region: Region) -> None:
    knowsley = region.organisations["knowsley"]
    first = enter_form(app, "knowsley")
    with pytest.raises(Invalid) as refused:
        enter_form(app, "knowsley", **FORM)
    assert "already has a form of governance from 1 May 2020" in refused.value.fields["starts_on"]
    with acting(app, clerk("knowsley")) as (session, actor):
        end_fact(session, actor, fact_id=first.id, last_day=date(2029, 12, 31))
    enter_form(app, "knowsley", **FORM)
    with acting(app, "procurement@halton.example") as (session, _):
        before, after = (form_of(session, knowsley, day) for day in (date(2029, 12, 31), date(2030, 1, 1)))
        assert before is not None
        assert after is not None
        assert (before.form, after.form) == ("leader_and_cabinet", "committee_system")
        lines = session.execute(text("SELECT sentence FROM audit.lines WHERE verb LIKE 'governance.%'")).all()
        assert lines == []  # the trail of a council is its own
    with acting(app, clerk("knowsley")) as (session, _):
        lines = session.execute(
            text("SELECT sentence FROM audit.lines WHERE verb LIKE 'governance.%' ORDER BY n")
        ).all()
    assert [line.sentence for line in lines] == [
        "Entered how the council decides: Leader and cabinet (Cabinet), from 1 May 2020.",
        "Noted that the council’s form of governance ends (from 1 May 2020 to 31 December 2029).",
        "Entered how the council decides: Committee system (Policy and Resources Committee), from 1 January 2030.",
    ]


def test_the_end_cannot_be_put_where_another_holds(app: Flask) -> None:
    first = enter_form(app, "sefton", ends_on=date(2029, 12, 31))
    enter_form(app, "sefton", **FORM)
    with acting(app, clerk("sefton")) as (session, actor):
        with pytest.raises(Invalid, match="already has a form"):
            end_fact(session, actor, fact_id=first.id, last_day=date(2030, 1, 1))
        session.rollback()
        with pytest.raises(Invalid, match="cannot end before it starts"):
            end_fact(session, actor, fact_id=first.id, last_day=date(2020, 4, 30))
        with pytest.raises(Invalid, match="Enter the last day"):
            end_fact(session, actor, fact_id=first.id, last_day=None)


def test_what_was_entered_by_mistake_never_held_and_stays_to_be_seen(app: Flask, region: Region) -> None:
    liverpool = region.organisations["liverpool"]
    wrong = enter_form(app, "liverpool", executive_name="Cabnet")
    with acting(app, clerk("liverpool")) as (session, actor):
        end_fact(session, actor, fact_id=wrong.id, last_day=None, by_mistake=True)
    enter_form(app, "liverpool")
    with acting(app, clerk("liverpool")) as (session, actor):
        kept = session.get(FormOfGovernance, wrong.id)
        assert kept is not None
        assert (kept.is_mistake, kept.executive_name) == (True, "Cabnet")
        assert executive_names(session, [liverpool], date(2020, 5, 1)) == {liverpool: "Cabinet"}
        with pytest.raises(Refused, match="stays as it is"):
            end_fact(session, actor, fact_id=wrong.id, last_day=date(2030, 1, 1))


@pytest.mark.parametrize("email", ["procurement@halton.example", "administrator@halton.example", "head@halton.example"])
def test_only_democratic_services_keep_the_facts(app: Flask, email: str) -> None:
    with acting(app, email) as (session, actor):
        for act in (
            lambda: begin_form(session, actor, **FORM),
            lambda: begin_clocks(session, actor, **LAW),
            lambda: begin_body(
                session, actor, name="A", kind="council", reviews_id=None, starts_on=date(2026, 1, 1), source="B"
            ),
            lambda: add_quiet_period(session, actor, kind="recess", starts_on=None, ends_on=None, source=""),
            lambda: add_meeting(session, actor, body_id=None, held_on=None, report_deadline_on=None, source=""),
            lambda: cancel_meeting(session, actor, meeting_id=uuid4()),
            lambda: move_deadline(session, actor, meeting_id=uuid4(), report_deadline_on=None),
            lambda: end_fact(session, actor, fact_id=uuid4(), last_day=date(2030, 1, 1)),
        ):
            with pytest.raises(NotPermitted, match="democratic services"):
                act()


def test_a_foreign_fact_is_missing(app: Flask) -> None:
    body = enter_body(app, "st-helens")
    meeting = enter_meeting(app, "st-helens", body.id, clock.today() + 90 * DAY)
    with acting(app, clerk("halton")) as (session, actor):
        for fact_id in (body.id, uuid4()):
            with pytest.raises(Missing):
                end_fact(session, actor, fact_id=fact_id, last_day=date(2030, 1, 1))
        with pytest.raises(Missing):
            cancel_meeting(session, actor, meeting_id=meeting.id)
        with pytest.raises(Missing):
            move_deadline(session, actor, meeting_id=meeting.id, report_deadline_on=clock.today())
        with pytest.raises(Invalid, match="Choose a body of your council"):
            add_meeting(
                session, actor, body_id=body.id, held_on=date(2030, 1, 1), report_deadline_on=None, source="Calendar"
            )
        with pytest.raises(Invalid, match="Choose a body of your own council"):
            begin_body(
                session, actor, name="A", kind="scrutiny", reviews_id=body.id, starts_on=date(2026, 1, 1), source="B"
            )


def test_a_provider_sees_none_and_enters_none(app: Flask, region: Region) -> None:
    enter_body(app, "st-helens", name="Seen by councils alone")
    with acting(app, "admin@alder.example") as (session, actor):
        for table in ("forms_of_governance", "clock_settings", "bodies", "meetings", "quiet_periods"):
            assert session.execute(text(f"SELECT count(*) FROM governance.{table}")).scalar_one() == 0
        with pytest.raises(NotPermitted):
            begin_form(session, actor, **FORM)
        session.add(FormOfGovernance(id=uuid4(), authority_id=actor.organisation_id, **FORM))
        with pytest.raises(DBAPIError, match="row-level security"):
            session.flush()
        session.rollback()


def test_the_calendar_holds_what_is_cancelled_too(app: Flask, region: Region) -> None:
    today = clock.today()
    body = enter_body(app, "halton", name="Executive Board")
    first = enter_meeting(app, "halton", body.id, today + 20 * DAY, today + 10 * DAY)
    second = enter_meeting(app, "halton", body.id, today + 50 * DAY)
    with acting(app, clerk("halton")) as (session, actor):
        with pytest.raises(Invalid, match="already meets on that day"):
            add_meeting(
                session, actor, body_id=body.id, held_on=first.held_on, report_deadline_on=None, source="Calendar"
            )
        cancel_meeting(session, actor, meeting_id=first.id)
        with pytest.raises(Refused, match="is cancelled"):
            cancel_meeting(session, actor, meeting_id=first.id)
        move_deadline(session, actor, meeting_id=second.id, report_deadline_on=today + 40 * DAY)
        with pytest.raises(Invalid, match="before the meeting"):
            move_deadline(session, actor, meeting_id=second.id, report_deadline_on=today + 51 * DAY)
        add_quiet_period(
            session, actor, kind="recess", starts_on=today + 25 * DAY, ends_on=today + 30 * DAY, source="Calendar"
        )
    enter_meeting(app, "halton", body.id, first.held_on)
    with acting(app, "procurement@sefton.example") as (session, _):
        calendar = calendar_of(session, region.organisations["halton"], today, today + 49 * DAY)
        later = calendar_of(session, region.organisations["halton"], today + 40 * DAY, today + 60 * DAY)
    assert {(m.held_on, m.cancelled) for m in calendar.meetings} == {(first.held_on, True), (first.held_on, False)}
    assert [(q.kind, q.first) for q in calendar.quiet] == [("recess", today + 25 * DAY)]
    assert calendar.quiet_on(today + 30 * DAY) is not None
    assert calendar.quiet_on(today + 31 * DAY) is None
    assert calendar.quiet_on(today + 30 * DAY, officer=True) is None
    assert [m.report_deadline_on for m in later.meetings] == [today + 40 * DAY]
    assert later.quiet == ()


def test_a_meeting_that_is_over_stays_as_it_is(app: Flask) -> None:
    body = enter_body(app, "halton", name="Corporate Committee", kind="committee")
    past = enter_meeting(app, "halton", body.id, clock.today() - DAY)
    with acting(app, clerk("halton")) as (session, actor), pytest.raises(Refused, match="is over"):
        cancel_meeting(session, actor, meeting_id=past.id)


def test_a_body_that_has_ended_holds_no_meeting(app: Flask, region: Region) -> None:
    ended = enter_body(app, "halton", name="Old Board", ends_on=date(2024, 3, 31))
    with pytest.raises(Invalid, match="Old Board does not exist on that day"):
        enter_meeting(app, "halton", ended.id, date(2024, 4, 1))
    with acting(app, clerk("halton")) as (session, _):
        names = [body.name for body in bodies_of(session, region.organisations["halton"], clock.today())]
        assert "Old Board" not in names
        assert "Old Board" in [body.name for body in bodies_of(session, region.organisations["halton"])]


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"notice_clear_days": 27}, "notice_clear_days", "from 28 to 120"),
        ({"agenda_clear_days": None}, "agenda_clear_days", "from 5 to 30"),
        ({"call_in_working_days": 31}, "call_in_working_days", "from 0 to 30"),
        ({"exception_working_days": 4}, "exception_working_days", "from 5 to 30"),
        ({"key_wards": 0}, "key_wards", "from how many wards"),
        ({"key_threshold_pounds": 0}, "key_threshold_pounds", "above £0.00"),
        ({"agenda_counts": "weeks"}, "agenda_counts", "Choose which days"),
        ({"call_in_ends": ""}, "call_in_ends", "Choose when call-in ends"),
        ({"effective": "later"}, "effective", "Choose when a decision"),
        ({"record_kept": "attic"}, "record_kept", "Choose where"),
        ({"record_name": ""}, "record_name", "Enter the name"),
        ({"record_address": "http://x.example"}, "record_address", "https://"),
        ({"starts_on": None}, "starts_on", "first day"),
        ({"ends_on": date(2020, 4, 30)}, "ends_on", "before the first"),
        ({"source": " "}, "source", "written down"),
    ],
)
def test_what_cannot_be_a_clock_is_said_beside_its_field(
    app: Flask, changed: dict[str, Any], field: str, said: str
) -> None:
    with acting(app, clerk("halton")) as (session, actor), pytest.raises(Invalid) as refused:
        begin_clocks(session, actor, **{**LAW, **changed})
    assert list(refused.value.fields) == [field]
    assert said in refused.value.fields[field]


def test_every_other_field_says_what_it_lacks(app: Flask) -> None:
    nothing: dict[str, Any] = {"starts_on": None, "source": ""}
    with acting(app, clerk("halton")) as (session, actor):
        for act, fields in (
            (lambda: begin_form(session, actor, form="", executive_name="", **nothing), {"form", "executive_name"}),
            (lambda: begin_body(session, actor, name="", kind="", reviews_id=None, **nothing), {"name", "kind"}),
            (lambda: add_quiet_period(session, actor, kind="", ends_on=None, **nothing), {"kind", "ends_on"}),
        ):
            with pytest.raises(Invalid) as refused:
                act()
            assert set(refused.value.fields) == fields | {"starts_on", "source"}
        with pytest.raises(Invalid) as refused:
            add_meeting(session, actor, body_id=None, held_on=None, report_deadline_on=None, source="")
        assert set(refused.value.fields) == {"body_id", "held_on", "source"}
