"""A council restricts a named provider in one lot, or in all of them; in the others it can be used."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.errors import Invalid
from portal.decisions.actions.drafting import Named
from portal.decisions.models import Matter, Restriction
from portal.purchasing_systems.queries.usability import usability
from tests.decisions.test_pages import typed, words
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated
from tests.support.region import acting

Make = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]
RESTRICTED = "approve_with_restriction"


@pytest.fixture(scope="module")
def case(evaluated_round: Make) -> Evaluated:
    made = evaluated_round(standstill_days=None)
    made.approve_outcome()
    made.ask_use()
    made.to_effect()
    return made


@pytest.fixture(scope="module")
def matter(case: Evaluated) -> UUID:
    with acting(case.app, "head@sefton.example") as (session, _):
        return session.scalars(
            select(Matter.id).where(Matter.subject_id == case.round_id, Matter.kind == "use_admitted")
        ).one()


def usable(case: Evaluated, council: str) -> dict[tuple[str, int], str | None]:
    """By provider and lot: None where it can be used, else what is in the way."""
    slugs = {case.provider(slug): slug for slug in ("alder", "birch")}
    with acting(case.app, f"placement@{council}.example") as (session, actor):
        rows = usability(session, actor, system_id=case.system_id, authority_id=actor.organisation_id)
        return {(slugs[r.provider_id], r.lot_number): None if r.usable else r.waiting_for for r in rows}


def test_in_one_lot_alone(case: Evaluated, matter: UUID) -> None:
    case.decide("sefton", matter, outcome=RESTRICTED, restrictions=case.restriction("alder", lot=0))
    assert usable(case, "sefton") == {
        ("alder", 1): "Sefton restricts its use in this lot on the published ground “Unresolved safeguarding concern”",
        ("alder", 2): None,
        ("birch", 1): None,
    }


def test_in_all_lots(case: Evaluated, matter: UUID) -> None:
    case.decide("knowsley", matter, outcome=RESTRICTED, restrictions=case.restriction("alder"))
    said = "Knowsley restricts its use on the published ground “Unresolved safeguarding concern”"
    assert usable(case, "knowsley") == {("alder", 1): said, ("alder", 2): said, ("birch", 1): None}


def test_in_two_lots_by_two_restrictions(case: Evaluated, matter: UUID) -> None:
    both = [*case.restriction("alder", lot=0), *case.restriction("alder", "Another.", lot=1)]
    case.decide("st-helens", matter, outcome=RESTRICTED, restrictions=both)
    assert {key for key, way in usable(case, "st-helens").items() if way is None} == {("birch", 1)}


def test_what_cannot_be_named(case: Evaluated, matter: UUID) -> None:
    def draft(*named: Named) -> None:
        case.draft("liverpool", matter, outcome=RESTRICTED, restrictions=named)

    (one,), (everywhere,) = case.restriction("alder", lot=0), case.restriction("alder")
    for pair in ((one, one), (one, everywhere), (everywhere, one), (everywhere, everywhere)):
        with pytest.raises(Invalid, match="twice for the same lot"):
            draft(*pair)
    with pytest.raises(Invalid, match="was not admitted to that lot"):
        draft(*case.restriction("birch", lot=1))
    with pytest.raises(Invalid, match="was not admitted to that lot"):
        draft(one._replace(lot_id=uuid4()))


def test_by_the_pages(app: Flask, case: Evaluated, matter: UUID, client_for: ClientFor) -> None:
    officer, recorder = client_for("procurement@wirral.example"), client_for("democratic@wirral.example")
    path, lot = f"/decisions/{matter}/decide", str(case.made.lots[1])
    form = officer.get(path).get_data(as_text=True)
    assert "In which lot?" in form
    assert ">All lots</option>" in form
    given = {
        "outcome": RESTRICTED, "restrictions-0-provider": str(case.provider("alder")),
        "restrictions-0-ground": "safeguarding-concern", "restrictions-0-reason": "An open concern.",
    }  # fmt: skip
    for wrong, sentence in (("nonsense", "Choose one of the lots"), (str(uuid4()), "was not admitted to that lot")):
        refused = officer.send(path, typed(case, **given) | {"restrictions-0-lot": wrong})
        assert refused.status_code == 422
        assert sentence in refused.get_data(as_text=True)
    assert officer.send(path, typed(case, **given) | {"restrictions-0-lot": lot}).status_code == 303
    assert f'value="{lot}" selected' in officer.get(path).get_data(as_text=True).replace("selected value", "value")
    with acting(app, "procurement@wirral.example") as (session, actor):
        own = select(Restriction).where(
            Restriction.authority_id == actor.organisation_id, Restriction.matter_id == matter
        )
        (restriction,) = session.scalars(own).all()
        name = restriction.scope
        assert str(restriction.lot_id) == lot
    recorded = recorder.send(f"/decisions/{matter}/record")
    assert recorded.status_code == 303
    other = client_for("cabinet@halton.example")
    assert name in words(other.get(recorded.location).get_data(as_text=True))
    assert other.get(f"{recorded.location}.pdf").data.startswith(b"%PDF")
    assert f"(fictional) in {name}" in words(other.get(f"/decisions/{matter}").get_data(as_text=True))
    register = words(client_for("placement@wirral.example").get("/register").get_data(as_text=True))
    assert "Wirral restricts its use in this lot" in register
    stand = words(client_for("admin@alder.example").get("/where-you-stand").get_data(as_text=True))
    assert "Wirral restricts your use in this lot" in stand
