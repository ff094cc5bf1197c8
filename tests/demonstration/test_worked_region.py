"""The worked region, loaded once: what came of it is what the content says, and nobody sees what is not theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select, text

from portal.activity.needs.evaluating import own_seats
from portal.activity.queries.operating import help_wanted
from portal.applications.models import Application, Envelope, Letter, SealKey, Submission
from portal.core import clock
from portal.decisions.models import Decision, Matter, Restriction
from portal.demonstration.content import applications, content, councils, holder, other_systems, rounds
from portal.evaluation.models import Consensus, Panel, Result, Score
from portal.purchasing_systems.models import Admission, PurchasingSystem, Round
from tests.support.story import Played

LIVERPOOL = holder("liverpool", "commissioning_officer")
LEAD = holder("halton", "procurement_officer")
SETTLED = {"admitted": "recommended"}


@contextmanager
def as_owner(played: Played) -> Iterator[psycopg.Connection[Any]]:
    """The provisioner sees every row: only to prove something about all of them."""
    with psycopg.connect(played.urls.admin) as connection:
        yield connection


def expected_register(council: str) -> set[tuple[str, str]]:
    """Provider and lot that a council can use, from the content alone."""
    (matter,) = (m for m in content("decisions")["matters"] if m["kind"] == "use")
    (decision,) = (d for d in matter["decisions"] if d["council"] == council)
    if decision["answer"] not in ("approve", "approve_with_restriction"):
        return set()
    restriction = decision.get("restriction", {})
    restricted = (restriction.get("provider"), restriction.get("lot"))
    return {
        (entry["provider"], lot)
        for entry in applications()
        if entry["round"] == matter["round"]
        for lot, expected in entry["expected"].items()
        if (entry["provider"], lot) != restricted
        and expected["result"] == "admitted"
        and council in entry["areas"][lot]
    }


def lot_slug(played: Played, lot_id: object) -> str:
    return next(slug for slug, known in played.world.lots.items() if known == lot_id)


@pytest.mark.parametrize("council", councils())
def test_register_of_each_council_is_what_it_decided(played: Played, council: str) -> None:
    with played.reading(holder(council, "placement_officer")) as (session, actor):
        rows = session.execute(
            text("SELECT provider_id, lot_id FROM app.usability(NULL) WHERE usable AND authority_id = :council"),
            {"council": actor.organisation_id},
        ).all()
    assert {(played.slug(row.provider_id), lot_slug(played, row.lot_id)) for row in rows} == expected_register(council)


def test_registers_differ_because_councils_decided_differently() -> None:
    registers = {council: frozenset(expected_register(council)) for council in councils()}
    assert len(set(registers.values())) >= 4
    assert not registers["wirral"]
    assert ("copperas-yard", "residential") in registers["halton"]
    assert ("copperas-yard", "residential") not in registers["knowsley"]


def test_outcome_of_each_provider_is_the_one_expected(played: Played) -> None:
    reasons = {
        "failed_selection": "insurance",
        "failed_minimum": "At least 3 was needed",
        "failed_pass_mark": "At least 60.00 % was needed",
        "failed_ceiling": "above the ceiling",
    }
    with played.reading(LEAD) as (session, _):
        found = {
            (played.slug(r.provider_id), lot_slug(played, r.lot_id)): r
            for r in session.scalars(select(Result).where(Result.subject_id == played.world.rounds[1]))
        }
    wanted = {
        (entry["provider"], lot): expected
        for entry in applications()
        if entry["round"] == 1 and entry["state"] == "submitted"
        for lot, expected in entry["expected"].items()
    }
    assert set(found) == set(wanted)
    for key, expected in wanted.items():
        result = found[key]
        assert result.outcome == SETTLED.get(expected["result"], "not_recommended"), key
        assert (f"{result.quality_total}" if result.quality_total is not None else None) == expected.get("quality"), key
        if expected["result"] != "admitted":
            assert reasons[expected["result"]] in " ".join(result.reasons), key


def test_round_one_is_complete_and_every_admission_in_effect(played: Played) -> None:
    with played.reading(LEAD) as (session, _):
        assert session.get_one(Round, played.world.rounds[1]).status == "complete"
        assert session.get_one(PurchasingSystem, played.world.system).status == "active"
        admitted = session.scalars(select(Admission.status)).all()
        released = session.scalars(select(Letter.released_at)).all()
    assert set(admitted) == {"effective"}
    assert len(admitted) == sum(
        expected["result"] == "admitted" for a in applications() for expected in a.get("expected", {}).values()
    )
    assert len(set(released)) == 1, "all letters go out at the same instant"
    assert None not in released


def test_a_withdrawn_application_is_never_opened(played: Played) -> None:
    with as_owner(played) as connection:
        row = connection.execute(
            "SELECT status, opened_at FROM applications.applications WHERE id = %s",
            (played.world.applications[1, "causey-mere"],),
        ).fetchone()
    assert row == ("withdrawn", None)


def test_a_provider_that_corrected_is_opened_in_its_last_version_alone(played: Played) -> None:
    with played.reading("administrator@mersey-haven.example") as (session, _):
        versions = session.execute(
            select(Submission.version, Submission.opened_at.is_not(None)).order_by(Submission.version)
        ).all()
    assert [tuple(v) for v in versions] == [(1, False), (2, True)]


def test_round_two_is_in_moderation_as_far_as_the_content_says(played: Played) -> None:
    panel = played.world.panels[2]
    (progress,) = (p for p in content("evaluation")["progress"] if (p["round"], p["lot"]) == (2, "residential"))
    with played.reading(LEAD) as (session, _):
        assert session.get_one(Round, played.world.rounds[2]).status == "moderating"
        found = session.get_one(Panel, panel)
        assert (found.status, found.quality_agreed_at) == ("moderating", None)
        agreed = set(session.scalars(select(Consensus.question_id).where(Consensus.panel_id == panel)))
        assert not session.scalars(select(Result).where(Result.panel_id == panel)).all()
        assert not session.scalars(select(Letter).where(Letter.round_id == played.world.rounds[2])).all()
    assert agreed == {played.world.questions[2, key] for key in progress["moderated"]}


def test_scores_of_a_lot_that_is_still_being_scored_stay_blind(played: Played) -> None:
    foster, panel = played.world.lots["foster"], played.world.panels[2]
    with as_owner(played) as connection:
        there = connection.execute(
            "SELECT count(DISTINCT organisation_id) FROM evaluation.scores WHERE panel_id = %s AND lot_id = %s",
            (panel, foster),
        ).fetchone()
    assert there == (3,), "all three councils have begun"
    with played.reading(LIVERPOOL) as (session, actor):
        seen = set(
            session.scalars(select(Score.organisation_id).where(Score.panel_id == panel, Score.lot_id == foster))
        )
    assert seen == {actor.organisation_id}


def test_who_still_owes_scores_is_told_while_another_lot_is_moderated(played: Played) -> None:
    owed = {}
    for email in (LIVERPOOL, holder("halton", "commissioning_officer"), holder("sefton", "placement_officer")):
        with played.reading(email) as (session, actor):
            owed[email] = [need.detail for need in own_seats(session, actor, clock.now())]
    assert owed.pop(LIVERPOOL) == ["1 of 2 lots submitted; others’ scores stay hidden until yours are in"]
    assert set(map(tuple, owed.values())) == {()}, "the stand-in scores one applicant in one lot, and has"


def test_the_helpdesk_sees_the_one_draft_whose_writer_let_it(played: Played) -> None:
    with played.reading(holder("portal-operator", "portal_operator")) as (session, _):
        seen = [one.reference for one in help_wanted(session)]
        assert session.scalars(select(Application.id)).all() == []
    with as_owner(played) as connection:
        row = connection.execute(
            "SELECT reference FROM applications.applications WHERE id = %s",
            (played.world.applications[3, "weirside-gate"],),
        ).fetchone()
    assert row is not None
    assert seen == [row[0]]


def test_prices_of_a_round_in_evaluation_are_shut_for_everyone(played: Played) -> None:
    with as_owner(played) as connection:
        row = connection.execute(
            "SELECT count(*) FROM applications.seal_keys WHERE round_id = %s AND part = 'price'",
            (played.world.rounds[2],),
        ).fetchone()
    assert row is not None
    assert row[0] > 0
    for email in (LEAD, holder("halton", "finance_officer"), holder("sefton", "commissioning_officer")):
        with played.reading(email) as (session, _):
            seen = select(func.count()).where(SealKey.round_id == played.world.rounds[2], SealKey.part == "price")
            assert session.scalar(seen) == 0, email


@pytest.mark.parametrize("council", councils())
def test_round_three_is_open_and_sealed_to_every_officer(played: Played, council: str) -> None:
    round_id = played.world.rounds[3]
    with as_owner(played) as connection:
        there = connection.execute(
            "SELECT status, count(*) FROM applications.applications WHERE round_id = %s GROUP BY 1 ORDER BY 1",
            (round_id,),
        ).fetchall()
    assert there == [("draft", 2), ("submitted", 1)]
    with played.reading(holder(council, "procurement_officer")) as (session, _):
        found = session.get_one(Round, round_id)
        assert found.status == "published"
        assert found.opens_at < clock.now() < found.closes_at
        for table in (Application, Submission, Envelope, SealKey):
            hidden = select(func.count()).select_from(table).where(table.round_id == round_id)
            assert session.scalar(hidden) == 0, table.__name__


def test_the_applicant_of_round_three_sees_its_own_application(played: Played) -> None:
    with played.reading("bids@larkrise-quay.example") as (session, _):
        (own,) = session.scalars(select(Application).where(Application.round_id == played.world.rounds[3])).all()
    assert own.status == "submitted"


def test_round_three_closes_in_two_weeks_at_two_in_the_afternoon(played: Played) -> None:
    with played.reading(None) as (session, _):
        closes = session.get_one(Round, played.world.rounds[3]).closes_at.astimezone(clock.LONDON)
    assert (closes.hour, closes.minute) == (14, 0)
    assert (closes.date() - clock.today()).days in (13, 14), "13 when the day turned while the tests ran"


def test_every_decision_of_a_council_is_marked_as_a_demonstration(played: Played) -> None:
    with played.reading(LEAD) as (session, _):
        made = session.execute(
            select(Decision.authority_id, Decision.status, Decision.demonstration, Decision.recorded_by_post)
        ).all()
        elsewhere = session.scalars(
            select(Decision.id)
            .join(Matter, Matter.id == Decision.matter_id)
            .where(Matter.system_id != played.world.system)
        ).all()
        assert session.get_one(PurchasingSystem, played.world.system).demonstration
        (restriction,) = session.scalars(select(Restriction)).all()
    # Answers to joint decisions, each council's own decision to take part, and the answers so far to the question that stands open.
    asked, open_ = content("decisions"), content("extension")["decisions"]
    of_rounds = sum(len(m["decisions"]) for m in asked["matters"])
    assert len(made) - len(elsewhere) == of_rounds + len(asked["memberships"]) + len(open_)
    shared = [e for e in other_systems().values() if any(p["council"] == "halton" for p in e.get("participants", ()))]
    assert len(elsewhere) == sum(len(m.get("decisions", ())) for e in shared for m in e.get("matters", ()))
    assert all(d.demonstration for d in made)
    held = sum("called_in" in decision for decision in open_)
    assert sorted(d.status for d in made) == ["called_in"] * held + ["recorded"] * (len(made) - held)
    assert played.slug(restriction.authority_id) == "knowsley"
    assert played.slug(restriction.subject_id) == "copperas-yard"


def test_each_decision_was_recorded_by_a_person_of_that_council(played: Played) -> None:
    with as_owner(played) as connection:
        rows = connection.execute(
            "SELECT d.authority_id = m.organisation_id FROM decisions.decisions d "
            "JOIN tenants.memberships m ON m.person_id = d.recorded_by_id"
        ).fetchall()
    assert rows
    assert all(own for (own,) in rows)


def test_both_clocks_are_true_again(played: Played) -> None:
    assert not clock.shift()
    with as_owner(played) as connection:
        row = connection.execute("SELECT shift = interval '0' FROM app.clock").fetchone()
    assert row == (True,)
    assert played.app.test_client().get("/readyz").status_code == 200


def test_nothing_is_dated_ahead_of_the_clock_and_the_trail_is_in_order(played: Played) -> None:
    with as_owner(played) as connection:
        rows = connection.execute("SELECT at FROM audit.lines ORDER BY n").fetchall()
    instants = [at for (at,) in rows]
    assert instants == sorted(instants)
    assert instants[-1] <= clock.now()
    assert (clock.now() - instants[0]).days > 300


def test_the_trail_verifies_and_the_heads_outside_agree(played: Played) -> None:
    with psycopg.connect(played.urls.keeper) as connection:
        lines = connection.execute("SELECT n, previous, hash, expected FROM app.audit_check()").fetchall()
    assert lines
    before = b"\x00"
    for n, previous, found, expected in lines:
        assert (previous, found) == (before, expected), n
        before = found
    last = (played.settings.heads_folder / "audit-heads.log").read_text().splitlines()[-1].split()
    assert (int(last[0]), last[1]) == (lines[-1][0], lines[-1][2].hex())


def test_every_job_was_done_and_no_mail_left(played: Played) -> None:
    with as_owner(played) as connection:
        jobs = connection.execute("SELECT DISTINCT status::text FROM jobs.procrastinate_jobs").fetchall()
        mail = connection.execute("SELECT DISTINCT state FROM notify.messages").fetchall()
    assert jobs == [("succeeded",)]
    assert mail == [("kept",)]


def test_the_group_writer_acts_for_one_provider_at_a_time(played: Played) -> None:
    email = "group.bids@kittiwake-close.example"
    seen = {}
    for provider in ("kittiwake-close", "tern-and-tide"):
        with played.reading(email, provider) as (session, actor):
            assert played.slug(actor.organisation_id) == provider
            seen[provider] = set(session.scalars(select(Application.id)))
            names = set(session.scalars(select(Application.provider_id).where(Application.opened_at.is_not(None))))
            assert names <= {actor.organisation_id}
    assert seen["kittiwake-close"]
    assert not seen["kittiwake-close"] & seen["tern-and-tide"]


def test_the_content_and_the_story_have_the_same_rounds(played: Played) -> None:
    assert set(played.world.rounds) == set(rounds())
