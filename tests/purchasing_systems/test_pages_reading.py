"""Pages of systems and rounds for those who read: every council that takes part, and nobody else."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from tests.support.client import StrictClient
from tests.support.region import Region
from tests.support.rounds import LEAD, make_round

Clients = Callable[..., StrictClient]
OF_A_SYSTEM = ("", "/lots", "/councils", "/specification", "/documents")


@pytest.mark.parametrize("email", [LEAD, "commissioning@sefton.example", "cabinet@wirral.example"])
def test_participants_read_every_page(app: Flask, region: Region, client_for: Clients, email: str) -> None:
    made = make_round(app, region, publish=False)
    client = client_for(email)
    assert made.title in client.get("/systems").get_data(as_text=True)
    for path in OF_A_SYSTEM:
        page = client.get(f"/systems/{made.system_id}{path}")
        assert page.status_code == 200, path
        edits = email == LEAD
        assert ("/edit" in page.get_data(as_text=True)) == (edits and path in ("", "/specification", "/documents"))
    for path in ("", "/questions"):
        assert client.get(f"/systems/{made.system_id}/rounds/{made.round_id}{path}").status_code == 200


def test_others_find_nothing(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False, councils=("halton", "sefton"))
    paths = [f"/systems/{made.system_id}{path}" for path in (*OF_A_SYSTEM, f"/rounds/{made.round_id}")]
    for path in paths:
        assert client_for("procurement@wirral.example").get(path).status_code == 404, path
        assert client_for("writer@alder.example").get(path).status_code == 403, path
    assert made.title not in client_for("procurement@wirral.example").get("/systems").get_data(as_text=True)


def test_a_published_system_is_still_no_page_for_a_council_outside(
    app: Flask, region: Region, client_for: Clients
) -> None:
    made = make_round(app, region, councils=("halton", "sefton"))
    client = client_for("procurement@wirral.example")
    assert client.get(f"/systems/{made.system_id}").status_code == 404
    assert client.get(f"/systems/{made.system_id}/rounds/{made.round_id}").status_code == 404
    assert client.get(f"/rounds/{made.round_id}").status_code == 200


def test_a_round_of_another_system_or_none_is_missing(app: Flask, region: Region, client_for: Clients) -> None:
    one, other = make_round(app, region, publish=False), make_round(app, region, publish=False)
    client = client_for(LEAD)
    for system_id, round_id in ((one.system_id, other.round_id), (one.system_id, uuid4()), (uuid4(), one.round_id)):
        for path in ("", "/questions", "/notice", "/window", "/cancel", "/closing", "/questions/load"):
            assert client.get(f"/systems/{system_id}/rounds/{round_id}{path}").status_code == 404, path


def test_the_lead_sees_how_many_are_interested_and_others_do_not(
    app: Flask, region: Region, client_for: Clients
) -> None:
    made = make_round(app, region)
    path = f"/systems/{made.system_id}/rounds/{made.round_id}"
    assert "Providers interested" in client_for(LEAD).get(path).get_data(as_text=True)
    for email in ("procurement@sefton.example", "head@knowsley.example"):
        page = client_for(email).get(path).get_data(as_text=True)
        assert "Providers interested" not in page
        assert "Sealed until it is opened" in page
