"""Each council answers for itself: its own draft, its own record, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.decisions.actions import draft_decision, record_decision
from portal.decisions.models import Decision, Matter, Restriction
from tests.support.evaluated import Evaluated, decision_values
from tests.support.region import COUNCILS, acting

Make = Callable[..., Evaluated]


@pytest.fixture(scope="module")
def asked(evaluated_round: Make) -> Evaluated:
    made = evaluated_round()
    made.approve_outcome()
    return made


@pytest.fixture(scope="module")
def use(asked: Evaluated) -> UUID:
    return asked.ask_use()


def test_six_councils_answer_and_the_matter_settles_with_the_last(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    for slug in COUNCILS:
        with acting(app, "cabinet@sefton.example") as (session, _):
            assert session.get_one(Matter, matter).status == "open"
        case.decide(slug, matter, outcome="not_approve" if slug == "wirral" else "approve")
    with acting(app, "cabinet@sefton.example") as (session, _):
        settled = session.get_one(Matter, matter)
        assert settled.status == "settled"
        assert settled.settled_at is not None


def test_a_deferral_gives_way_to_the_answer_that_follows(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    deferred = case.decide("sefton", matter, outcome="defer")
    answered = case.decide("sefton", matter)
    with acting(app, "cabinet@wirral.example") as (session, _):
        assert session.get_one(Decision, deferred).status == "superseded"
        assert session.get_one(Decision, deferred).superseded_at is not None
        assert session.get_one(Decision, answered).status == "recorded"
    with acting(app, "cabinet@wirral.example") as (session, _):
        assert session.get_one(Decision, deferred).outcome == "defer"


def test_a_draft_is_the_councils_own(app: Flask, asked: Evaluated, use: UUID) -> None:
    drafted = asked.draft("knowsley", use)
    for email in ("democratic@halton.example", "head@sefton.example", "admin@alder.example"):
        with acting(app, email) as (session, actor):
            assert session.get(Decision, drafted) is None
            with pytest.raises((Missing, NotPermitted)):
                record_decision(session, actor, decision_id=drafted)
    with pytest.raises(NotPermitted), acting(app, "cabinet@knowsley.example") as (session, actor):
        record_decision(session, actor, decision_id=drafted)
    with (
        pytest.raises(NotPermitted, match="democratic services or a head of service"),
        acting(app, "procurement@knowsley.example") as (session, actor),
    ):
        record_decision(session, actor, decision_id=drafted)


def test_who_recorded_is_taken_from_the_scope(app: Flask, asked: Evaluated, use: UUID) -> None:
    drafted = asked.draft("st-helens", use)
    with acting(app, "head@st-helens.example") as (session, actor):
        recorded = record_decision(session, actor, decision_id=drafted)
        assert recorded.recorded_by_id == actor.person_id
        assert recorded.recorded_by_post == actor.person_label
        assert recorded.authority_name == "St Helens Council"


def test_only_a_published_ground_and_a_provider_of_the_matter(asked: Evaluated, use: UUID) -> None:
    restricted = {"outcome": "approve_with_restriction"}
    with pytest.raises(Invalid, match="published in the documents"):
        asked.draft(
            "liverpool",
            use,
            **restricted,
            restrictions=[(asked.provider("birch"), "", "dislike", "We do not like it.")],
        )
    with pytest.raises(Invalid, match="one of the providers"):
        asked.draft("liverpool", use, **restricted, restrictions=asked.restriction("cedar"))
    with pytest.raises(Invalid, match="Enter why"):
        asked.draft("liverpool", use, **restricted, restrictions=asked.restriction("birch", " "))
    drafted = asked.draft("liverpool", use, **restricted)
    with (
        pytest.raises(Refused, match="Name at least one provider"),
        acting(asked.app, "democratic@liverpool.example") as (session, actor),
    ):
        record_decision(session, actor, decision_id=drafted)


def test_a_decision_of_tomorrow_is_not_recorded_today(asked: Evaluated, use: UUID) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Invalid, match="future"):
        asked.draft("wirral", use, decided_on=tomorrow, effective_on=tomorrow)
    drafted = asked.draft("wirral", use)
    with (
        pytest.raises(DBAPIError, match="before the day it was taken"),
        acting(asked.app, "democratic@wirral.example") as (session, _),
    ):
        session.execute(
            text(
                "UPDATE decisions.decisions SET decided_on = :day, effective_on = :day, status = 'recorded' WHERE id = :id"
            ),
            {"day": tomorrow, "id": drafted},
        )


def test_what_is_missing_is_said(asked: Evaluated, use: UUID) -> None:
    drafted = asked.draft("wirral", use, reasons="", evidence="")
    with (
        pytest.raises(Refused, match="Enter the evidence"),
        acting(asked.app, "democratic@wirral.example") as (session, actor),
    ):
        record_decision(session, actor, decision_id=drafted)


def test_the_outcome_is_the_leads_to_answer(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    matter = case.ask_outcome()
    with (
        pytest.raises(Refused, match="not put to your council"),
        acting(app, "procurement@sefton.example") as (session, actor),
    ):
        draft_decision(session, actor, matter_id=matter, **decision_values())


def test_a_provider_has_no_joint_decisions(app: Flask, asked: Evaluated, use: UUID) -> None:
    with acting(app, "admin@alder.example") as (session, actor):
        assert session.get(Matter, use) is None
        assert session.execute(text("SELECT count(*) FROM decisions.decisions")).scalar() == 0
        with pytest.raises(NotPermitted):
            draft_decision(session, actor, matter_id=use, **decision_values())


def add(app: Flask, email: str, row: object) -> None:
    """Write a row in somebody's scope."""
    with acting(app, email) as (session, _):
        session.add(row)
        session.flush()


