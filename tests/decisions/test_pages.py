"""The pages: what each role sees of a joint decision, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.decisions.models import Decision
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated
from tests.support.region import acting

Make = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]


@pytest.fixture(scope="module")
def case(evaluated_round: Make) -> Evaluated:
    made = evaluated_round(demonstration=True)
    made.approve_outcome()
    return made


@pytest.fixture(scope="module")
def matter(case: Evaluated) -> UUID:
    return case.ask_use()


def typed(case: Evaluated, **changed: Any) -> dict[str, Any]:
    """The form as a person fills it in."""
    today = clock.today()
    day = [str(today.day), str(today.month), str(today.year)]
    values = {
        "outcome": "approve",
        "decided_by_post": "Head of Children’s Social Care",
        "decided_by_capacity": "Officer, under delegated authority",
        "authority_source": "Cabinet, item 32 (2)",
        "consulted_post": "Cabinet Member",
        "decided_on": day,
        "effective_on": day,
        "reasons": "Because it helps.",
        "alternatives": "Nothing: rejected, because need is here.",
        "interests": "None declared.",
        "evidence": "Signed record",
        "report_reference": "R-1",
        "record_url": "https://democracy.example/1",
        "restrictions-0-provider": "",
        "restrictions-0-ground": "",
        "restrictions-0-reason": "",
    }
    return values | changed


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_whole_way_of_an_answer(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    officer, recorder, other = (
        client_for(f"{who}.example") for who in ("procurement@sefton", "democratic@sefton", "head@wirral")
    )
    board = officer.get(f"/decisions/{matter}").get_data(as_text=True)
    assert "Your council has not answered" in board
    assert "No answer yet: Halton, Knowsley, Liverpool, Sefton, St Helens and Wirral." in board
    assert officer.get(f"/decisions/{matter}/decide").status_code == 200
    saved = officer.send(f"/decisions/{matter}/decide", typed(case))
    assert (saved.status_code, saved.location) == (303, f"/decisions/{matter}/draft")
    checked = officer.get(saved.location).get_data(as_text=True)
    assert "democratic services or a head of service of your council puts it on the record" in words(checked)
    assert officer.send(f"/decisions/{matter}/record").status_code == 403
    # Another council sees no draft, not even that there is one.
    assert other.get(f"/decisions/{matter}/draft").status_code == 404
    assert "Sefton" in words(other.get(f"/decisions/{matter}").get_data(as_text=True)).split("No answer yet:")[1]
    recorded = recorder.send(f"/decisions/{matter}/record")
    assert recorded.status_code == 303
    page = other.get(recorded.location)
    assert "Copy. Official record at" in page.get_data(as_text=True)
    assert "Demonstration" in page.get_data(as_text=True)
    pdf = other.get(f"{recorded.location}.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    assert "Read the decision" in other.get(f"/decisions/{matter}").get_data(as_text=True)
    # Recorded once is recorded.
    assert recorder.send(f"/decisions/{matter}/record").status_code == 404


def test_the_list_shows_a_card_for_each_council(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    page = client_for("cabinet@liverpool.example").get("/decisions").get_data(as_text=True)
    assert f"/decisions/{matter}" in page
    assert page.count("app-card__name") >= 6
    assert "Answered by every council asked" in page


@pytest.mark.parametrize("email", ["admin@alder.example", "writer@cedar.example", "operator@portal.example"])
def test_joint_decisions_are_the_councils(client_for: ClientFor, matter: UUID, email: str) -> None:
    client = client_for(email)
    for path in ("/decisions", f"/decisions/{matter}", f"/decisions/{matter}/decide"):
        assert client.get(path).status_code == 403
    assert client_for().get(f"/decisions/{matter}").status_code in (302, 303, 401)


def test_a_council_outside_the_system_finds_nothing(client_for: ClientFor, evaluated_round: Make) -> None:
    small = evaluated_round(councils=("halton", "sefton"))
    matter = small.ask_outcome()
    client = client_for("head@wirral.example")
    assert client.get(f"/decisions/{matter}").status_code == 404
    assert client.get(f"/decisions/{matter}/decide").status_code == 404
    assert client.send(f"/decisions/{matter}/decide", typed(small)).status_code == 404


def test_who_was_not_asked_cannot_answer(client_for: ClientFor, evaluated_round: Make) -> None:
    matter = evaluated_round().ask_outcome()
    client = client_for("head@wirral.example")
    assert client.get(f"/decisions/{matter}").status_code == 200
    answer = client.get(f"/decisions/{matter}/decide")
    assert answer.status_code == 409
    assert "not put to your council" in answer.get_data(as_text=True)


def test_input_that_cannot_stand_is_said_beside_the_field(
    app: Flask, client_for: ClientFor, case: Evaluated, matter: UUID
) -> None:
    client = client_for("procurement@wirral.example")
    path = f"/decisions/{matter}/decide"
    tomorrow = clock.today() + timedelta(days=1)
    day = [str(tomorrow.day), str(tomorrow.month), str(tomorrow.year)]
    restrict = {"outcome": "approve_with_restriction", "restrictions-0-reason": "A concern"}
    alder = str(case.provider("alder"))
    tries: dict[str, dict[str, Any]] = {
        "cannot be dated in the future": {"decided_on": day, "effective_on": day},
        "Enter a day, a month and a year": {"decided_on": ["1", "", "2026"]},
        "That day does not exist": {"decided_on": ["31", "2", "2026"]},
        "beginning with https://": {"record_url": "javascript:alert(1)"},
        "published in the documents": restrict | {"restrictions-0-provider": alder, "restrictions-0-ground": "dislike"},
        "one of the providers": restrict
        | {"restrictions-0-provider": str(case.provider("cedar")), "restrictions-0-ground": "safeguarding-concern"},
        "control character": {"reasons": "a\x00b"},
        "Choose one of the answers": {"outcome": "perhaps"},
    }
    for sentence, changed in tries.items():
        answer = client.send(path, typed(case, **changed))
        assert answer.status_code == 422, sentence
        html = answer.get_data(as_text=True)
        assert sentence in html
        assert "<title>Error: " in html
        assert "Because it helps." in html or "reasons" in changed, "nothing typed is lost"
    with acting(app, "procurement@wirral.example") as (session, _):
        assert (
            session.scalars(select(Decision).where(Decision.matter_id == matter, Decision.status == "draft")).all()
            == []
        )


def test_rows_for_more_providers_without_javascript(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    client = client_for("procurement@wirral.example")
    path = f"/decisions/{matter}/decide"
    more = client.send(path, typed(case, add="1")).get_data(as_text=True)
    assert 'name="restrictions-1-provider"' in more
    two = typed(case) | {
        "restrictions-0-reason": "First", "restrictions-1-provider": "", "restrictions-1-ground": "",
        "restrictions-1-reason": "Second", "remove": "0",
    }  # fmt: skip
    fewer = client.send(path, two).get_data(as_text=True)
    assert 'name="restrictions-1-provider"' not in fewer
    assert "Second" in fewer
    assert "First" not in fewer


def test_the_second_of_two_colleagues_is_told(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    first, second = client_for("procurement@liverpool.example"), client_for("legal@liverpool.example")
    path = f"/decisions/{matter}/decide"
    assert first.send(path, typed(case, reasons="The first text.")).status_code == 303
    clash = second.send(path, typed(case, reasons="The second text."))
    html = clash.get_data(as_text=True)
    assert clash.status_code == 409
    assert "A colleague has saved this draft" in html
    assert "The first text." in html
    assert "The second text." in html
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', html)
    assert seen
    assert second.send(path, typed(case, reasons="The second text.", seen=seen[1])).status_code == 303


def test_an_incomplete_draft_says_what_is_missing(client_for: ClientFor, case: Evaluated, matter: UUID) -> None:
    client = client_for("democratic@knowsley.example")
    path = f"/decisions/{matter}/decide"
    client.send(path, typed(case, evidence="", outcome="", effective_on=["", "", ""]))
    page = client.get(f"/decisions/{matter}/draft").get_data(as_text=True)
    assert "Not ready to be recorded" in page
    assert "Enter the evidence" in page
    assert "Choose what the council decided" in page
    assert "Record this decision" not in page
    refused = client.send(f"/decisions/{matter}/record")
    assert refused.status_code == 409


def test_a_restriction_is_shown_with_its_ground(client_for: ClientFor, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    recorded = case.decide(
        "knowsley", matter, outcome="approve_with_restriction", restrictions=case.restriction("alder")
    )
    page = client_for("cabinet@halton.example").get(f"/decisions/records/{recorded}").get_data(as_text=True)
    assert "Unresolved safeguarding concern" in page
    assert "Alder House Care Ltd (fictional)" in page
    assert "Embargo" in page
    assert client_for("admin@alder.example").get(f"/decisions/records/{recorded}").status_code == 403


def test_the_same_statements_for_two_and_six_councils(
    client_for: ClientFor, evaluated_round: Make, count_statements: Any
) -> None:
    small, large = evaluated_round(councils=("halton", "sefton")), evaluated_round()
    counts = []
    for made in (small, large):
        made.approve_outcome()
        matter = made.ask_use()
        client = client_for("cabinet@sefton.example")
        with count_statements() as sent:
            assert client.get(f"/decisions/{matter}").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 10
    with count_statements() as sent:
        client_for("cabinet@sefton.example").get("/decisions")
    assert len(sent) <= 14, str(sent)
