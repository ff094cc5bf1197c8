"""Timetables: begun, changed with what moves shown first, kept; and what any other change of a date brings about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.audit.models import AuditLine
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.core.working_days import next_working_day
from portal.governance.actions.facts import add_quiet_period
from portal.governance.actions.meetings import cancel_meeting
from portal.governance.models import Meeting
from portal.purchasing_systems.actions.rounds import change_window
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.actions.timetables import begin_timetable, change_date, choose_officers
from portal.purchasing_systems.models import Round
from portal.purchasing_systems.queries.consequences import consequences, watch
from portal.purchasing_systems.queries.timetables import TimetableView, changes_of, timetable_for
from tests.purchasing_systems.test_critical_path import enter_all, system_of
from tests.support.client import StrictClient
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
DAY = timedelta(days=1)
TODAY = clock.today()
NOTICE = next_working_day(TODAY + 200 * DAY)
COUNCIL_NAMES = ("halton", "knowsley", "sefton")


def begun(app: Flask, system_id: UUID, round_id: UUID | None = None, notice_on: date = NOTICE) -> UUID:
    with acting(app, LEAD) as (session, actor):
        begin_timetable(session, actor, system_id=system_id, round_id=round_id, notice_on=notice_on)
    return system_id


def seen(app: Flask, system_id: UUID, round_id: UUID | None = None) -> TimetableView:
    with acting(app, LEAD) as (session, _):
        found = timetable_for(session, system_id, round_id, TODAY)
        assert found is not None
        return found


@pytest.fixture
def planned(app: Flask, region: Region) -> UUID:
    """A system of three councils with a timetable, none of their facts entered."""
    return begun(app, system_of(app, {region.organisations[s]: s for s in COUNCIL_NAMES}))


def test_a_timetable_begins_with_the_notice_and_is_begun_once(app: Flask, planned: UUID) -> None:
    view = seen(app, planned)
    assert view.on("notice") == NOTICE
    assert all(row.day is not None for row in view.rows)
    with acting(app, LEAD) as (session, actor), pytest.raises(Refused):
        begin_timetable(session, actor, system_id=planned, round_id=None, notice_on=NOTICE)


def test_a_changed_day_moves_what_follows_and_is_kept_with_what_stood_there(app: Flask, planned: UUID) -> None:
    before = seen(app, planned)
    ask = before.on("last_ask")
    assert ask is not None
    with acting(app, LEAD) as (session, actor):
        change_date(
            session, actor, system_id=planned, round_id=None, key="last_ask", day=next_working_day(ask + 14 * DAY)
        )
    after = seen(app, planned)
    moved = {row.key for row, old in zip(after.rows, before.rows, strict=True) if row.day != old.day}
    assert {"notice", "opens"} & moved == set()
    assert {"last_ask", "last_answer", "closing", "letters", "start"} <= moved
    with acting(app, LEAD) as (session, _):
        kept = {change.key: change for change in changes_of(session, after.id)}
        line = session.scalars(
            select(AuditLine).where(AuditLine.system_id == planned, AuditLine.verb == "purchasing_systems.timetable.change")
        ).one()  # fmt: skip
        assert kept["last_ask"].old_day == ask
        assert (kept["last_ask"].by_rule, kept["closing"].by_rule) == (False, True)
        assert line.facts["before"] == ask.isoformat()
        assert "later dates move with it" in line.sentence


def test_a_row_that_follows_its_rule_again_forgets_its_pin(app: Flask, planned: UUID) -> None:
    was = seen(app, planned).on("opening")
    assert was is not None
    for values in ({"day": was + 30 * DAY}, {"after": "closing", "count": 1, "unit": "working"}):
        with acting(app, LEAD) as (session, actor):
            change_date(session, actor, system_id=planned, round_id=None, key="opening", **values)  # type: ignore[arg-type]
    assert seen(app, planned).on("opening") == was


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": "opening", "after": "letters", "count": 1}, "after"),
        ({"key": "opening", "after": "closing", "count": None}, "count"),
        ({"key": "opening", "after": "closing", "count": 1, "unit": "moons"}, "count"),
        ({"key": "notice"}, "after"),
    ],
)
def test_a_rule_that_cannot_be_is_named_by_field(
    app: Flask, planned: UUID, values: dict[str, object], field: str
) -> None:
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            change_date(session, actor, system_id=planned, round_id=None, **values)  # type: ignore[arg-type]
        assert set(refused.value.fields) == {field}
        session.rollback()


@pytest.mark.parametrize("email", ["procurement@sefton.example", "head@halton.example", "cabinet@halton.example"])
def test_only_an_officer_of_the_lead_changes_it(app: Flask, planned: UUID, email: str) -> None:
    with acting(app, email) as (session, actor):
        assert timetable_for(session, planned, None, TODAY) is not None, "everybody who takes part reads it"
        with pytest.raises(NotPermitted):
            change_date(session, actor, system_id=planned, round_id=None, key="closing", day=NOTICE)


@pytest.mark.parametrize("email", ["procurement@wirral.example", "writer@alder.example"])
def test_who_takes_no_part_sees_no_timetable(app: Flask, planned: UUID, email: str) -> None:
    with acting(app, email) as (session, actor):
        assert timetable_for(session, planned, None, TODAY) is None
        with pytest.raises(Missing):
            change_date(session, actor, system_id=planned, round_id=None, key="closing", day=NOTICE)


@pytest.fixture
def of_round(app: Flask, region: Region) -> MadeRound:
    """A planned round whose system has a timetable."""
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    begun(app, made.system_id)
    return made


def test_a_round_s_own_window_stands_in_the_timetable_and_is_changed_there(app: Flask, of_round: MadeRound) -> None:
    with acting(app, LEAD) as (session, actor):
        round_ = session.get_one(Round, of_round.round_id)
        opens, closes = round_.opens_at, round_.closes_at
        view = timetable_for(session, of_round.system_id, of_round.round_id, TODAY)
        assert view is not None
        assert view.on("closing") == closes.astimezone(clock.LONDON).date()
        with pytest.raises(Refused, match="Change it there"):
            change_date(session, actor, system_id=of_round.system_id, round_id=None, key="closing", day=NOTICE)
    with acting(app, LEAD) as (session, actor):
        later = closes + timedelta(days=28)
        _, found = consequences(
            session, actor, lambda: change_window(session, actor, round_id=of_round.round_id, opens_at=opens, closes_at=later),
            system_id=of_round.system_id,
        )  # fmt: skip
        moved = {shift.key: shift for one in found for shift in one.shifts}
        assert moved["closing"].after == later.astimezone(clock.LONDON).date()
        assert moved["opening"].working_days > 10
        assert "letters" in moved


# Councils -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def councils(app: Flask, region: Region, urls: Urls) -> UUID:
    """Halton, Knowsley and Sefton have entered everything: a meeting about a hundred days before the letters, which come late."""
    ids = [region.organisations[s] for s in COUNCIL_NAMES]
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        for table in ("meetings", "quiet_periods", "bodies", "clock_settings", "forms_of_governance"):
            connection.execute(f"DELETE FROM governance.{table} WHERE authority_id = ANY (%s)", (ids,))
    system_id = begun(app, system_of(app, {region.organisations[s]: s for s in COUNCIL_NAMES}))
    letters = seen(app, system_id).on("letters")
    assert letters is not None
    enter_all(urls, ids, letters - 20 * DAY)
    return system_id


def test_a_cancelled_meeting_shows_the_council_which_plan_it_breaks(app: Flask, region: Region, councils: UUID) -> None:
    with acting(app, "democratic@sefton.example") as (session, actor):
        after = watch(session, actor)
        for meeting in session.scalars(select(Meeting).where(Meeting.authority_id == region.organisations["sefton"])):
            if meeting.held_on >= TODAY:
                cancel_meeting(session, actor, meeting_id=meeting.id)
        told = [said for _, url, sentences in after() for said in sentences if str(councils) in url]
    assert any(one.startswith("Sefton: No meeting of") and "is cancelled" in one for one in told)


def test_a_recess_shows_which_plan_it_breaks_and_nothing_touched_says_nothing(
    app: Flask, region: Region, councils: UUID
) -> None:
    letters = seen(app, councils).on("letters")
    assert letters is not None
    with acting(app, "democratic@knowsley.example") as (session, actor):
        after = watch(session, actor)
        add_quiet_period(
            session, actor, kind="recess", starts_on=letters - 300 * DAY, ends_on=letters, source="Calendar of meetings"
        )
        told = [said for _, url, sentences in after() for said in sentences if str(councils) in url]
        assert any(one.startswith("Knowsley: No meeting of") and "in recess" in one for one in told)
        session.rollback()
        after = watch(session, actor)
        add_quiet_period(
            session, actor, kind="recess", starts_on=letters + 60 * DAY, ends_on=letters + 70 * DAY, source="Calendar"
        )
        assert [url for _, url, _ in after() if str(councils) in url] == []
        session.rollback()


def test_an_earlier_notice_breaks_a_council_s_notice_period_before_it_is_saved(
    client_for: ClientFor, app: Flask, councils: UUID
) -> None:
    client = client_for(LEAD)
    soon = next_working_day(TODAY + 5 * DAY)
    typed = {
        "how": "day",
        "day": [str(soon.day), str(soon.month), str(soon.year)],
        "unit": "working",
        "after": "",
        "count": "",
    }
    page = client.send(f"/systems/{councils}/timetable/change?row=letters", {**typed, "preview": "1"})
    said = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Nothing is saved yet" in said
    assert "Outcome letters sent moves from" in said
    assert "This no longer fits" in said
    assert "Sefton" in said
    assert seen(app, councils).on("letters") != soon
    saved = client.send(f"/systems/{councils}/timetable/change?row=letters", typed)
    assert saved.status_code == 303
    assert seen(app, councils).on("letters") == soon
    after = client.get(f"/systems/{councils}/timetable").get_data(as_text=True)
    assert "What was planned before" in after
    assert "because an earlier day moved" in after


def test_a_notice_that_had_to_be_out_already_is_named_with_its_day(app: Flask, region: Region, urls: Urls) -> None:
    """The sentence of the task: who, what, by when, and that it has passed."""
    ids = [region.organisations["sefton"]]
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        for table in ("meetings", "quiet_periods", "bodies", "clock_settings", "forms_of_governance"):
            connection.execute(f"DELETE FROM governance.{table} WHERE authority_id = ANY (%s)", (ids,))
    enter_all(urls, ids, TODAY + 15 * DAY)
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO governance.meetings (id, authority_id, body_id, held_on, cancelled, source, entered_at) "
            "SELECT gen_random_uuid(), authority_id, body_id, %s, false, 'x', now() FROM governance.meetings WHERE authority_id = %s",
            (NOTICE, ids[0]),
        )
    system_id = begun(app, system_of(app, {region.organisations["halton"]: "halton", ids[0]: "sefton"}))
    with acting(app, LEAD) as (session, actor):
        _, found = consequences(
            session, actor,
            lambda: change_date(session, actor, system_id=system_id, round_id=None, key="letters", day=next_working_day(TODAY + 40 * DAY)),
            system_id=system_id,
        )  # fmt: skip
        broken = [said for one in found for said in one.broken]
        session.rollback()
    assert any(
        one.startswith("Sefton would have to publish its key decision notice by") and "has passed" in one
        for one in broken
    )


def test_an_extension_point_says_which_council_must_begin_when(app: Flask, councils: UUID) -> None:
    with acting(app, LEAD) as (session, actor):
        _, found = consequences(
            session, actor,
            lambda: add_extension_point(
                session, actor, system_id=councils, title="End of year 2", ends_on=TODAY + 10 * DAY, new_end=TODAY + 400 * DAY,
                source="Terms",
            ),
            system_id=councils,
        )  # fmt: skip
        broken = [said for one in found for said in one.broken]
        session.rollback()
    assert any(one.startswith("Extension “End of year 2”: ") for one in broken)


def test_for_which_councils_an_officer_decides_changes_their_days(app: Flask, region: Region, councils: UUID) -> None:
    sefton = region.organisations["sefton"]
    with acting(app, LEAD) as (session, actor):
        choose_officers(session, actor, system_id=councils, round_id=None, by_officer=[sefton])
    assert seen(app, councils).by_officer == {sefton}
    with acting(app, LEAD) as (session, actor), pytest.raises(Invalid):
        choose_officers(session, actor, system_id=councils, round_id=None, by_officer=[region.organisations["wirral"]])


# Pages ----------------------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_timetable_by_role(client_for: ClientFor, app: Flask, region: Region, planned: UUID) -> None:
    base = f"/systems/{planned}/timetable"
    lead, member = client_for(LEAD), client_for("cabinet@sefton.example")
    assert "Change" in lead.get(base).get_data(as_text=True)
    assert member.get(base).status_code == 200
    assert f"{base}/change?row=closing" not in member.get(base).get_data(as_text=True)
    assert lead.get(f"{base}/change?row=closing").status_code == 200
    assert lead.get(f"{base}/change?row=party").status_code == 404
    assert member.get(f"{base}/change?row=closing").status_code == 403
    assert lead.get(f"{base}/officers").status_code == 200
    calendar = member.get(f"{base}.ics")
    assert calendar.mimetype == "text/calendar"
    assert b"SUMMARY:Closing: LCR care" in calendar.data
    assert client_for("procurement@wirral.example").get(base).status_code == 404
    assert client_for("writer@alder.example").get(base).status_code == 403


def test_what_cannot_be_read_keeps_what_was_typed(client_for: ClientFor, planned: UUID) -> None:
    page = client_for(LEAD).send(
        f"/systems/{planned}/timetable/change?row=closing", {"how": "day", "day": ["31", "2", "2027"], "count": "7", "unit": "working"}
    )  # fmt: skip
    assert page.status_code == 422
    assert "That day does not exist" in page.get_data(as_text=True)
    assert 'value="31"' in page.get_data(as_text=True)


def test_democratic_services_are_shown_what_a_recess_breaks_before_it_is_saved(
    client_for: ClientFor, app: Flask, councils: UUID
) -> None:
    letters = seen(app, councils).on("letters")
    assert letters is not None
    client = client_for("democratic@halton.example")
    first = letters - 300 * DAY
    typed = {
        "kind": "recess",
        "starts_on": [str(first.day), str(first.month), str(first.year)],
        "ends_on": [str(letters.day), str(letters.month), str(letters.year)],
        "source": "Calendar of meetings",
    }
    page = client.send("/governance/quiet-periods/new", {**typed, "preview": "1"})
    assert page.status_code == 200
    assert "Halton: No meeting of" in page.get_data(as_text=True)
    saved = client.send("/governance/quiet-periods/new", typed)
    assert saved.status_code == 303
    assert "Halton: No meeting of" in client.get(saved.location).get_data(as_text=True)


def test_the_terms_of_a_system_show_what_moves(
    client_for: ClientFor, app: Flask, region: Region, planned: UUID
) -> None:
    client = client_for(LEAD)
    page = client.get(f"/systems/{planned}/edit").get_data(as_text=True)
    assert "Show what moves" in page
    typed = {
        "title": "T", "alias": "LCR care", "regime": "pcr_2015_light_touch", "vehicle": "partner_provider_agreement", "legal_basis": "x",
        "client_group": "Children", "cpv": "85300000", "valid_from": ["1", "1", "2021"], "valid_until": ["18", "10", "2031"],
        "value_pounds": "336000000.00", "standstill_days": "10", "quality_pass_mark": "60", "panel_councils": "3",
    }  # fmt: skip
    shown = client.send(f"/systems/{planned}/edit", {**typed, "preview": "1"}).get_data(as_text=True)
    assert "Last day of validity moves from 18 October 2030 to 18 October 2031" in shown
    assert "18 October 2031" not in client.get(f"/systems/{planned}").get_data(as_text=True)


@pytest.fixture(autouse=True)
def nothing_left(urls: Urls, region: Region) -> Iterator[None]:
    """What a test entered of the councils does not stay."""
    yield
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        connection.execute(
            "DELETE FROM governance.quiet_periods WHERE authority_id = ANY (%s)",
            ([region.organisations[c] for c in COUNCILS],),
        )
