"""The public register of decisions: what it shows to anybody, and by no page, file, feed, filter or statement what is not public."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4
from xml.etree.ElementTree import fromstring

import psycopg
import pytest
from flask import Flask
from icalendar import Calendar

from portal.core import clock
from portal.core.provision import Urls
from portal.decisions.actions.afterwards import call_in, publish_record, resolve_call_in
from portal.decisions.actions.forward_plan import draft_entry, publish_entry
from portal.decisions.actions.own import Resolved, draft_own_decision
from portal.decisions.actions.recording import record_decision
from portal.decisions.rules.public_standing import standing
from portal.notices.machine import KEYS
from portal.schema import metadata
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated, decision_values
from tests.support.publishing import Known, minute, notice_values, published
from tests.support.region import Region, acting
from tests.support.statements import Statements

ClientFor = Callable[..., StrictClient]
Make = Callable[..., Evaluated]
Count = Callable[[], AbstractContextManager[Statements]]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _made(known: Known) -> None:
    """Whatever is asked, it is there."""


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def pages_of(known: Known, word: str) -> Iterator[str]:
    """Every public address, with and without a search for a word."""
    for council in ("", *("halton", "knowsley", "liverpool", "sefton", "st-helens", "wirral")):
        below = f"/public/councils/{council}" if council else "/public"
        yield f"{below}/decisions?text={word}"
        yield f"{below}/forward-plan?past=yes&text={word}"
        yield f"{below}/decisions"
        yield f"{below}/decisions.atom"
        yield f"{below}/forward-plan?past=yes"
    yield f"/public/decisions.csv?text={word}"
    yield from ("/public/decisions.csv", "/public/forward-plan.ics", "/public/open-data", "/")
    for one in (known.public, known.own, known.deferral, known.answer):
        yield f"/public/decisions/{one}"
        yield f"/public/decisions/{one}.json"


ASKING = (
    None,
    "admin@alder.example",
    "admin@birch.example",
    "head@wirral.example",
    "democratic@halton.example",
    "operator@portal.example",
)


@pytest.mark.parametrize("email", ASKING)
def test_no_page_file_or_search_tells_what_is_not_public(
    client_for: ClientFor, known: Known, email: str | None
) -> None:
    """Those who may read it elsewhere, such as officers of the council itself, are shown no more here."""
    client = client_for(email)
    empty = len(words(client.get("/public/decisions?text=nowhere-to-be-found").get_data(as_text=True)))
    assert known.canaries
    for path in pages_of(known, "nothing"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        body = answer.get_data(as_text=True)
        told = [name for name, word in known.canaries.items() if word in body]
        assert told == [], path
        assert [h for h in (*known.hidden, known.hidden_entry) if str(h) in body] == [], path
    for name, word in known.canaries.items():
        page = client.get(f"/public/decisions?text={word}").get_data(as_text=True)
        assert "No published decision fits." in page, name
        assert page.count(word) == len(re.findall(rf'(value="|text=){word}', page)), name
        assert len(client.get(f"/public/decisions.csv?text={word}").get_data(as_text=True).splitlines()) == 1, name
        assert "No notice fits." in client.get(f"/public/forward-plan?past=yes&text={word}").get_data(as_text=True), (
            name
        )
    assert empty
    for hidden in known.hidden:
        assert client.get(f"/public/decisions/{hidden}").status_code == 404
        assert client.get(f"/public/decisions/{hidden}.json").status_code == 404
    for below in ("", "/representations", "/representations/sent"):
        assert client.get(f"/public/forward-plan/{known.hidden_entry}{below}").status_code == 404


@pytest.mark.parametrize("email", [None, "admin@alder.example", "head@wirral.example"])
def test_no_statement_of_the_application_tells_it(app: Flask, urls: Urls, known: Known, email: str | None) -> None:
    """Without a session, as a provider, as another council: every table of decisions, column by column, as the application's role."""
    theirs = {"an embargoed answer", "a minute in draft"} if email == "head@wirral.example" else set()
    # What takes part in a system is read by its councils once it is recorded; that is no public matter.
    shared = {"a later answer that is not public"} if email == "head@wirral.example" else set()
    # The history of a decision's standing is no row the application reads at all: only the register as at a day asks it.
    barred = "decisions.standings"
    tables = [t.fullname for t in metadata.sorted_tables if t.schema == "decisions" and t.fullname != barred]
    assert {"decisions.exempt_texts", "decisions.evidence", "decisions.attachments"} <= set(tables)
    found = ""

    def asked(execute: Callable[[str], Any]) -> str:
        assert execute(f"SELECT has_any_column_privilege('{barred}', 'SELECT')")[0][0] is False
        return "".join(str(execute(f"SELECT t::text FROM {table} t")) for table in tables) + str(
            execute("SELECT q::text FROM app.public_questions() q")
        )

    if email is None:
        with psycopg.connect(urls.app) as connection:
            found = asked(lambda statement: connection.execute(statement).fetchall())
    else:
        with acting(app, email) as (session, _):
            raw = session.connection().exec_driver_sql
            found = asked(lambda statement: raw(statement).fetchall())
    assert str(known.public) in found
    told = {name for name, word in known.canaries.items() if word in found}
    assert told - theirs - shared == set()


