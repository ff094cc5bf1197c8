"""The register anybody reads: the councils differ because they decided differently."""

import csv
import io

import pytest

from portal.notices.csv_text import csv_text
from tests.support.client import StrictClient
from tests.support.story import Played


@pytest.fixture
def public(played: Played) -> StrictClient:
    played.app.test_client_class = StrictClient
    client = played.app.test_client()
    assert isinstance(client, StrictClient)
    return client


def _lines(client: StrictClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/published-register.csv{query}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


@pytest.mark.slow
def test_the_councils_differ(public: StrictClient) -> None:
    page = public.get("/published-register").get_data(as_text=True)
    assert "Copperas Yard" in page
    assert "Demonstration" in page
    lines = _lines(public)
    by_council = {
        council: {line["Provider"].split()[0] for line in lines if line["Council"] == council}
        for council in ("Knowsley", "Liverpool", "Wirral", "St Helens")
    }
    assert "Copperas" in by_council["St Helens"]
    assert "Copperas" not in by_council["Knowsley"], "restricted on a published ground"
    assert by_council["Wirral"] == set(), "decided not to use the providers"
    assert {line["Demonstration"] for line in lines} == {"yes"}


@pytest.mark.slow
def test_filters_narrow_page_and_download_alike(public: StrictClient) -> None:
    everything = _lines(public)
    one = _lines(public, "?council=sefton")
    assert {line["Council"] for line in one} == {"Sefton"}
    assert [line for line in everything if line["Council"] == "Sefton"] == one
    page = public.get("/published-register?council=wirral").get_data(as_text=True)
    assert "No provider can be used by this council yet." in page
    assert "/published-register.csv?council=wirral" in page


def test_a_cell_cannot_become_a_formula() -> None:
    rows = [["=1+1", "+44", "-1", "@x", "\tx", " =1", 'Plain, “quoted” "text"', "Line\nbreak"]]
    text = csv_text(["A"] * 8, rows)
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1]
    assert read == ["'=1+1", "'+44", "'-1", "'@x", "'\tx", "' =1", 'Plain, “quoted” "text"', "Line\nbreak"]
