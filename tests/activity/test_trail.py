"""An organisation's trail, its refused attempts and its messages: its own, in pages by key."""

import re
from collections.abc import Callable

import psycopg
import pytest
from flask import Flask

from portal.core.audit import record
from portal.core.notify import tell_organisation
from portal.core.provision import Urls
from portal.core.settings import Settings
from tests.activity.test_home import counted
from tests.support.client import StrictClient
from tests.support.region import Region, acting

ClientFor = Callable[..., StrictClient]


def write(app: Flask, email: str, *sentences: str, **more: object) -> None:
    with acting(app, email) as (session, _):
        for sentence in sentences:
            record(session, "decisions.test.noted", sentence, **more)  # type: ignore[arg-type]


def test_an_organisation_reads_its_own_lines_and_those_about_it(
    app: Flask, client_for: ClientFor, region: Region
) -> None:
    write(app, "democratic@wirral.example", "Wirral's own act.")
    write(app, "democratic@sefton.example", "Sefton's act about Wirral.", about=region.organisations["wirral"])
    write(app, "democratic@sefton.example", "Sefton's own act.")
    page = client_for("democratic@wirral.example").get("/trail").get_data(as_text=True)
    assert "Wirral&#39;s own act." in page
    assert "Sefton&#39;s act about Wirral." in page
    assert "Sefton&#39;s own act." not in page
    foreign = client_for("writer@cedar.example").get("/trail").get_data(as_text=True)
    assert "Wirral" not in foreign


def test_the_trail_comes_in_pages_and_by_subject(app: Flask, client_for: ClientFor) -> None:
    write(app, "legal@st-helens.example", *(f"Act number {number:03}." for number in range(120)))
    client, seen, path = client_for("legal@st-helens.example"), [], "/trail?subject=decisions"
    for _ in range(5):
        page = client.get(path).get_data(as_text=True)
        seen += re.findall(r"Act number (\d{3})", page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        if older is None:
            break
        path = older.group(1).replace("&amp;", "&")
    assert seen == [f"{number:03}" for number in reversed(range(120))]
    assert "Act number" not in client.get("/trail?subject=questionnaires").get_data(as_text=True)
    assert client.get("/trail?before=x&system=y&subject=z").status_code == 200


def test_a_page_of_the_trail_takes_the_same_statements_however_long(app: Flask, client_for: ClientFor) -> None:
    write(app, "finance@liverpool.example", "One.")
    client = client_for("finance@liverpool.example")
    with counted(app) as few:
        client.get("/trail")
    write(app, "finance@liverpool.example", *("More." for _ in range(60)))
    with counted(app) as many:
        client.get("/trail")
    assert len(few) == len(many) <= 8


def test_refused_attempts_are_shown_to_the_organisation_and_to_the_operator(client_for: ClientFor) -> None:
    writer = client_for("writer@cedar.example")
    assert writer.get("/people").status_code == 403
    assert writer.get("/no-such-page").status_code == 404
    own = writer.get("/trail/refused").get_data(as_text=True)
    assert "/people" in own
    assert "/no-such-page" in own
    assert "/no-such-page" not in client_for("writer@alder.example").get("/trail/refused").get_data(as_text=True)
    operator = client_for("operator@portal.example").get("/operator/refusals").get_data(as_text=True)
    assert "/no-such-page" in operator
    assert "Cedar House" not in operator


def test_messages_are_read_by_their_recipient_alone(app: Flask, client_for: ClientFor, region: Region) -> None:
    with acting(app, "procurement@halton.example") as (session, _):
        for number in range(3):
            tell_organisation(
                session,
                region.organisations["alder"],
                kind="test.note",
                subject=f"Note {number}",
                body="Something is there to read.",
                link="/acting-for",
                roles=["bid_writer"],
            )
    reader = client_for("writer@alder.example")
    page = reader.get("/inbox").get_data(as_text=True)
    assert re.findall(r"<strong[^>]*>(Note \d)", page) == ["Note 2", "Note 1", "Note 0"]
    assert 'Inbox <span class="app-header__count">3<' in page
    opening = re.findall(r'action="(/inbox/[^"]+/open)"', page)[0]
    assert client_for("admin@alder.example").send(opening).status_code == 404
    opened = reader.send(opening)
    assert (opened.status_code, opened.location) == (303, "/acting-for")
    assert 'app-header__count">2<' in reader.get("/home").get_data(as_text=True)
    reader.send("/inbox/read-all")
    assert "app-header__count" not in reader.get("/inbox").get_data(as_text=True)


def test_the_operator_sees_domain_and_state_and_never_recipient_or_content(
    app: Flask, client_for: ClientFor, region: Region
) -> None:
    with acting(app, "procurement@halton.example") as (session, _):
        for slug in ("birch", "wirral"):
            tell_organisation(
                session,
                region.organisations[slug],
                kind=f"test.{slug}",
                subject="Private",
                body="Private",
                link="/private",
            )
    page = client_for("operator@portal.example").get("/operator/outbox").get_data(as_text=True)
    assert "test.wirral" in page
    assert "birch.example" in page
    assert "test.birch" not in page
    assert "@birch.example" not in page
    assert "rivate" not in page
    assert client_for("procurement@halton.example").get("/operator/outbox").status_code == 403


def test_the_demonstration_outbox_needs_both_the_setting_and_the_database(
    app: Flask, client_for: ClientFor, urls: Urls, settings: Settings, region: Region
) -> None:
    with acting(app, "procurement@halton.example") as (session, _):
        tell_organisation(
            session, region.organisations["birch"], kind="test.mail", subject="Shown whole", body="Body", link="/home"
        )

    def page() -> str:
        return client_for().get("/demonstration/outbox").get_data(as_text=True)

    assert "Shown whole" not in page()
    with psycopg.connect(urls.admin) as connection:
        connection.execute("UPDATE app.mode SET demonstration = true")
    try:
        assert "Shown whole" in page()
        app.config["PORTAL"] = settings.model_copy(update={"mode": "production"})
        assert client_for().get("/demonstration/outbox").status_code == 404
    finally:
        app.config["PORTAL"] = settings
        with psycopg.connect(urls.admin) as connection:
            connection.execute("UPDATE app.mode SET demonstration = false")


@pytest.mark.parametrize("path", ["/operator/outbox", "/operator/refusals", "/operator/help-desk"])
def test_the_operators_pages_are_the_operators(client_for: ClientFor, path: str) -> None:
    assert client_for("operator@portal.example").get(path).status_code == 200
    for email in ("procurement@halton.example", "admin@alder.example"):
        assert client_for(email).get(path).status_code == 403
    assert client_for().get(path).status_code == 303
