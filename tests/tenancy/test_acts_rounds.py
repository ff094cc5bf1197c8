"""Rounds by raw SQL: who may plan, publish, move and cancel; the closing time moves later, by two councils, and never alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from portal.core.applicants import round_key
from tests.support.attempt import Attempt
from tests.support.region import PROVIDERS
from tests.support.world import NOW, named
from tests.support.world_rows import DRAFT, LOTS, ROUNDS, S

pytestmark = pytest.mark.postgres15
LATER = NOW + timedelta(days=9)
NOT_THE_LEAD = ("participant", "outsider", "leaver", "applicant", "operator", "nobody", "placement@halton.example")
STATUS = "SELECT status FROM purchasing_systems.rounds WHERE id = %s"
CLOSES = "SELECT closes_at FROM purchasing_systems.rounds WHERE id = %s"


def _freeze(attempt: Attempt, round_: UUID = ROUNDS["planned"]) -> None:
    attempt.touches("UPDATE questionnaires.questions SET frozen_at = app.now() WHERE round_id = %s", round_)


@pytest.mark.parametrize("who", NOT_THE_LEAD)
def test_only_the_leads_officers_run_a_round(attempt: Attempt, who: str) -> None:
    attempt.as_(who)
    attempt.refused("SELECT app.plan_window(%s, %s, %s)", ROUNDS["planned"], NOW, LATER, says="lead authority")
    attempt.refused("SELECT app.publish_round(%s)", ROUNDS["planned"], says="lead authority")
    attempt.refused("SELECT app.cancel_round(%s, 'x')", ROUNDS["live"], says="lead authority")
    attempt.refused("SELECT app.move_round(%s, 'evaluating', 'moderating')", ROUNDS["open"], says="lead authority")


def test_the_lead_plans_publishes_and_cancels(attempt: Attempt) -> None:
    attempt.as_("lead").run("SELECT app.plan_window(%s, %s, %s)", ROUNDS["planned"], NOW, LATER)
    assert attempt.one(CLOSES, ROUNDS["planned"]) == LATER
    _freeze(attempt)
    attempt.run("SELECT app.publish_round(%s)", ROUNDS["planned"])
    assert attempt.one(STATUS, ROUNDS["planned"]) == "published"
    attempt.refused("SELECT app.plan_window(%s, %s, %s)", ROUNDS["planned"], NOW, LATER, says="The round is published")
    attempt.refused("SELECT app.publish_round(%s)", ROUNDS["planned"], says="already published")
    attempt.refused("SELECT app.cancel_round(%s, ' ')", ROUNDS["planned"], says="Say why")
    attempt.run("SELECT app.cancel_round(%s, 'x')", ROUNDS["planned"])
    assert attempt.one(STATUS, ROUNDS["planned"]) == "cancelled"
    attempt.refused("SELECT app.cancel_round(%s, 'x')", ROUNDS["open"], says="cannot be cancelled")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (
            "UPDATE purchasing_systems.rounds SET notice_number = NULL WHERE status = 'planned'",
            "Record the official notice",
        ),
        (
            "UPDATE purchasing_systems.rounds SET notice_url = NULL WHERE status = 'planned'",
            "Record the official notice",
        ),
        (
            "UPDATE purchasing_systems.rounds SET notice_published_at = NULL WHERE status = 'planned'",
            "Record the official",
        ),
        (
            "UPDATE purchasing_systems.rounds SET notice_published_at = app.now() + interval '1 day' WHERE status = 'planned'",
            "dated in the future",
        ),
        (
            "SELECT app.plan_window('{round}', app.now() - interval '2 days', app.now() - interval '1 day')",
            "has passed",
        ),
        ("SELECT 1", "not frozen"),
    ],
)
def test_publication_waits_for_what_is_missing(attempt: Attempt, spoil: str, says: str) -> None:
    attempt.as_("lead")
    if says != "not frozen":
        _freeze(attempt)
    attempt.run(spoil.format(round=ROUNDS["planned"]))
    attempt.refused("SELECT app.publish_round(%s)", ROUNDS["planned"], says=says)


def test_a_round_without_questions_is_not_published(attempt: Attempt) -> None:
    attempt.as_("lead").refused("SELECT app.publish_round(%s)", ROUNDS["draft"], says="no questions yet")


def test_a_round_moves_by_its_table_alone(attempt: Attempt) -> None:
    attempt.as_("lead")
    attempt.refused("SELECT app.move_round(%s, 'evaluating', 'complete')", ROUNDS["open"], says="cannot become")
    attempt.refused("SELECT app.move_round(%s, 'opened', 'evaluating')", ROUNDS["open"], says="cannot become")
    attempt.refused("SELECT app.move_round(%s, 'published', 'opened')", ROUNDS["closed"], says="cannot become")
    attempt.refused("UPDATE purchasing_systems.rounds SET status = 'opened', opened_at = app.now()")
    attempt.run("SELECT app.move_round(%s, 'evaluating', 'moderating')", ROUNDS["open"])
    attempt.run("SELECT app.move_round(%s, 'moderating', 'evaluated')", ROUNDS["open"])
    attempt.refused(
        "SELECT app.move_round(%s, 'evaluated', 'decided')", ROUNDS["open"], says="not recorded an approval"
    )


def test_questions_stand_from_publication_on(attempt: Attempt) -> None:
    attempt.as_("lead")
    add = (
        "INSERT INTO questionnaires.questions (id, set_id, system_id, lead_id, round_id, key, position, part, kind, group_slug, "
        "group_title, prompt, required, choices, descriptors, accept, wording_fixed, version) SELECT gen_random_uuid(), id, system_id, lead_id, "
        "round_id, 'more', 9, 'quality', 'text', 'g', 'G', 'P', false, '[]', '[]', '[]', false, 1 FROM questionnaires.question_sets WHERE round_id = %s AND lot_id IS NULL"
    )
    attempt.refused(add, ROUNDS["open"], says="only while the round is planned")
    assert attempt.touches(add, ROUNDS["planned"]) == 1
    assert attempt.touches("DELETE FROM questionnaires.questions WHERE key = 'more'") == 1
    _freeze(attempt)
    attempt.run("SELECT app.publish_round(%s)", ROUNDS["planned"])
    attempt.refused(
        "DELETE FROM questionnaires.question_sets WHERE round_id = %s",
        ROUNDS["planned"],
        says="while the round is planned",
    )


def test_nothing_joins_a_frozen_system_while_a_round_runs(attempt: Attempt) -> None:
    attempt.as_("lead")
    attempt.refused("UPDATE purchasing_systems.systems SET quality_pass_mark = 77 WHERE id = %s", S, says="frozen")
    attempt.refused("UPDATE purchasing_systems.systems SET published_at = NULL WHERE id = %s", S, says="frozen")
    attempt.refused("UPDATE purchasing_systems.systems SET frozen_at = NULL WHERE id = %s", S, says="frozen")
    assert attempt.touches("UPDATE purchasing_systems.systems SET status = 'paused' WHERE id = %s", S) == 1
    attempt.refused("UPDATE purchasing_systems.lots SET title = 'Other' WHERE id = %s", LOTS["A"], says="frozen")
    attempt.refused("DELETE FROM purchasing_systems.lots WHERE id = %s", LOTS["A"], says="frozen")
    # A lot that no published round offers can be added at any time: a later round opens it (R8-01).
    lot = (
        "INSERT INTO purchasing_systems.lots (system_id, lead_id, number, title, description, id) "
        "VALUES (%s, %s, 50, 'Lot', 'Lot', gen_random_uuid())"
    )
    assert attempt.touches(lot, S, attempt.organisation("halton")) == 1
    text = (
        "INSERT INTO purchasing_systems.specifications (id, system_id, lead_id, version, title, common_text) "
        "VALUES (gen_random_uuid(), %s, %s, 50, 'T', 'T')"
    )
    attempt.refused(text, S, attempt.organisation("halton"), says="begun with a reason")
    assert attempt.touches(
        "UPDATE purchasing_systems.systems SET published_at = app.now(), status = 'advertised' WHERE id = %s", DRAFT
    )
    attempt.refused("UPDATE purchasing_systems.systems SET published_at = NULL WHERE id = %s", DRAFT, says="frozen")


def test_who_takes_part_stands_from_publication_on(attempt: Attempt) -> None:
    halton = attempt.organisation("halton")
    join = (
        "INSERT INTO purchasing_systems.participations (id, system_id, lead_id, authority_id, authority_name, status, joined_on, "
        "left_on) VALUES (gen_random_uuid(), %s, %s, %s, 'X', %s, '2026-01-01', '2026-02-01')"
    )
    attempt.as_("lead")
    attempt.refused(join, S, halton, attempt.organisation("wirral"), "joined", says="named in the notice")
    attempt.refused(join, S, halton, attempt.organisation("wirral"), "withdrawn", says="named in the notice")
    attempt.refused(join, DRAFT, halton, attempt.organisation("alder"), "joined", says="no such authority")
    changed = (
        "UPDATE purchasing_systems.participations SET status = 'withdrawn', left_on = '2026-03-01' WHERE system_id = %s"
    )
    attempt.refused(changed, DRAFT)
    sefton = named("purchasing_systems.participations draft sefton")
    attempt.run("SELECT app.move_participation(%s, 'joined', 'withdrawn')", sefton)
    assert (
        attempt.one("SELECT to_status FROM purchasing_systems.participation_steps ORDER BY number DESC LIMIT 1")
        == "withdrawn"
    )
    attempt.run("SELECT app.move_participation(%s, 'withdrawn', 'joined')", sefton)
    public = named("purchasing_systems.participations published sefton")
    attempt.refused("SELECT app.move_participation(%s, 'joined', 'withdrawn')", public, says="not taken from here")
    attempt.run("SELECT app.move_participation(%s, 'joined', 'withdrawn')", sefton)
    attempt.as_("evaluator")
    assert DRAFT not in attempt.one("SELECT app.systems()")


PROPOSE = "SELECT app.propose_closing(%s, %s, 'A clarification')"


@pytest.mark.parametrize("who", ["outsider", "leaver", "applicant", "nobody", "legal@sefton.example", "evaluator"])
def test_strangers_cannot_propose_a_closing_time(attempt: Attempt, who: str) -> None:
    attempt.as_(who).refused(PROPOSE, ROUNDS["live"], LATER, says="participating authority")


def test_a_closing_time_is_never_brought_forward(attempt: Attempt) -> None:
    attempt.as_("lead")
    attempt.refused(PROPOSE, ROUNDS["live"], NOW + timedelta(hours=1), says="must be later")
    attempt.refused(PROPOSE, ROUNDS["closed"], LATER, says="before it has passed")
    attempt.refused(PROPOSE, ROUNDS["planned"], LATER, says="before it has passed")
    attempt.refused("UPDATE purchasing_systems.rounds SET closes_at = app.now()")
    attempt.refused("INSERT INTO purchasing_systems.closing_changes (id) VALUES (gen_random_uuid())")


def test_a_closing_time_takes_two_councils(attempt: Attempt) -> None:
    change = attempt.as_("lead").one(PROPOSE, ROUNDS["live"], LATER)
    confirm = "SELECT app.confirm_closing(%s)"
    attempt.refused(confirm, change, says="another council")
    attempt.as_("commissioning@halton.example").refused(confirm, change, says="another council")
    for who in ("outsider", "leaver", "applicant", "nobody", "evaluator"):
        attempt.as_(who).refused(confirm, change, says="participating authority")
    before = attempt.as_("participant").one(CLOSES, ROUNDS["live"])
    attempt.run(confirm, change)
    assert (before, attempt.one(CLOSES, ROUNDS["live"])) == (NOW + timedelta(hours=48), LATER)
    attempt.refused(confirm, change, says="participating authority")


def test_one_person_of_two_councils_is_still_one_person(attempt: Attempt) -> None:
    shared = "shared@procurement.example"
    change = attempt.as_(shared).one(PROPOSE, ROUNDS["live"], LATER)
    first = attempt.one("SELECT app.organisation()")
    other = next(attempt.organisation(s) for s in ("knowsley", "st-helens") if attempt.organisation(s) != first)
    attempt.enter(attempt.one("SELECT app.act_for(%s, %s)", attempt.token(shared), other))
    assert attempt.one("SELECT app.organisation()") == other
    attempt.refused("SELECT app.confirm_closing(%s)", change, says="another council")


def test_a_late_confirmation_changes_nothing(attempt: Attempt) -> None:
    first = attempt.as_("lead").one(PROPOSE, ROUNDS["live"], LATER)
    further = attempt.one(PROPOSE, ROUNDS["live"], LATER + timedelta(days=1))
    attempt.as_("participant").run("SELECT app.confirm_closing(%s)", further)
    attempt.refused("SELECT app.confirm_closing(%s)", first, says="changed meanwhile")


def test_a_proposal_is_the_councils_own_until_confirmed(attempt: Attempt) -> None:
    change = attempt.as_("lead").one(PROPOSE, ROUNDS["live"], LATER)
    for who in ("applicant", "nobody", "outsider"):
        assert attempt.as_(who).run("SELECT id FROM purchasing_systems.closing_changes WHERE id = %s", change) == []
    attempt.as_("participant").run("SELECT app.confirm_closing(%s)", change)
    assert attempt.as_("applicant").run("SELECT id FROM purchasing_systems.closing_changes WHERE id = %s", change) == [
        change
    ]


def test_interest_is_a_number_for_the_lead_alone(attempt: Attempt) -> None:
    assert attempt.as_("lead").one("SELECT app.interest_count(%s)", ROUNDS["live"]) == 1
    for who in ("participant", "outsider", "rival", "operator", "nobody"):
        assert attempt.as_(who).one("SELECT app.interest_count(%s)", ROUNDS["live"]) == 0


def test_the_interested_are_told_by_a_sender_who_never_learns_how_many(attempt: Attempt) -> None:
    tell = "SELECT app.notify_interested(%s, %s, %s, %s)"
    ids = [attempt.organisation(slug) for slug in PROVIDERS]
    keys = [round_key(attempt.world.secret(one), ROUNDS["live"]) for one in ids]
    sealed = [b"sealed for one" for _ in ids]
    for who in ("outsider", "leaver", "rival", "nobody"):
        attempt.as_(who).refused(tell, ROUNDS["live"], ids, keys, sealed, says="participating authority")
    assert attempt.as_("lead").run(tell, ROUNDS["live"], ids, keys, sealed) == [""]
    count = "SELECT count(*) FROM notify.messages WHERE kind = 'sealed' AND sealed = 'sealed for one'::bytea"
    assert attempt.as_("applicant").one(count) == 1
    assert attempt.as_("rival").one(count) == 0


def test_a_lead_sees_what_it_has_just_made(attempt: Attempt) -> None:
    """The scope was resolved before the system was there; what one leads oneself is seen all the same."""
    made = {name: uuid4() for name in ("system", "lot", "specification", "round", "set")}
    attempt.as_("lead")
    halton = attempt.organisation("halton")
    assert made["system"] not in attempt.one("SELECT app.systems()")
    led = [made["system"], halton]
    attempt.touches(
        "INSERT INTO purchasing_systems.systems (id, lead_id, lead_name, title, alias, regime, vehicle, legal_basis, client_group, "
        "valid_from, valid_until, value_pounds, cpv, quality_pass_mark, panel_councils, restriction_grounds, status, demonstration, "
        "created_at) VALUES (%s, %s, 'x', 'New', 'x', 'x', 'fps', 'x', 'x', '2026-01-01', '2030-01-01', 1, 'x', 50, 3, '[]', 'draft', "
        "false, app.now())",
        *led,
    )
    for table, columns, values in (
        ("lots", "system_id, lead_id, id, number, title, description", [*led, made["lot"], 1, "T", "D"]),
        (
            "participations",
            "system_id, lead_id, id, authority_id, authority_name, status, joined_on",
            [*led, uuid4(), attempt.organisation("wirral"), "Wirral", "joined", "2026-01-01"],
        ),
        (
            "specifications",
            "system_id, lead_id, id, version, title, common_text",
            [*led, made["specification"], 1, "T", "C"],
        ),
        (
            "local_schedules",
            "system_id, lead_id, id, specification_id, authority_id, authority_name, text",
            [*led, uuid4(), made["specification"], attempt.organisation("wirral"), "Wirral", "T"],
        ),
        (
            "procurement_documents",
            "system_id, lead_id, id, slug, title, kind, position, text",
            [*led, uuid4(), "s", "T", "terms", 1, "T"],
        ),
        (
            "rounds",
            "system_id, lead_id, id, number, opens_at, closes_at, status",
            [*led, made["round"], 1, NOW, LATER, "planned"],
        ),
        (
            "admissions",
            "system_id, lead_id, id, round_id, lot_id, application_id, provider_id, provider_name, areas, prices, status, proposed_at",
            [*led, uuid4(), made["round"], made["lot"], uuid4(), uuid4(), "P", [], "[]", "proposed", NOW],
        ),
    ):
        holders = ", ".join(["%s"] * len(values))
        attempt.touches(f"INSERT INTO purchasing_systems.{table} ({columns}) VALUES ({holders})", *values)
        assert (
            len(attempt.run(f"SELECT 1 FROM purchasing_systems.{table} WHERE system_id = %s", made["system"])) == 1
        ), table
    attempt.touches(
        "INSERT INTO questionnaires.question_sets (id, system_id, lead_id, round_id, title, version) VALUES (%s, %s, %s, %s, 'T', 1)",
        made["set"], *led, made["round"],
    )  # fmt: skip
    attempt.touches(
        "INSERT INTO questionnaires.questions (id, set_id, system_id, lead_id, round_id, key, position, part, kind, group_slug, "
        "group_title, prompt, required, choices, descriptors, accept, wording_fixed, version) VALUES (gen_random_uuid(), %s, %s, %s, %s, 'k', 1, "
        "'quality', 'text', 'g', 'G', 'P', false, '[]', '[]', '[]', false, 1)",
        made["set"], *led, made["round"],
    )  # fmt: skip
    for table in ("question_sets", "questions"):
        assert len(attempt.run(f"SELECT 1 FROM questionnaires.{table} WHERE round_id = %s", made["round"])) == 1
    assert attempt.run("SELECT title FROM purchasing_systems.systems WHERE id = %s", made["system"]) == ["New"]
