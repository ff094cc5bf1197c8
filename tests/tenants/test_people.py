"""Joining, changing roles, leaving: by single-use links and by administrators, never beyond their own organisation."""

import re
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.errors import NotPermitted, Refused
from portal.core.provision import Urls
from portal.core.web.lifecycle import as_refusal
from tenants.actions.people import change_roles, end_membership
from tenants.permissions import ROLES, ROLES_OF, WORDS, Permission
from tenants.queries import colleagues
from tests.support.client import StrictClient
from tests.support.region import PASSWORD, Region, acting

ClientFor = Callable[..., StrictClient]
OWN = "four plain words here"


def link_to(urls: Urls, email: str) -> str:
    """The link of the last message to an address, as its owner would read it."""
    with psycopg.connect(urls.admin) as connection:
        row = connection.execute(
            "SELECT link FROM notify.messages WHERE email = %s ORDER BY created_at DESC LIMIT 1", (email,)
        ).fetchone()
    assert row, f"no message to {email}"
    return str(row[0])


def join(client_for: ClientFor, urls: Urls, administrator: str, email: str, roles: list[str]) -> StrictClient:
    """A colleague of this test's own, signed in."""
    client_for(administrator).send("/people/invite", {"email": email, "post": "Somebody new", "roles": roles})
    client = client_for()
    client.send(link_to(urls, email), {"password": OWN, "repeated": OWN})
    return client


def member_of(app: Flask, administrator: str, email: str) -> UUID:
    with acting(app, administrator) as (session, actor):
        return next(one.id for one in colleagues(session, actor) if one.email == email)


def test_a_provider_registers_by_mail_and_signs_in(client_for: ClientFor, urls: Urls) -> None:
    client = client_for()
    answer = client.send(
        "/register-organisation",
        {"organisation": "Dunlin Care Ltd (fictional)", "post": "Contracts manager", "email": "New@Dunlin.example"},
    )
    assert answer.status_code == 200
    link = link_to(urls, "new@dunlin.example")
    assert "Choose a password" in client.get(link).get_data(as_text=True)
    assert client.send(link, {"password": "short", "repeated": "short"}).status_code == 422
    assert client.send(link, {"password": "passwordpassword", "repeated": "passwordpassword"}).status_code == 422
    assert client.send(link, {"password": "new@dunlin.example!", "repeated": "new@dunlin.example!"}).status_code == 422
    assert client.send(link, {"password": OWN, "repeated": OWN + "x"}).status_code == 422
    assert client.send(link, {"password": OWN, "repeated": OWN}).status_code == 303
    page = client.get("/people").get_data(as_text=True)
    assert "Dunlin Care Ltd (fictional)" in page
    assert "Contracts manager" in page
    assert client_for().get(link).status_code == 404
    again = client_for().send("/sign-in", {"email": "new@dunlin.example", "password": OWN})
    assert again.status_code == 303


def test_registering_a_known_address_is_answered_as_an_unknown_one(client_for: ClientFor) -> None:
    pages = []
    for email in ("admin@alder.example", "nobody-yet@alder.example"):
        answer = client_for().send(
            "/register-organisation", {"organisation": "Twice Ltd (fictional)", "post": "Manager", "email": email}
        )
        page = answer.get_data(as_text=True).replace(email, "")
        pages.append(re.sub(r'nonce[^>]*| value="[^"]*"', "", page))
    assert pages[0] == pages[1]


