"""What needs each role now: read off the worked region, and every link leads somewhere that role may go."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.activity.needs import Need, needs_of
from portal.activity.needs.need import Kind, earliest_first
from portal.activity.rules import nearness
from portal.core import clock
from portal.core.web.lifecycle import TOKEN
from portal.demonstration.content import accounts
from tests.support.client import StrictClient
from tests.support.story import Played

ROLES = sorted({(str(account["roles"][0]), email) for email, account in accounts().items()})
ONE_OF_EACH = sorted(dict(ROLES).items())


def texts(played: Played, email: str) -> dict[Kind, list[str]]:
    with played.reading(email) as (session, actor):
        found = needs_of(session, actor, clock.now())
    return {kind: [need.text for need in needs] for kind, needs in found.items()}


def client_of(played: Played, email: str) -> StrictClient:
    played.app.test_client_class = StrictClient
    client = played.app.test_client()
    assert isinstance(client, StrictClient)
    with played.app.app_context():
        from portal.core.database import session

        token = played.token(session(), email)
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    return client


@pytest.mark.parametrize(("role", "email"), ONE_OF_EACH)
def test_every_link_of_a_home_page_leads_somewhere(played: Played, role: str, email: str) -> None:
    client = client_of(played, email)
    page = client.get("/home").get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main>")]
    for path in sorted({href.partition("#")[0] for href in re.findall(r'href="(/[^"]*)"', main)}):
        assert client.get(path).status_code == 200, f"{role}: {path}"


def test_the_lead_is_told_the_next_step_of_each_round(played: Played) -> None:
    found = texts(played, "procurement.halton@halton.example")
    assert any(text.endswith(": round 2") for text in found["act"])
    assert found["date"] == ["Round 3 closes"]
    assert found["standing"] == ["Round 1", "Round 2", "Round 3"], (
        "round 1 is that of the dynamic market, which is always open"
    )


def test_a_draft_that_nobody_submitted_is_named_until_closing(played: Played) -> None:
    drafting = [
        email
        for email, account in accounts().items()
        if account["roles"] == ["provider_administrator"]
        and "Not submitted: your application to round 3" in texts(played, email)["act"]
    ]
    assert drafting
    with played.reading(drafting[0]) as (session, actor):
        need = next(n for n in needs_of(session, actor, clock.now())["act"] if n.text.startswith("Not submitted"))
        later = clock.now() + timedelta(days=60)
        assert not [n for n in needs_of(session, actor, later)["act"] if n.text.startswith("Not submitted")]
    assert isinstance(need.by, datetime)
    assert timedelta(days=10) < need.by - clock.now() < timedelta(days=16)


def test_after_closing_officers_of_every_council_are_asked_to_open(played: Played) -> None:
    later = clock.now() + timedelta(days=60)
    for email, asked in (
        ("legal.wirral@wirral.example", True),
        ("procurement.halton@halton.example", True),
        ("placement.sefton@sefton.example", False),
    ):
        with played.reading(email) as (session, actor):
            opening = [need for need in needs_of(session, actor, later)["act"] if need.text.startswith("Open round 3")]
        assert bool(opening) == asked, email


def test_what_presses_most_comes_first() -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    found = [
        Need("none", "/"),
        Need("day", "/", date(2026, 5, 4)),
        Need("instant", "/", now),
        Need("past", "/", now - timedelta(days=9)),
    ]
    assert [need.text for need in earliest_first(found)] == ["past", "instant", "day", "none"]


@pytest.mark.parametrize(
    ("by", "words", "tone"),
    [
        (timedelta(seconds=-1), "Overdue", "overdue"),
        (timedelta(minutes=59), "within the hour", "soon"),
        (timedelta(minutes=61), "in 1 hour", "soon"),
        (timedelta(hours=23), "in 23 hours", "soon"),
        (timedelta(days=3), "in 3 days", "soon"),
        (timedelta(days=4), "in 4 days", None),
    ],
)
def test_an_instant_is_near_in_words(by: timedelta, words: str, tone: str | None) -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert (nearness(now + by, now, now.date()).words, nearness(now + by, now, now.date()).tone) == (words, tone)


def test_a_day_lasts_until_its_end() -> None:
    now = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    assert nearness(date(2026, 5, 4), now, date(2026, 5, 4)).words == "today"
    assert nearness(date(2026, 5, 3), now, date(2026, 5, 4)).words == "Overdue"
    assert nearness(date(2026, 5, 5), now, date(2026, 5, 4)).words == "in 1 day"