class TestRawStatements:
    """What an injected statement can do in somebody's scope: nothing that the pages do not allow."""

    def test_answer_for_another_council(self, app: Flask, asked: Evaluated, use: UUID) -> None:
        sefton = asked.region.organisations["sefton"]
        statement = text(
            "INSERT INTO decisions.decisions (id, matter_id, system_id, authority_id, authority_name, status, decided_by_post, "
            "decided_by_capacity, authority_source, consulted_post, report_reference, record_url, reasons, alternatives, "
            "interests, recorded_by_post, demonstration, created_at) VALUES (:id, :matter, :system, :sefton, 'Sefton', 'draft', "
            "'', '', '', '', '', '', '', '', '', '', false, app.now())"
        )
        values = {"id": uuid4(), "matter": use, "system": asked.system_id, "sefton": sefton}
        with (
            pytest.raises(DBAPIError, match="row-level security"),
            acting(app, "democratic@halton.example") as (session, _),
        ):
            session.execute(statement, values)

    def test_born_recorded(self, app: Flask, asked: Evaluated, use: UUID) -> None:
        born = Decision(
            matter_id=use, system_id=asked.system_id, authority_id=asked.region.organisations["halton"],
            authority_name="Halton", status="recorded", recorded_at=clock.now(), recorded_by_post="x",
            **{name: value for name, value in decision_values().items() if name != "evidence"},
        )  # fmt: skip
        with pytest.raises(DBAPIError):
            add(app, "democratic@halton.example", born)

    def test_rewrite_what_is_recorded(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        case.approve_outcome()
        matter = case.ask_use()
        recorded = case.decide("halton", matter)
        for change in ("outcome = 'not_approve'", "reasons = 'Other'", "status = 'superseded'", "status = 'draft'"):
            with pytest.raises(DBAPIError), acting(app, "democratic@halton.example") as (session, _):
                session.execute(text(f"UPDATE decisions.decisions SET {change} WHERE id = :id"), {"id": recorded})

    def test_restrict_after_recording(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        case.approve_outcome()
        matter = case.ask_use()
        recorded = case.decide("halton", matter)
        late = Restriction(
            decision_id=recorded, matter_id=matter, system_id=case.system_id, subject_id=case.provider("alder"),
            authority_id=case.region.organisations["halton"], subject_name="x", ground="safeguarding-concern", reason="x",
        )  # fmt: skip
        with pytest.raises(DBAPIError, match="draft"):
            add(app, "democratic@halton.example", late)

    def test_restrict_on_a_ground_of_ones_own(self, app: Flask, asked: Evaluated, use: UUID) -> None:
        drafted = asked.draft("halton", use)
        own = Restriction(
            decision_id=drafted, matter_id=use, system_id=asked.system_id, subject_id=asked.provider("alder"),
            authority_id=asked.region.organisations["halton"], subject_name="x", ground="dislike", reason="x",
        )  # fmt: skip
        with pytest.raises(DBAPIError, match="published"):
            add(app, "democratic@halton.example", own)

    def test_record_without_the_role(self, app: Flask, asked: Evaluated, use: UUID) -> None:
        drafted = asked.draft("halton", use)
        with (
            pytest.raises(DBAPIError, match="democratic services"),
            acting(app, "procurement@halton.example") as (session, _),
        ):
            session.execute(text("UPDATE decisions.decisions SET status = 'recorded' WHERE id = :id"), {"id": drafted})

    def test_settle_a_matter(self, app: Flask, asked: Evaluated, use: UUID) -> None:
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            acting(app, "procurement@halton.example") as (session, _),
        ):
            session.execute(text("UPDATE decisions.matters SET status = 'settled'"))
        with acting(app, "procurement@halton.example") as (session, _):
            assert session.execute(text("SELECT app.settle_matter(:m)"), {"m": use}).scalar() is False
