"""Programmes: ordered procurements, the milestone the earlier must reach, letting one go ahead; related systems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.core.audit.models import AuditLine
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.purchasing_systems.actions.programmes import add_step, begin_programme, let_ahead, remove_step
from portal.purchasing_systems.actions.rounds import publish_round
from portal.purchasing_systems.models import Programme, ProgrammeOverride, ProgrammeStep, PurchasingSystem
from portal.purchasing_systems.queries.programmes import programmes_of, related_systems, steps_of, waits_for
from portal.questionnaires.actions import freeze_questions
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
HEAD = "head@halton.example"


class Pair:
    """Two planned systems in one programme, the second waiting for the first's round to be published."""

    def __init__(self, app: Flask, region: Region, milestone: str = "published") -> None:
        self.first, self.second = (
            make_round(app, region, publish=False, opens_in=timedelta(days=1)),
            make_round(app, region, publish=False, opens_in=timedelta(days=1)),
        )
        with acting(app, LEAD) as (session, actor):
            self.id = begin_programme(session, actor, title=f"Adults {uuid4()}", purpose="Supported living first.").id
            self.steps = [
                add_step(session, actor, programme_id=self.id, system_id=made.system_id, milestone=milestone).id
                for made in (self.first, self.second)
            ]


@pytest.fixture
def pair(app: Flask, region: Region) -> Pair:
    return Pair(app, region)


def publish(app: Flask, made: MadeRound) -> None:
    with acting(app, LEAD) as (session, actor):
        publish_round(session, actor, round_id=made.round_id)


def test_r5_01_the_second_system_s_round_waits_for_the_first_to_reach_the_milestone(app: Flask, pair: Pair) -> None:
    """R5-01: the second procurement of a programme may not open until the first reaches a chosen milestone."""
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Refused) as refused:
            publish_round(session, actor, round_id=pair.second.round_id)
        assert pair.first.title in str(refused.value)
        assert "a round is published" in str(refused.value)
        session.rollback()
        assert waits_for(session, pair.first.system_id) is None
    publish(app, pair.first)
    publish(app, pair.second)


def test_r5_01_the_database_refuses_what_an_application_that_forgets_would_do(app: Flask, pair: Pair) -> None:
    """R5-01: the function that publishes refuses by itself."""
    with acting(app, LEAD) as (session, actor):
        lots = dict.fromkeys(pair.second.lots, "Lot")
        freeze_questions(session, actor, round_id=pair.second.round_id, lots=lots)
        with pytest.raises(DBAPIError, match="comes first in the programme"):
            session.execute(
                text("SELECT app.move_round(:round, 'planned', 'published')"), {"round": pair.second.round_id}
            )
        session.rollback()


def test_r5_01_a_head_of_service_lets_it_go_ahead_with_a_reason_that_stays(app: Flask, pair: Pair) -> None:
    """R5-01: overridable with a reason."""
    with acting(app, HEAD) as (session, actor):
        with pytest.raises(Invalid):
            let_ahead(session, actor, programme_id=pair.id, step_id=pair.steps[1], reason=" ")
        session.rollback()
        let_ahead(session, actor, programme_id=pair.id, step_id=pair.steps[1], reason="The old contract ends in May.")
    publish(app, pair.second)
    with acting(app, "cabinet@sefton.example") as (session, _):
        step = steps_of(session, pair.id)[1]
        assert (step.let_ahead_by, step.let_ahead_because) == ("Head of service", "The old contract ends in May.")
    with acting(app, HEAD) as (session, actor):
        line = session.scalars(
            select(AuditLine).where(
                AuditLine.system_id == pair.second.system_id, AuditLine.verb == "purchasing_systems.programme.let_ahead"
            )
        ).one()
        assert "The old contract ends in May." in line.sentence
        with pytest.raises(Refused, match="waits for nothing"):
            let_ahead(session, actor, programme_id=pair.id, step_id=pair.steps[1], reason="Again")
        with pytest.raises(Refused, match="waits for nothing"):
            let_ahead(session, actor, programme_id=pair.id, step_id=pair.steps[0], reason="The first waits for none")


