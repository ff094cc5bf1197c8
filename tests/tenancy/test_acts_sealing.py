"""Sealed by raw SQL: nothing late, nothing slipped in, nothing opened but by two councils, nothing read but what was released."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from portal.core import clock
from portal.core.applicants import round_key
from tests.support.attempt import Attempt
from tests.support.region import PROVIDERS
from tests.support.world import ACTORS, NOW, World, named
from tests.support.world_rows import AGREED_PANEL, APPLICATIONS, QUESTIONS, ROUNDS, SEATS, owner_check

pytestmark = pytest.mark.postgres15
SUBMIT = (
    "INSERT INTO applications.submissions (id, application_id, applicant_id, round_id, version, submitted_at, submitted_by, lots, "
    "areas, sha256, idempotency_key, content_sha256, receipt, opened_at, withdrawn_at) "
    "VALUES (%s, %s, %s, %s, 77, '2020-01-01', 'x', '{}', '{}', '', %s, '', '{}', app.now(), app.now())"
)
ENVELOPE = (
    "INSERT INTO applications.envelopes (id, submission_id, application_id, applicant_id, round_id, part, ciphertext, opened_at) "
    "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 'x', app.now())"
)
KEY = (
    "INSERT INTO applications.seal_keys (id, submission_id, application_id, applicant_id, round_id, part, version, wrapped, opened_at) "
    "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, 'x', app.now())"
)
APPLY = (
    "INSERT INTO applications.applications (id, reference, round_id, system_id, applicant_id, owner_check, provider_name, status, lots, areas, "
    "submitted_at, submitted_version, opened_at, created_at) "
    "VALUES (%s, 'R', %s, %s, %s, '', 'Halton Borough Council', 'opened', '{}', '{}', app.now(), 9, app.now(), app.now())"
)
CONFIRM = "SELECT app.confirm_opening(%s, %s, '{}', '{}')"
CONFIRM_NAMED = "SELECT app.confirm_opening(%s, %s, %s, %s)"


@contextmanager
def clock_shifted(world: World, by: timedelta) -> Iterator[None]:
    """The database's clock set back for a moment, as the loader does it."""
    with psycopg.connect(world.urls.admin, autocommit=True) as connection:
        connection.execute("UPDATE app.clock SET shift = %s", [-by])
        try:
            yield
        finally:
            connection.execute("UPDATE app.clock SET shift = '0'")


def _submit(attempt: Attempt, application: str, round_: str, provider: str = "alder", key: str = "new") -> list[Any]:
    return [uuid4(), APPLICATIONS[application], attempt.applicant(provider, round_), ROUNDS[round_], key]


def test_a_submission_is_stamped_by_the_database(attempt: Attempt) -> None:
    attempt.as_("applicant")
    assert attempt.one("SELECT app.next_version(%s)", APPLICATIONS["live"]) == 2
    values = _submit(attempt, "live", "live")
    attempt.touches(SUBMIT, *values)
    found = attempt.run(
        "SELECT version, submitted_at = app.entered_at(), opened_at, withdrawn_at FROM applications.submissions WHERE id = %s",
        values[0],
    )
    assert found == [(2, True, None, None)]
    told = attempt.run(
        "SELECT status, submitted_version, submitted_at = app.entered_at() FROM applications.applications WHERE id = %s",
        values[1],
    )
    assert told == [("submitted", 2, True)]
    of = values[:4]
    for part in ("quality", "price"):
        assert attempt.touches(ENVELOPE, *of, part) == attempt.touches(KEY, *of, part, 2) == 1
    for table in ("envelopes", "seal_keys"):
        assert attempt.run(f"SELECT opened_at FROM applications.{table} WHERE submission_id = %s", values[0]) == [
            None,
            None,
        ]
    attempt.refused(KEY, *of, "documents", 1, says="no such submission")


def test_nobody_submits_for_another(attempt: Attempt) -> None:
    for who, provider in (
        ("rival", "alder"),
        ("rival", "birch"),
        ("lead", "alder"),
        ("lead", "halton"),
        ("nobody", "alder"),
    ):
        attempt.as_(who).refused(SUBMIT, *_submit(attempt, "live", "live", provider), says="no such application")
        attempt.refused("SELECT app.next_version(%s)", APPLICATIONS["live"], says="no such application")
        attempt.refused("SELECT app.withdraw_submission(%s)", APPLICATIONS["live"], says="no such application")
    attempt.as_("applicant").refused(SUBMIT, *_submit(attempt, "live", "second"), says="no such application")