def test_a_record_shows_what_it_must(client_for: ClientFor, known: Known) -> None:
    page = words(client_for().get(f"/public/decisions/{known.own}").get_data(as_text=True))
    for shown in (
        "Copy. Official record at Halton Borough Council",
        "Demonstration",
        "Extension of the care system",
        "Cabinet, collectively",
        "Special urgency",
        "£336,000,000.00",
        "That Extension of the care system be approved.",
        "A second paragraph.",
        "Buy singly",
        "Director of Finance",
        "None declared by the director",
        "Appendix B: paragraph 3. Prices would be known to rivals.",
        "Not yet in effect",
        "Not called in",
        "EXB32",
        "EXB33",
        "A slip.",
    ):
        assert shown in page, shown
    page = words(client_for().get(f"/public/decisions/{known.public}").get_data(as_text=True))
    for shown in (
        "Use the providers admitted",
        "Whether this council will use",
        "Birch House",
        "All lots",
        "Unresolved safeguarding concern",
    ):
        assert shown in page, shown


def test_both_versions_are_shown_and_a_permalink_never_dies(client_for: ClientFor, known: Known) -> None:
    client = client_for()
    before = client.get(f"/public/decisions/{known.deferral}").get_data(as_text=True)
    assert f'href="/public/decisions/{known.answer}"' in before
    assert "Superseded" in before
    after = client.get(f"/public/decisions/{known.answer}").get_data(as_text=True)
    assert f'href="/public/decisions/{known.deferral}"' in after
    assert "They will do." in after
    assert client.get(f"/public/decisions/{known.deferral}.json").get_json()["later"] == str(known.answer)
    assert client.get(f"/public/decisions/{known.answer}.json").get_json()["earlier"] == str(known.deferral)


def test_a_call_in_is_shown_as_it_goes(app: Flask, client_for: ClientFor) -> None:
    decision = published(app, "knowsley", minute(app, "knowsley", "Call-in case"), clock.today() + timedelta(days=7))
    path = f"/public/decisions/{decision}"
    feed = "/public/councils/knowsley/decisions.atom"
    client = client_for()

    def updated() -> str:
        entry = next(
            e
            for e in fromstring(client.get(feed).data).iter(f"{ATOM}entry")
            if str(decision) in (e.findtext(f"{ATOM}id") or "")
        )
        return entry.findtext(f"{ATOM}updated") or ""

    first = updated()
    with acting(app, "democratic@knowsley.example") as (session, actor):
        call_in(
            session, actor, decision_id=decision, requested_on=clock.today(), requested_by="Three members of scrutiny", grounds="Not enough said."
        )  # fmt: skip
    page = words(client.get(path).get_data(as_text=True))
    for shown in ("Called in", "Three members of scrutiny", "Not enough said.", "until scrutiny has spoken"):
        assert shown in page
    assert client.get(f"{path}.json").get_json()["standing"] == "called_in"
    assert updated() >= first
    with acting(app, "democratic@knowsley.example") as (session, actor):
        resolve_call_in(
            session, actor, decision_id=decision, outcome="upheld", resolved_on=clock.today(), note="Heard."
        )
    page = words(client.get(path).get_data(as_text=True))
    assert "Scrutiny upheld it" in page
    assert "In effect since" in page


