"""Putting the questions of a system: what each kind asks, of whom, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.decisions.actions import draft_decision, record_decision
from portal.decisions.kinds import MatterKind
from portal.decisions.models import Matter, MatterParty
from portal.decisions.queries.effects import may_act
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ASKABLE, NOT_IN_THE_NOTICE, ask_councils
from portal.purchasing_systems.actions.rounds import publish_round
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.subjects import subjects_of
from portal.purchasing_systems.rules.questions import completed, prefilled
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
SOON = clock.today() + timedelta(days=30)


@pytest.fixture(scope="module")
def made(app: Flask, region: Region) -> MadeRound:
    """A system of six councils with a round that is planned, ready to be published."""
    return make_round(app, region, publish=False, opens_in=timedelta(days=1))


def ask(app: Flask, region: Region, made: MadeRound, kind: MatterKind, **changed: Any) -> UUID:
    """Put it to all six councils by the lead; `subject`: by its label, else the first there is."""
    with acting(app, changed.pop("email", LEAD)) as (session, actor):
        system = session.get_one(PurchasingSystem, made.system_id)
        label = changed.pop("subject", None)
        offered = subjects_of(session, system, kind)
        key = label if kind is m.BLOCK_CONTRACT else next(s.key for s in offered if label in (None, s.label))
        values: dict[str, Any] = {"answer_by": SOON, "councils": [region.organisations[slug] for slug in COUNCILS]}
        return ask_councils(session, actor, system_id=made.system_id, kind=kind, subject=key, **values | changed).id


def answer(app: Flask, council: str, matter: UUID, **changed: Any) -> None:
    """Drafted and recorded by democratic services of that council."""
    with acting(app, f"democratic@{council}.example") as (session, actor):
        drafted = draft_decision(session, actor, matter_id=matter, **decision_values(**changed))
        record_decision(session, actor, decision_id=drafted.id)


def test_every_kind_says_what_follows_from_every_answer() -> None:
    # The kinds of this slice: other tests register kinds of their own.
    told = [getattr(m, name) for name in m.__all__ if name not in ("APPROVE_OUTCOME", "USE_ADMITTED")]
    assert set(told) == set(ASKABLE)
    for kind in told:
        sentences = (kind.yes, kind.no, kind.silent, kind.late)
        assert len(set(sentences)) == 4, kind.name
        assert all(s.endswith(".") and len(s) > 20 for s in sentences), kind.name
    assert {kind.name: kind.rule for kind in told} == {
        "take_part": "each_for_itself", "renew": "each_for_itself", "adopt_version": "every_participant", "commence": "lead_plus_majority", "award": "lead",
        "extend": "each_for_itself", "extend_together": "minimum", "join": "every_participant", "leave": "each_for_itself",
        "block_contract": "each_for_itself", "close": "lead_plus_majority", "change_lead": "every_participant",
    }  # fmt: skip
    assert [kind.name for kind in told if kind.late_rule == "stays_out"] == ["extend_together"]
    assert {kind.name for kind in told if kind.before_commencement} == {"adopt_version", "commence"}


def test_the_words_of_a_question() -> None:
    template = "Leave {system} on {exit_on}, if {minimum} do."
    offered = prefilled(template, {"system": "LCR care"})
    assert offered == "Leave LCR care on [the day], if [how many] do."
    assert completed(offered, template, {"exit_on": "1 May 2027"}) == "Leave LCR care on 1 May 2027, if [how many] do."
    assert completed("Quite other words.", template, {"exit_on": "1 May 2027"}) == "Quite other words."


def test_r5_03_a_round_is_not_published_before_commencement_is_agreed(app: Flask, region: Region) -> None:
    case = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    matter = ask(app, region, case, m.COMMENCE)

    def publish() -> None:
        with acting(app, LEAD) as (session, actor):
            publish_round(session, actor, round_id=case.round_id)

    for council in ("halton", "sefton", "wirral"):
        answer(app, council, matter)
    with pytest.raises((Refused, DBAPIError), match="must be decided before commencement"):
        publish()
    answer(app, "knowsley", matter)
    publish()


def test_nor_before_the_latest_version_is_adopted_by_every_council(app: Flask, region: Region) -> None:
    case = make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=("halton", "sefton"))
    both = [region.organisations[slug] for slug in ("halton", "sefton")]
    matter = ask(app, region, case, m.ADOPT_VERSION, councils=both)
    answer(app, "halton", matter)
    with (
        pytest.raises((Refused, DBAPIError), match="Version 1 of the specification"),
        acting(app, LEAD) as (session, actor),
    ):
        publish_round(session, actor, round_id=case.round_id)
    answer(app, "sefton", matter)
    with acting(app, LEAD) as (session, actor):
        facts = session.get_one(Matter, matter).facts
        assert (facts["version"], facts["version_title"]) == (1, "Service specification")
        publish_round(session, actor, round_id=case.round_id)


def test_who_is_asked(app: Flask, region: Region, made: MadeRound) -> None:
    def asked(matter: UUID) -> set[UUID]:
        with acting(app, LEAD) as (session, _):
            return set(session.scalars(select(MatterParty.authority_id).where(MatterParty.matter_id == matter)))

    halton, wirral = region.organisations["halton"], region.organisations["wirral"]
    assert asked(ask(app, region, made, m.TAKE_PART, councils=[halton, wirral])) == {halton, wirral}
    assert asked(ask(app, region, made, m.AWARD, authority="Schedule 2")) == {halton}
    leave = ask(app, region, made, m.LEAVE, subject="Wirral", on=date(2028, 3, 31))
    assert asked(leave) == {wirral}
    with acting(app, LEAD) as (session, _):
        found = session.get_one(Matter, leave)
        assert "leave" in found.question
        assert "31 March 2028" in found.question
        assert found.facts["exit_on"] == "2028-03-31"


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        (m.ADOPT_VERSION, {"councils": ["halton"]}, "councils"),
        (m.CLOSE, {"councils": ["wirral", "sefton"], "on": date(2029, 1, 1)}, "councils"),
        (m.CLOSE, {}, "on"),
        (m.TAKE_PART, {"councils": []}, "councils"),
        (m.TAKE_PART, {"answer_by": None}, "answer_by"),
        (m.TAKE_PART, {"answer_by": clock.today() - timedelta(days=1)}, "answer_by"),
        (m.AWARD, {"authority": " "}, "authority"),
        (m.EXTEND_TOGETHER, {"minimum": None}, "minimum"),
        (m.EXTEND_TOGETHER, {"minimum": 7}, "minimum"),
        (m.BLOCK_CONTRACT, {"subject": " "}, "subject"),
    ],
)
def test_what_cannot_be_put_is_said_beside_its_field(
    app: Flask, region: Region, kind: MatterKind, changed: dict[str, Any], field: str
) -> None:
    case = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    with acting(app, LEAD) as (session, actor):
        point(session, actor, case.system_id)
    if "councils" in changed:
        changed = changed | {"councils": [region.organisations[slug] for slug in changed["councils"]]}
    with pytest.raises(Invalid) as said:
        ask(app, region, case, kind, **changed)
    assert list(said.value.fields) == [field]


def point(session: Any, actor: Any, system_id: UUID) -> UUID:
    """The end of year 2, with a year more."""
    return add_extension_point(
        session, actor, system_id=system_id, title="End of year 2", ends_on=date(2030, 10, 18), new_end=date(2031, 10, 18),
        source="Terms, clause 4",
    ).id  # fmt: skip


def test_an_authority_outside_the_notice_is_refused_at_the_button(
    app: Flask, client_for: ClientFor, region: Region
) -> None:
    case = make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=("halton", "sefton"))
    wirral, both = region.organisations["wirral"], [str(region.organisations[s]) for s in ("halton", "sefton")]
    client, path = client_for(LEAD), f"/systems/{case.system_id}/ask?kind=join&subject={wirral}"
    form = {
        "councils": both,
        "answer_by": [str(SOON.day), str(SOON.month), str(SOON.year)],
        "question": "My own words?",
    }
    refused = client.send(path, form | {"named": "neither"})
    assert refused.status_code == 422
    assert NOT_IN_THE_NOTICE in refused.get_data(as_text=True)
    assert "My own words?" in refused.get_data(as_text=True), "nothing typed is lost"
    put = client.send(path, form | {"named": "described", "notice_words": "Any council of the city region."})
    assert put.status_code == 303
    board = client.get(put.location).get_data(as_text=True)
    assert "Wirral" in board
    assert "My own words?" in board


def test_one_extension_point_is_put_one_way(app: Flask, region: Region, made: MadeRound) -> None:
    with acting(app, LEAD) as (session, actor):
        point(session, actor, made.system_id)
    matter = ask(app, region, made, m.EXTEND_TOGETHER, minimum=4, added_lot="Short breaks")
    with acting(app, LEAD) as (session, _):
        found = session.get_one(Matter, matter)
        assert (found.minimum, found.late) == (4, "stays_out")
        assert [part["slug"] for part in found.parts] == ["extend", "add-lot"]
        assert "if at least 4 councils do" in found.question
    with pytest.raises(Refused, match="put as “Extend together” already"):
        ask(app, region, made, m.EXTEND)
    with pytest.raises(Refused, match="already been put"):
        ask(app, region, made, m.EXTEND_TOGETHER, minimum=4)


def test_only_officers_of_the_lead_ask(app: Flask, region: Region, made: MadeRound) -> None:
    for email in ("procurement@sefton.example", "head@halton.example"):
        with pytest.raises(NotPermitted):
            ask(app, region, made, m.BLOCK_CONTRACT, subject="12 places", email=email)
    with pytest.raises(Missing):
        ask(
            app,
            region,
            make_round(app, region, councils=("halton", "sefton")),
            m.CLOSE,
            email="procurement@wirral.example",
        )


def test_an_award_stands_on_the_leads_decision_alone(app: Flask, region: Region) -> None:
    case = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    matter = ask(app, region, case, m.AWARD, authority="Schedule 2")
    sefton = {"kind": "award", "subject_id": case.round_id, "authority_id": region.organisations["sefton"]}
    with acting(app, "procurement@sefton.example") as (session, _):
        assert not may_act(session, **sefton).allowed
    answer(app, "halton", matter)
    with acting(app, "procurement@sefton.example") as (session, _):
        assert may_act(session, **sefton).allowed


def test_the_pages_lead_from_the_kind_to_the_question(client_for: ClientFor, made: MadeRound) -> None:
    client = client_for(LEAD)
    which = client.get(f"/systems/{made.system_id}/ask").get_data(as_text=True)
    assert all(f"kind={kind.name}" in which for kind in ASKABLE)
    about = client.get(f"/systems/{made.system_id}/ask?kind=leave").get_data(as_text=True)
    assert "Which council leaves?" in about
    assert "Halton" not in about.split("<select")[1].split("</select")[0], "the lead does not leave what it leads"
    contract = client.get(f"/systems/{made.system_id}/ask?kind=block_contract&subject=12+places").get_data(as_text=True)
    assert "Whether this council takes a share in the block contract “12 places”" in contract
    assert m.BLOCK_CONTRACT.silent in contract
    assert m.BLOCK_CONTRACT.late in contract
    assert "Enter what the contract is called" in client.get(
        f"/systems/{made.system_id}/ask?kind=block_contract&subject="
    ).get_data(as_text=True)
    assert "Choose one of these" in client.get(
        f"/systems/{made.system_id}/ask?kind=leave&subject={made.system_id}"
    ).get_data(as_text=True)
    sent = client.send(f"/systems/{made.system_id}/ask?kind=block_contract&subject=12+places", {"councils": ["x"]})
    assert sent.status_code == 422
    assert "Enter the day to answer by" in sent.get_data(as_text=True)
    assert client_for("procurement@sefton.example").get(f"/systems/{made.system_id}/ask").status_code == 403
