"""The page of the critical path: read by every council that takes part, equally quick for six councils and for twenty-four."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar as CalendarFile

from portal.core import clock
from portal.core.provision import Urls
from portal.governance.rules.calendar import Calendar, Sitting
from portal.governance.rules.clocks import CouncilClocks
from portal.governance.rules.critical_path import Council, Target, plan
from portal.purchasing_systems.actions.parts import add_participant
from portal.purchasing_systems.actions.systems import create_system
from portal.purchasing_systems.rules.timeline import LEFT, RIGHT, WIDTH, timeline
from tenants.founding import Founder
from tests.support.client import StrictClient
from tests.support.region import QUICK, Region, acting
from tests.support.rounds import LEAD, system_values
from tests.support.statements import Statements

ClientFor = Callable[..., StrictClient]
Counting = Callable[[], AbstractContextManager[Statements]]
DAY = timedelta(days=1)


def enter_all(urls: Urls, authorities: list[UUID], held_on: date) -> None:
    """The same facts for many councils at once, each with a meeting a fortnight before the next one's."""
    with psycopg.connect(urls.admin) as connection:
        for n, authority in enumerate(authorities):
            dated = {"a": authority, "s": date(2020, 5, 1), "body": uuid4(), "held": held_on - 14 * n * DAY}
            connection.execute(
                "INSERT INTO governance.forms_of_governance (id, authority_id, form, executive_name, starts_on, source, entered_at) "
                "VALUES (gen_random_uuid(), %(a)s, 'leader_and_cabinet', 'Cabinet', %(s)s, 'x', now())",
                dated,
            )
            connection.execute(
                "INSERT INTO governance.clock_settings (id, authority_id, notice_clear_days, agenda_clear_days, agenda_counts, "
                "call_in_working_days, call_in_ends, effective, exception_working_days, record_kept, record_name, record_address, "
                "starts_on, source, entered_at) VALUES (gen_random_uuid(), %(a)s, 28, 5, 'working', 5, 'noon', 'next_day', 5, "
                "'portal', '', '', %(s)s, 'x', now())",
                dated,
            )
            connection.execute(
                "INSERT INTO governance.bodies (id, authority_id, name, kind, starts_on, source, entered_at) "
                "VALUES (%(body)s, %(a)s, 'Cabinet', 'executive', %(s)s, 'x', now())",
                dated,
            )
            connection.execute(
                "INSERT INTO governance.meetings (id, authority_id, body_id, held_on, cancelled, source, entered_at) "
                "VALUES (gen_random_uuid(), %(a)s, %(body)s, %(held)s, false, 'x', now())",
                dated,
            )


def system_of(app: Flask, councils: dict[UUID, str]) -> UUID:
    with acting(app, LEAD) as (session, actor):
        made = create_system(session, actor, **system_values())
        system_id = made.id
    with acting(app, LEAD) as (session, actor):
        for authority_id, name in councils.items():
            add_participant(
                session,
                actor,
                system_id=system_id,
                authority_id=authority_id,
                authority_name=name,
                joined_on=date(2024, 1, 1),
            )
    return system_id


@pytest.fixture(scope="module")
def wanted() -> date:
    """Far enough ahead for everybody."""
    return clock.today() + 700 * DAY


@pytest.fixture(scope="module")
def six(app: Flask, region: Region, urls: Urls, wanted: date) -> UUID:
    """Halton and Knowsley have entered everything, Knowsley meets a fortnight earlier; the others have entered nothing."""
    o = region.organisations
    enter_all(urls, [o["halton"], o["knowsley"]], wanted - 60 * DAY)
    return system_of(app, {o[s]: s for s in ("halton", "knowsley", "liverpool", "sefton", "st-helens")})


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_participating_council_reads_who_holds_everybody_up(
    client_for: ClientFor, six: UUID, wanted: date
) -> None:
    for email in (LEAD, "cabinet@sefton.example"):
        page = client_for(email).get(f"/systems/{six}/critical-path?target={wanted.isoformat()}")
        assert page.status_code == 200
        said = words(page.get_data(as_text=True))
        assert "Holds everybody up Knowsley" in said
        assert "Not known yet, because facts are not entered: Liverpool, Sefton, St Helens." in said
        assert "Its form of governance or its clocks are not entered." in said
        assert "app-path" in page.get_data(as_text=True)
    assert "/critical-path" in client_for(LEAD).get(f"/systems/{six}").get_data(as_text=True)


def test_an_officer_decides_where_it_is_asked_so(
    client_for: ClientFor, region: Region, six: UUID, wanted: date
) -> None:
    knowsley = region.organisations["knowsley"]
    path = f"/systems/{six}/critical-path?target={wanted.isoformat()}&officer={knowsley}"
    page = client_for("head@knowsley.example").get(path).get_data(as_text=True)
    assert "Holds everybody up Halton" in words(page)
    assert f"critical-path.ics?target={wanted.isoformat()}&amp;officer={knowsley}" in page
    assert f'value="{knowsley}" checked' in page


def test_whether_it_is_key_is_asked_of_the_value_at_stake(client_for: ClientFor, six: UUID, wanted: date) -> None:
    client, path = client_for(LEAD), f"/systems/{six}/critical-path?target={wanted.isoformat()}"
    whole, small = client.get(path), client.get(f"{path}&value=1000.00")
    assert "the whole value of the system" in words(whole.get_data(as_text=True))
    page = words(small.get_data(as_text=True))
    assert "£1,000.00 , entered as at stake for each council" in page or "£1,000.00, entered as at stake" in page
    assert "value=1000.00" in small.get_data(as_text=True), "the calendar asks the same"