def test_json_has_the_documented_keys_and_plain_values(client_for: ClientFor, known: Known) -> None:
    answer = client_for().get(f"/public/decisions/{known.own}.json")
    assert answer.content_type == "application/json; charset=utf-8"
    found = json.loads(answer.data)
    assert list(found) == list(KEYS)
    assert found["value_pounds"] == "336000000.00"
    assert found["decided_on"] == clock.today().isoformat()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["public_at"])
    assert found["appendices"] == [
        {"title": "Appendix B", "paragraph": 3, "public_interest": "Prices would be known to rivals."}
    ]
    assert found["consulted"] == [
        {
            "post": "Director of Finance",
            "consulted_on": clock.today().isoformat(),
            "interests": "None declared by the director",
        }
    ]
    assert [c["field"] for c in found["corrections"]] == ["minute_number"]
    assert found["demonstration"] is True
    assert found["notice"].startswith("Demonstration")
    page = client_for().get("/public/open-data").get_data(as_text=True)
    assert all(f">{key}<" in page for key in KEYS)


def test_filters_narrow_and_what_cannot_be_read_is_notice_values(client_for: ClientFor, known: Known) -> None:
    client = client_for()

    def ids(query: str) -> set[str]:
        answer = client.get(f"/public/decisions.csv?{query}")
        assert answer.status_code == 200, query
        return {row["Id"] for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}

    everything = ids("")
    assert {str(known.own), str(known.public), str(known.answer), str(known.deferral)} <= everything
    assert str(known.own) in ids("key=yes&kind=own&council=halton&text=EXTENSION of the care")
    assert str(known.own) not in ids("key=no") | ids("kind=use_admitted") | ids("council=sefton") | ids("text=100%25")
    today = clock.today()
    assert str(known.own) in ids(f"since={today.day}&since={today.month}&since={today.year}")
    gone = today - timedelta(days=1)
    assert str(known.own) not in ids(f"until={gone.day}&until={gone.month}&until={gone.year}")
    assert ids("text=%25") <= everything
    for path in ("/public/decisions", "/public/forward-plan"):
        answer = client.get(f"{path}?since=31&since=2&since=2026&text=kept")
        assert answer.status_code == 422
        assert "That day does not exist" in answer.get_data(as_text=True)
        assert 'value="kept"' in answer.get_data(as_text=True)
        assert client.get(f"{path}?text={'x' * 201}").status_code == 422
        for wrong in ("council=atlantis", "key=x"):
            assert client.get(f"{path}?{wrong}").status_code == 404
    for wrong in ("decisions?kind=x", "decisions?before=x", "decisions.csv?since=x&since=1&since=1", "forward-plan?after=2026-01-01_x",
                  "forward-plan.ics?council=x", "forward-plan?past=x", f"decisions/{uuid4()}", "councils/x/decisions",
                  "councils/x/decisions.atom", "councils/x/forward-plan"):  # fmt: skip
        assert client.get(f"/public/{wrong}").status_code == 404, wrong


