"""The provider's pages: saving, colliding, uploading, submitting, and every refusal with nothing lost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from portal.applications.models import Application
from portal.applications.queries import answers_of_draft
from portal.core.audit.models import Refusal
from portal.core.database import session as db_session
from portal.core.documents import StorageFull
from portal.core.provision import Urls
from portal.core.web.lifecycle import TOKEN
from tests.support.applying import PDF, OpenRound
from tests.support.client import StrictClient
from tests.support.region import PASSWORD, acting, clock_set_back
from tests.support.statements import Statements

Clients = Callable[..., StrictClient]
Counter = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture(scope="module")
def round_(open_round: Callable[..., OpenRound]) -> OpenRound:
    return open_round()


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no hidden field {name}"
    return unescape(found[1])


def page_of(client: StrictClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status
    return response.get_data(as_text=True)


def answer_of(app: Flask, email: str, application_id: UUID, round_: OpenRound, key: str) -> str:
    with acting(app, email) as (session, _):
        answers = answers_of_draft(session, app.extensions["keys"], session.get_one(Application, application_id))
        found = answers.get(round_.questions[key].id)
        return found.text if found else ""


def test_from_start_to_receipt(
    app: Flask, open_round: Callable[..., OpenRound], client_for: Clients, count_statements: Counter
) -> None:
    own = open_round()
    client = client_for("admin@alder.example")
    begun = client.send(f"/rounds/{own.id}/apply")
    assert begun.status_code == 303
    assert begun.location.endswith("/lots")
    made = UUID(begun.location.split("/")[2])
    base = f"/applications/{made}"
    assert "NOT SUBMITTED" in page_of(client, f"{base}/lots")
    lot = own.lots["foster"]
    councils = [str(c) for c in own.councils.values()]
    chosen = client.send(f"{base}/lots", {"lots": [str(lot)], f"areas-{lot}": councils})
    assert (chosen.status_code, chosen.location) == (303, base)
    with count_statements() as sent:
        tasks = page_of(client, base)
    assert len(sent) <= 10, sent
    assert "NOT SUBMITTED" in tasks
    assert "Cannot start yet" in tasks
    assert "Not needed" in tasks
    own.answer("writer@alder.example", made, "foster")
    for group in {q.group_slug for q in own.questions.values() if q.lot_id in (None, lot)}:
        assert "NOT SUBMITTED" in page_of(client, f"{base}/group/{group}")
    assert "NOT SUBMITTED" in page_of(client, f"{base}/check")
    form = page_of(client, f"{base}/declare-and-submit")
    fields = {"key": hidden(form, "key"), "content": hidden(form, "content")}
    untold = client.send(f"{base}/declare-and-submit", fields)
    assert untold.status_code == 422
    assert "Confirm the declaration" in untold.get_data(as_text=True)
    assert hidden(untold.get_data(as_text=True), "key") == fields["key"]
    with count_statements() as sent:
        done = client.send(f"{base}/declare-and-submit", {**fields, "declared": "y"})
    assert done.status_code == 303
    assert len(sent) <= 12, sent
    again = client.send(f"{base}/declare-and-submit", {**fields, "declared": "y"})
    assert again.location == done.location, "a double click is one application with one receipt"
    receipt = page_of(client, done.location)
    assert "Submitted. We have your application." in receipt
    assert "sq-safeguarding-policy.pdf" in receipt
    pdf = client.get(f"{done.location}.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert "Submitted: version 1" in page_of(client, base)
    assert "Submitted" in page_of(client, "/applications")
    writer = client_for("writer@alder.example")
    assert writer.get(f"{base}/declare-and-submit").status_code == 403
    assert client_for("admin@birch.example").get(done.location).status_code == 404


def test_saving_a_page_is_cheap_and_goes_on_to_the_next(
    app: Flask, round_: OpenRound, client_for: Clients, count_statements: Counter
) -> None:
    made = round_.begin("writer@birch.example", "residential")
    client = client_for("writer@birch.example")
    path = f"/applications/{made}/group/supplier"
    form = page_of(client, path)
    fields = {
        "version": hidden(form, "version"),
        "page_token": hidden(form, "page_token"),
        "q-sq-legal-name": "Birch House Care Ltd",
        "q-sq-trading-status": "limited_company",
    }
    with count_statements() as sent:
        saved = client.send(path, fields)
    assert len(sent) <= 10, sent
    assert saved.status_code == 303
    assert saved.location.endswith("/group/exclusion-mandatory")
    assert answer_of(app, "writer@birch.example", made, round_, "sq-trading-status") == "limited_company"
    assert "In progress" in page_of(client, f"/applications/{made}")
    assert client.send(path, {**fields, "list": "1"}).location == f"/applications/{made}"


def test_autosave_keeps_what_can_be_kept_and_names_the_rest(
    app: Flask, round_: OpenRound, client_for: Clients, count_statements: Counter
) -> None:
    made = round_.begin("writer@birch.example", "residential")
    client = client_for("writer@birch.example")
    path = f"/applications/{made}/group/res-prices"
    form = page_of(client, path)
    fields = {
        "version": hidden(form, "version"),
        "page_token": hidden(form, "page_token"),
        "q-res-price-solo": "4,500",
        "q-res-price-dual": "12.345",
    }
    with count_statements() as sent:
        saved = client.send(f"{path}/autosave", fields)
    assert len(sent) <= 10, sent
    told = saved.get_json()
    assert "two decimal places" in told["saved_at"]
    assert told["version"] != fields["version"]
    assert answer_of(app, "writer@birch.example", made, round_, "res-price-solo") == "4500.00"
    assert answer_of(app, "writer@birch.example", made, round_, "res-price-dual") == ""
    # The answer of the first save was lost on its way: the same open page is not in conflict with itself.
    lost = client.send(f"{path}/autosave", {**fields, "q-res-price-solo": "4600", "q-res-price-dual": ""})
    assert lost.status_code == 200
    assert answer_of(app, "writer@birch.example", made, round_, "res-price-solo") == "4600.00"


def test_second_of_two_colleagues_sees_both_texts(app: Flask, round_: OpenRound, client_for: Clients) -> None:
    made = round_.begin("writer@cedar.example", "residential")
    writer, admin = client_for("writer@cedar.example"), client_for("admin@cedar.example")
    path = f"/applications/{made}/group/supplier"
    forms = [page_of(client, path) for client in (writer, admin)]
    first, second = ({"version": hidden(form, "version"), "page_token": hidden(form, "page_token")} for form in forms)
    assert writer.send(path, {**first, "q-sq-legal-name": "The writer’s name"}).status_code == 303
    autosaved = admin.send(f"{path}/autosave", {**second, "q-sq-legal-name": "The administrator’s name"})
    assert autosaved.status_code == 409
    assert "a colleague (Bid writer)" in autosaved.get_json()["sentence"]
    both = admin.send(path, {**second, "q-sq-legal-name": "The administrator’s name", "q-sq-contact-post": "Manager"})
    page = both.get_data(as_text=True)
    assert both.status_code == 409
    assert "The writer’s name" in page
    assert page.count("The administrator’s name") == 2, "in the comparison and in the field"
    assert "Manager" in page, "nothing else that was typed is lost"
    assert answer_of(app, "writer@cedar.example", made, round_, "sq-legal-name") == "The writer’s name"
    third = {"version": hidden(page, "version"), "page_token": hidden(page, "page_token")}
    assert admin.send(path, {**third, "q-sq-legal-name": "Both names"}).status_code == 303
    assert answer_of(app, "writer@cedar.example", made, round_, "sq-legal-name") == "Both names"


def test_old_text_that_was_merely_shown_does_not_overwrite_a_newer_one(
    app: Flask, round_: OpenRound, client_for: Clients
) -> None:
    made = round_.begin("writer@alder.example", "residential")
    writer, admin = client_for("writer@alder.example"), client_for("admin@alder.example")
    path = f"/applications/{made}/group/supplier"
    shown = page_of(admin, path)
    fields = {"version": hidden(shown, "version"), "page_token": hidden(shown, "page_token")}
    form = page_of(writer, path)
    theirs = {"version": hidden(form, "version"), "page_token": hidden(form, "page_token")}
    writer.send(path, {**theirs, "q-sq-legal-name": "New name"})
    saved = admin.send(path, {**fields, "q-sq-legal-name": "", "q-sq-contact-post": "Operations manager"})
    assert saved.status_code == 303
    assert answer_of(app, "writer@alder.example", made, round_, "sq-legal-name") == "New name"
    assert answer_of(app, "writer@alder.example", made, round_, "sq-contact-post") == "Operations manager"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-5", "£0.00 or more"),
        ("NaN", "amount in pounds"),
        ("1e999", "amount in pounds"),
        ("1.005", "two decimal places"),
        ("1_000", "amount in pounds"),
        ("１２", "amount in pounds"),
        ("12\x0034", "control character"),
        ("12\u202e34", "hidden character"),
        ("<script>alert(1)</script>", "amount in pounds"),
        ("{{7*7}}", "amount in pounds"),
    ],
)
def test_price_that_is_none_is_refused_beside_its_field_and_stays_on_the_page(
    round_: OpenRound, client_for: Clients, typed: str, sentence: str
) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")
    path = f"/applications/{made}/group/res-prices"
    form = page_of(client, path)
    refused = client.send(
        path, {"version": hidden(form, "version"), "q-res-price-solo": typed, "q-res-price-dual": "12.50"}
    )
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert re.search(rf'id="q-res-price-solo-error"[^<]*<span[^<]*</span>[^<]*{re.escape(sentence)}', page), page
    assert 'href="#q-res-price-solo"' in page
    assert 'value="12.50"' in page
    assert "Error: " in page
    if "<" in typed:
        assert "<script>alert" not in page


def test_price_above_the_ceiling_is_saved_with_a_warning(app: Flask, round_: OpenRound, client_for: Clients) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")
    path = f"/applications/{made}/group/res-prices"
    form = page_of(client, path)
    saved = client.send(path, {"version": hidden(form, "version"), "q-res-price-solo": "99999"}, follow_redirects=True)
    assert "Above the ceiling" in saved.get_data(as_text=True)
    assert "above the ceiling of" in page_of(client, path)
    assert "Above ceiling" in page_of(client, f"/applications/{made}/check")


def test_too_many_words_are_saved_and_named(round_: OpenRound, client_for: Clients) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")
    path = f"/applications/{made}/group/res-safeguarding"
    form = page_of(client, path)
    saved = client.send(
        path, {"version": hidden(form, "version"), "q-res-safeguarding": "word " * 751}, follow_redirects=True
    )
    page = saved.get_data(as_text=True)
    assert "The answer has 751 words. Shorten it to 750 or fewer." in page
    assert page.count("word word") > 1
    assert "751 words" in page_of(client, f"/applications/{made}")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("", b"", "Choose a file"),
        ("policy.pdf", b"", "empty"),
        ("policy.exe", b"MZ", "not accepted"),
        ("policy.pdf", b"MZ not a pdf", "The name says this is a PDF"),
        ("../../policy.pdf", PDF, "slash"),
        ("po\u202elicy.pdf", PDF, "direction"),
        ("policy.txt", b"plain words", "takes a PDF or a Word document"),
        ("policy.pdf", PDF + b" " * (20 * 1024 * 1024), "larger than 20 MB"),
    ],
)
def test_refused_upload_says_why_beside_the_field_and_is_noted_without_its_name(
    app: Flask, round_: OpenRound, client_for: Clients, name: str, content: bytes, sentence: str
) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")
    question = round_.questions["sq-safeguarding-policy"]
    refused = send_file(client, made, question.id, name, content)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'id="file-sq-safeguarding-policy-error"' in page
    assert sentence in unescape(page)
    with acting(app, "writer@alder.example") as (session, _):
        noted = session.get_one(Application, made).last_upload_error
        assert noted is not None
        assert sentence in noted
        assert "policy" not in noted


def send_file(client: StrictClient, application_id: UUID, question_id: UUID, name: str, content: bytes) -> Any:
    # Encoded here: the test client would put a large body into a temporary file that nobody closes.
    file = FileStorage(io.BytesIO(content), filename=name, content_type="application/octet-stream")
    fields = MultiDict({"csrf_token": client.csrf(), "question_id": str(question_id), "file": file})
    boundary, body = encode_multipart(fields)
    return client.post(
        f"/applications/{application_id}/documents",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def test_far_too_large_upload_gets_the_413_page_and_is_noted(
    app: Flask, round_: OpenRound, client_for: Clients
) -> None:
    made = round_.begin("writer@birch.example", "residential")
    client = client_for("writer@birch.example")
    question = round_.questions["sq-safeguarding-policy"]
    refused = send_file(client, made, question.id, "big.pdf", PDF + b" " * (25 * 1024 * 1024))
    assert refused.status_code == 413
    assert "larger than 20 MB" in refused.get_data(as_text=True)
    with acting(app, "writer@birch.example") as (session, _):
        assert "larger than 20 MB" in str(session.get_one(Application, made).last_upload_error)


def test_full_disk_says_so_and_keeps_everything_else(
    app: Flask, round_: OpenRound, client_for: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = round_.begin("writer@alder.example", "residential")
    client = client_for("writer@alder.example")

    def full(*_arguments: object, **_named: object) -> None:
        raise StorageFull

    monkeypatch.setattr("portal.core.documents.DocumentStore.put_encrypted", full)
    refused = send_file(client, made, round_.questions["sq-continuity-plan"].id, "plan.pdf", PDF)
    assert refused.status_code == 507
    assert "storage is full" in refused.get_data(as_text=True)


def test_document_goes_up_comes_back_and_goes(round_: OpenRound, client_for: Clients) -> None:
    made = round_.begin("writer@cedar.example", "residential")
    client = client_for("writer@cedar.example")
    question = round_.questions["sq-continuity-plan"]
    sent = send_file(client, made, question.id, "Plan “A” – été.pdf", PDF)
    assert sent.status_code == 303
    page = page_of(client, sent.location)
    assert "Plan “A” – été.pdf" in unescape(page)
    link = re.search(rf"/applications/{made}/documents/[0-9a-f-]{{36}}", page)
    assert link
    got = client.get(link[0])
    assert got.data == PDF
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert client_for("writer@alder.example").get(link[0]).status_code == 404
    assert client.send(f"{link[0]}/remove").status_code == 303
    assert client.get(link[0]).status_code == 404


def test_late_by_the_servers_clock_is_refused_and_the_draft_stays_readable(
    app: Flask, open_round: Callable[..., OpenRound], client_for: Clients, urls: Urls
) -> None:
    with clock_set_back(urls, timedelta(days=20)):
        closed = open_round(closes_in=timedelta(days=1))
        made = closed.begin("writer@alder.example", "foster")
        closed.answer("writer@alder.example", made, "foster", sq_legal_name="Alder as typed")
    client = client_for("admin@alder.example")
    base = f"/applications/{made}"
    for path in (base, f"{base}/check", f"{base}/group/supplier", f"{base}/group/policies", f"{base}/lots"):
        assert "NOT SUBMITTED" in page_of(client, path)
    assert "Alder as typed" in page_of(client, f"{base}/group/supplier")
    assert "<textarea" not in page_of(client, f"{base}/group/supplier")
    late = client.send(f"{base}/declare-and-submit", {"key": "k" * 20, "declared": "y"})
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert "Too late. The round closed at" in page
    assert "this reached the portal at" in page
    assert client.send(f"{base}/group/supplier", {"q-sq-legal-name": "Later"}).status_code == 409
    with acting(app, "admin@alder.example") as (session, _):
        kept = session.scalars(
            select(Refusal.sentence).where(Refusal.path == "/applications/…/declare-and-submit")
        ).all()
        assert any("Too late" in sentence for sentence in kept)


def test_forged_ids_are_missing_like_any_absent_one(round_: OpenRound, client_for: Clients) -> None:
    made = round_.begin("writer@alder.example", "residential")
    stranger = client_for("admin@birch.example")
    base = f"/applications/{made}"
    for path in (base, f"{base}/lots", f"{base}/check", f"{base}/group/supplier", f"{base}/declare-and-submit"):
        assert stranger.get(path).status_code == 404
    for path in (f"{base}/group/supplier", f"{base}/declare-and-submit", f"{base}/withdraw", f"{base}/lots"):
        assert stranger.send(path, {"key": "k" * 20, "declared": "y"}).status_code == 404
    own = client_for("writer@alder.example")
    assert own.get(f"{base}/group/fos-prices").status_code == 404, "a lot that is not chosen has no pages"
    assert own.post(f"{base}/group/supplier", data={"q-sq-legal-name": "x"}).status_code == 400, "no form token"
    assert client_for("procurement@halton.example").get(base).status_code == 403


def test_unfinished_lot_is_left_out_only_when_somebody_says_so(
    open_round: Callable[..., OpenRound], client_for: Clients
) -> None:
    own = open_round()
    made = own.begin("writer@alder.example", "residential", "foster")
    own.answer("writer@alder.example", made, "foster")
    client = client_for("admin@alder.example")
    path = f"/applications/{made}/declare-and-submit"
    form = page_of(client, path)
    assert "still lacks" in form
    fields = {"key": hidden(form, "key"), "content": hidden(form, "content"), "declared": "y"}
    refused = client.send(path, fields)
    assert refused.status_code == 409
    assert "Lot 1, Residential care, is not complete" in refused.get_data(as_text=True)
    form = refused.get_data(as_text=True)
    fields = {"key": hidden(form, "key"), "content": hidden(form, "content"), "declared": "y"}
    sent = client.send(path, {**fields, "leave_out": str(own.lots["residential"])})
    assert sent.status_code == 303
    assert "Lot 2: Foster care" in page_of(client, sent.location)
    tasks = page_of(client, f"/applications/{made}")
    assert "Submitted WITHOUT lot 1" in tasks
    assert "Left to do" in tasks
    assert "Submitted without a lot" in page_of(client, "/applications")


def test_changes_after_submitting_are_loud_until_they_are_submitted(
    open_round: Callable[..., OpenRound], client_for: Clients
) -> None:
    own = open_round()
    made, _ = own.complete("alder", "foster")
    client = client_for("admin@alder.example")
    base = f"/applications/{made}"
    page_path = f"{base}/group/supplier"
    form = page_of(client, page_path)
    assert "Submitted: version 1" in form
    fields = {"version": hidden(form, "version"), "page_token": hidden(form, "page_token")}
    client.send(page_path, {**fields, "q-sq-legal-name": "Words enough."})
    assert "Submitted: version 1" in page_of(client, base), "saving what was there changes nothing"
    client.send(page_path, {**fields, "q-sq-legal-name": "Another name"})
    assert "CHANGES NOT SUBMITTED" in page_of(client, base)
    assert client.send(f"{base}/withdraw").status_code == 303
    assert "You withdrew this application" in page_of(client, base)


def test_help_desk_is_let_in_until_a_day(round_: OpenRound, client_for: Clients, app: Flask) -> None:
    made = round_.begin("writer@birch.example")
    client = client_for("writer@birch.example")
    path = f"/applications/{made}/help"
    page_of(client, path)
    assert client.send(path, {"until": ["31", "2", "2027"]}).status_code == 422
    assert client.send(path, {"until": ["1", "1", "2099"]}).status_code == 422
    with acting(app, "operator@portal.example") as (session, _):
        assert session.get(Application, made) is None


def test_session_that_ends_while_typing_gives_the_answers_back_to_the_page(
    app: Flask, round_: OpenRound, client_for: Clients
) -> None:
    made = round_.begin("writer@cedar.example", "foster")
    client = client_for()
    who = {"email": "writer@cedar.example", "password": PASSWORD}
    assert client.send("/sign-in", who).status_code == 303
    path = f"/applications/{made}/group/supplier"
    form = page_of(client, path)
    with client.session_transaction() as cookie, app.app_context():
        db_session().execute(text("SELECT app.sign_out(:token)"), {"token": cookie[TOKEN]})
        db_session().commit()
    typed = {
        "version": hidden(form, "version"),
        "page_token": hidden(form, "page_token"),
        "q-sq-company-number": "0123",
    }
    autosaved = client.send(f"{path}/autosave", typed, headers={"X-Autosave": "1", "Accept": "application/json"})
    assert autosaved.status_code == 401
    ended = client.send(path, typed)
    assert ended.status_code == 401
    again = client.send("/sign-in", {**who, "carried": hidden(ended.get_data(as_text=True), "carried")})
    back = again.get_data(as_text=True)
    assert f'action="{path}"' in back
    assert hidden(back, "q-sq-company-number") == "0123"
    assert client.send(path, {name: hidden(back, name) for name in typed}).status_code == 303
    assert answer_of(app, "writer@cedar.example", made, round_, "sq-company-number") == "0123"