@pytest.mark.parametrize(
    ("application", "round_", "says"),
    [
        ("early", "upcoming", "not open for applications"),
        ("sealed", "closed", "Too late"),
        ("opened", "open", "Too late"),
    ],
)
def test_outside_the_window_nothing_is_received(attempt: Attempt, application: str, round_: str, says: str) -> None:
    attempt.as_("applicant").refused(SUBMIT, *_submit(attempt, application, round_), says=says)


def test_a_cancelled_round_receives_nothing(attempt: Attempt) -> None:
    attempt.as_("lead").run("SELECT app.cancel_round(%s, 'x')", ROUNDS["live"])
    attempt.as_("applicant").refused(SUBMIT, *_submit(attempt, "live", "live"), says="not open for applications")
    attempt.refused(APPLY, uuid4(), ROUNDS["live"], uuid4(), attempt.applicant("alder", "live"), says="not open")


def test_a_transaction_kept_open_does_not_keep_the_round_open(attempt: Attempt) -> None:
    # It entered its scope in time, waited, and sends two minutes later what was written meanwhile.
    with clock_shifted(attempt.world, timedelta(minutes=2)):
        attempt.as_("applicant")
    attempt.refused(SUBMIT, *_submit(attempt, "live", "live"), says="took too long")
    attempt.refused("SELECT app.withdraw_submission(%s)", APPLICATIONS["live"], says="The round closed")


def test_one_second_late_is_late(attempt: Attempt) -> None:
    closing = NOW - timedelta(hours=2)
    with clock_shifted(attempt.world, clock.now() - (closing - timedelta(seconds=5))):
        attempt.as_("applicant").touches(SUBMIT, *_submit(attempt, "sealed", "closed"))
    with clock_shifted(attempt.world, clock.now() - (closing + timedelta(seconds=1))):
        attempt.as_("applicant").refused(SUBMIT, *_submit(attempt, "sealed", "closed", key="late"), says="Too late")


def test_nothing_is_slipped_into_a_submission_later(attempt: Attempt) -> None:
    attempt.as_("applicant")
    for submission, application, round_ in (
        ("live", "live", "live"),
        ("sealed", "sealed", "closed"),
        ("opened", "opened", "open"),
    ):
        of = [
            named(f"submission {submission}"),
            APPLICATIONS[application],
            attempt.applicant("alder", round_),
            ROUNDS[round_],
        ]
        attempt.refused(ENVELOPE, *of, "documents", says="no such submission")
        attempt.refused(KEY, *of, "documents", 1, says="no such submission")
    values = _submit(attempt, "live", "live")
    attempt.touches(SUBMIT, *values)
    alder = attempt.applicant("alder", "live")
    own = [values[0], APPLICATIONS["draft"], alder, ROUNDS["live"]]
    attempt.refused(ENVELOPE, *own, "quality", says="no such submission")
    attempt.refused(ENVELOPE, values[0], values[1], alder, ROUNDS["second"], "quality", says="no such submission")
    attempt.as_("rival").refused(
        ENVELOPE, values[0], values[1], attempt.applicant("birch", "live"), values[3], "quality"
    )
    for change in ("UPDATE applications.envelopes SET ciphertext = 'y'", "DELETE FROM applications.envelopes"):
        attempt.as_("applicant").refused(change)
    attempt.refused("UPDATE applications.submissions SET receipt = '{}'")
    attempt.refused("DELETE FROM applications.submissions")


def test_a_draft_has_one_key(attempt: Attempt) -> None:
    attempt.as_("applicant").refused(
        KEY,
        None,
        APPLICATIONS["draft"],
        attempt.applicant("alder", "second"),
        ROUNDS["second"],
        "draft",
        None,
        states=("23505",),
    )


