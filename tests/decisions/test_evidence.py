"""What a record rests on: its words and the files attached. The council's own officers read them, and nobody else, by no way."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from portal.applications import sweeping
from portal.applications.wrapping import drill, rewrap_all
from portal.core.audit.models import AuditLine
from portal.core.documents import MAX_BYTES
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.decisions.actions.evidence import read_attachment, remove_attachment
from portal.decisions.models import Attachment
from portal.decisions.queries.evidence import attachments_of
from tests.decisions.test_own import Own
from tests.decisions.test_pages import words
from tests.support.applying import PDF
from tests.support.client import StrictClient
from tests.support.publishing import published
from tests.support.region import Region, acting
from tests.support.rounds import make_round

ClientFor = Callable[..., StrictClient]
OFFICER, RECORDER, READER = "procurement@sefton.example", "democratic@sefton.example", "cabinet@sefton.example"
OTHERS = ("democratic@wirral.example", "procurement@halton.example", "admin@alder.example", "operator@portal.example")
CANARY = b"narwhalcanary"


@pytest.fixture(scope="module")
def case(app: Flask, region: Region) -> Own:
    return Own(app, region, make_round(app, region).system_id)


def page_of(decision: UUID) -> str:
    return f"/decisions/evidence/{decision}"


def file(name: str = "signed form.pdf", content: bytes = PDF) -> dict[str, object]:
    return {"file": (io.BytesIO(content), name)}


def attached(client: StrictClient, decision: UUID, name: str = "signed form.pdf", content: bytes = PDF) -> None:
    answer = client.send(page_of(decision), file(name, content))
    assert answer.status_code == 303, words(answer.get_data(as_text=True))


def ids(app: Flask, decision: UUID) -> list[UUID]:
    with acting(app, OFFICER) as (session, _):
        return [one.id for one in attachments_of(session, decision)]


def test_a_file_is_attached_to_a_draft_fetched_and_removed(client_for: ClientFor, case: Own) -> None:
    drafted, client = case.draft(), client_for(OFFICER)
    assert "attach the e-mail or signed form" in words(client.get(f"/decisions/own/{drafted}").get_data(as_text=True))
    attached(client, drafted)
    (one,) = ids(case.app, drafted)
    shown = words(client.get(page_of(drafted)).get_data(as_text=True))
    assert "signed form.pdf" in shown
    assert "Procurement officer" in shown
    assert "Added after recording" not in shown
    assert "1 file attached" in words(client.get(f"/decisions/own/{drafted}").get_data(as_text=True))
    fetched = client.get(f"{page_of(drafted)}/{one}")
    assert (fetched.data, fetched.mimetype) == (PDF, "application/pdf")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["Cache-Control"] == "no-store"
    assert client.send(f"{page_of(drafted)}/{one}/remove").status_code == 303
    assert ids(case.app, drafted) == []
    assert client.get(f"{page_of(drafted)}/{one}").status_code == 404
    with acting(case.app, OFFICER) as (session, _):
        lines = session.scalars(select(AuditLine.verb).where(AuditLine.verb.in_(
            ("decisions.decision.attach", "decisions.decision.detach")))).all()  # fmt: skip
    assert {"decisions.decision.attach", "decisions.decision.detach"} <= set(lines)


def test_what_arrives_late_is_marked_and_stays(client_for: ClientFor, case: Own) -> None:
    recorded, client = case.record(), client_for(OFFICER)
    attached(client, recorded)
    (one,) = ids(case.app, recorded)
    shown = words(client.get(page_of(recorded)).get_data(as_text=True))
    assert "Added after recording" in shown
    assert "Remove" not in shown
    refused = client.send(f"{page_of(recorded)}/{one}/remove")
    assert refused.status_code == 409
    assert "What is attached to it stays" in refused.get_data(as_text=True)
    for statement in (
        "DELETE FROM decisions.attachments WHERE id = :id",
        "UPDATE decisions.attachments SET name = 'x' WHERE id = :id",
    ):
        with acting(case.app, OFFICER) as (session, _), pytest.raises(DBAPIError, match=r"stays|permission denied"):
            session.execute(text(statement), {"id": one})
    with acting(case.app, OFFICER) as (session, actor), pytest.raises(Refused, match="stays"):
        remove_attachment(session, actor, decision_id=recorded, attachment_id=one)
    assert ids(case.app, recorded) == [one]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("reply.msg", b"x", "Save the message as a PDF"),
        ("form.pdf", b"not a pdf", "PDF"),
        ("form.pdf", b"%PDF-1.7" + b"x" * MAX_BYTES, "larger than 20 MB"),
        ("", b"", "Choose a file"),
    ],
)
def test_a_file_that_is_not_taken_is_said_beside_the_field(
    client_for: ClientFor,
    case: Own,
    name: str,
    content: bytes,
    sentence: str,
) -> None:
    drafted = case.draft()
    client = client_for(OFFICER)
    # Encoded here: the test client would put a large body into a temporary file that nobody closes.
    sent = FileStorage(io.BytesIO(content), filename=name, content_type="application/octet-stream")
    boundary, body = encode_multipart(MultiDict({"csrf_token": client.csrf(), "file": sent}))
    answer = client.post(page_of(drafted), data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'href="#file"' in html
    assert sentence in html
    assert ids(case.app, drafted) == []


def test_the_same_file_twice_is_refused(client_for: ClientFor, case: Own) -> None:
    drafted, client = case.draft(), client_for(OFFICER)
    attached(client, drafted)
    again = client.send(page_of(drafted), file())
    assert again.status_code == 409
    assert "attached already" in again.get_data(as_text=True)
    assert len(ids(case.app, drafted)) == 1


@pytest.mark.parametrize("public", [False, True])
def test_nobody_else_reads_it(app: Flask, urls: Urls, client_for: ClientFor, case: Own, public: bool) -> None:
    recorded = case.record(evidence="Ocelotcanary memo")
    attached(client_for(OFFICER), recorded, "narwhalcanary.txt", CANARY)
    if public:
        published(app, "sefton", recorded)
    (one,) = ids(app, recorded)
    paths = [page_of(recorded), f"{page_of(recorded)}/{one}"]
    for email in OTHERS:
        client = client_for(email)
        assert {client.get(path).status_code for path in paths} <= {403, 404}, email
        assert {client.send(path, file()).status_code for path in (paths[0], f"{paths[1]}/remove")} <= {403, 404}, email
    reader = client_for(READER)
    assert {reader.get(path).status_code for path in paths} == {403}, "a cabinet member reads, and works on no decision"
    assert {client_for().get(path).status_code for path in paths} <= {302, 303, 401}
    tables = ("attachments", "attachment_keys", "evidence", "decisions", "resolutions", "corrections")
    for email in (None, *OTHERS):
        if email is None:
            with psycopg.connect(urls.app) as connection:
                found = "".join(
                    str(connection.execute(f"SELECT t::text FROM decisions.{t} t").fetchall()) for t in tables
                )
        else:
            with acting(app, email) as (session, _):
                raw = session.connection().exec_driver_sql
                found = "".join(str(raw(f"SELECT t::text FROM decisions.{t} t").fetchall()) for t in tables)
        assert "narwhalcanary" not in found, email
        assert "Ocelotcanary" not in found, email
    # What others do read of the record says nothing of it: page, PDF, data, register.
    wirral = client_for("democratic@wirral.example")
    page = wirral.get(f"/decisions/own/{recorded}").get_data(as_text=True)
    assert "Kept by the council that decided" in page
    assert "/decisions/evidence/" not in page
    pdf = PdfReader(io.BytesIO(wirral.get(f"/decisions/records/{recorded}.pdf").data))
    document = wirral.get(f"/decisions/records/{recorded}.json").get_data(as_text=True)
    outside = [page, "".join(p.extract_text() for p in pdf.pages), document]
    if public:
        outside += [
            client_for().get(f"/public/decisions/{recorded}{kind}").get_data(as_text=True) for kind in ("", ".json")
        ]
        outside.append(client_for().get("/public/decisions.csv").get_data(as_text=True))
    assert [one for one in outside if "canary" in one.lower()] == []
    assert json.loads(document)["content"]["evidence"] == ""
    own = client_for(RECORDER)
    assert "Ocelotcanary" in own.get(f"/decisions/own/{recorded}").get_data(as_text=True)
    assert json.loads(own.get(f"/decisions/records/{recorded}.json").data)["content"]["evidence"] == "Ocelotcanary memo"


def test_roles_and_councils_at_the_action(app: Flask, client_for: ClientFor, case: Own) -> None:
    drafted = case.draft()
    attached(client_for(OFFICER), drafted)
    (one,) = ids(app, drafted)
    keys, store = app.extensions["keys"], app.extensions["documents"]
    for email, error in ((READER, NotPermitted), ("procurement@wirral.example", Missing)):
        with acting(app, email) as (session, actor), pytest.raises(error):
            read_attachment(session, actor, keys, store, decision_id=drafted, attachment_id=one)
    # Not even a row that names another council's decision.
    with acting(app, "procurement@wirral.example") as (session, actor), pytest.raises(DBAPIError):
        session.execute(
            text(
                "INSERT INTO decisions.attachments (id, decision_id, authority_id, storage_key, name, kind, size, sha256, added_by_post, "
                "added_at, added_late) VALUES (gen_random_uuid(), :d, :a, 'x', 'x', 'pdf', 1, 'x', '', now(), false)"
            ),
            {"d": drafted, "a": actor.organisation_id},
        )


def test_words_are_not_changed_once_recorded(app: Flask, case: Own) -> None:
    recorded = case.record()
    for statement in (
        "UPDATE decisions.evidence SET text = 'Other' WHERE decision_id = :d",
        "DELETE FROM decisions.evidence WHERE decision_id = :d",
        (
            "INSERT INTO decisions.evidence (id, decision_id, authority_id, text) "
            "SELECT gen_random_uuid(), :d, authority_id, 'x' FROM decisions.decisions WHERE id = :d"
        ),
    ):
        with acting(app, OFFICER) as (session, _), pytest.raises(DBAPIError, match="draft of your own council"):
            session.execute(text(statement), {"d": recorded})


def test_the_database_records_nothing_without_evidence(app: Flask, case: Own) -> None:
    drafted = case.draft(evidence="")
    with acting(app, RECORDER) as (session, _), pytest.raises(DBAPIError, match="recorded on evidence"):
        session.execute(text("UPDATE decisions.decisions SET status = 'recorded' WHERE id = :d"), {"d": drafted})


def test_files_outlive_rotation_and_sweeping(
    app: Flask,
    urls: Urls,
    client_for: ClientFor,
    case: Own,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drafted, client = case.draft(), client_for(OFFICER)
    attached(client, drafted, "kept.txt", b"kept")
    attached(client, drafted, "gone.txt", b"gone")
    kept, gone = ids(app, drafted)
    ring, store = app.extensions["keys"], app.extensions["documents"]
    old = ring.current_id
    ring.rotate()
    with psycopg.connect(urls.keeper) as keeper:
        assert rewrap_all(keeper, ring) >= 2
        assert drill(keeper, ring).opened["attachment"] >= 2
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            keeper.execute("SELECT name FROM decisions.attachments")
    ring.retire(old)
    with acting(app, OFFICER) as (session, _):
        named, unnamed = (session.get_one(Attachment, one).storage_key for one in (kept, gone))
    client.send(f"{page_of(drafted)}/{gone}/remove")
    monkeypatch.setattr(sweeping, "WAIT", -sweeping.WAIT)
    with psycopg.connect(urls.admin) as connection:
        removed = sweeping.swept(urls.admin, connection.info.dbname, store)
    assert unnamed in removed
    assert named not in removed
    assert client.get(f"{page_of(drafted)}/{kept}").data == b"kept"
