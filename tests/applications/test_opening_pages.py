"""Pages of the ceremony, for each who may come to them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from portal.applications.models import RefusedOpening
from portal.core.audit.models import AuditLine, Refusal
from tests.support.applying import OpenRound
from tests.support.client import StrictClient
from tests.support.evaluating import Evaluated
from tests.support.region import PASSWORD, acting

Clients = Callable[..., StrictClient]
FIRST, SECOND = "procurement@halton.example", "legal@sefton.example"


def test_the_ceremony_page_by_page(client_for: Clients, closed_round: Callable[..., Evaluated]) -> None:
    case = closed_round()
    url, record = f"/rounds/{case.id}/open-submissions", f"/rounds/{case.id}/record-of-opening"
    first = client_for(FIRST)
    assert "Confirm as the first officer" in first.get(url).text
    assert first.get(record).status_code == 409
    answer = first.send(url, {"password": PASSWORD})
    assert answer.status_code == 303
    page = first.get(url).text
    assert "You have confirmed" in page
    assert "Alder" not in page
    second = client_for(SECOND)
    assert "Confirm and open the round" in second.get(url).text
    wrong = second.send(url, {"password": "a wrong password altogether"})
    assert wrong.status_code == 409
    assert "That is not your password" in wrong.text
    answer = second.send(url, {"password": PASSWORD})
    assert answer.headers["Location"] == record
    page = second.get(record).text
    for words in ("Alder House Care Ltd", "Birch House Care Ltd", "Sefton Metropolitan", "That is not your password"):
        assert words in page
    pdf = client_for("cabinet@wirral.example").get(f"{record}.pdf")
    assert pdf.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf.data)).pages)
    assert "Alder House Care Ltd" in text
    assert "The round is open" in first.get(url).text


def test_before_closing_the_page_waits_and_an_attempt_is_kept_once(
    app: Flask, client_for: Clients, open_round: Callable[..., OpenRound]
) -> None:
    round_ = open_round()
    url = f"/rounds/{round_.id}/open-submissions"
    client = client_for(FIRST)
    page = client.get(url)
    assert page.status_code == 200
    assert "Nothing can be opened before the round closes" in page.text
    assert 'type="password"' not in page.text
    refused = client.send(url, {"password": PASSWORD})
    assert refused.status_code == 409
    assert "Nothing can be opened before" in refused.text
    with acting(app, FIRST) as (session, _):
        assert session.query(RefusedOpening).filter(RefusedOpening.round_id == round_.id).count() == 1
        assert session.query(Refusal).filter(Refusal.path == url).count() == 1
        lines = session.scalars(select(AuditLine).where(AuditLine.system_id == round_.system_id)).all()
        assert [line.verb for line in lines].count("applications.opening.refused") == 1


def test_an_empty_password_is_an_error_of_the_form_and_no_attempt(
    app: Flask, client_for: Clients, closed_round: Callable[..., Evaluated]
) -> None:
    case = closed_round({"alder": ("residential",)})
    answer = client_for(FIRST).send(f"/rounds/{case.id}/open-submissions", {"password": ""})
    assert answer.status_code == 422
    assert "Enter your password to confirm" in answer.text
    with acting(app, FIRST) as (session, _):
        assert session.query(RefusedOpening).filter(RefusedOpening.round_id == case.id).count() == 0


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("placement@sefton.example", 403),
        ("head@halton.example", 403),
        ("admin@alder.example", 403),
        ("operator@portal.example", 403),
        (None, 303),
    ],
)
def test_who_cannot_come_to_the_ceremony(
    client_for: Clients, closed_round: Callable[..., Evaluated], email: str | None, status: int
) -> None:
    case = closed_round({"alder": ("residential",)})
    client = client_for(email)
    assert client.get(f"/rounds/{case.id}/open-submissions").status_code in (status, 302)
    assert client.send(f"/rounds/{case.id}/open-submissions", {"password": PASSWORD}).status_code in (status, 302, 401)


def test_a_round_that_is_not_there_is_not_there(client_for: Clients) -> None:
    unknown = "/rounds/00000000-0000-4000-8000-000000000000"
    client = client_for(FIRST)
    for page in ("open-submissions", "record-of-opening", "record-of-opening.pdf", "evaluation", "evaluation/results"):
        assert client.get(f"{unknown}/{page}").status_code == 404