def test_an_application_is_born_a_draft_with_its_own_name(attempt: Attempt) -> None:
    attempt.as_("admin@cedar.example")
    made = uuid4()
    for round_, says in (
        ("planned", "no such round"),
        ("upcoming", "not open"),
        ("closed", "not open"),
        ("open", "not open"),
    ):
        attempt.refused(APPLY, uuid4(), ROUNDS[round_], uuid4(), attempt.applicant("cedar", round_), says=says)
    attempt.refused(APPLY, uuid4(), uuid4(), uuid4(), attempt.applicant("cedar", "live"), says="no such round")
    # Another's pseudonym, and one's own of another round.
    for applicant in (attempt.applicant("alder", "live"), attempt.applicant("cedar", "second"), uuid4()):
        attempt.refused(APPLY, uuid4(), ROUNDS["live"], uuid4(), applicant, says="no such application")
    attempt.touches(APPLY, made, ROUNDS["live"], uuid4(), attempt.applicant("cedar", "live"))
    found = attempt.run(
        "SELECT status, submitted_at, submitted_version, opened_at, provider_name, provider_id, system_id = %s, owner_check = %s "
        "FROM applications.applications WHERE id = %s",
        named("system"),
        owner_check(attempt.world, "cedar", ROUNDS["live"]),
        made,
    )
    assert found == [("draft", None, None, None, None, None, True, True)]


@pytest.mark.parametrize("who", ["lead", "outsider", "operator"])
def test_only_providers_apply(attempt: Attempt, who: str) -> None:
    attempt.as_(who)
    mine = attempt.one("SELECT app.organisation()")
    attempt.refused(APPLY, uuid4(), ROUNDS["live"], uuid4(), mine)
    interest = "INSERT INTO applications.interests (id, round_id, applicant_id, registered_on) VALUES (gen_random_uuid(), %s, %s, '2026-01-01')"
    attempt.refused(interest, ROUNDS["live"], mine)


def test_withdrawal_is_before_closing_and_ones_own(attempt: Attempt) -> None:
    attempt.as_("applicant")
    withdraw = "SELECT app.withdraw_submission(%s)"
    attempt.refused(withdraw, APPLICATIONS["draft"], says="Nothing is submitted")
    attempt.refused(withdraw, APPLICATIONS["sealed"], says="The round closed")
    attempt.run(withdraw, APPLICATIONS["live"])
    assert attempt.run("SELECT status FROM applications.applications WHERE id = %s", APPLICATIONS["live"]) == [
        "withdrawn"
    ]
    left = "SELECT count(*) FROM applications.submissions WHERE application_id = %s AND withdrawn_at IS NULL"
    assert attempt.one(left, APPLICATIONS["live"]) == 0
    attempt.refused(withdraw, APPLICATIONS["live"], says="Nothing is submitted")


def _confirm(attempt: Attempt, who: str, round_: str = "closed") -> Any:
    email = ACTORS.get(who, who)
    assert email
    return attempt.as_(who).one(CONFIRM_NAMED, ROUNDS[round_], attempt.derived(email), *_known(attempt, round_))


def _known(attempt: Attempt, round_: str, slugs: tuple[str, ...] = PROVIDERS) -> tuple[list[UUID], list[bytes]]:
    """What the application knows of the providers: the round's keys."""
    ids = [attempt.organisation(slug) for slug in slugs]
    return ids, [round_key(attempt.world.secret(one), ROUNDS[round_]) for one in ids]


@pytest.mark.parametrize("who", ["outsider", "leaver", "applicant", "operator", "nobody"])
def test_strangers_cannot_open(attempt: Attempt, who: str) -> None:
    attempt.as_(who).refused(CONFIRM, ROUNDS["closed"], b"", says="no such round")
    before = attempt.as_("lead").one("SELECT count(*) FROM applications.refused_openings")
    attempt.as_(who).run("SELECT app.refuse_opening(%s, 'spam')", ROUNDS["closed"])
    assert attempt.as_("lead").one("SELECT count(*) FROM applications.refused_openings") == before


def test_opening_waits_for_closing_and_for_the_right_person(attempt: Attempt) -> None:
    participant = ACTORS["participant"]
    assert participant
    attempt.as_("evaluator").refused(
        CONFIRM, ROUNDS["closed"], attempt.derived("placement@sefton.example"), says="Only a procurement"
    )
    attempt.as_("participant").refused(
        CONFIRM, ROUNDS["live"], attempt.derived(participant), says="Nothing can be opened before"
    )
    attempt.refused(CONFIRM, ROUNDS["open"], attempt.derived(participant), says="not waiting to be opened")
    attempt.refused(CONFIRM, ROUNDS["closed"], b"wrong", says="not your password")
    attempt.refused(CONFIRM, ROUNDS["closed"], attempt.derived("procurement@sefton.example"), says="not your password")
    attempt.as_("lead").refused(
        CONFIRM, ROUNDS["closed"], attempt.derived("procurement@halton.example"), says="of another council"
    )
    attempt.refused("INSERT INTO applications.opening_confirmations (id) VALUES (gen_random_uuid())")


