"""Signing in and out: one answer for all who may not, a throttle, a new secret each time."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from portal.core.database import session
from portal.core.web.lifecycle import TOKEN
from tests.support.client import StrictClient
from tests.support.region import PASSWORD, Region

ClientFor = Callable[..., StrictClient]


def signed_in(client: StrictClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.send("/sign-in", {"email": email, "password": password, **more})


def test_right_password_begins_a_session_and_leads_home(client_for: ClientFor) -> None:
    client = client_for()
    answer = signed_in(client, "Legal@Sefton.example ")
    assert (answer.status_code, answer.location) == (303, "/home")
    with client.session_transaction() as cookie:
        assert len(cookie[TOKEN]) == 64
    assert "Sefton Metropolitan Borough Council" in client.get("/acting-for").get_data(as_text=True)


def test_unknown_account_and_wrong_password_are_answered_alike(client_for: ClientFor) -> None:
    pages = []
    for email, password in (
        ("legal@wirral.example", "not the password"),
        ("nobody@wirral.example", PASSWORD),
        ("not an address\0", PASSWORD),
        ("legal@wirral.example", "x" * 5000),
    ):
        answer = signed_in(client_for(), email, password)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        pages.append(re.sub(r'nonce[^>]*| value="[^"]*"', "", page))
    assert len(set(pages)) == 1
    assert "is not right" in pages[0]


def test_many_wrong_passwords_from_one_place_are_throttled_and_the_owner_elsewhere_is_not(
    client_for: ClientFor,
) -> None:
    def from_address(address: str, password: str) -> TestResponse:
        form = {"email": "finance@wirral.example", "password": password}
        return client_for().send("/sign-in", form, environ_base={"REMOTE_ADDR": address})

    for _ in range(10):
        assert from_address("192.0.2.6", "wrong password").status_code == 422
    answer = from_address("192.0.2.6", PASSWORD)
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.get_data(as_text=True)
    assert from_address("192.0.2.7", PASSWORD).status_code == 303


def test_empty_form_says_what_is_missing(client_for: ClientFor) -> None:
    page = signed_in(client_for(), "", "").get_data(as_text=True)
    assert "Enter your e-mail address" in page
    assert "Enter your password" in page


def test_sign_in_without_form_token_is_refused(client_for: ClientFor) -> None:
    client = client_for()
    assert client.post("/sign-in", data={"email": "legal@sefton.example", "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"])
def test_next_never_leads_away(client_for: ClientFor, elsewhere: str) -> None:
    assert signed_in(client_for(), "legal@sefton.example", next=elsewhere).location == "/home"


def test_next_leads_to_a_page_of_ours(client_for: ClientFor) -> None:
    client = client_for()
    asked = client.get("/acting-for?x=1")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/acting-for?x%3D1")
    assert signed_in(client, "legal@sefton.example", next="/acting-for?x=1").location == "/acting-for?x=1"


def test_sign_in_replaces_whatever_the_cookie_held(client_for: ClientFor) -> None:
    client = client_for("legal@sefton.example")
    with client.session_transaction() as cookie:
        planted = cookie[TOKEN]
        cookie["planted"] = "by somebody else"
    signed_in(client, "legal@knowsley.example")
    with client.session_transaction() as cookie:
        assert cookie[TOKEN] != planted
        assert "planted" not in cookie


def test_signing_out_ends_the_session_on_the_server(app: Flask, client_for: ClientFor) -> None:
    client = client_for("legal@sefton.example")
    with client.session_transaction() as cookie:
        token = cookie[TOKEN]
    assert client.send("/sign-out").status_code == 303
    with app.app_context():
        assert session().execute(text("SELECT app.enter(:token)"), {"token": token}).scalar() is None
    replay = client_for()
    with replay.session_transaction() as cookie:
        cookie[TOKEN] = token
    assert replay.get("/acting-for").status_code == 303
    assert client.send("/sign-out").status_code == 303


def test_signing_out_everywhere_ends_every_session_of_this_person_and_nobody_elses(client_for: ClientFor) -> None:
    here, there, colleague = (client_for(f"{post}@sefton.example") for post in ("cabinet", "cabinet", "head"))
    assert here.send("/sign-out-everywhere").status_code == 303
    assert there.get("/acting-for").status_code == 303
    assert colleague.get("/acting-for").status_code == 200


@pytest.mark.parametrize("value", ["", "x" * 4000, "eyJ0b2tlbiI6.tampered.value"])
def test_a_spoilt_cookie_is_simply_not_signed_in(client_for: ClientFor, value: str) -> None:
    client = client_for()
    client.set_cookie("portal", value)
    assert client.get("/acting-for").status_code == 303


def test_acting_for_another_organisation_is_a_new_session(client_for: ClientFor, region: Region) -> None:
    client = client_for("shared@procurement.example")
    page = client.get("/acting-for").get_data(as_text=True)
    assert "St Helens Council" in page
    with client.session_transaction() as cookie:
        before = cookie[TOKEN]
    answer = client.send("/acting-for", {"organisation": str(region.organisations["st-helens"])})
    assert answer.status_code == 303
    with client.session_transaction() as cookie:
        assert cookie[TOKEN] != before
    page = client.get("/acting-for").get_data(as_text=True)
    assert "Acting for <strong>St Helens Council" in page


@pytest.mark.parametrize("foreign", ["sefton", "alder"])
def test_nobody_acts_for_an_organisation_they_do_not_belong_to(
    client_for: ClientFor, region: Region, foreign: str
) -> None:
    client = client_for("shared@procurement.example")
    assert client.send("/acting-for", {"organisation": str(region.organisations[foreign])}).status_code == 404
    assert client.send("/acting-for", {"organisation": "not an id"}).status_code == 404
    assert client.get("/acting-for").status_code == 200
