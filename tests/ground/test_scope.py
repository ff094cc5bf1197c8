"""The scope is a credential: entered by a session's secret, sealed to its transaction."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.region import Region, acting


def test_actor_is_resolved_from_the_session(app: Flask, region: Region) -> None:
    with acting(app, "procurement@sefton.example") as (_, actor):
        assert actor.organisation_id == region.organisations["sefton"]
        assert actor.person_id == region.people["procurement@sefton.example"]
        assert actor.roles == {"procurement_officer"}


def test_claims_set_by_hand_are_worth_nothing(app: Flask, region: Region) -> None:
    with acting(app, "writer@alder.example") as (session, _):
        claims = session.execute(text("SELECT current_setting('app.claims')")).scalar_one()
        forged = claims.replace(str(region.organisations["alder"]), str(region.organisations["birch"]))
        session.execute(text("SELECT set_config('app.claims', :claims, true)"), {"claims": forged})
        assert session.execute(text("SELECT app.organisation()")).scalar() is None


def test_claims_of_another_transaction_cannot_be_replayed(app: Flask, region: Region) -> None:
    with acting(app, "writer@alder.example") as (session, _):
        stolen = session.execute(text("SELECT current_setting('app.claims'), current_setting('app.seal')")).one()
    with acting(app, "writer@birch.example") as (session, _):
        session.execute(
            text("SELECT set_config('app.claims', :claims, true), set_config('app.seal', :seal, true)"),
            {"claims": stolen[0], "seal": stolen[1]},
        )
        assert session.execute(text("SELECT app.organisation()")).scalar() is None


def test_internal_functions_are_not_granted(app: Flask, region: Region) -> None:
    other = {"person": region.people["writer@birch.example"], "organisation": region.organisations["birch"]}
    for statement in (
        "SELECT app.bind(:person, :organisation)",
        "SELECT app.start_session(:person, :organisation)",
        "SELECT app.seal_of(CAST(:person AS text) || CAST(:organisation AS text))",
    ):
        with acting(app, "writer@alder.example") as (session, _), pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text(statement), other)