def test_one_officer_never_opens_alone(attempt: Attempt) -> None:
    assert _confirm(attempt, "participant", "unopened") == {"state": "first"}
    attempt.refused(
        CONFIRM, ROUNDS["unopened"], attempt.derived("commissioning@knowsley.example"), says="another person"
    )
    attempt.as_("legal@knowsley.example").refused(
        CONFIRM, ROUNDS["unopened"], attempt.derived("legal@knowsley.example"), says="another council"
    )
    assert attempt.one("SELECT opened_at FROM purchasing_systems.rounds WHERE id = %s", ROUNDS["unopened"]) is None
    assert _confirm(attempt, "legal@sefton.example", "unopened") == {"state": "opened", "count": 0}


def test_one_person_of_two_councils_never_opens_alone(attempt: Attempt) -> None:
    shared = "shared@procurement.example"
    assert _confirm(attempt, shared, "unopened") == {"state": "first"}
    first = attempt.one("SELECT app.organisation()")
    other = next(attempt.organisation(s) for s in ("knowsley", "st-helens") if attempt.organisation(s) != first)
    attempt.enter(attempt.one("SELECT app.act_for(%s, %s)", attempt.token(shared), other))
    attempt.refused(CONFIRM, ROUNDS["unopened"], attempt.derived(shared), says="another person")


def test_five_wrong_passwords_are_enough(attempt: Attempt) -> None:
    attempt.as_("participant")
    refuse = "SELECT app.refuse_opening(%s, %s)"
    for _ in range(4):
        attempt.run(refuse, ROUNDS["closed"], "That is not your password. Nothing was opened.")
        attempt.run(refuse, ROUNDS["closed"], "The round closes later.")
    attempt.refused(CONFIRM, ROUNDS["closed"], b"wrong", says="not your password")
    attempt.run(refuse, ROUNDS["closed"], "That is not your password. Nothing was opened.")
    attempt.refused(
        CONFIRM, ROUNDS["closed"], attempt.derived("commissioning@knowsley.example"), says="too many wrong passwords"
    )
    for _ in range(50):
        attempt.run(refuse, ROUNDS["closed"], "That is not your password.")
    assert attempt.one("SELECT count(*) FROM applications.refused_openings WHERE person_id = app.person()") == 50


def test_opening_releases_the_last_submitted_version_and_nothing_else(attempt: Attempt) -> None:
    # Changed before closing, after it was submitted.
    with clock_shifted(attempt.world, timedelta(hours=3)):
        attempt.as_("applicant").touches(
            "UPDATE applications.applications SET lots = '{}', areas = '{\"later\": 1}' WHERE id = %s",
            APPLICATIONS["sealed"],
        )
    assert _confirm(attempt, "participant") == {"state": "opened", "count": 1}
    attempt.as_("lead")
    opened = attempt.run(
        "SELECT id, cardinality(lots), areas FROM applications.applications WHERE round_id = %s", ROUNDS["closed"]
    )
    assert opened == [(APPLICATIONS["sealed"], 3, {})]
    for table, column in (("submissions", "id"), ("envelopes", "submission_id")):
        seen = attempt.run(f"SELECT DISTINCT {column} FROM applications.{table} WHERE round_id = %s", ROUNDS["closed"])
        assert seen == [named("submission sealed")], table
    attempt.as_("applicant")
    shut = attempt.run(
        "SELECT submission_id FROM applications.seal_keys WHERE round_id = %s AND opened_at IS NULL", ROUNDS["closed"]
    )
    assert set(shut) == {named("submission sealed first")}
    attempt.refused(SUBMIT, *_submit(attempt, "sealed", "closed"), says="Too late")
    assert (
        attempt.touches("UPDATE applications.applications SET areas = '{}' WHERE id = %s", APPLICATIONS["sealed"]) == 0
    )
    attempt.as_("participant").refused(
        CONFIRM, ROUNDS["closed"], attempt.derived("commissioning@knowsley.example"), says="not waiting to be opened"
    )


