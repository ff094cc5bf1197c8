"""Uploads on the page: scanned before they are stored, told what they carry, pictures bared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.applications.models import Application, Document
from portal.applications.routes import groups
from portal.core.audit.models import Refusal
from portal.core.documents import Scanner
from portal.core.settings import Settings
from tests.applications.test_pages import page_of, send_file
from tests.core.test_documents_sniff import word
from tests.support.applying import PDF, OpenRound
from tests.support.clamd import EICAR, Clamd, running_clamd
from tests.support.client import StrictClient
from tests.support.region import acting

Clients = Callable[..., StrictClient]
INFECTED = PDF.replace(b"%%EOF", EICAR + b"\n%%EOF")
QUESTION = "sq-safeguarding-policy"


@pytest.fixture(scope="module")
def round_(open_round: Callable[..., OpenRound]) -> OpenRound:
    return open_round()


@pytest.fixture
def path(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the portal looks for its scanner; nobody is there."""
    with tempfile.TemporaryDirectory(prefix="clamd") as folder:
        monkeypatch.setitem(app.extensions, "scanner", Scanner(Path(folder, "s")))
        yield Path(folder, "s")


@pytest.fixture
def clamd(path: Path) -> Iterator[Clamd]:
    with running_clamd(path) as server:
        yield server


def stored(app: Flask, settings: Settings, application_id: UUID) -> tuple[int, set[Path]]:
    """Rows of this draft's documents, and all objects of the store."""
    with acting(app, "writer@alder.example") as (session, _):
        rows = session.scalars(select(Document.id).where(Document.application_id == application_id)).all()
    return len(rows), {one for one in (settings.data_dir / "documents").rglob("*") if one.is_file()}


def test_malware_is_refused_noted_and_kept_as_evidence(
    app: Flask, settings: Settings, round_: OpenRound, client_for: Clients, clamd: Clamd
) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")
    before = stored(app, settings, made)
    refused = send_file(client, made, round_.questions[QUESTION].id, "policy.pdf", INFECTED)
    page = unescape(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert "the portal's malware scanner found Eicar-Test-Signature in it. It was not saved." in page
    assert f'id="file-{QUESTION}-error"' in page
    assert clamd.received == [INFECTED]
    assert stored(app, settings, made) == before
    with acting(app, "writer@alder.example") as (session, _):
        assert "Eicar-Test-Signature" in str(session.get_one(Application, made).last_upload_error)
        assert not session.scalars(select(Refusal.id).where(Refusal.sentence.contains("Eicar"))).all(), (
            "says who applies"
        )
    trail = page_of(client, "/trail")
    assert "Refused a document for application" in trail
    assert "Eicar-Test-Signature" in trail
    assert "policy.pdf" not in trail
    assert "Eicar" not in page_of(client_for("operator@portal.example"), "/operator/refusals")


def test_nothing_is_taken_unscanned(
    app: Flask, settings: Settings, round_: OpenRound, client_for: Clients, path: Path
) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")
    before = stored(app, settings, made)
    refused = send_file(client, made, round_.questions[QUESTION].id, "policy.pdf", PDF)
    assert refused.status_code == 503
    assert "cannot be checked for malware just now, so it was not saved" in refused.get_data(as_text=True)
    assert stored(app, settings, made) == before
    with running_clamd(path) as clamd:
        taken = send_file(client, made, round_.questions[QUESTION].id, "policy.pdf", PDF)
        assert taken.status_code == 303
        assert clamd.received == [PDF]
    assert stored(app, settings, made)[0] == before[0] + 1


def test_readiness_and_the_help_desk_tell_of_the_scanner(app: Flask, client_for: Clients, path: Path) -> None:
    client = client_for("operator@portal.example")
    away = {"ready": True, "uploads": "refused: the malware scanner does not answer"}
    assert client.get("/readyz").json == away
    assert "The malware scanner does not answer. Every upload is refused until it does." in page_of(
        client, "/operator/help-desk"
    )
    with running_clamd(path):
        assert client.get("/readyz").json == {"ready": True}
        assert "the scanner answers" in page_of(client, "/operator/help-desk")
    app.extensions["scanner"] = None
    assert client.get("/readyz").json == {"ready": True}
    assert "Uploads are not scanned for malware on this portal" in page_of(client, "/operator/help-desk")


def test_the_page_after_an_upload_says_what_the_document_carries(round_: OpenRound, client_for: Clients) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")
    question = round_.questions[QUESTION]
    named = PDF.replace(b"trailer<<", b"4 0 obj<</Author (A. Person)>>endobj\ntrailer<<")
    taken = send_file(client, made, question.id, "policy.pdf", named)
    sentence = "This document carries the name of its author. Remove it if it is not meant to be read."
    assert sentence in page_of(client, taken.location)
    assert sentence not in page_of(client, taken.location), "said once"
    taken = send_file(client, made, question.id, "policy.docx", word())
    assert "This document carries" not in page_of(client, taken.location)


def test_the_field_says_what_happens_to_pictures_where_it_takes_them(round_: OpenRound) -> None:
    question = round_.questions[QUESTION]
    assert set(question.accept) == {"pdf", "docx"}
    assert groups._picture_hint(question) == ""
    for accept in ([], ["pdf", "png"], ["jpg"]):
        assert "hidden in a picture are removed" in groups._picture_hint(replace(question, accept=accept))
