"""The order in which councils answer decides nothing; of two acts at the same instant one wins, and the other is refused with a sentence."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Refused
from portal.core.provision import Urls
from portal.core.web.lifecycle import as_refusal
from portal.decisions import kinds
from portal.decisions.actions import call_in, draft_decision, publish_record, raise_matter, resolve_call_in
from portal.decisions.kinds import MatterKind
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.board import board
from portal.decisions.queries.effects import effects_on
from portal.decisions.rules.settling import RULES
from tests.decisions.test_at_once import recording, together
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import make_round
from tests.support.statements import Statements

__all__ = ["together"]
Run = Callable[[list[Callable[[], None]]], list[Exception]]
Ask = Callable[..., UUID]
SLUGS = tuple(COUNCILS)


@pytest.fixture(scope="module")
def ask(app: Flask, region: Region) -> Iterator[Ask]:
    """`ask(rule)`: put a question of this rule to the six councils, or to `parties`."""
    system = make_round(app, region, publish=False).system_id
    with pytest.MonkeyPatch.context() as patch:
        for rule in RULES:
            kind = MatterKind(f"test_{rule}", "Test", rule, "Whether?", "Yes.", "No.", "Silent.")
            patch.setitem(kinds._kinds, kind.name, kind)

        def asking(rule: str, parties: list[tuple[UUID, str]] | None = None) -> UUID:
            with acting(app, "procurement@halton.example") as (session, actor):
                return raise_matter(
                    session, actor, kind=f"test_{rule}", system_id=system, subject_id=uuid4(), subject_label="Test",
                    question="Whether?", answer_by=clock.today() + timedelta(days=7), facts={},
                    parties=parties or [(region.organisations[slug], COUNCILS[slug][1]) for slug in SLUGS],
                    minimum=3 if rule == "minimum" else None,
                ).id  # fmt: skip

        yield asking


def draft(app: Flask, slug: str, matter: UUID, outcome: str = "approve", **changed: Any) -> UUID:
    with acting(app, f"procurement@{slug}.example") as (session, actor):
        return draft_decision(session, actor, matter_id=matter, **decision_values(outcome=outcome, **changed)).id


def refusal_of(error: Exception) -> Refused:
    """The sentence the person is shown; anything else would be a fault."""
    found = as_refusal(error) if isinstance(error, DBAPIError) else error
    assert isinstance(found, Refused), repr(error)
    assert found.sentence.endswith(".")
    return found


def settled_jobs(urls: Urls, matter: UUID) -> int:
    with psycopg.connect(urls.admin) as connection:
        row = connection.execute(
            "SELECT count(*) FROM jobs.procrastinate_jobs WHERE args ->> 'name' = 'decisions.matter.settled' "
            "AND args -> 'payload' ->> 'matter_id' = %s",
            (str(matter),),
        ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("rule", RULES)
def test_two_orders_lead_to_the_same(app: Flask, ask: Ask, region: Region, rule: str) -> None:
    chance = random.Random(rule)
    said = {
        slug: (chance.choice(("approve", "approve", "approve", "not_approve", "defer")), chance.randint(0, 5))
        for slug in SLUGS
    }
    found = []
    for _ in range(2):
        matter = ask(rule)
        order = chance.sample(SLUGS, len(SLUGS))
        for slug in order:
            outcome, delay = said[slug]
            days = {} if outcome == "defer" else {"effective_on": clock.today() + timedelta(days=delay)}
            recording(app, f"democratic@{slug}.example", draft(app, slug, matter, outcome, **days))()
        with acting(app, "cabinet@sefton.example") as (session, _):
            effects = {
                (authority, on): (e.outcome, e.own_from, e.until, e.from_, e.in_effect)
                for on in (clock.today() + timedelta(days=n) for n in (0, 2, 5))
                for (_, authority), e in effects_on(session, [matter], on=on).items()
            }
            found.append((effects, session.get_one(Matter, matter).status))
    assert found[0] == found[1]
    assert len(found[0][0]) == 3 * len(SLUGS)
    assert found[0][1] == ("open" if any(outcome == "defer" for outcome, _ in said.values()) else "settled")


@pytest.mark.parametrize("rule", RULES)
def test_the_last_two_settle_it_once_under_every_rule(
    app: Flask, ask: Ask, urls: Urls, together: Run, rule: str
) -> None:
    matter = ask(rule)
    for slug in SLUGS[:-2]:
        recording(app, f"democratic@{slug}.example", draft(app, slug, matter))()
    last = [(slug, draft(app, slug, matter)) for slug in SLUGS[-2:]]
    assert together([recording(app, f"democratic@{slug}.example", made) for slug, made in last]) == []
    assert settled_jobs(urls, matter) == 1
    with acting(app, "cabinet@halton.example") as (session, _):
        assert session.get_one(Matter, matter).status == "settled"
        assert all(effect.in_effect for effect in effects_on(session, [matter]).values())


@pytest.mark.parametrize("anew", [False, True])
def test_two_officers_of_one_council_by_the_pages(
    app: Flask, ask: Ask, client_for: Callable[..., StrictClient], together: Run, anew: bool
) -> None:
    matter = ask("each_for_itself")
    if anew:
        recording(app, "head@sefton.example", draft(app, "sefton", matter))()
    made = draft(app, "sefton", matter, "not_approve")
    answers: list[Any] = []

    def pressing(email: str) -> Callable[[], None]:
        client = client_for(email)
        page = f"/decisions/{matter}/record"
        token = client.csrf()
        return lambda: answers.append(client.post(page, data={"csrf_token": token}))

    assert together([pressing(f"{who}@sefton.example") for who in ("democratic", "head")]) == []
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 303
    # Whoever comes when it is done finds no draft any more.
    assert statuses[1] in (404, 409), statuses
    with acting(app, "cabinet@sefton.example") as (session, _):
        assert session.get_one(Decision, made).status == "recorded"


@pytest.mark.parametrize("rule", ["each_for_itself", "every_participant"])
def test_it_is_called_in_or_decided_anew(app: Flask, ask: Ask, together: Run, rule: str) -> None:
    matter = ask(rule)
    later = clock.today() + timedelta(days=5)
    first = draft(app, "sefton", matter, effective_on=later)
    recording(app, "democratic@sefton.example", first)()
    with acting(app, "democratic@sefton.example") as (session, actor):
        publish_record(session, actor, decision_id=first, published_on=clock.today(), effective_on=later)
    second = draft(app, "sefton", matter, effective_on=later)

    def calling() -> None:
        with acting(app, "democratic@sefton.example") as (session, actor):
            call_in(
                session, actor, decision_id=first, requested_on=clock.today(), requested_by="Three members", grounds="Cost"
            )  # fmt: skip

    raised = together([calling, recording(app, "head@sefton.example", second)])
    for error in raised:
        refusal_of(error)
    with acting(app, "cabinet@sefton.example") as (session, _):
        stands = (session.get_one(Decision, first).status, getattr(session.get(Decision, second), "status", None))
        effect = effects_on(session, [matter], on=later)[matter, session.get_one(Decision, first).authority_id]
    # Called in first, and then followed by the later one, both can be done: the later one is the answer to the call-in.
    assert (stands, len(raised)) in {
        (("called_in", None), 1),
        (("called_in", "draft"), 1),
        (("superseded", "recorded"), 1),
        (("superseded", "recorded"), 0),
    }
    assert effect.own_from == (None if stands[0] == "called_in" else later)


@pytest.mark.parametrize("rule", ["each_for_itself", "every_participant"])
@pytest.mark.parametrize("heard", [None, "reconsider", "referred"])
def test_decided_anew_while_called_in(app: Flask, ask: Ask, rule: str, heard: str | None) -> None:
    """It has its effect from its own day, the one called in never."""
    matter = ask(rule)
    today: date = clock.today()
    first = draft(app, "wirral", matter, effective_on=today + timedelta(days=2), published_on=today)
    recording(app, "head@wirral.example", first)()
    with acting(app, "head@wirral.example") as (session, actor):
        call_in(session, actor, decision_id=first, requested_on=today, requested_by="Three members", grounds="Cost")
        if heard:
            resolve_call_in(session, actor, decision_id=first, outcome=heard, resolved_on=today)
            with pytest.raises(Refused, match="on the record already"):
                resolve_call_in(session, actor, decision_id=first, outcome=heard, resolved_on=today)
    second = draft(app, "wirral", matter, effective_on=today + timedelta(days=4))
    recording(app, "head@wirral.example", second)()
    with acting(app, "cabinet@halton.example") as (session, _):
        earlier = session.get_one(Decision, first)
        assert (earlier.status, earlier.effective_on) == ("superseded", None)
        for days, yes in ((3, False), (4, True)):
            found = effects_on(session, [matter], on=today + timedelta(days=days))[matter, earlier.authority_id]
            assert found.own_from == today + timedelta(days=4)
            assert found.in_effect is (yes and rule == "each_for_itself")


def test_a_board_of_twenty_four_costs_no_more_than_one_of_six(
    app: Flask,
    ask: Ask,
    region: Region,
    urls: Urls,
    client_for: Callable[..., StrictClient],
    count_statements: Callable[[], Any],
) -> None:
    asked = [(region.organisations[slug], COUNCILS[slug][1]) for slug in SLUGS]
    small = ask("lead_plus_majority")
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET ROLE portal_resolver")
        more = [(uuid4(), f"Authority {n}") for n in range(7, 25)]
        for number, (organisation, name) in enumerate(more, start=7):
            connection.execute(
                "INSERT INTO tenants.organisations (id, kind, slug, name, official_name, fictional, created_at) "
                "SELECT %s, kind, %s, %s, %s, true, created_at FROM tenants.organisations WHERE id = %s",
                [organisation, f"authority-{number}", name, name, asked[0][0]],
            )
    large = ask("lead_plus_majority", asked + more)
    for matter in (small, large):
        for slug in SLUGS[:4]:
            recording(app, f"head@{slug}.example", draft(app, slug, matter))()
    counted: dict[UUID, tuple[int, int]] = {}
    for matter, councils in ((small, 6), (large, 24)):
        with acting(app, "cabinet@sefton.example") as (session, actor):
            session.connection()
            with count_statements() as sent:
                assert len(board(session, actor, matter).councils) == councils
            queries: Statements = sent
        client = client_for("cabinet@sefton.example")
        with count_statements() as sent:
            assert client.get(f"/decisions/{matter}").status_code == 200
        counted[matter] = (len(queries), len(sent))
        assert len(sent) <= 10, str(sent)
    assert counted[small] == counted[large]
