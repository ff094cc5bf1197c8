"""An answer given in time, called in, and given anew after the day, where a late answer stays out: it counts as in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Refused
from portal.core.provision import Urls
from portal.decisions.actions import (
    call_in,
    draft_decision,
    raise_matter,
    record_decision,
    resolve_call_in,
)
from portal.decisions.kinds import MatterKind, register_kind
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.board import board
from portal.decisions.queries.effects import effects_on
from tests.decisions.test_pages import words
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, decision_values
from tests.support.region import COUNCILS, Region, acting, clock_set_back
from tests.support.rounds import make_round

ClientFor = Callable[..., StrictClient]
KIND = register_kind(
    MatterKind(
        "late_anew",
        "Extend together",
        "every_participant",
        "Whether …",
        "Yes.",
        "No.",
        "Not yet.",
        late_rule="stays_out",
    )
)
RULE = "counts as in time"


@pytest.fixture(scope="module")
def system_id(app: Flask, region: Region) -> UUID:
    return make_round(app, region).system_id


def ask(app: Flask, region: Region, system_id: UUID, *councils: str) -> UUID:
    with acting(app, LEAD) as (session, actor):
        return raise_matter(
            session, actor, kind=KIND.name, system_id=system_id, subject_id=uuid4(), subject_label="Foster care", question="Whether …",
            answer_by=clock.today() + timedelta(days=5), parties=[(region.organisations[c], COUNCILS[c][1]) for c in councils], facts={},
        ).id  # fmt: skip


def draft(app: Flask, council: str, matter: UUID, **changed: object) -> UUID:
    with acting(app, f"procurement@{council}.example") as (session, actor):
        return draft_decision(session, actor, matter_id=matter, **decision_values(**changed)).id


def answer(app: Flask, council: str, matter: UUID, **changed: object) -> UUID:
    drafted = draft(app, council, matter, **changed)
    with acting(app, f"democratic@{council}.example") as (session, actor):
        return record_decision(session, actor, decision_id=drafted).id


def called_in(app: Flask, council: str, decision: UUID) -> None:
    with acting(app, f"democratic@{council}.example") as (session, actor):
        call_in(
            session, actor, decision_id=decision, requested_on=clock.today(), requested_by="Members", grounds="Cost."
        )
        resolve_call_in(session, actor, decision_id=decision, outcome="reconsider", resolved_on=clock.today())


def test_the_first_answer_says_when(
    app: Flask, urls: Urls, region: Region, system_id: UUID, client_for: ClientFor
) -> None:
    with clock_set_back(urls, timedelta(days=20)):
        matter, today = ask(app, region, system_id, "halton", "sefton"), clock.today()
        answer(app, "halton", matter)
        first = answer(app, "sefton", matter, published_on=today, effective_on=today + timedelta(days=6))
        called_in(app, "sefton", first)
    with acting(app, LEAD) as (session, _):
        assert session.get_one(Matter, matter).status == "settled", "all had answered"
    second = answer(app, "sefton", matter)
    sefton = region.organisations["sefton"]
    with acting(app, LEAD) as (session, actor):
        assert session.get_one(Decision, first).status == "superseded"
        effect = effects_on(session, [matter])[matter, sefton]
        assert (effect.decision_id, effect.own_from, effect.in_effect) == (second, clock.today(), True)
        shown = next(c for c in board(session, actor, matter).councils if c.authority_id == sefton)
        assert (shown.stays_out, shown.said, shown.in_effect) == (False, "yes", True)
    assert RULE in words(client_for(LEAD).get(f"/decisions/{matter}").get_data(as_text=True))


def test_one_that_was_late_at_first_is_late_for_ever(app: Flask, urls: Urls, region: Region, system_id: UUID) -> None:
    with clock_set_back(urls, timedelta(days=20)):
        matter = ask(app, region, system_id, "halton", "sefton")
        answer(app, "halton", matter)
    today = clock.today()
    # The day has passed and nobody has settled it yet: it is recorded, and stays out.
    first = answer(app, "sefton", matter, published_on=today, effective_on=today + timedelta(days=6))
    with acting(app, LEAD) as (session, _):
        assert effects_on(session, [matter])[matter, region.organisations["sefton"]].own_from is None
        assert session.get_one(Matter, matter).status == "settled"
    called_in(app, "sefton", first)
    drafted = draft(app, "sefton", matter)
    with (
        pytest.raises((Refused, DBAPIError), match="a later answer does not count"),
        acting(app, "democratic@sefton.example") as (session, actor),
    ):
        record_decision(session, actor, decision_id=drafted)
