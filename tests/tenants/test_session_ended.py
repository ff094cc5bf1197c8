"""The session ended while somebody was typing: the fields come back, to the same person alone, and lie nowhere in clear."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

from flask import Flask
from sqlalchemy import text

from portal.core.database import session
from portal.core.web.lifecycle import TOKEN
from tests.support.client import StrictClient
from tests.support.region import PASSWORD, Region

ClientFor = Callable[..., StrictClient]
TYPED = "Ein langer Text,\nwith lines & <b>signs</b>"


def begin(client: StrictClient, email: str) -> None:
    assert client.send("/sign-in", {"email": email, "password": PASSWORD}).status_code == 303


def end_session(app: Flask, client: StrictClient) -> None:
    with client.session_transaction() as cookie, app.app_context():
        session().execute(text("SELECT app.sign_out(:token)"), {"token": cookie[TOKEN]})
        session().commit()


def carried_in(page: str) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', page)
    return found.group(1) if found else ""


def type_too_late(app: Flask, client: StrictClient) -> str:
    """Posts to a page after the session ended; returns the answer."""
    begin(client, "shared@procurement.example")
    end_session(app, client)
    answer = client.send(
        "/acting-for?way=here",
        {
            "reason": TYPED,
            "tick": ["one", "two"],
            "new_password": "do not carry this",
            "evidence": (BytesIO(b"a file"), "evidence.pdf"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 401
    return str(answer.get_data(as_text=True))


def test_the_fields_come_back_to_the_same_person_with_a_fresh_token(app: Flask, client_for: ClientFor) -> None:
    client = client_for()
    page = type_too_late(app, client)
    assert "Nothing you typed is lost" in page
    assert "Files cannot be kept" in page
    assert "Ein langer Text" not in page
    answer = client.send(
        "/sign-in", {"email": "shared@procurement.example", "password": PASSWORD, "carried": carried_in(page)}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<h1" in page
    assert "Continue where you were" in page
    assert 'action="/acting-for?way=here"' in page
    values = re.findall(r'<input type="hidden" name="(reason|tick|new_password|evidence)" value="([^"]*)"', page)
    assert [(name, unescape(value).replace("\r\n", "\n")) for name, value in values] == [
        ("reason", TYPED),
        ("tick", "one"),
        ("tick", "two"),
    ]
    assert "do not carry this" not in page
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]
    sent = client.post("/acting-for?way=here", data={"reason": TYPED, "csrf_token": token})
    assert sent.status_code == 404  # received by the page itself: there is no such organisation


def test_another_person_gets_nothing_of_it(app: Flask, client_for: ClientFor) -> None:
    client = client_for()
    page = type_too_late(app, client)
    answer = client.send(
        "/sign-in", {"email": "legal@sefton.example", "password": PASSWORD, "carried": carried_in(page)}
    )
    assert (answer.status_code, answer.location) == (303, "/home")
    page = client.get("/acting-for").get_data(as_text=True)
    assert "Ein langer Text" not in page
    assert "belongs to whoever was signed in then" in page


def test_a_wrong_password_first_loses_nothing(app: Flask, client_for: ClientFor) -> None:
    client = client_for()
    page = type_too_late(app, client)
    again = client.send(
        "/sign-in", {"email": "shared@procurement.example", "password": "wrong", "carried": carried_in(page)}
    )
    assert carried_in(again.get_data(as_text=True)) == carried_in(page)


def test_the_organisation_acted_for_comes_back_too(app: Flask, client_for: ClientFor, region: Region) -> None:
    client = client_for()
    begin(client, "shared@procurement.example")
    client.send("/acting-for", {"organisation": str(region.organisations["st-helens"])})
    end_session(app, client)
    page = client.send("/acting-for", {"reason": TYPED}).get_data(as_text=True)
    answer = client.send(
        "/sign-in", {"email": "shared@procurement.example", "password": PASSWORD, "carried": carried_in(page)}
    )
    assert "Acting for <strong>St Helens Council" in answer.get_data(as_text=True)


def test_an_altered_parcel_is_nothing(app: Flask, client_for: ClientFor) -> None:
    client = client_for()
    page = type_too_late(app, client)
    spoilt = carried_in(page)[:-6] + "AAAAAA"
    answer = client.send("/sign-in", {"email": "shared@procurement.example", "password": PASSWORD, "carried": spoilt})
    assert (answer.status_code, answer.location) == (303, "/home")


def test_a_deliberate_sign_out_leaves_no_name_behind(app: Flask, client_for: ClientFor) -> None:
    client = client_for()
    begin(client, "shared@procurement.example")
    client.send("/sign-out")
    page = client.send("/acting-for", {"reason": TYPED}).get_data(as_text=True)
    assert carried_in(page) == ""
    assert "Nothing was saved" in page


def test_saving_by_script_is_told_in_a_sentence(app: Flask, client_for: ClientFor) -> None:
    client = client_for()
    begin(client, "shared@procurement.example")
    end_session(app, client)
    answer = client.send("/acting-for", {"reason": TYPED}, headers={"X-Autosave": "1"})
    assert answer.status_code == 401
    assert "Sign in again" in answer.get_json()["sentence"]


def test_open_windows_go_on_working_for_the_same_person_and_organisation_alone(
    app: Flask, client_for: ClientFor, region: Region
) -> None:
    client = client_for()
    begin(client, "shared@procurement.example")
    client.send("/acting-for", {"organisation": str(region.organisations["st-helens"])})
    open_window = {"organisation": str(region.organisations["knowsley"]), "csrf_token": client.csrf()}
    end_session(app, client)
    begin(client, "shared@procurement.example")  # in another window
    assert "Acting for <strong>St Helens" in client.get("/acting-for").get_data(as_text=True)
    assert client.post("/acting-for", data=open_window).status_code == 303
    assert client.post("/acting-for", data=open_window).status_code == 400, "now acting for another organisation"
    end_session(app, client)
    begin(client, "legal@sefton.example")
    assert client.post("/acting-for", data=open_window).status_code == 400, "now another person"


def test_a_form_token_of_before_signing_in_is_refused_after_it(client_for: ClientFor) -> None:
    client = client_for()
    before = client.csrf()
    begin(client, "legal@sefton.example")
    assert client.post("/acting-for", data={"csrf_token": before}).status_code == 400