def test_asking_for_many_links_is_throttled(client_for: ClientFor) -> None:
    form = {"organisation": "Dunlin Care Ltd (fictional)", "post": "Manager", "email": "flooded@dunlin.example"}
    answers = [client_for().send("/register-organisation", form).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


def test_register_says_what_is_wrong_beside_each_field(client_for: ClientFor) -> None:
    page = client_for().send(
        "/register-organisation", {"organisation": " ", "post": "two\nlines", "email": "a@b\r\nBcc: x@y.example"}
    )
    text_of = page.get_data(as_text=True)
    assert page.status_code == 422
    assert "Enter the name of your organisation" in text_of
    assert "on one line" in text_of
    assert "like name@example.org" in text_of


def test_an_administrator_invites_and_the_colleague_joins(client_for: ClientFor, urls: Urls) -> None:
    administrator = client_for("admin@birch.example")
    sent = administrator.send(
        "/people/invite", {"email": "third@birch.example", "post": "Writer", "roles": ["bid_writer"]}
    )
    assert sent.status_code == 303
    assert "third@birch.example" in administrator.get("/people").get_data(as_text=True)
    joined = client_for()
    assert joined.send(link_to(urls, "third@birch.example"), {"password": OWN, "repeated": OWN}).status_code == 303
    assert joined.get("/people").status_code == 403
    assert "Not joined yet" not in administrator.get("/people").get_data(as_text=True)


def test_a_known_person_proves_the_password_they_have(client_for: ClientFor, urls: Urls) -> None:
    join(client_for, urls, "admin@cedar.example", "both@cedar.example", ["bid_writer"])
    client_for("admin@birch.example").send(
        "/people/invite", {"email": "both@cedar.example", "post": "Group writer", "roles": ["bid_writer"]}
    )
    client, link = client_for(), link_to(urls, "both@cedar.example")
    assert "has an account already" in client.get(link).get_data(as_text=True)
    assert client.send(link, {"password": PASSWORD}).status_code == 422
    assert client.send(link, {"password": OWN}).status_code == 303
    page = client.get("/acting-for").get_data(as_text=True)
    assert "Acting for <strong>Birch House" in page
    assert "Cedar House" in page


def test_a_withdrawn_invitation_leads_nowhere(client_for: ClientFor, urls: Urls) -> None:
    administrator = client_for("admin@birch.example")
    administrator.send("/people/invite", {"email": "gone@birch.example", "post": "Writer", "roles": ["bid_writer"]})
    page = administrator.get("/people").get_data(as_text=True)
    path = re.findall(r'action="(/people/invitations/[^"]+/withdraw)"', page)[-1]
    assert client_for("admin@cedar.example").send(path).status_code == 404
    assert administrator.send(path).status_code == 303
    assert client_for().get(link_to(urls, "gone@birch.example")).status_code == 404


@pytest.mark.parametrize("roles", [["portal_operator"], ["procurement_officer"], ["no_such_role"], []])
def test_nobody_gives_a_role_of_another_kind_of_organisation(client_for: ClientFor, roles: list[str]) -> None:
    answer = client_for("admin@birch.example").send(
        "/people/invite", {"email": "risen@birch.example", "post": "Writer", "roles": roles}
    )
    assert answer.status_code == 422


def test_ended_access_ends_at_the_next_request(app: Flask, client_for: ClientFor, urls: Urls) -> None:
    client = join(client_for, urls, "administrator@knowsley.example", "leaver@knowsley.example", ["legal_officer"])
    assert client.get("/acting-for").status_code == 200
    membership = member_of(app, "administrator@knowsley.example", "leaver@knowsley.example")
    assert client_for("administrator@knowsley.example").send(f"/people/{membership}/end").status_code == 303
    assert client.get("/acting-for").status_code == 303
    page = client_for().send("/sign-in", {"email": "leaver@knowsley.example", "password": OWN})
    assert page.status_code == 422


def test_changed_roles_count_at_the_next_request(app: Flask, client_for: ClientFor, urls: Urls) -> None:
    client = join(client_for, urls, "administrator@knowsley.example", "riser@knowsley.example", ["cabinet_member"])
    assert client.get("/people").status_code == 403
    membership = member_of(app, "administrator@knowsley.example", "riser@knowsley.example")
    changed = client_for("administrator@knowsley.example").send(
        f"/people/{membership}", {"post": "Assistant", "roles": ["cabinet_member", "authority_administrator"]}
    )
    assert changed.status_code == 303
    assert client.get("/people").status_code == 200


def test_the_last_administrator_stays(app: Flask, region: Region) -> None:
    membership = member_of(app, "admin@cedar.example", "admin@cedar.example")
    for last in (
        lambda session, actor: end_membership(session, actor, membership_id=membership),
        lambda session, actor: change_roles(session, actor, membership_id=membership, post="W", roles=["bid_writer"]),
    ):
        with acting(app, "admin@cedar.example") as (session, actor):
            with pytest.raises(DBAPIError) as caught:
                last(session, actor)
            session.rollback()
        assert isinstance(as_refusal(caught.value), Refused)


def test_a_foreign_colleague_does_not_exist(app: Flask, client_for: ClientFor) -> None:
    membership = member_of(app, "admin@cedar.example", "writer@cedar.example")
    foreign = client_for("admin@alder.example")
    assert foreign.get(f"/people/{membership}").status_code == 404
    assert foreign.send(f"/people/{membership}/end").status_code == 404


def test_no_statement_raises_somebodys_roles(app: Flask, region: Region) -> None:
    for email, statement in (
        ("writer@alder.example", "UPDATE tenants.memberships SET roles = '{portal_operator}'"),
        ("admin@alder.example", "UPDATE tenants.memberships SET ends_on = NULL"),
    ):
        with acting(app, email) as (session, _):
            with pytest.raises(DBAPIError, match="permission denied"):
                session.execute(text(statement))
            session.rollback()
    with acting(app, "writer@alder.example") as (session, actor):
        own = session.execute(
            text("SELECT id FROM tenants.memberships WHERE person_id = :me"), {"me": actor.person_id}
        ).scalar_one()
        with pytest.raises(DBAPIError) as caught:
            session.execute(
                text("SELECT app.change_membership(:id, 'x', array['provider_administrator'])"), {"id": own}
            )
        session.rollback()
    assert isinstance(as_refusal(caught.value), NotPermitted)


def test_roles_of_each_kind_are_what_the_table_takes(urls: Urls) -> None:
    assert sorted(role for roles in ROLES_OF.values() for role in roles) == sorted(ROLES)
    assert set(WORDS) == set(Permission)
    with psycopg.connect(urls.admin) as connection:
        for kind, roles in ROLES_OF.items():
            fits = connection.execute("SELECT app.fits(%s, %s)", (kind, list(roles))).fetchone()
            assert fits == (kind != "operator",)


def test_the_policy_page_shows_every_role_and_every_page(client_for: ClientFor) -> None:
    page = client_for("cabinet@sefton.example").get("/who-can-do-what").get_data(as_text=True)
    for name, _ in ROLES.values():
        assert name in page
    assert "/people/invite" in page
    assert "Everybody may read the rules that bind them." in page
