"""The pages of a board meeting: the whole way of three councils, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.web.look import day
from portal.decisions.actions.meetings import add_item
from portal.decisions.models import AgendaItem
from tests.decisions.meeting import ALTERNATIVES, REASONS, Meeting, held
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, Evaluated
from tests.support.region import COUNCILS, acting

Make = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]
NEVER = "is not that council’s decision, and nothing follows from it"


@pytest.fixture(scope="module")
def case(evaluated_round: Make) -> Evaluated:
    made = evaluated_round(demonstration=True)
    made.approve_outcome()
    return made


@pytest.fixture(scope="module")
def matter(case: Evaluated) -> UUID:
    return case.ask_use()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def read(client: StrictClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return words(answer.get_data(as_text=True))


def today() -> list[str]:
    on = clock.today()
    return [str(on.day), str(on.month), str(on.year)]


def screen(
    case: Evaluated, client: StrictClient, url: str, said: dict[str, tuple[str, str]], **more: str
) -> dict[str, Any]:
    """The shared screen as the minute-taker fills it in: a position and a condition by council."""
    html = client.get(f"{url}/screen?item=1").get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', html)
    assert seen
    values: dict[str, Any] = {
        "seen": seen[1],
        "reasons": REASONS,
        "alternatives": ALTERNATIVES,
        "minuted": "Discussed.",
    }
    for n, slug in enumerate(sorted(COUNCILS)):
        position, condition = said.get(slug, ("", ""))
        values |= {
            f"positions-{n}-authority": str(case.region.organisations[slug]),
            f"positions-{n}-position": position,
            f"positions-{n}-condition": condition,
            f"positions-{n}-note": "",
        }
    return values | more


def test_the_whole_way_of_three_councils(client_for: ClientFor, evaluated_round: Make) -> None:
    case = evaluated_round(demonstration=True)
    case.approve_outcome()
    matter = case.ask_use()
    lead, sefton, wirral = (client_for(email) for email in (LEAD, "procurement@sefton.example", "legal@wirral.example"))
    assert "/decisions/meetings" in lead.get("/decisions").get_data(as_text=True)
    assert "Call a meeting" in read(lead, "/decisions/meetings")
    called = lead.send(
        "/decisions/meetings/new",
        {
            "system_id": str(case.system_id),
            "title": "Winter board",
            "meets_on": today(),
            "place": "https://meet.example/1",
        },
    )
    assert called.status_code == 303
    url = called.location
    assert lead.send(f"{url}/matters", {"matter_id": str(matter)}).status_code == 303
    assert lead.send(f"{url}/items", {"title": "Any other business", "note": "Bring dates."}).status_code == 303
    seats: dict[str, Any] = {}
    for n, slug in enumerate(sorted(COUNCILS)):
        away = slug == "liverpool"
        seats |= {
            f"seats-{n}-authority": str(case.region.organisations[slug]),
            f"seats-{n}-presence": "apologies" if away else "present",
            f"seats-{n}-post": "" if away else "Head of service",
        }
    assert lead.send(f"{url}/attendance", seats).status_code == 303
    assert "Liverpool Apologies" in read(sefton, url)
    # On the shared screen: what is asked, what follows, and what each indicates.
    shown = read(sefton, f"{url}/screen?item=1")
    assert "Silence is not consent" in shown
    assert NEVER in shown
    said = {"sefton": ("in_favour", "cabinet in January"), "wirral": ("against", ""), "liverpool": ("not_present", "")}
    saved = lead.send(f"{url}/screen?item=1", screen(case, lead, url, said, next="1"))
    assert (saved.status_code, saved.location) == (303, f"{url}/screen?item=2")
    assert lead.send(f"{url}/hold").status_code == 303
    page = read(sefton, url)
    assert "1 in favour, 1 against, 1 not present" in page
    assert "Your council: In favour, subject to: cabinet in January" in page
    # Each confirms for itself, in one act.
    ask = f"Confirm what your council indicated on {day(clock.today())}"
    assert ask in read(sefton, "/home")
    assert ask in read(sefton, "/decisions")
    board = sefton.get(f"/decisions/{matter}").get_data(as_text=True)
    assert ask in words(board)
    assert NEVER in words(board)
    target = re.search(r'action="(/decisions/meetings/[^"]+/confirm)"', board)
    assert target
    begun = sefton.send(target[1])
    assert (begun.status_code, begun.location) == (303, f"/decisions/{matter}/draft")
    draft = read(sefton, begun.location)
    assert "Enter the post or body that took the decision." in draft
    assert "Winter board" in draft
    assert REASONS in draft
    assert ask not in read(sefton, f"/decisions/{matter}")
    assert wirral.send(target[1]).status_code == 303
    assert "Do not approve" in read(wirral, f"/decisions/{matter}/draft")
    # Nobody has decided anything yet.
    assert "No answer yet: Halton, Knowsley, Liverpool, Sefton, St Helens and Wirral." in read(
        lead, f"/decisions/{matter}"
    )
    late = screen(case, lead, url, said)
    assert lead.send(f"{url}/confirm").status_code == 303
    assert "Minutes confirmed" in read(lead, url)
    assert lead.send(f"{url}/screen?item=1", late).status_code == 403
    assert lead.get(f"{url}/attendance").status_code == 409


def test_a_draft_is_compared_and_not_overwritten(client_for: ClientFor, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    case.draft("sefton", matter, outcome="not_approve", reasons="Our own reasons.")
    meeting = held(case, matter, sefton="in_favour")
    client = client_for("head@sefton.example")
    assert "Compare the draft with what was indicated" in read(client, f"/decisions/{matter}")
    answer = client.send(f"{meeting.url}/items/{meeting.item}/confirm")
    assert (answer.status_code, answer.location) == (303, f"{meeting.url}/items/{meeting.item}/compare")
    compared = read(client, answer.location)
    assert "It was not overwritten" in compared
    for text in ("Our own reasons.", REASONS, "Do not approve", ALTERNATIVES):
        assert text in compared
    assert "Our own reasons." in read(client, f"/decisions/{matter}/draft")
    assert client_for("head@wirral.example").get(answer.location).status_code == 404


@pytest.mark.parametrize(
    ("email", "sees"),
    [
        ("cabinet@wirral.example", 200),
        ("democratic@halton.example", 200),
        ("procurement@sefton.example", 200),
        ("admin@alder.example", 403),
        ("operator@portal.example", 403),
    ],
)
def test_who_sees_and_who_runs(client_for: ClientFor, case: Evaluated, matter: UUID, email: str, sees: int) -> None:
    meeting = Meeting(case, matter).attend().note(sefton="in_favour")
    client = client_for(email)
    for path in ("/decisions/meetings", meeting.url, f"{meeting.url}/screen?item=1", f"{meeting.url}/minutes.docx"):
        assert client.get(path).status_code == sees, path
    if sees == 200:
        html = client.get(meeting.url).get_data(as_text=True)
        assert "<form" not in html.split("<main")[1]
    for path in (
        "screen?item=1",
        "hold",
        "confirm",
        "cancel",
        "items",
        "matters",
        "attendance",
        f"items/{meeting.item}/move",
    ):
        assert client.send(f"{meeting.url}/{path}", {"title": "x", "because": "x"}).status_code == 403, path
    for path in ("edit", "attendance"):
        assert client.get(f"{meeting.url}/{path}").status_code == 403, path


def test_a_council_outside_the_system_finds_nothing(client_for: ClientFor, evaluated_round: Make) -> None:
    small = evaluated_round(councils=("halton", "sefton"))
    small.approve_outcome()
    matter = small.ask_use()
    meeting = Meeting(small, matter)
    client = client_for("procurement@wirral.example")
    for path in ("", "/screen", "/minutes.docx", "/minutes-to-publish.docx", "/edit", "/attendance"):
        assert client.get(f"{meeting.url}{path}").status_code == 404, path
    for path in ("/items", "/hold", f"/items/{meeting.item}/confirm", f"/items/{meeting.item}/remove"):
        assert client.send(f"{meeting.url}{path}", {"title": "x"}).status_code == 404, path
    assert meeting.url not in client.get("/decisions/meetings").get_data(as_text=True)


def test_what_cannot_stand_is_said_and_nothing_is_lost(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    lead, meeting = client_for(LEAD), Meeting(case, matter)
    new = {"system_id": str(case.system_id), "title": "", "meets_on": ["1", "1", "2020"], "place": "Room 7"}
    answer = lead.send("/decisions/meetings/new", new)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Give the meeting a title." in html
    assert "That day has passed." in html
    assert "Room 7" in html
    assert lead.send("/decisions/meetings/new", new | {"system_id": str(uuid4())}).status_code == 422
    for path, data, sentence in (
        ("matters", {"matter_id": ""}, "Choose an open joint decision."),
        ("items", {"title": "", "note": "Kept note"}, "Enter what the item is about."),
        ("cancel", {"because": ""}, "Say why the meeting does not take place."),
    ):
        answer = lead.send(f"{meeting.url}/{path}", data)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert "<title>Error: " in answer.get_data(as_text=True)
    said = {"sefton": ("", "cabinet in January")}
    answer = lead.send(f"{meeting.url}/screen?item=1", screen(case, lead, meeting.url, said))
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "Choose a position where you enter a condition or a note." in html
    assert "cabinet in January" in html
    assert REASONS in html
    seat = {
        "seats-0-authority": str(case.region.organisations["sefton"]),
        "seats-0-presence": "present",
        "seats-0-post": "",
    }
    answer = lead.send(f"{meeting.url}/attendance", seat)
    assert answer.status_code == 422
    assert "Sefton: enter which post was there." in answer.get_data(as_text=True)
    assert lead.send(f"{meeting.url}/hold").status_code == 409


def test_of_two_who_save_the_second_is_told(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    meeting = Meeting(case, matter)
    lead, colleague = client_for(LEAD), client_for("commissioning@halton.example")
    mine = screen(case, lead, meeting.url, {"sefton": ("in_favour", "")})
    theirs = screen(case, colleague, meeting.url, {"sefton": ("against", "")}, reasons="Theirs.")
    assert colleague.send(f"{meeting.url}/screen?item=1", theirs).status_code == 303
    answer = lead.send(f"{meeting.url}/screen?item=1", mine)
    assert answer.status_code == 409
    html = answer.get_data(as_text=True)
    assert "Sefton: Against" in html
    assert "Theirs." in html
    assert REASONS in html
    again = mine | {"seen": re.search(r'name="seen"[^>]*value="([^"]*)"', html)[1]}  # type: ignore[index]
    assert lead.send(f"{meeting.url}/screen?item=1", again).status_code == 303


def test_the_agenda_is_put_in_order(client_for: ClientFor, app: Flask, case: Evaluated, matter: UUID) -> None:
    meeting = Meeting(case, matter)
    lead = client_for(LEAD)
    lead.send(f"{meeting.url}/items", {"title": "Welcome"})
    with acting(app, LEAD) as (session, _):
        welcome = session.scalars(
            select(AgendaItem.id).where(AgendaItem.meeting_id == meeting.id, AgendaItem.title == "Welcome")
        ).one()
    assert lead.send(f"{meeting.url}/items/{welcome}/move", {"direction": "up"}).status_code == 303
    page = read(lead, meeting.url)
    assert page.index("Welcome") < page.index("Use the providers admitted")
    assert lead.send(f"{meeting.url}/items/{welcome}/remove").status_code == 303
    assert "Welcome" not in read(lead, f"{meeting.url}")
    other = Meeting(case, matter)
    assert lead.send(f"{other.url}/items/{meeting.item}/remove").status_code == 404
    assert lead.get(f"{meeting.url}/screen?item=9").status_code == 404


def test_the_list_goes_back_by_key(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    Meeting(case, matter)
    client = client_for("cabinet@sefton.example")
    assert "Board meeting, winter term" in read(client, "/decisions/meetings")
    assert "No meeting has been called." in read(client, f"/decisions/meetings?before=2000-01-01_{uuid4()}")
    assert client.get("/decisions/meetings?before=rubbish").status_code == 404


def test_the_same_statements_for_two_and_six_councils(
    client_for: ClientFor, evaluated_round: Make, count_statements: Any
) -> None:
    counts: list[dict[str, int]] = []
    for councils in (("halton", "sefton"), tuple(COUNCILS)):
        made = evaluated_round(councils=councils)
        made.approve_outcome()
        meeting = Meeting(made, made.ask_use())
        with acting(made.app, LEAD) as (session, actor):
            add_item(session, actor, meeting_id=meeting.id, title="Welcome", note="")
        meeting.note(**{slug.replace("-", "_"): "in_favour" for slug in councils})
        client = client_for(LEAD)
        found = {}
        for path in ("", "/screen?item=1", "/attendance", "/minutes.docx"):
            with count_statements() as sent:
                assert client.get(f"{meeting.url}{path}").status_code == 200
            found[path] = len(sent)
        with count_statements() as sent:
            client.get("/decisions/meetings")
        assert len(sent) <= 3, str(sent)
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 14, counts