def test_feed_is_valid_and_marked(client_for: ClientFor, known: Known) -> None:
    answer = client_for().get("/public/decisions.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    assert (feed.findtext(f"{ATOM}title") or "").startswith("[Demonstration] ")
    assert "No council has made" in (feed.findtext(f"{ATOM}subtitle") or "")
    links = {link.get("rel"): link.get("href") or "" for link in feed.findall(f"{ATOM}link")}
    assert links["self"].endswith("/public/decisions.atom")
    assert links["alternate"].endswith("/public/decisions")
    entries = feed.findall(f"{ATOM}entry")
    updated = [e.findtext(f"{ATOM}updated") or "" for e in entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == updated[0]
    assert all(UUID((e.findtext(f"{ATOM}id") or "").removeprefix("urn:uuid:")) for e in (feed, *entries))
    own = next(e for e in entries if e.findtext(f"{ATOM}id") == f"urn:uuid:{known.own}")
    assert (own.findtext(f"{ATOM}title") or "").startswith("[Demonstration] Halton: approved. ")
    assert (own.findtext(f"{ATOM}summary") or "").startswith("Demonstration: ")
    assert own.findtext(f"{ATOM}author/{ATOM}name") == "Halton Borough Council"
    theirs = fromstring(client_for().get("/public/councils/sefton/decisions.atom").data)
    names = {e.findtext(f"{ATOM}author/{ATOM}name") for e in theirs.findall(f"{ATOM}entry")}
    assert names == {"Sefton Metropolitan Borough Council"}
    home = client_for().get("/").get_data(as_text=True)
    assert 'rel="alternate" type="application/atom+xml"' in home
    assert 'href="/public/decisions"' in home
    page = client_for().get("/public/councils/sefton/decisions").get_data(as_text=True)
    assert 'href="/public/councils/sefton/decisions.atom"' in page


def test_a_formula_is_no_formula_and_odd_characters_break_nothing(
    app: Flask, urls: Urls, client_for: ClientFor
) -> None:
    decision = published(app, "wirral", minute(app, "wirral", '=cmd|"/c calc"!A1 <b>&amp;'))
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE decisions.decisions SET decided_by_post = E'@Head\\u0001' WHERE id = %s", [decision])
    client = client_for()
    rows = list(
        csv.DictReader(io.StringIO(client.get("/public/decisions.csv?council=wirral").data.decode("utf-8-sig")))
    )
    row = next(r for r in rows if r["Id"] == str(decision))
    assert row["Decision on"].startswith("'=cmd")
    assert row["Decided by"].startswith("'@Head")
    assert "[Demonstration]" in (
        fromstring(client.get("/public/councils/wirral/decisions.atom").data).findtext(f"{ATOM}title") or ""
    )
    assert client.get(f"/public/decisions/{decision}").status_code == 200
    assert client.get(f"/public/decisions/{decision}.json").get_json()["title"] == '=cmd|"/c calc"!A1 <b>&amp;'


def test_calendar_has_days_due_and_last_days(app: Flask, region: Region, client_for: ClientFor) -> None:
    month = (clock.today() + timedelta(days=70)).replace(day=1)
    until = clock.today() + timedelta(days=20)
    with acting(app, "democratic@knowsley.example") as (session, actor):
        monthly = draft_entry(
            session, actor, demonstration=True, **notice_values(title="In a month, or so; perhaps", due_on=month, due_is_month=True, representations_until=until)
        ).id  # fmt: skip
        publish_entry(session, actor, entry_id=monthly)
    answer = client_for().get("/public/forward-plan.ics?council=knowsley")
    assert answer.content_type == "text/calendar; charset=utf-8"
    made = Calendar.from_ical(answer.data)
    assert str(made["x-wr-calname"]).startswith("[Demonstration] ")
    events = {str(e["uid"]): e for e in made.walk("VEVENT")}
    due, last = events[f"{monthly}-due@forward-plan"], events[f"{monthly}-representations@forward-plan"]
    assert due["dtstart"].dt == month
    assert due["dtend"].dt.day == 1
    assert timedelta(days=28) <= due["dtend"].dt - month <= timedelta(days=31)
    assert str(due["summary"]) == "[Demonstration] Knowsley. Decision due: In a month, or so; perhaps"
    assert str(due["description"]).startswith("Demonstration: ")
    assert (last["dtstart"].dt, last["dtend"].dt) == (until, until + timedelta(days=1))
    page = words(client_for().get("/public/councils/knowsley/forward-plan").get_data(as_text=True))
    assert f"{month:%B %Y}" in page
    assert "Say something about In a month" in page


def test_pages_follow_each_other_without_gaps(
    app: Flask, region: Region, client_for: ClientFor, count_statements: Count
) -> None:
    client = client_for()

    def counted(path: str) -> int:
        with count_statements() as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    first = published(app, "liverpool", minute(app, "liverpool", "Paged 0"))
    paths = ("/public/councils/liverpool/decisions", "/public/decisions.csv?council=liverpool", "/public/councils/liverpool/decisions.atom",
             f"/public/decisions/{first}", f"/public/decisions/{first}.json")  # fmt: skip
    before = [counted(path) for path in paths]
    assert max(before) <= 8
    made = {first}
    with acting(app, "procurement@liverpool.example") as (session, actor):
        for n in range(1, 54):
            made.add(
                draft_own_decision(
                    session, actor, title=f"Paged {n}", resolutions=[Resolved(str(i), f"Paragraph {i}") for i in range(1, 1 + n % 4 + 1)],
                    **decision_values(effective_on=None, decided_on=clock.today() - timedelta(days=n // 3)),
                ).id
            )  # fmt: skip
    with acting(app, "democratic@liverpool.example") as (session, actor):
        for one in made - {first}:
            record_decision(session, actor, decision_id=one)
            publish_record(session, actor, decision_id=one, published_on=clock.today(), effective_on=clock.today())
    assert [counted(path) for path in paths] == before
    page = client.get(f"{paths[0]}?text=paged").get_data(as_text=True)
    older = re.search(r'href="([^"]*before=[^"]*)"', page)
    assert older
    more = client.get(older[1].replace("&amp;", "&")).get_data(as_text=True)
    shown = (
        re.findall(r'href="/public/decisions/([0-9a-f-]{36})"', page),
        re.findall(r'href="/public/decisions/([0-9a-f-]{36})"', more),
    )
    assert (len(shown[0]), len(shown[1])) == (50, 4)
    assert {UUID(one) for one in shown[0] + shown[1]} == made
    assert "text=paged" in older[1]


def test_where_a_published_decision_stands() -> None:
    today = date(2026, 5, 3)
    base: dict[str, Any] = {
        "outcome": "approve", "effective_on": today, "defer_until": None, "today": today, "superseded_from": None, "called_in_on": None,
        "call_in_outcome": None,
    }  # fmt: skip
    tomorrow = today + timedelta(days=1)
    tries: list[tuple[dict[str, Any], str, str]] = [
        ({}, "effective", "In effect since 3 May 2026."),
        ({"effective_on": tomorrow}, "waiting", "Takes effect on 4 May 2026."),
        ({"effective_on": None}, "none", "has not stated"),
        ({"outcome": "defer", "effective_on": None, "defer_until": tomorrow}, "deferred", "Until 4 May 2026."),
        ({"outcome": "defer", "superseded_from": (today, tomorrow)}, "superseded", "has taken its place"),
        ({"superseded_from": (today, today)}, "superseded", "has taken its place"),
        ({"superseded_from": (today, tomorrow)}, "effective", "takes its place on 4 May 2026"),
        ({"superseded_from": (today, None)}, "effective", "has no effect yet"),
        ({"effective_on": tomorrow, "superseded_from": (today, tomorrow)}, "waiting", "takes its place on 4 May 2026"),
        ({"effective_on": None, "called_in_on": today}, "called_in", "until scrutiny has spoken"),
        ({"effective_on": None, "called_in_on": today, "call_in_outcome": "referred"}, "called_in", "full council"),
        ({"called_in_on": today, "call_in_outcome": "upheld"}, "effective", "Scrutiny upheld it. In effect since"),
    ]
    for changed, code, sentence in tries:
        found = standing(**base | changed)
        assert found.code == code, changed
        assert sentence in found.sentence, changed