def test_others_do_not_see_it(client_for: ClientFor, six: UUID) -> None:
    for ending in ("", ".ics"):
        assert client_for("procurement@wirral.example").get(f"/systems/{six}/critical-path{ending}").status_code == 404
        assert client_for("admin@alder.example").get(f"/systems/{six}/critical-path{ending}").status_code == 403


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("target=soon", "Enter a day, a month and a year"),
        ("target=2027-02-30", "That day does not exist"),
        ("target=2020-01-01", "Enter a day to come"),
        ("target=9999-12-31", "Enter a day to come"),
        ("target=&target=&target=", "Enter a day to come"),
        ("target=31&target=x&target=2027", "Enter a day, a month and a year"),
        ("target=2030-09-01&value=much", "pounds"),
    ],
)
def test_a_day_that_cannot_be_planned_for_is_said_beside_the_field(
    client_for: ClientFor, six: UUID, asked: str, said: str
) -> None:
    client = client_for(LEAD)
    page = client.get(f"/systems/{six}/critical-path?{asked}")
    assert (page.status_code, said in page.get_data(as_text=True)) == (422, True)
    assert client.get(f"/systems/{six}/critical-path.ics?{asked}").status_code == 422


def test_the_question_is_asked_first_and_in_three_boxes(client_for: ClientFor, six: UUID, wanted: date) -> None:
    client = client_for(LEAD)
    empty = client.get(f"/systems/{six}/critical-path")
    assert (empty.status_code, "Contracts from" in empty.get_data(as_text=True)) == (200, True)
    assert "app-path" not in empty.get_data(as_text=True)
    boxes = f"target={wanted.day}&target={wanted.month}&target={wanted.year}"
    assert client.get(f"/systems/{six}/critical-path?{boxes}").status_code == 200


def test_the_days_of_one_s_own_council_go_into_a_calendar(client_for: ClientFor, six: UUID, wanted: date) -> None:
    client = client_for("democratic@halton.example")
    answer = client.get(f"/systems/{six}/critical-path.ics?target={wanted.isoformat()}")
    assert answer.mimetype == "text/calendar"
    events = CalendarFile.from_ical(answer.data).walk("VEVENT")
    found = {str(e["summary"]): e.decoded("dtstart") for e in events}
    assert found["Contracts begin: LCR care"] == wanted
    assert found["Decision: LCR care"] == wanted - 60 * DAY
    assert set(found) == {
        f"{label}: LCR care"
        for label in (
            "Notice of the key decision published", "Agenda and report published", "Decision", "Call-in ends",
            "Decision effective", "Outcome letters sent", "Standstill ends", "Contracts begin",
        )
    }  # fmt: skip
    again = CalendarFile.from_ical(
        client.get(f"/systems/{six}/critical-path.ics?target={(wanted + DAY).isoformat()}").data
    ).walk("VEVENT")
    assert {str(e["uid"]) for e in again} == {str(e["uid"]) for e in events}
    other = client_for("democratic@knowsley.example").get(
        f"/systems/{six}/critical-path.ics?target={wanted.isoformat()}"
    )
    theirs = CalendarFile.from_ical(other.data).walk("VEVENT")
    assert not {str(e["uid"]) for e in theirs} & {str(e["uid"]) for e in events}
    nothing = client_for("head@sefton.example").get(f"/systems/{six}/critical-path.ics?target={wanted.isoformat()}")
    assert len(CalendarFile.from_ical(nothing.data).walk("VEVENT")) == 3  # what all share


def test_twenty_four_councils_need_no_more_statements_than_six(
    app: Flask, region: Region, urls: Urls, client_for: ClientFor, count_statements: Counting, six: UUID, wanted: date
) -> None:
    with Founder(urls.admin, password_parameters=QUICK) as founder:
        many = {
            founder.organisation(
                kind="authority", slug=f"council-{n}", name=f"Council {n:02}", official_name=f"Council {n:02}"
            ): f"Council {n:02}"
            for n in range(23)
        }
    enter_all(urls, list(many), wanted - 50 * DAY)
    big = system_of(app, {region.organisations["halton"]: "Halton", **many})
    client = client_for(LEAD)
    counts, rows = [], []
    for system_id in (six, big):
        with count_statements() as sent:
            page = client.get(f"/systems/{system_id}/critical-path?target={wanted.isoformat()}")
        counts.append(len(sent))
        rows.append(page.get_data(as_text=True).count("app-path__row"))
    assert rows == [5, 24]
    assert counts[0] == counts[1] <= 10, counts


CLOCKS = CouncilClocks("leader_and_cabinet", None, None, 28, 5, "working", 5, "noon", "next_day", 5)


@given(ahead=st.integers(0, 600), gap=st.integers(0, 200))
def test_every_mark_stands_inside_the_picture_and_later_days_further_right(ahead: int, gap: int) -> None:
    starts_on, today = date(2028, 1, 3) + ahead * DAY, date(2028, 1, 1)
    meeting = Sitting(uuid4(), "Cabinet", "executive", starts_on - (30 + gap) * DAY)
    council = Council(uuid4(), "A council with a very long name indeed", CLOCKS, "Cabinet", Calendar((meeting,)))
    unknown = replace(council, clocks=None)
    drawn = timeline(plan([council, unknown], Target(starts_on, Decimal(1), 10), today), today)
    full, empty = drawn.lines
    assert (full.name, empty.marks, empty.spans) == ("A council with a ve…", (), ())
    for marks in (full.marks, drawn.shared):
        assert [m.x for m in marks] == sorted(m.x for m in marks)
        assert all(LEFT <= m.x <= WIDTH - RIGHT for m in marks)
    assert all(span.width > 0 for span in full.spans)
    assert 0 < len(drawn.months) <= 12
    assert drawn.today is None or LEFT <= drawn.today <= WIDTH - RIGHT
