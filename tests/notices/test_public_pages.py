"""What anybody reads without signing in, and what nobody reads before publication."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from portal.core.provision import Urls
from portal.purchasing_systems.actions.specifications import write_document
from tests.support.client import StrictClient
from tests.support.region import Region, acting, clock_set_back
from tests.support.rounds import LEAD, make_round
from tests.support.statements import Statements

Clients = Callable[..., StrictClient]
Count = Callable[[], AbstractContextManager[Statements]]
OF_A_ROUND = (
    "",
    "/questions",
    "/questions.xlsx",
    "/specification",
    "/specification?council=sefton",
    "/specification.txt",
    "/documents/invitation-to-apply",
    "/documents/invitation-to-apply.txt",
    "/documents.pdf",
)


def test_nobody_reads_everything_of_a_published_round(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, full=True)
    client = client_for()
    assert made.title in client.get("/").get_data(as_text=True)
    for path in OF_A_ROUND:
        assert client.get(f"/rounds/{made.round_id}{path}").status_code == 200, path
    page = client.get(f"/rounds/{made.round_id}/questions").get_data(as_text=True)
    for words in (
        "How do you keep children in foster homes safe, from approving carers to acting on a concern?",
        "at least two unannounced visits a year",
        "£905.00 a week",
        "3 out of 5",
        "20 %",
        "750",
        "Fully meets the requirement",
        "(fails)",
    ):
        assert words in page
    public = client.get(f"/rounds/{made.round_id}").get_data(as_text=True)
    for words in ("2026/S 000-000001", "/sign-in", "/register-organisation", "Lot 2: Foster care", "Sefton"):
        assert words in public
    assert "Providers interested" not in public


def test_a_planned_round_is_no_page_for_anybody_but_its_councils(
    app: Flask, region: Region, client_for: Clients
) -> None:
    made = make_round(app, region, publish=False, councils=("halton", "sefton"))
    for email in (None, "writer@alder.example", "procurement@sefton.example"):
        client = client_for(email)
        for path in OF_A_ROUND:
            assert client.get(f"/rounds/{made.round_id}{path}").status_code == 404, path
        assert made.title not in client.get("/").get_data(as_text=True)
    assert client_for("head@sefton.example").get(f"/rounds/{made.round_id}/preview").status_code == 200
    assert client_for("head@wirral.example").get(f"/rounds/{made.round_id}/preview").status_code == 404
    assert client_for("writer@alder.example").get(f"/rounds/{made.round_id}/preview").status_code == 403


def test_apply_is_offered_to_providers_while_the_round_is_open(
    app: Flask, urls: Urls, region: Region, client_for: Clients
) -> None:
    made = make_round(app, region)
    path = f"/rounds/{made.round_id}"
    form = f'action="{path}/apply"'
    assert form in client_for("writer@alder.example").get(path).get_data(as_text=True)
    for email in (None, LEAD, "operator@portal.example"):
        assert form not in client_for(email).get(path).get_data(as_text=True)
    client = client_for("writer@alder.example")
    assert "Register an interest" in client.get(path).get_data(as_text=True)
    assert client.send(f"{path}/interest").status_code == 303
    page = client.get(path).get_data(as_text=True)
    assert "has registered an interest" in page
    assert f'action="{path}/interest"' not in page
    later = make_round(app, region, opens_in=timedelta(days=1))
    page = client_for("writer@alder.example").get(f"/rounds/{later.round_id}").get_data(as_text=True)
    assert "Applications can be started from" in page
    assert "/apply" not in page
    assert client.send(f"/rounds/{later.round_id}/interest").status_code == 303
    with clock_set_back(urls, timedelta(days=60)):
        closed = make_round(app, region)
    page = client_for("writer@alder.example").get(f"/rounds/{closed.round_id}").get_data(as_text=True)
    assert "This round is closed." in page
    assert "/apply" not in page


@pytest.mark.parametrize(
    "path", ["", "/questions", "/specification", "/documents/terms", "/questions.xlsx", "/specification.txt"]
)
def test_what_does_not_exist_is_missing(app: Flask, region: Region, client_for: Clients, path: str) -> None:
    assert client_for().get(f"/rounds/{uuid4()}{path}").status_code == 404


def test_parts_that_do_not_exist_are_missing(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region)
    for path in ("/specification?council=atlantis", "/documents/nothing", "/documents/nothing.txt"):
        assert client_for().get(f"/rounds/{made.round_id}{path}").status_code == 404, path
    for path in (
        "/published-register?system=x",
        f"/published-register?system={uuid4()}",
        "/published-register.csv?lot=x",
    ):
        assert client_for().get(path).status_code == 404, path


def test_questions_download_holds_every_question(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region)
    answer = client_for().get(f"/rounds/{made.round_id}/questions.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lcr-care-round-1-questions.xlsx"'
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 11
    by_prompt = {row[2]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert by_prompt["Public liability insurance"]["Answers and what they mean"] == "Hold now (passes)\nCannot (fails)"
    assert by_prompt["How do you keep children safe?"]["Weight %"] == 60
    assert by_prompt["Weekly fee"]["Ceiling £"] == 5000
    assert by_prompt["Legal name"]["Lot"] == "All lots"


def test_the_pack_holds_everything_and_is_made_once(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, full=True)
    client = client_for()
    pack = client.get(f"/rounds/{made.round_id}/documents.pdf")
    assert pack.headers["Content-Disposition"] == 'attachment; filename="lcr-care-round-1-documents.pdf"'
    reader = PdfReader(io.BytesIO(pack.data))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in (
        "Lot 1: Residential care",
        "Local schedule: Wirral Local words.",
        "How do you keep children in foster homes safe",
        "Weight: 20 % · Minimum score: 3 out of 5",
        "Ceiling: £905.00 a week",
        "Fully meets the requirement",
    ):
        assert words in text, words
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert client.get(f"/rounds/{made.round_id}/documents.pdf").data == pack.data


def test_a_specification_is_read_whole_or_for_one_council(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region)
    client = client_for()
    whole = client.get(f"/rounds/{made.round_id}/specification").get_data(as_text=True)
    assert "Local schedule: Halton" in whole
    assert "Local words." in whole
    one = client.get(f"/rounds/{made.round_id}/specification?council=halton").get_data(as_text=True)
    assert "Local schedule: Halton" in one
    assert "Local words." not in one
    assert "What we expect." in one


def test_markup_typed_into_texts_stays_text(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False, title="<b>Bold</b> & co")
    with acting(app, LEAD) as (session, actor):
        values = {
            "title": "<i>Annex</i>",
            "kind": "other",
            "text": "<script>alert(1)</script>\n\n## <u>x</u>\n\n- <b>y</b>",
        }
        document = write_document(session, actor, system_id=made.system_id, **values).id
    page = client_for(LEAD).get(f"/systems/{made.system_id}/documents/{document}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<h2 class="govuk-heading-m">&lt;u&gt;x&lt;/u&gt;</h2>' in page


def test_statements(client_for: Clients) -> None:
    for path, words in (("/accessibility", "WCAG"), ("/privacy", "Article 6(1)(e)")):
        answer = client_for().get(path)
        assert answer.status_code == 200
        assert words.replace("WCAG", "Web Content Accessibility Guidelines") in answer.get_data(as_text=True)


def test_pages_send_few_statements_however_much_there_is(
    app: Flask, region: Region, client_for: Clients, count_statements: Count
) -> None:
    few, many = make_round(app, region), make_round(app, region, full=True)
    client, officer = client_for(), client_for(LEAD)
    for who, path, most in (
        (client, "", 10),
        (client, "/questions", 10),
        (client, "/specification", 10),
        (officer, "", 10),
    ):
        sent = []
        for made in (few, many):
            with count_statements() as seen:
                assert who.get(f"/rounds/{made.round_id}{path}").status_code == 200
            sent.append(len(seen))
        assert sent[0] == sent[1] <= most, str(seen)
    for who, path in ((client, "/"), (officer, "/systems"), (client, "/published-register")):
        with count_statements() as seen:
            assert who.get(path).status_code == 200
        assert len(seen) <= 8, str(seen)
    sent = []
    for made in (few, many):
        for path in ("", f"/rounds/{made.round_id}", f"/rounds/{made.round_id}/questions", "/specification"):
            with count_statements() as seen:
                assert officer.get(f"/systems/{made.system_id}{path}").status_code == 200
            assert len(seen) <= 10, str(seen)