def test_opening_gives_back_the_names_or_opens_nothing(attempt: Attempt) -> None:
    """Whose an application is, is proved by a key that only the owner's secret gives; without it nothing is opened."""
    email = ACTORS["participant"]
    assert email
    attempt.as_("participant")
    birch_as_alder = _known(attempt, "closed", ("birch",))[0], _known(attempt, "closed", ("alder",))[1]
    for known in (
        ([], []),
        _known(attempt, "closed", ("birch", "cedar")),
        _known(attempt, "unopened"),
        birch_as_alder,
    ):
        attempt.refused(
            CONFIRM_NAMED, ROUNDS["closed"], attempt.derived(email), *known, says="cannot tell whose an application is"
        )
    unnamed = "SELECT count(*) FROM applications.applications WHERE round_id = %s AND opened_at IS NOT NULL"
    assert attempt.one(unnamed, ROUNDS["closed"]) == 0
    attempt.one(CONFIRM_NAMED, ROUNDS["closed"], attempt.derived(email), *_known(attempt, "closed"))
    found = attempt.as_("lead").run(
        "SELECT id, provider_id, provider_name FROM applications.applications WHERE round_id = %s", ROUNDS["closed"]
    )
    assert found == [(APPLICATIONS["sealed"], attempt.organisation("alder"), "Alder House Care Ltd (fictional)")]


def test_whose_it_is_is_not_in_the_rows(attempt: Attempt) -> None:
    """Before opening no column of an application's rows leads to a provider, or from one round to another."""
    with psycopg.connect(attempt.world.urls.admin) as owner:
        organisations = {str(one) for one in attempt.world.region.organisations.values()}
        people = {str(one) for one in attempt.world.region.people.values()}
        for table in ("interests", "applications", "answers", "documents", "submissions", "envelopes", "seal_keys"):
            opened = "" if table in ("interests", "answers", "documents") else "WHERE opened_at IS NULL"
            rows = owner.execute(f"SELECT to_jsonb(t)::text FROM applications.{table} t {opened}").fetchall()
            assert rows, table
            for (row,) in rows:
                assert not [one for one in organisations | people if one in row], table
                assert "alder" not in row.lower() and "birch" not in row.lower(), table  # noqa: PT018
        pseudonyms = owner.execute("SELECT applicant_id FROM applications.applications").fetchall()
        assert len(set(pseudonyms)) == len(pseudonyms)


def test_a_scope_without_the_secret_or_with_anothers_has_no_applications(attempt: Attempt) -> None:
    token = attempt.token("applicant")
    count = "SELECT count(*) FROM applications.applications"
    seen = attempt.as_("applicant").one(count)
    assert seen > 0
    rival = attempt.world.secret(attempt.organisation("birch"))
    for wrong in (None, b"", b"short", attempt.world.secret(attempt.organisation("cedar"))):
        attempt.connection.execute("SELECT app.enter(%s, %s)", [token, wrong])
        assert attempt.one(count) == 0
    # A secret is what makes an applicant, so the portal never hands out another's: only a key outside the database gives it.
    attempt.connection.execute("SELECT app.enter(%s, %s)", [attempt.token("lead"), rival])
    assert attempt.run("SELECT app.applicants()") == [[]]


def test_after_closing_a_draft_stays_as_it_is(attempt: Attempt) -> None:
    attempt.as_("applicant")
    lots = "UPDATE applications.applications SET lots = '{}', areas = '{}', saved_at = app.now() WHERE id = %s"
    answer = (
        "INSERT INTO applications.answers (id, application_id, applicant_id, question_id, ciphertext, version, question_version, saved_at, "
        "saved_by) VALUES (gen_random_uuid(), %s, %s, %s, '', 1, 1, app.now(), 'x')"
    )
    for application, round_ in (("sealed", "closed"), ("early", "upcoming")):
        attempt.refused(lots, APPLICATIONS[application], says="not open for applications")
        attempt.refused(answer, APPLICATIONS[application], attempt.applicant("alder", round_), QUESTIONS["A1"])
    assert attempt.touches(lots, APPLICATIONS["draft"]) == 1
    assert attempt.touches(answer, APPLICATIONS["draft"], attempt.applicant("alder", "second"), QUESTIONS["B1"]) == 1
    keep = "UPDATE applications.answers SET version = version + 1 WHERE application_id = %s"
    assert attempt.touches(keep, APPLICATIONS["draft"]) == 2


MAY = "SELECT app.may_open(%s, %s, %s)"
KEYS = "SELECT part FROM applications.seal_keys WHERE application_id = %s ORDER BY part"


