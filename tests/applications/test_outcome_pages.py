"""The lead's steps after an evaluation, a provider's letter, the agreement, the register and where a provider stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.applications.actions.letters import prepare_letters, release_letters
from portal.applications.models import Letter
from portal.core import clock
from portal.core.provision import Urls
from portal.purchasing_systems.models import Admission
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, Evaluated, set_days
from tests.support.region import COUNCILS, acting

Make = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def day_in(days: int) -> list[str]:
    day = clock.today() + timedelta(days=days)
    return [str(day.day), str(day.month), str(day.year)]


def test_the_whole_way_by_the_pages(client_for: ClientFor, evaluated_round: Make, urls: Urls) -> None:
    case = evaluated_round(demonstration=True)
    lead, page = client_for(LEAD), f"/rounds/{case.round_id}/outcome"
    assert "Put the outcome to your decision maker" in lead.get(page).get_data(as_text=True)
    assert lead.send(f"{page}/ask", {"authority": "", "answer_by": day_in(5)}).status_code == 422
    assert lead.send(f"{page}/ask", {"authority": "Schedule 2", "answer_by": ["", "", ""]}).status_code == 422
    assert lead.send(f"{page}/ask", {"authority": "Schedule 2", "answer_by": day_in(-1)}).status_code == 422
    assert lead.send(f"{page}/ask", {"authority": "Schedule 2", "answer_by": day_in(5)}).status_code == 303
    waiting = lead.get(page).get_data(as_text=True)
    matter = re.search(r"/decisions/([0-9a-f-]{36})", waiting)
    assert matter
    assert lead.send(f"{page}/release-letters").status_code == 409
    case.decide("halton", UUID(matter[1]))
    assert "Put it to the councils" in lead.get(page).get_data(as_text=True)
    assert lead.send(f"{page}/ask-use", {"answer_by": day_in(10)}).status_code == 303
    assert "Send all letters now" in lead.get(page).get_data(as_text=True)
    assert lead.send(f"{page}/prepare-letters").status_code == 303
    assert "prepared, not sent" in words(lead.get(page).get_data(as_text=True))
    assert lead.send(f"{page}/release-letters").status_code == 303
    assert "The standstill runs until" in lead.get(page).get_data(as_text=True)
    assert lead.send(f"{page}/issue-agreements").status_code == 409
    set_days(
        urls, "UPDATE purchasing_systems.admissions SET standstill_ends_at = app.now() - interval '1 hour' WHERE round_id = %s",
        case.round_id,
    )  # fmt: skip
    assert "The standstill is over" in lead.get(page).get_data(as_text=True)
    assert lead.send(f"{page}/issue-agreements").status_code == 303
    for slug in ("alder", "birch"):
        provider = client_for(f"admin@{slug}.example")
        listed = provider.get("/where-you-stand").get_data(as_text=True)
        for link in sorted(set(re.findall(r"/agreements/[0-9a-f-]{36}", listed))):
            offered = provider.get(link).get_data(as_text=True)
            if "Accept the agreement" in offered:
                assert provider.send(f"{link}/accept").status_code == 303
                assert provider.get(f"{link}.pdf").data.startswith(b"%PDF")
    assert "Accept all of them" in lead.get(page).get_data(as_text=True)
    assert lead.send(f"{page}/accept-agreements").status_code == 303
    assert "The round is complete." in lead.get(page).get_data(as_text=True)


@pytest.fixture(scope="module")
def released(evaluated_round: Make) -> Evaluated:
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    matter = case.ask_use()
    case.decide("knowsley", matter, outcome="approve_with_restriction", restrictions=case.restriction("alder"))
    case.decide("wirral", matter, outcome="not_approve")
    case.decide("halton", matter)
    with acting(case.app, LEAD) as (session, actor):
        release_letters(session, actor, round_id=case.round_id)
    return case


def letter_of(case: Evaluated, slug: str) -> UUID:
    with acting(case.app, LEAD) as (session, _):
        return session.scalars(
            select(Letter.id).where(Letter.round_id == case.round_id, Letter.provider_id == case.provider(slug))
        ).one()


def test_a_provider_reads_its_own_letter_alone(client_for: ClientFor, released: Evaluated) -> None:
    cedar = client_for("writer@cedar.example")
    page = cedar.get(f"/letters/{letter_of(released, 'cedar')}")
    html = words(page.get_data(as_text=True))
    assert page.status_code == 200
    assert "Not admitted" in html
    assert "The answer on safety scored 2. The lowest score allowed is 3." in html
    assert cedar.get(f"/letters/{letter_of(released, 'cedar')}.pdf").data.startswith(b"%PDF")
    assert cedar.get(f"/letters/{letter_of(released, 'alder')}").status_code == 404
    assert cedar.get(f"/letters/{letter_of(released, 'alder')}.pdf").status_code == 404


def test_before_the_letters_a_provider_finds_nothing(client_for: ClientFor, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    with acting(case.app, LEAD) as (session, actor):
        prepare_letters(session, actor, round_id=case.round_id)
    lead, alder, sefton = (client_for(e) for e in (LEAD, "admin@alder.example", "head@sefton.example"))
    letter = letter_of(case, "alder")
    assert "Not sent" in lead.get(f"/letters/{letter}").get_data(as_text=True)
    assert alder.get(f"/letters/{letter}").status_code == 404
    assert sefton.get(f"/letters/{letter}").status_code == 404
    assert case.made.title not in alder.get("/where-you-stand").get_data(as_text=True)
    with acting(case.app, LEAD) as (session, _):
        admission = session.scalars(select(Admission.id).where(Admission.round_id == case.round_id)).all()[0]
    assert alder.get(f"/agreements/{admission}").status_code == 404
    assert alder.send(f"/agreements/{admission}/accept").status_code == 404


def test_where_a_provider_stands(client_for: ClientFor, released: Evaluated) -> None:
    html = words(client_for("writer@alder.example").get("/where-you-stand").get_data(as_text=True))
    assert "Can use you from" in html
    assert "Knowsley restricts your use on the published ground “Unresolved safeguarding concern”" in html
    assert "Wirral decided not to use the providers of round 1" in html
    assert "Sefton has not decided yet (asked by" in html
    birch = words(client_for("writer@birch.example").get("/where-you-stand").get_data(as_text=True))
    assert "Not offered for Wirral" in birch
    assert client_for("placement@sefton.example").get("/where-you-stand").status_code == 403


@pytest.mark.parametrize("slug", list(COUNCILS))
def test_each_council_has_its_register(client_for: ClientFor, released: Evaluated, slug: str) -> None:
    client = client_for(f"placement@{slug}.example")
    page = client.get(f"/register?lot={released.made.lots[0]}")
    html = words(page.get_data(as_text=True))
    assert page.status_code == 200
    assert f"Register of {COUNCILS[slug][1]}" in html
    assert "Cannot be used, or not yet" in html
    assert client.get("/register?name=alder&after=nonsense&lot=nonsense").status_code == 200


def test_a_provider_is_led_to_its_own_table(client_for: ClientFor) -> None:
    assert client_for("writer@alder.example").get("/register").location == "/where-you-stand"


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("legal@sefton.example", 403),
        ("cabinet@halton.example", 403),
        ("admin@alder.example", 404),
        ("head@halton.example", 200),
        ("operator@portal.example", 403),
    ],
)
def test_the_leads_page_is_the_leads(client_for: ClientFor, released: Evaluated, email: str, status: int) -> None:
    assert client_for(email).get(f"/rounds/{released.round_id}/outcome").status_code == status


@pytest.mark.parametrize(
    "step", ["ask", "ask-use", "prepare-letters", "release-letters", "issue-agreements", "complete"]
)
def test_others_cannot_take_the_leads_steps(client_for: ClientFor, released: Evaluated, step: str) -> None:
    path = f"/rounds/{released.round_id}/outcome/{step}"
    assert client_for("procurement@sefton.example").send(path, {"answer_by": day_in(5)}).status_code == 403
    assert client_for("head@halton.example").send(path).status_code == 403
    assert client_for("admin@alder.example").send(path).status_code == 403


def test_agreements_are_read_by_those_they_concern(app: Flask, client_for: ClientFor, evaluated_round: Make) -> None:
    case = evaluated_round(standstill_days=None, councils=("halton", "sefton"))
    case.approve_outcome()
    with acting(app, LEAD) as (session, actor):
        release_letters(session, actor, round_id=case.round_id)
    assert client_for(LEAD).send(f"/rounds/{case.round_id}/outcome/issue-agreements").status_code == 303
    with acting(app, LEAD) as (session, _):
        mine = session.scalars(
            select(Admission.id).where(
                Admission.provider_id == case.provider("birch"), Admission.round_id == case.round_id
            )
        ).one()
    for email, status in (
        ("writer@birch.example", 200),
        ("admin@alder.example", 404),
        ("placement@sefton.example", 200),
        ("placement@wirral.example", 404),
    ):
        assert client_for(email).get(f"/agreements/{mine}").status_code == status
    writer = client_for("writer@birch.example")
    assert "Accept the agreement" not in writer.get(f"/agreements/{mine}").get_data(as_text=True)
    assert writer.send(f"/agreements/{mine}/accept").status_code == 403
    assert client_for(LEAD).send(f"/agreements/{mine}/accept").status_code == 409
    admin = client_for("admin@birch.example")
    assert admin.send(f"/agreements/{mine}/decline").status_code == 303


def test_few_statements(client_for: ClientFor, released: Evaluated, count_statements: Callable[[], object]) -> None:
    letter = letter_of(released, "alder")
    for email, path, most in (
        (LEAD, f"/rounds/{released.round_id}/outcome", 12),
        ("placement@sefton.example", "/register", 8),
        ("writer@alder.example", "/where-you-stand", 8),
        ("writer@alder.example", f"/letters/{letter}", 6),
    ):
        client = client_for(email)
        with count_statements() as sent:  # type: ignore[attr-defined]
            assert client.get(path).status_code == 200
        assert len(sent) <= most, str(sent)
