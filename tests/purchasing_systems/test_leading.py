"""The lead's acts on a question it has put, and prices that end while a council waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.provision import Urls
from portal.decisions.models import Matter, MatterParty
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.actions.matters import ask_to_use
from portal.purchasing_systems.actions.parts import add_participant
from portal.purchasing_systems.actions.prices import ask_to_hold_prices
from tests.purchasing_systems.test_terms import note_point
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated, set_days
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
Make = Callable[..., Evaluated]


def typed(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


@pytest.fixture
def made(app: Flask, region: Region) -> MadeRound:
    """Five councils take part; Wirral does not yet."""
    councils = tuple(slug for slug in COUNCILS if slug != "wirral")
    return make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=councils)


def put(app: Flask, region: Region, made: MadeRound, **changed: Any) -> UUID:
    with acting(app, LEAD) as (session, actor):
        values: dict[str, Any] = {
            "kind": m.TAKE_PART,
            "subject": str(made.system_id),
            "answer_by": clock.today() + timedelta(days=30),
            "councils": [region.organisations[slug] for slug in COUNCILS],
        }
        return ask_councils(session, actor, system_id=made.system_id, **values | changed).id


def test_a_council_that_joined_meanwhile_is_asked_as_well(
    app: Flask, client_for: ClientFor, region: Region, made: MadeRound
) -> None:
    matter, wirral = put(app, region, made), region.organisations["wirral"]
    lead = client_for(LEAD)
    path = f"/decisions/{matter}/ask-another"
    assert lead.send(path, {"joined": str(wirral)}).status_code == 409, "it takes no part"
    with acting(app, LEAD) as (session, actor):
        add_participant(
            session,
            actor,
            system_id=made.system_id,
            authority_id=wirral,
            authority_name="Wirral",
            joined_on=clock.today(),
        )
    assert "Ask another council" in lead.get(f"/decisions/{matter}/for-the-lead").get_data(as_text=True)
    nothing = lead.send(path, {"joined": ""})
    assert nothing.status_code == 422
    assert "Choose a council." in nothing.get_data(as_text=True)
    assert lead.send(path, {"joined": str(wirral)}).status_code == 303
    assert lead.send(path, {"joined": str(wirral)}).status_code == 409, "once is enough"
    board = client_for("head@wirral.example").get(f"/decisions/{matter}").get_data(as_text=True)
    assert "Your council has not answered" in board


def test_the_database_lets_nobody_else_ask_another(app: Flask, region: Region, made: MadeRound) -> None:
    matter, statement = put(app, region, made), text("SELECT app.add_party(:matter, :authority)")
    values = {"matter": matter, "authority": region.organisations["wirral"]}
    with (
        pytest.raises(DBAPIError, match="Only a procurement or commissioning"),
        acting(app, "head@halton.example") as (session, _),
    ):
        session.execute(statement, values)
    with pytest.raises(DBAPIError, match="any more"), acting(app, "procurement@sefton.example") as (session, _):
        session.execute(statement, values)
    award = put(app, region, made, kind=m.AWARD, subject=str(made.round_id), authority="Schedule 2")
    with pytest.raises(DBAPIError, match="any more"), acting(app, LEAD) as (session, _):
        session.execute(statement, {"matter": award, "authority": region.organisations["sefton"]})


def test_a_council_is_excused_with_a_reason(app: Flask, client_for: ClientFor, region: Region, made: MadeRound) -> None:
    matter, lead = put(app, region, made), client_for(LEAD)
    sefton = str(region.organisations["sefton"])
    bare = lead.send(f"/decisions/{matter}/excuse", {"council": sefton, "because": " "})
    assert bare.status_code == 422
    assert "Say why this council is no longer waited for." in bare.get_data(as_text=True)
    kept = lead.send(f"/decisions/{matter}/excuse", {"council": "", "because": "It has left."})
    assert kept.status_code == 422
    assert "It has left." in kept.get_data(as_text=True), "nothing typed is lost"
    assert lead.send(f"/decisions/{matter}/excuse", {"council": sefton, "because": "It has left."}).status_code == 303
    with acting(app, LEAD) as (session, _):
        party = session.scalars(
            select(MatterParty).where(MatterParty.matter_id == matter, MatterParty.excused_at.is_not(None))
        ).one()
        assert (str(party.authority_id), party.excused_because) == (sefton, "It has left.")


def test_withdrawn_with_a_reason_and_not_once_answered(
    app: Flask, client_for: ClientFor, region: Region, made: MadeRound
) -> None:
    matter, lead = put(app, region, made), client_for(LEAD)
    bare = lead.send(f"/decisions/{matter}/withdraw", {"withdrawn_because": ""})
    assert bare.status_code == 422
    assert "Say why the question is withdrawn." in bare.get_data(as_text=True)
    assert lead.send(f"/decisions/{matter}/withdraw", {"withdrawn_because": "Put in error."}).status_code == 303
    assert "Put in error." in lead.get(f"/decisions/{matter}").get_data(as_text=True)
    assert lead.send(f"/decisions/{matter}/withdraw", {"withdrawn_because": "Again."}).status_code == 409


def test_settled_by_hand_only_after_the_day_where_late_answers_stay_out(
    app: Flask, client_for: ClientFor, region: Region, made: MadeRound, urls: Urls
) -> None:
    point = note_point(app, made.system_id)
    matter, lead = put(app, region, made, kind=m.EXTEND_TOGETHER, subject=str(point), minimum=2), client_for(LEAD)
    assert lead.send(f"/decisions/{matter}/close").status_code == 409
    assert "Settle it" not in lead.get(f"/decisions/{matter}/for-the-lead").get_data(as_text=True)
    set_days(urls, "UPDATE decisions.matters SET answer_by = current_date - 2 WHERE id = %s", matter)
    assert "Settle it" in lead.get(f"/decisions/{matter}/for-the-lead").get_data(as_text=True)
    assert lead.send(f"/decisions/{matter}/close").status_code == 303
    with acting(app, LEAD) as (session, _):
        assert session.get_one(Matter, matter).status == "settled"


def test_what_is_the_leads_is_nobody_elses(client_for: ClientFor, app: Flask, region: Region, made: MadeRound) -> None:
    matter = put(app, region, made)
    other = client_for("procurement@sefton.example")
    assert other.get(f"/decisions/{matter}/for-the-lead").status_code == 403
    for act in ("excuse", "ask-another", "close", "withdraw", "hold-prices"):
        assert other.send(f"/decisions/{matter}/{act}").status_code == 403, act
    board = other.get(f"/decisions/{matter}").get_data(as_text=True)
    assert "for-the-lead" not in board
    assert "for-the-lead" in client_for(LEAD).get(f"/decisions/{matter}").get_data(as_text=True)


# Prices: a question put with the day on which they end.


@pytest.fixture(scope="module")
def case(evaluated_round: Make) -> Evaluated:
    made = evaluated_round(standstill_days=None)
    made.approve_outcome()
    return made


@pytest.fixture(scope="module")
def matter(app: Flask, case: Evaluated) -> UUID:
    with acting(app, LEAD) as (session, actor):
        return ask_to_use(
            session,
            actor,
            round_id=case.round_id,
            answer_by=clock.today() + timedelta(days=40),
            prices_valid_until=clock.today() + timedelta(days=20),
        ).id


def test_prices_that_have_ended_are_no_day_to_state(app: Flask, case: Evaluated) -> None:
    with pytest.raises(Invalid, match="This day has passed"), acting(app, LEAD) as (session, actor):
        ask_to_use(
            session, actor, round_id=case.round_id, answer_by=clock.today() + timedelta(days=40),
            prices_valid_until=clock.today() - timedelta(days=1),
        )  # fmt: skip


def test_the_way_of_a_request_to_hold_prices(
    app: Flask, client_for: ClientFor, case: Evaluated, matter: UUID, urls: Urls
) -> None:
    until = clock.today() + timedelta(days=60)
    lead, form = client_for(LEAD), {"hold_until": typed(until)}
    case.decide("wirral", matter, effective_on=clock.today() + timedelta(days=30))
    case.decide("sefton", matter)
    board = lead.get(f"/decisions/{matter}").get_data(as_text=True)
    assert "An answer that takes effect later meets prices that no longer hold: " in board
    concerned = board.split("prices that no longer hold: ")[1].split("</p>")[0]
    assert "Wirral" in concerned
    assert "Sefton" not in concerned
    # Before the letters are out nobody is written to.
    assert lead.send(f"/decisions/{matter}/hold-prices", form).status_code == 409
    with acting(app, "admin@alder.example") as (session, _):
        asked = "SELECT count(*) FROM notify.messages WHERE kind = 'purchasing_systems.prices.hold'"
        assert session.execute(text(asked)).scalar() == 0
    case.to_effect()
    early = lead.send(f"/decisions/{matter}/hold-prices", {"hold_until": typed(clock.today())})
    assert early.status_code == 422
    assert "when the prices end" in early.get_data(as_text=True)
    assert lead.send(f"/decisions/{matter}/hold-prices", form).status_code == 303
    assert lead.send(f"/decisions/{matter}/hold-prices", form).status_code == 409, "once a day"
    for provider, told in (("alder", 1), ("birch", 1), ("cedar", 0)):
        with acting(app, f"admin@{provider}.example") as (session, _):
            body = session.scalars(text(asked.replace("count(*)", "body"))).all()
            assert len(body) == told, provider
            assert not [b for b in body if "Wirral" in b], "which council is late is not its business"
    with psycopg.connect(urls.admin) as connection:
        lines = connection.execute(
            "SELECT count(*) FROM audit.lines WHERE verb = 'purchasing_systems.prices.ask_to_hold'"
        ).fetchone()
    assert lines == (1,)
    assert "were asked to hold them" in lead.get(f"/decisions/{matter}/for-the-lead").get_data(as_text=True)


def test_only_the_lead_asks_for_prices(app: Flask, matter: UUID) -> None:
    with pytest.raises(NotPermitted), acting(app, "procurement@sefton.example") as (session, actor):
        ask_to_hold_prices(session, actor, matter_id=matter, hold_until=clock.today() + timedelta(days=90))


def test_nothing_to_ask_where_prices_hold(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    with pytest.raises(Refused, match="The prices hold"), acting(app, LEAD) as (session, actor):
        ask_to_hold_prices(session, actor, matter_id=matter, hold_until=clock.today() + timedelta(days=90))