def _may(attempt: Attempt, who: str, panel: str, application: str) -> list[bool]:
    attempt.as_(who)
    return [attempt.one(MAY, ROUNDS[panel], APPLICATIONS[application], part) for part in ("quality", "price", "draft")]


def test_a_part_is_read_by_whom_it_is_assigned_to(attempt: Attempt) -> None:
    assert _may(attempt, "evaluator", "open", "opened") == [True, False, False]
    assert _may(attempt, "evaluator", "agreed", "agreed") == [True, True, False]
    assert _may(attempt, "evaluator", "open", "rival opened") == [False, False, False]
    assert _may(attempt, "colleague", "agreed", "agreed") == [False, False, False]
    assert _may(attempt, "evaluator", "closed", "opened") == [False, False, False]
    for who in ("lead", "participant", "outsider", "applicant", "operator", "nobody", "placement@knowsley.example"):
        assert _may(attempt, who, "open", "opened") == [False, False, False], who
    attempt.as_("evaluator")
    assert attempt.run(KEYS, APPLICATIONS["opened"]) == ["quality"]
    assert attempt.run(KEYS, APPLICATIONS["agreed"]) == ["price", "quality"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE evaluation.declarations SET ruling = 'removed', ruled_at = app.now() WHERE member_id = '{seat}'",
        "UPDATE evaluation.panel_members SET status = 'removed' WHERE id = '{seat}'",
    ],
)
def test_a_key_is_withdrawn_with_the_seat_or_the_ruling(attempt: Attempt, change: str) -> None:
    assert attempt.as_("lead").touches(change.format(seat=SEATS["evaluator"])) >= 1
    assert _may(attempt, "evaluator", "open", "opened") == [False, False, False]
    assert attempt.run(KEYS, APPLICATIONS["opened"]) == []


def test_a_key_is_withdrawn_from_a_council_that_is_suspended(attempt: Attempt) -> None:
    # Suspended, it goes on reading what is opened; its seats on the panel and their keys it loses.
    suspend = "SELECT app.move_participation(%s, 'joined', 'suspended', 'x', 'x')"
    attempt.as_("lead").run(suspend, named("purchasing_systems.participations published sefton"))
    assert attempt.as_("evaluator").run(KEYS, APPLICATIONS["opened"]) == []
    assert attempt.one("SELECT app.seats()") == []


def test_a_seat_for_another_council_opens_nothing(attempt: Attempt) -> None:
    # The same person, acting for the council the seat is not of; then for the other.
    assert _may(attempt, "shared", "open", "opened") == [False, False, False]
    token = attempt.one("SELECT app.act_for(%s, %s)", attempt.token("shared"), attempt.organisation("st-helens"))
    attempt.enter(token)
    assert attempt.one(MAY, ROUNDS["open"], APPLICATIONS["opened"], "quality") is True
    assert attempt.run(KEYS, APPLICATIONS["opened"]) == ["quality"]


def test_a_part_not_assigned_stays_shut(attempt: Attempt) -> None:
    seat = (
        "INSERT INTO evaluation.panel_members (id, panel_id, subject_id, system_id, lead_id, person_id, organisation_id, "
        "organisation_name, post, parts, chair, status) SELECT gen_random_uuid(), id, subject_id, system_id, lead_id, %s, %s, 'X', "
        "'Y', ARRAY['price'], false, 'active' FROM evaluation.panels WHERE id = %s RETURNING id"
    )
    finance = attempt.world.region.people["finance@sefton.example"]
    made = attempt.as_("lead").one(seat, finance, attempt.organisation("sefton"), AGREED_PANEL)
    attempt.as_("finance@sefton.example").touches(
        "INSERT INTO evaluation.declarations (id, panel_id, subject_id, system_id, lead_id, member_id, person_id, organisation_id, "
        "candidate_id, candidate_name, interest, text, declared_at) SELECT gen_random_uuid(), panel_id, subject_id, system_id, "
        "lead_id, id, person_id, organisation_id, %s, 'X', false, '', app.now() FROM evaluation.panel_members WHERE id = %s",
        APPLICATIONS["agreed"],
        made,
    )
    assert attempt.run(KEYS, APPLICATIONS["agreed"]) == []
    attempt.as_("lead").touches(
        "UPDATE evaluation.declarations SET ruling = 'none', ruled_at = app.now() WHERE member_id = %s", made
    )
    attempt.as_("finance@sefton.example")
    assert attempt.run(KEYS, APPLICATIONS["agreed"]) == ["price"]