@pytest.mark.parametrize("email", [LEAD, "head@sefton.example", "cabinet@halton.example"])
def test_nobody_else_lets_it_go_ahead_and_sql_does_not_either(app: Flask, pair: Pair, email: str) -> None:
    with acting(app, email) as (session, actor):
        with pytest.raises(NotPermitted):
            let_ahead(session, actor, programme_id=pair.id, step_id=pair.steps[1], reason="Because")
        session.add(
            ProgrammeOverride(
                id=uuid4(), step_id=pair.steps[1], system_id=pair.second.system_id, lead_id=actor.organisation_id,
                reason="Because", made_by_id=actor.person_id, made_by_post="x",
            )
        )  # fmt: skip
        with pytest.raises(DBAPIError):
            session.flush()
        session.rollback()


@pytest.mark.parametrize(
    ("milestone", "status", "reached"),
    [
        ("opened", "published", False), ("opened", "moderating", True), ("decided", "evaluated", False), ("decided", "decided", True),
        ("notified", "decided", False), ("complete", "complete", True), ("published", "cancelled", False),
    ],
)  # fmt: skip
def test_each_milestone_is_reached_by_the_round_that_is_furthest(
    app: Flask, region: Region, urls: Urls, milestone: str, status: str, reached: bool
) -> None:
    pair = Pair(app, region, milestone)
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        published = status != "cancelled"
        opened = status not in ("published", "cancelled")
        connection.execute(
            "UPDATE purchasing_systems.rounds SET status = %s, notice_number = 'n', notice_url = 'https://n.example', "
            "notice_published_at = now() - interval '9 days', published_at = CASE WHEN %s THEN now() END, "
            "opens_at = now() - interval '8 days', closes_at = now() - interval '1 day', opened_at = CASE WHEN %s THEN now() END, "
            "cancelled_at = CASE WHEN %s THEN now() END, cancelled_because = CASE WHEN %s THEN 'Not needed.' END "
            "WHERE id = %s",
            (status, published, opened, not published, not published, pair.first.round_id),
        )
    with acting(app, LEAD) as (session, _):
        assert (waits_for(session, pair.second.system_id) is None) == reached


def test_the_active_milestone_is_the_system_s_own(app: Flask, region: Region, urls: Urls) -> None:
    pair = Pair(app, region, "active")
    with acting(app, LEAD) as (session, _):
        assert "the system is active" in str(waits_for(session, pair.second.system_id))
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        connection.execute(
            "UPDATE purchasing_systems.systems SET status = 'active', published_at = now() WHERE id = %s", (pair.first.system_id,)
        )  # fmt: skip
    with acting(app, LEAD) as (session, _):
        assert waits_for(session, pair.second.system_id) is None


def test_r5_05_two_systems_of_a_programme_stay_two(app: Flask, pair: Pair) -> None:
    """R5-05: each system of a programme is decided and reported on its own: no matter, round or admission is the programme's."""
    with acting(app, LEAD) as (session, _):
        steps = steps_of(session, pair.id)
        assert [step.system_id for step in steps] == [pair.first.system_id, pair.second.system_id]
    columns = {column.name for column in Programme.__table__.columns} | {
        c.name for c in ProgrammeStep.__table__.columns
    }
    assert not columns & {"round_id", "matter_id", "decision_id", "admission_id"}
    publish(app, pair.first)
    with acting(app, LEAD) as (session, _):
        assert [session.get_one(PurchasingSystem, s.system_id).status for s in steps_of(session, pair.id)] == [
            "advertised",
            "draft",
        ]


