"""Two consortia on one host: councils that share no system read nothing of each other's way of deciding."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from portal.governance.actions.posts import create_post
from tests.support.governance import clerk, enter_clocks, enter_form
from tests.support.region import Region, acting
from tests.support.rounds import make_round

TABLES = ("forms_of_governance", "clock_settings", "posts")


@pytest.fixture(scope="module")
def two(app: Flask, region: Region) -> None:
    """Halton, Knowsley, Liverpool and Sefton in one system; Wirral in none of theirs."""
    make_round(app, region, councils=("halton", "knowsley", "liverpool", "sefton"))
    for slug in ("halton", "wirral"):
        enter_form(app, slug)
        enter_clocks(app, slug)
        with acting(app, clerk(slug)) as (session, actor):
            create_post(session, actor, title="Director", kind="officer", starts_on=date(2020, 5, 1))


def seen(app: Flask, email: str, table: str) -> set[object]:
    with acting(app, email) as (session, _):
        return set(session.execute(text(f"SELECT DISTINCT authority_id FROM governance.{table}")).scalars())


@pytest.mark.parametrize("table", TABLES)
def test_a_council_reads_its_own_and_its_neighbours(app: Flask, region: Region, two: None, table: str) -> None:
    halton, wirral = (region.organisations[slug] for slug in ("halton", "wirral"))
    assert seen(app, "democratic@knowsley.example", table) == {halton}
    assert seen(app, "democratic@halton.example", table) == {halton}
    assert seen(app, "democratic@wirral.example", table) == {wirral}
    assert seen(app, "admin@alder.example", table) == set()
