"""Evaluation by raw SQL: blind until one's own sheet is in, price shut until quality is agreed in a meeting."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.attempt import Attempt
from tests.support.world import named
from tests.support.world_rows import AGREED_PANEL, APPLICATIONS, LOTS, PANEL, QUESTIONS, ROUNDS, SEATS, S

pytestmark = pytest.mark.postgres15
SCORE = (
    "INSERT INTO evaluation.scores (id, panel_id, system_id, lot_id, member_id, person_id, organisation_id, organisation_name, "
    "candidate_id, question_id, score, reason, saved_at, submitted_at) "
    "VALUES (gen_random_uuid(), %s, gen_random_uuid(), %s, %s, app.person(), app.organisation(), 'Wirral', %s, %s, 4, %s, app.now(), app.now())"
)
DECLARE = (
    "INSERT INTO evaluation.declarations (id, panel_id, subject_id, system_id, lead_id, member_id, person_id, organisation_id, "
    "candidate_id, candidate_name, interest, text, declared_at, ruling, ruled_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, "
    "app.person(), app.organisation(), %s, 'X', %s, 'T', app.now(), %s, %s)"
)
SUBMIT = "SELECT app.submit_scores(%s, %s)"
MEET = (
    "INSERT INTO evaluation.moderation_meetings (id, panel_id, system_id, lead_id, lot_id, title, started_at, attendance) "
    "VALUES (gen_random_uuid(), %s, %s, app.organisation(), %s, 'M', app.now(), '[]')"
)
AGREE = (
    "INSERT INTO evaluation.consensus (id, panel_id, system_id, lead_id, lot_id, candidate_id, question_id, score, letter_rationale, "
    "internal_rationale, agreed_at, recorded_by) VALUES (gen_random_uuid(), %s, %s, app.organisation(), %s, %s, %s, 3, 'L', 'I', app.now(), 'x') "
    "ON CONFLICT DO NOTHING"
)
MOVE = "SELECT app.move_panel(%s, %s, %s)"
OPENED = APPLICATIONS["opened"]


def _score(
    seat: str, lot: str, question: str, candidate: UUID = OPENED, panel: UUID = PANEL, reason: str = "Because"
) -> list[Any]:
    return [panel, LOTS[lot], SEATS[seat], candidate, QUESTIONS[question], reason]


def test_a_score_is_given_from_ones_own_seat(attempt: Attempt) -> None:
    for who in ("evaluator", "participant", "lead", "outsider", "applicant"):
        attempt.as_(who).refused(SCORE, *_score("colleague", "A", "A2"), says="not yours to score")
    attempt.as_("colleague")
    attempt.refused(SCORE, *_score("colleague", "B", "A2"), says="not yours to score")
    attempt.refused(SCORE, *_score("colleague", "A", "A2", panel=AGREED_PANEL), says="not yours to score")
    attempt.refused(
        SCORE, *_score("colleague", "A", "A2", candidate=APPLICATIONS["rival opened"]), says="not yours to score"
    )
    attempt.refused(SCORE, *_score("colleague", "A", "A2", candidate=uuid4()), says="not yours to score")
    attempt.refused(SCORE, *_score("colleague", "B", "B2"), says="submitted and stay")
    attempt.refused("UPDATE evaluation.scores SET submitted_at = NULL")
    attempt.touches(SCORE, *_score("colleague", "A", "A2"))
    found = attempt.run(
        "SELECT organisation_name, system_id, submitted_at FROM evaluation.scores WHERE question_id = %s",
        QUESTIONS["A2"],
    )
    assert found == [("any organisation_name", S, None)]


def test_no_score_before_the_ruling_nor_after_the_panel_is_done(attempt: Attempt) -> None:
    attempt.as_("evaluator")
    attempt.refused(
        SCORE, *_score("evaluator", "B", "B1", candidate=APPLICATIONS["rival opened"]), says="not yours to score"
    )
    agreed = [AGREED_PANEL, LOTS["A"], SEATS["agreed evaluator"], APPLICATIONS["agreed"], QUESTIONS["A1"], "Because"]
    attempt.refused(SCORE, *agreed, says="not yours to score")
    assert attempt.touches(SCORE, *_score("evaluator", "B", "B1")) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE evaluation.panel_members SET status = 'removed' WHERE id = '{seat}'",
        "UPDATE evaluation.declarations SET ruling = 'removed', ruled_at = app.now() WHERE member_id = '{seat}'",
        (
            "INSERT INTO evaluation.check_rulings (id, panel_id, system_id, lead_id, candidate_id, question_id, by_rule, passed, "
            "reason, ruled_at, ruled_by) SELECT gen_random_uuid(), panel_id, system_id, lead_id, candidate_id, gen_random_uuid(), "
            "true, false, 'Failed', app.now(), 'Rule' FROM evaluation.check_rulings WHERE NOT by_rule"
        ),
    ],
)
def test_no_score_once_removed_or_failed(attempt: Attempt, change: str) -> None:
    assert attempt.as_("lead").touches(change.format(seat=SEATS["colleague"])) >= 1
    attempt.as_("colleague").refused(SCORE, *_score("colleague", "A", "A2"), says="not yours to score")
    attempt.refused(SUBMIT, PANEL, LOTS["A"])


@pytest.mark.parametrize("seat", [("ARRAY['price']", "false"), ("ARRAY['quality']", "true")])
def test_price_readers_and_the_chair_do_not_score(attempt: Attempt, seat: tuple[str, str]) -> None:
    finance = attempt.world.region.people["finance@sefton.example"]
    made = attempt.as_("lead").one(
        "INSERT INTO evaluation.panel_members (id, panel_id, subject_id, system_id, lead_id, person_id, organisation_id, "
        "organisation_name, post, parts, chair, status) SELECT gen_random_uuid(), id, subject_id, system_id, lead_id, %s, %s, "
        f"'Sefton', 'Finance', {seat[0]}, {seat[1]}, 'active' FROM evaluation.panels WHERE id = %s RETURNING id",
        finance,
        attempt.organisation("sefton"),
        PANEL,
    )
    attempt.as_("finance@sefton.example").touches(
        DECLARE, PANEL, ROUNDS["open"], S, attempt.organisation("halton"), made, OPENED, False, None, None
    )
    attempt.as_("lead").touches(
        "UPDATE evaluation.declarations SET ruling = 'none', ruled_at = app.now() WHERE member_id = %s", made
    )
    attempt.as_("finance@sefton.example")
    attempt.refused(SCORE, PANEL, LOTS["A"], made, OPENED, QUESTIONS["A1"], "Because", says="not yours to score")
    attempt.refused(SUBMIT, PANEL, LOTS["A"], says="nothing for you to score")


def test_a_sheet_is_submitted_whole_and_once(attempt: Attempt) -> None:
    for who in ("lead", "participant", "outsider", "applicant", "nobody"):
        attempt.as_(who).refused(SUBMIT, PANEL, LOTS["A"], says="not on this panel")
    attempt.as_("colleague")
    attempt.refused(SUBMIT, PANEL, LOTS["B"], says="already submitted")
    attempt.refused(SUBMIT, PANEL, LOTS["draft"], says="nothing for you to score")
    attempt.refused(SUBMIT, PANEL, LOTS["A"], says="1 of 2 done")
    attempt.touches(SCORE, *_score("colleague", "A", "A2", reason=""))
    attempt.refused(SUBMIT, PANEL, LOTS["A"], says="1 of 2 done")
    assert (
        attempt.run(
            "SELECT member_id FROM evaluation.scores WHERE lot_id = %s AND member_id = %s",
            LOTS["A"],
            SEATS["evaluator"],
        )
        == []
    )
    attempt.touches("UPDATE evaluation.scores SET reason = 'Because' WHERE question_id = %s", QUESTIONS["A2"])
    assert attempt.one(SUBMIT, PANEL, LOTS["A"]) == 2
    attempt.refused(SCORE, *_score("colleague", "A", "A1"), says="submitted and stay")
    attempt.as_("colleague")
    others = attempt.run(
        "SELECT question_id FROM evaluation.scores WHERE lot_id = %s AND member_id = %s", LOTS["A"], SEATS["evaluator"]
    )
    assert others == [QUESTIONS["A1"]]
    attempt.refused("INSERT INTO evaluation.score_sheets (id) VALUES (gen_random_uuid())")


def test_a_meeting_waits_for_every_sheet(attempt: Attempt) -> None:
    attempt.as_("lead")
    attempt.refused(MEET, PANEL, S, LOTS["A"], says="Awaited")
    attempt.refused(MEET, PANEL, S, LOTS["draft"], says="Nobody has scored")
    attempt.refused(MEET, AGREED_PANEL, S, LOTS["C"], says="not at the stage")
    assert attempt.run("SELECT 1 FROM evaluation.scores WHERE lot_id = %s", LOTS["C"]) == []
    attempt.touches(MEET, PANEL, S, LOTS["C"])
    assert len(attempt.run("SELECT 1 FROM evaluation.moderation_meetings WHERE lot_id = %s", LOTS["C"])) == 1
    attempt.as_("lead")
    assert len(attempt.run("SELECT 1 FROM evaluation.scores WHERE lot_id = %s", LOTS["C"])) == 2


def test_what_is_to_be_scored_is_told_to_the_lead_and_the_panel(attempt: Attempt) -> None:
    count = "SELECT count(*) FROM app.to_be_scored(%s)"
    assert {who: attempt.as_(who).one(count, PANEL) for who in ("lead", "evaluator", "colleague")} == {
        "lead": 10,
        "evaluator": 10,
        "colleague": 10,
    }
    for who in ("participant", "decider", "outsider", "applicant", "operator", "nobody"):
        assert attempt.as_(who).one(count, PANEL) == 0, who


@pytest.mark.parametrize(
    "who", ["participant", "evaluator", "outsider", "applicant", "nobody", "placement@halton.example"]
)
def test_only_the_leads_officers_move_a_panel(attempt: Attempt, who: str) -> None:
    attempt.as_(who).refused(MOVE, PANEL, "moderating", "quality_agreed", says="lead authority")
    attempt.refused("UPDATE evaluation.panels SET quality_agreed_at = app.now(), status = 'quality_agreed'")


def test_quality_is_agreed_in_meetings_before_the_price_is_seen(attempt: Attempt) -> None:
    attempt.as_("lead")
    attempt.refused(MOVE, PANEL, "scoring", "quality_agreed", says="cannot become")
    attempt.refused(MOVE, PANEL, "moderating", "signed_off", says="cannot become")
    attempt.refused(MOVE, PANEL, "moderating", "quality_agreed", says="still to agree")
    for candidate in (OPENED, APPLICATIONS["rival opened"]):
        for question in ("A1", "A2", "B1", "B2", "C1"):
            attempt.run(AGREE, PANEL, S, LOTS[question[0]], candidate, QUESTIONS[question])
    # Agreed on paper alone: lots A and C have not met.
    attempt.refused(MOVE, PANEL, "moderating", "quality_agreed", says="6 still to agree")
    attempt.touches(MEET, PANEL, S, LOTS["C"])
    attempt.as_("colleague").touches(SCORE, *_score("colleague", "A", "A2"))
    attempt.run(SUBMIT, PANEL, LOTS["A"])
    attempt.as_("lead").touches(MEET, PANEL, S, LOTS["A"])
    attempt.as_("evaluator")
    assert attempt.run("SELECT part FROM applications.seal_keys WHERE application_id = %s", OPENED) == ["quality"]
    attempt.as_("lead").run(MOVE, PANEL, "moderating", "quality_agreed")
    assert attempt.one("SELECT count(*) FROM evaluation.consensus WHERE locked_at IS NULL") == 0
    attempt.as_("evaluator")
    assert sorted(attempt.run("SELECT part FROM applications.seal_keys WHERE application_id = %s", OPENED)) == [
        "price",
        "quality",
    ]
    attempt.as_("lead").refused(MOVE, PANEL, "quality_agreed", "signed_off", says="5 are missing")
    result = (
        "INSERT INTO evaluation.results (id, panel_id, subject_id, system_id, lead_id, candidate_id, candidate_name, provider_id, "
        "lot_id, outcome, areas, criteria, scores, prices, reasons, computed_at) VALUES (gen_random_uuid(), %s, %s, %s, "
        "app.organisation(), %s, 'X', %s, %s, 'recommended', '[]', '[]', '[]', '[]', '[]', app.now()) ON CONFLICT DO NOTHING"
    )
    for candidate in (OPENED, APPLICATIONS["rival opened"]):
        for lot in ("A", "B", "C"):
            attempt.run(result, PANEL, ROUNDS["open"], S, candidate, attempt.organisation("alder"), LOTS[lot])
    assert attempt.as_("participant").run("SELECT 1 FROM evaluation.results WHERE panel_id = %s", PANEL) == []
    attempt.as_("lead").run(MOVE, PANEL, "quality_agreed", "signed_off")
    assert len(attempt.as_("participant").run("SELECT 1 FROM evaluation.results WHERE panel_id = %s", PANEL)) == 6


REOPEN = "SELECT app.move_panel(%s, 'signed_off', 'moderating', %s)"


def test_a_signed_off_panel_is_opened_again_by_the_lead_before_the_letters(attempt: Attempt) -> None:
    for who in ("participant", "evaluator", "outsider", "applicant", "nobody", "placement@halton.example"):
        attempt.as_(who).refused(REOPEN, AGREED_PANEL, "why", says="lead authority")
    attempt.as_("lead")
    # Its letters are out, and the round is past the decision.
    attempt.refused(REOPEN, AGREED_PANEL, "why", says="can no longer be re-opened")
    attempt.refused(REOPEN, PANEL, "why", says="cannot become")
    attempt.refused(MOVE, AGREED_PANEL, "signed_off", "quality_agreed", says="cannot become")
    attempt.refused("SELECT app.reopen_panel(p, 'why') FROM evaluation.panels p", states=("42501",))
    attempt.refused("UPDATE evaluation.results SET superseded_by_id = NULL", states=("42501",))


def test_nobody_rules_on_their_own_interest(attempt: Attempt) -> None:
    legal = "legal@halton.example"
    made = attempt.as_("lead").one(
        "INSERT INTO evaluation.panel_members (id, panel_id, subject_id, system_id, lead_id, person_id, organisation_id, "
        "organisation_name, post, parts, chair, status) SELECT gen_random_uuid(), id, subject_id, system_id, lead_id, %s, lead_id, "
        "'Halton', 'Legal', ARRAY['quality'], false, 'active' FROM evaluation.panels WHERE id = %s RETURNING id",
        attempt.world.region.people[legal],
        PANEL,
    )
    halton = attempt.organisation("halton")
    attempt.as_(legal)
    attempt.refused(DECLARE, PANEL, ROUNDS["open"], S, halton, made, OPENED, True, "none", "2026-01-01")
    attempt.touches(DECLARE, PANEL, ROUNDS["open"], S, halton, made, OPENED, True, None, None)
    rule = "UPDATE evaluation.declarations SET ruling = 'none', ruled_at = app.now() WHERE member_id = %s"
    assert attempt.touches(rule, made) == 0
    assert attempt.as_("lead").touches(rule, made) == 1


def test_nobody_leads_by_writing_their_own_name(attempt: Attempt) -> None:
    keys = ("42501", "23503", "23505", "PT404", "PT409")
    panel = "INSERT INTO evaluation.panels (id, subject_id, system_id, lead_id, status) VALUES (gen_random_uuid(), %s, %s, app.organisation(), 'forming')"
    for who in ("participant", "outsider", "applicant", "operator"):
        attempt.as_(who).refused(panel, ROUNDS["closed"], S, states=keys)
        attempt.refused(MEET, PANEL, S, LOTS["C"], states=keys)
        attempt.refused(
            AGREE.replace("ON CONFLICT DO NOTHING", ""), PANEL, S, LOTS["C"], OPENED, QUESTIONS["A1"], states=keys
        )
        attempt.refused(
            DECLARE, PANEL, ROUNDS["open"], S, attempt.one("SELECT app.organisation()"), SEATS["evaluator"], uuid4(), False, None, None,
            states=keys,
        )  # fmt: skip
    assert named("panel") == PANEL