def test_a_programme_holds_systems_of_its_lead_once_each(app: Flask, pair: Pair) -> None:
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            add_step(session, actor, programme_id=pair.id, system_id=pair.first.system_id, milestone="opened")
        assert set(refused.value.fields) == {"system_id"}
        with pytest.raises(Invalid) as refused:
            add_step(session, actor, programme_id=pair.id, system_id=None, milestone="lunch")
        assert set(refused.value.fields) == {"system_id", "milestone"}
        with pytest.raises(Missing):
            add_step(session, actor, programme_id=pair.id, system_id=uuid4(), milestone="opened")
        session.rollback()
    with acting(app, "procurement@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        add_step(session, actor, programme_id=pair.id, system_id=pair.first.system_id, milestone="opened")
    with acting(app, LEAD) as (session, actor):
        remove_step(session, actor, programme_id=pair.id, step_id=pair.steps[1])
        assert waits_for(session, pair.second.system_id) is None


def test_who_takes_part_reads_the_programme_and_nobody_else(app: Flask, pair: Pair, client_for: ClientFor) -> None:
    for email, seen in (
        ("cabinet@sefton.example", True),
        ("writer@alder.example", False),
        ("operator@portal.example", False),
    ):
        with acting(app, email) as (session, _):
            assert (pair.id in {p.id for p in programmes_of(session)}) == seen
            assert bool(steps_of(session, pair.id)) == seen
            assert (waits_for(session, pair.second.system_id) is not None) == seen
    member = client_for("cabinet@sefton.example")
    page = member.get(f"/programmes/{pair.id}")
    assert page.status_code == 200
    assert "Waits" in page.get_data(as_text=True)
    assert "Add a system" not in page.get_data(as_text=True)
    assert "comes first in the programme" in member.get(f"/systems/{pair.second.system_id}").get_data(as_text=True)
    assert client_for("writer@alder.example").get(f"/programmes/{pair.id}").status_code == 403


def test_the_pages_of_a_programme(client_for: ClientFor, app: Flask, pair: Pair) -> None:
    lead, head = client_for(LEAD), client_for(HEAD)
    made = lead.send("/programmes/new", {"title": "Children", "purpose": ""})
    assert made.status_code == 303
    assert lead.send("/programmes/new", {"title": " ", "purpose": ""}).status_code == 422
    wrong = lead.send(f"{made.location}/systems", {"system_id": "", "milestone": ""})
    assert wrong.status_code == 422
    assert "Choose a purchasing system." in wrong.get_data(as_text=True)
    base = f"/programmes/{pair.id}/systems/{pair.steps[1]}"
    assert lead.get(f"{base}/let-ahead").status_code == 403
    assert "comes first" in head.get(f"{base}/let-ahead").get_data(as_text=True)
    assert head.send(f"{base}/let-ahead", {"reason": ""}).status_code == 422
    assert head.send(f"{base}/let-ahead", {"reason": "The old contract ends."}).status_code == 303
    assert "The old contract ends." in lead.get(f"/programmes/{pair.id}").get_data(as_text=True)
    refused = lead.send(f"{base}/remove")
    assert refused.status_code == 409
    assert client_for("head@sefton.example").get(f"{base}/let-ahead").status_code == 403
    assert lead.get("/programmes").status_code == 200


def test_r1_11_systems_with_the_same_aims_are_listed_on_each_other(app: Flask, region: Region) -> None:
    """R1-11: two systems with the same aims may coexist; each lists the other."""
    planned = {"publish": False, "opens_in": timedelta(days=1)}
    first = make_round(app, region, client_group="Young carers", cpv="85311300, 45233149", **planned).system_id
    by_group = make_round(app, region, client_group="young carers", cpv="85311400", **planned).system_id
    by_code = make_round(app, region, client_group="Anybody", cpv="45233149", **planned).system_id
    other = make_round(app, region, client_group="Roads", cpv="45233141", **planned).system_id

    def related(id_: UUID, email: str) -> set[UUID]:
        with acting(app, email) as (session, _):
            return {row[0] for row in related_systems(session, session.get_one(PurchasingSystem, id_))}

    assert related(first, LEAD) == {by_group, by_code}
    assert related(by_code, "cabinet@sefton.example") == {first}
    assert related(other, LEAD) == set()
    assert related(by_group, LEAD) == {first}
