"""What the portal says of its own accord: warnings of terms, the weekly digest, and the dates for one's own calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import clock, telling
from portal.core.database import db, session
from portal.core.jobs import drain
from portal.core.notify.delivery import _PAGE
from portal.core.provision import Urls
from portal.core.scope import actor_of, enter_with_job, enter_with_token
from portal.core.settings import Settings, SettingsError, read_settings
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.models import TermOverride
from tests.purchasing_systems.test_terms import note_point
from tests.support.client import StrictClient
from tests.support.region import COUNCILS, Region, acting, clock_set_back
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
END = clock.today() + timedelta(days=100)
QUESTION = "Whether this council shall do a thing that only the question says."


@pytest.fixture(scope="module")
def running(app: Flask, region: Region) -> MadeRound:
    """In use by five councils for another hundred days; then it can be extended. One question stands open."""
    councils = tuple(slug for slug in COUNCILS if slug != "wirral")
    made = make_round(app, region, valid_until=END, alias="LCR term", councils=councils)
    note_point(app, made.system_id, END, END + timedelta(days=365))
    with acting(app, LEAD) as (current, actor):
        ask_councils(
            current, actor, system_id=made.system_id, kind=m.BLOCK_CONTRACT, subject="12 places", question=QUESTION,
            answer_by=clock.today() + timedelta(days=30), councils=[region.organisations["sefton"]],
        )  # fmt: skip
    return made


@pytest.fixture
def worked(worker_app: Flask, urls: Urls) -> Callable[[str], int]:
    """Begin it as the job runner does, and work what is due."""

    def work(what: str) -> int:
        with worker_app.app_context():
            current = session()
            enter_with_token(current, None)
            jobs = telling.begin(current, what)
            current.commit()
            db.session.remove()
        drain(worker_app, urls.worker)
        return jobs

    return work


def told(urls: Urls, like: str) -> list[tuple[str, str, str]]:
    """To whom, under which subject, in which words."""
    with psycopg.connect(urls.admin) as connection:
        return connection.execute(
            "SELECT email, subject, body FROM notify.messages WHERE kind = 'activity.told' AND subject LIKE %s ORDER BY email, subject",
            [like],
        ).fetchall()


def test_a_warning_is_said_once_to_the_officers_of_each_council(
    running: MadeRound, worked: Callable[[str], int], urls: Urls
) -> None:
    like = "%the term ends: LCR term%"
    with clock_set_back(urls, timedelta(days=1)):
        assert worked("warn_of_terms") > 0
        first = told(urls, like)
        assert worked("warn_of_terms") == 0, "begun once a day"
    assert worked("warn_of_terms") > 0, "and the next day again"
    assert told(urls, like) == first, "with nothing new to say"
    councils = [slug for slug in COUNCILS if slug != "wirral"]
    posts = ("commissioning", "head", "procurement")
    shared = {"shared@procurement.example"}
    assert {email for email, _, _ in first} - shared == {f"{p}@{c}.example" for p in posts for c in councils}
    assert len([e for e, _, _ in first if e not in shared]) == 15
    assert {subject.split(" months")[0] for _, subject, _ in first} == {"Within 6"}
    by = {email: body for email, _, body in first}
    assert "for Halton, Knowsley, Liverpool, Sefton, St Helens." in by["procurement@halton.example"], (
        "the lead sees all"
    )
    assert "for Sefton." in by["procurement@sefton.example"]
    assert "It can be extended to" in by["procurement@sefton.example"]


def test_the_digest_says_what_waits_and_nothing_of_what_is_in_it(
    running: MadeRound, worked: Callable[[str], int], urls: Urls
) -> None:
    assert worked("weekly_digest") > 0
    assert worked("weekly_digest") == 0, "begun once a week"
    found = {email: (subject, body) for email, subject, body in told(urls, "%for you: week of%")}
    subject, body = found["democratic@sefton.example"]
    assert "wait" in subject
    assert "Draft your council’s decision: Buy a block contract, 12 places, LCR term" in body
    assert "\n/decisions/" in body
    assert QUESTION not in body
    assert not [email for email in found if "alder" in email or "operator" in email], (
        "providers have what is theirs on their home page"
    )
    assert "cabinet@wirral.example" not in found, "who has nothing to do is left alone"


def test_whoever_is_told_reads_and_writes_nothing(
    running: MadeRound, worker_app: Flask, region: Region, urls: Urls
) -> None:
    with psycopg.connect(urls.admin) as connection:
        connection.execute("DELETE FROM notify.told WHERE key LIKE 'warn_of_terms%%'")
    with worker_app.app_context():
        current = session()
        enter_with_token(current, None)
        assert telling.begin(current, "warn_of_terms") > 0
        current.commit()
    head = region.people["head@sefton.example"]
    with psycopg.connect(urls.admin) as connection:
        job = connection.execute(
            "SELECT max(job_id) FROM app.job_scopes WHERE reading AND person_id = %s", [head]
        ).fetchone()
    assert job is not None
    with worker_app.app_context():
        current = session()
        enter_with_job(current, job[0])
        actor = actor_of(current)
        assert actor is not None
        assert actor.may("purchasing_systems:term:override")
        current.add(
            TermOverride(
                system_id=running.system_id, authority_id=actor.organisation_id, reason="x", need_note="x", until=END,
                recorded_by_id=actor.person_id, recorded_by_post="x",
            )
        )  # fmt: skip
        with pytest.raises(DBAPIError, match="read-only transaction"):
            current.flush()
        current.rollback()
        with pytest.raises(DBAPIError, match="must be set before any query"):
            current.execute(text("SELECT set_config('transaction_read_only', 'off', true)"))
        current.rollback()
        db.session.remove()
    drain(worker_app, urls.worker)


@pytest.fixture
def connection(urls: Urls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(urls.worker) as found:
        yield found


def test_the_doors_are_the_job_runners_and_narrow(connection: psycopg.Connection[Any], app: Flask) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no such job"):
        connection.execute("SELECT app.begin_telling('deliver_message')")
    connection.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no such job"):
        connection.execute("SELECT app.tell_once(0, 'key', 'subject', 'body', '/home')")
    for statement in ("SELECT app.begin_telling('weekly_digest')", "SELECT app.tell_once(1, 'k', 's', 'b', '/home')"):
        with pytest.raises(DBAPIError, match="permission denied"), acting(app, LEAD) as (current, _):
            current.execute(text(statement))


def test_said_at_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="at no time"):
        telling.tells("whenever")


def test_an_address_in_a_mail_is_written_in_full() -> None:
    body = "By 3 May: Answer and/or wait\n/decisions/1\n\n/home"
    assert _PAGE.sub("https://portal.example", body) == (
        "By 3 May: Answer and/or wait\nhttps://portal.example/decisions/1\n\nhttps://portal.example/home"
    )


def test_the_months_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().term_warning_months == (12, 6, 3)
    monkeypatch.setenv("PORTAL_TERM_WARNING_MONTHS", "18, 9")
    assert read_settings().term_warning_months == (18, 9)
    monkeypatch.setenv("PORTAL_TERM_WARNING_MONTHS", "soon")
    with pytest.raises(SettingsError, match="such as 12,6,3"):
        read_settings()


def test_the_dates_of_the_home_page_as_a_calendar(client_for: ClientFor, running: MadeRound) -> None:
    client = client_for("democratic@sefton.example")
    assert "/home/deadlines.ics" in client.get("/home").get_data(as_text=True)
    answer = client.get("/home/deadlines.ics")
    assert answer.mimetype == "text/calendar"
    events = {str(e["summary"]): e for e in Calendar.from_ical(answer.data).walk("VEVENT")}
    event = events["Draft your council’s decision: Buy a block contract, 12 places, LCR term (LCR term)"]
    assert event["dtstart"].dt == clock.today() + timedelta(days=30)
    assert "/decisions/" in str(event["url"])
    closing = next(e for name, e in events.items() if name.startswith("Round 1 closes"))
    assert closing["dtstart"].dt.tzinfo is not None
    assert len({str(e["uid"]) for e in events.values()}) == len(events)
    assert client_for().get("/home/deadlines.ics").status_code == 303
