"""Posts and delegations by raw SQL: each council its own, nothing rewritten, and the scope says who wrote it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.attempt import Attempt
from tests.support.world import named
from tests.support.world_rows import DECISIONS

pytestmark = pytest.mark.postgres15
HEAD, MANAGER = named("post head"), named("post manager")
OWN = named("delegation unpublished")
POST = (
    "INSERT INTO governance.posts (id, authority_id, title, kind, starts_on, follows_id, written_by_id, written_by_post, written_at) "
    "VALUES (%s, app.organisation(), 'Post', 'officer', '2020-01-01', %s, gen_random_uuid(), 'Somebody else', '2000-01-01')"
)
HOLDER = (
    "INSERT INTO governance.post_holders (id, authority_id, post_id, person_id, label, capacity, starts_on, ends_on, written_by_post, "
    "written_at) VALUES (%s, app.organisation(), %s, %s, 'Somebody', 'acting', '2020-01-01', '2026-06-30', '', '2000-01-01')"
)
NOMINATE = (
    "INSERT INTO governance.nominations (id, authority_id, delegation_id, post_id, starts_on, evidence, revoked_on, revoked_because, "
    "revoked_by_id, revoked_by_post, revoked_at, written_by_post, written_at) VALUES (%s, app.organisation(), %s, %s, %s, 'e', "
    "'2030-01-01', 'Made up', gen_random_uuid(), 'Made up', '2030-01-01', '', '2000-01-01')"
)
CERTIFY = (
    "INSERT INTO governance.certifications (id, authority_id, delegation_id, condition_words, holds, found_on, certified_by, evidence, "
    "case_reference, written_by_post, written_at) VALUES (%s, app.organisation(), %s, %s, true, %s, 'Head', 'e', '', '', '2000-01-01')"
)
REVOKE = "UPDATE governance.delegations SET revoked_on = %s, revoked_because = %s WHERE id = %s"
PUBLISH = "UPDATE governance.delegations SET published_on = %s WHERE id = %s"
END_NOMINATION = "UPDATE governance.nominations SET revoked_on = %s, revoked_because = %s WHERE id = %s"
TOMORROW = "SELECT (app.now() AT TIME ZONE 'Europe/London')::date + 1"


def post(attempt: Attempt, follows: UUID | None = None) -> UUID:
    """A post of whoever acts."""
    made = uuid4()
    attempt.touches(POST, made, follows)
    return made


def granting(**more: Any) -> tuple[str, list[Any]]:
    """The statement that enters a delegation, and its values."""
    values = {
        "id": uuid4(),
        "granted_on": "2020-01-01",
        "starts_on": "2020-01-01",
        "reference": "item 1",
        "granted_url": "",
        "matter": "matters",
        "minuted": "words",
        "kinds": ["*"],
        "power": "decide",
        "holder_ids": [HEAD],
        "joint": False,
        "nominees": "nominated managers",
        "consulted_ids": [],
        "before_commencement": False,
        "collective": False,
        "conditions": "[]",
        "paragraphs": "",
        "sources": "[]",
        "covers_key": True,
        "reading": "",
        "revoked_on": "2021-01-01",
        "revoked_because": "Made up",
        "revoked_by_id": uuid4(),
        "revoked_by_post": "Made up",
        "revoked_at": "2021-01-01",
        "written_by_post": "",
        "written_at": "2000-01-01",
        **more,
    }
    marks = ", ".join("%s::uuid[]" if name.endswith("_ids") else "%s" for name in values)
    return (
        f"INSERT INTO governance.delegations (authority_id, {', '.join(values)}) VALUES (app.organisation(), {marks})",
        list(values.values()),
    )


def granted(attempt: Attempt, **more: Any) -> UUID:
    """A delegation of whoever acts."""
    made = uuid4()
    statement, values = granting(id=made, **more)
    assert attempt.touches(statement, *values) == 1
    return made


def test_the_scope_says_who_wrote_it(attempt: Attempt) -> None:
    attempt.as_("decider")
    made, holder, nomination, finding = post(attempt), uuid4(), uuid4(), uuid4()
    attempt.touches(HOLDER, holder, made, None)
    delegation = granted(attempt, holder_ids=[made])
    attempt.touches(NOMINATE, nomination, OWN, MANAGER, "2026-01-01")
    attempt.touches(CERTIFY, finding, OWN, "when practicable", "2026-01-01")
    today = attempt.one("SELECT (app.now() AT TIME ZONE 'Europe/London')::date")
    for table, row in (
        ("posts", made),
        ("post_holders", holder),
        ("delegations", delegation),
        ("nominations", nomination),
        ("certifications", finding),
    ):
        found = attempt.run(
            f"SELECT written_by_id = app.person(), written_by_post, (written_at AT TIME ZONE 'Europe/London')::date "
            f"FROM governance.{table} WHERE id = %s",
            row,
        )
        assert found == [(True, "Head of service", today)], table
    for table, row in (("delegations", delegation), ("nominations", nomination)):
        found = attempt.run(
            "SELECT revoked_on, revoked_because, revoked_by_id, revoked_by_post, revoked_at "
            f"FROM governance.{table} WHERE id = %s",
            row,
        )
        assert found == [(None, "", None, "", None)], table


def test_a_post_and_its_holder_stay_with_their_council(attempt: Attempt) -> None:
    attempt.as_("decider")
    post(attempt, HEAD)
    attempt.refused(POST, uuid4(), HEAD, states=("23505",))  # a post has one successor
    attempt.refused(HOLDER, uuid4(), MANAGER, uuid4())  # nobody
    attempt.refused(HOLDER, uuid4(), MANAGER, attempt.world.person("participant"))  # somebody of another council
    assert attempt.touches(HOLDER, uuid4(), MANAGER, attempt.world.person("decider")) == 1
    attempt.as_("participant")
    attempt.refused(POST, uuid4(), MANAGER, states=("23503",))
    attempt.refused(HOLDER, uuid4(), MANAGER, None, states=("23503",))


def test_what_has_ended_stays_ended(attempt: Attempt) -> None:
    attempt.as_("decider")
    made, holder = post(attempt), uuid4()
    attempt.touches(HOLDER, holder, made, None)
    for table, row in (("posts", made), ("post_holders", holder)):
        end = f"UPDATE governance.{table} SET ends_on = %s WHERE id = %s"
        assert attempt.touches(end, "2026-05-31", row) == 1
        assert attempt.touches(end, "2026-04-30", row) == 1
        attempt.refused(end, "2026-05-01", row)
        attempt.refused(end, None, row)


def test_a_delegation_is_to_posts_of_the_council_by_a_decision_of_its_own(attempt: Attempt) -> None:
    attempt.as_("decider")
    assert granted(attempt, granted_by_id=DECISIONS["recorded"])
    assert granted(attempt, granted_by_id=DECISIONS["superseded"])
    tomorrow = attempt.one(TOMORROW)
    for wrong in (
        {"holder_ids": [uuid4()]},
        {"consulted_ids": [uuid4()]},
        {"granted_by_id": DECISIONS["draft"]},
        {"granted_by_id": uuid4()},
        {"granted_on": tomorrow, "starts_on": tomorrow},
        {"published_on": tomorrow},
    ):
        statement, values = granting(**wrong)
        attempt.refused(statement, *values)
    attempt.as_("participant")
    mine = post(attempt)
    for wrong in (
        {"holder_ids": [HEAD]},
        {"holder_ids": [mine], "consulted_ids": [HEAD]},
        {"holder_ids": [mine], "granted_by_id": DECISIONS["recorded"]},
    ):
        statement, values = granting(**wrong)
        attempt.refused(statement, *values)
    statement, values = granting(holder_ids=[mine], legal_maker_id=HEAD)
    attempt.refused(statement, *values, states=("23503",))


def test_a_delegation_is_revoked_once_and_published_for_good(attempt: Attempt) -> None:
    attempt.as_("decider")
    made = granted(attempt)
    attempt.refused(PUBLISH, attempt.one(TOMORROW), made)
    assert attempt.touches(PUBLISH, "2020-02-01", made) == 1
    attempt.refused(PUBLISH, "2020-03-01", made)
    attempt.refused(PUBLISH, None, made)
    assert attempt.touches(REVOKE, "2026-01-01", "Replaced", made) == 1
    assert attempt.run(
        "SELECT revoked_by_id = app.person(), revoked_by_post, revoked_at IS NOT NULL FROM governance.delegations WHERE id = %s",
        made,
    ) == [(True, "Head of service", True)]
    attempt.refused(REVOKE, "2026-02-01", "Replaced", made)
    attempt.refused(REVOKE, None, "", made)
    attempt.refused("UPDATE governance.delegations SET minuted = 'other words' WHERE id = %s", made)
    attempt.refused("DELETE FROM governance.delegations WHERE id = %s", made)


def test_a_nomination_is_under_a_delegation_that_has_nominated_posts_while_it_lasts(attempt: Attempt) -> None:
    attempt.as_("decider")
    none = granted(attempt, nominees="")
    attempt.refused(NOMINATE, uuid4(), none, MANAGER, "2026-01-01")
    made = granted(attempt, ends_on="2026-06-30")
    attempt.refused(NOMINATE, uuid4(), made, MANAGER, "2019-12-31")
    attempt.refused(NOMINATE, uuid4(), made, MANAGER, "2026-07-01")
    assert attempt.touches(NOMINATE, uuid4(), made, MANAGER, "2026-06-30") == 1
    attempt.touches(REVOKE, "2026-03-01", "Replaced", made)
    attempt.refused(NOMINATE, uuid4(), made, MANAGER, "2026-03-01")
    assert attempt.touches(NOMINATE, uuid4(), made, MANAGER, "2026-02-28") == 1
    attempt.as_("participant")
    mine, own = post(attempt), uuid4()
    # Another council's delegation answers like one that is not there, whatever it says.
    attempt.refused(NOMINATE, uuid4(), OWN, mine, "1999-01-01", states=("23503",))
    attempt.refused(NOMINATE, uuid4(), OWN, mine, "2026-01-01", states=("23503",))
    statement, values = granting(id=own, holder_ids=[mine])
    attempt.touches(statement, *values)
    attempt.refused(NOMINATE, uuid4(), own, MANAGER, "2026-01-01", states=("23503",))


def test_a_nomination_is_revoked_once_and_not_before_it_began(attempt: Attempt) -> None:
    attempt.as_("decider")
    made = uuid4()
    attempt.touches(NOMINATE, made, OWN, MANAGER, "2026-02-01")
    attempt.refused(END_NOMINATION, "2026-01-31", "Left", made)
    assert attempt.touches(END_NOMINATION, "2026-02-01", "Left", made) == 1
    assert attempt.run(
        "SELECT revoked_by_id = app.person(), revoked_by_post, revoked_at IS NOT NULL FROM governance.nominations WHERE id = %s",
        made,
    ) == [(True, "Head of service", True)]
    attempt.refused(END_NOMINATION, "2026-03-01", "Left", made)
    attempt.refused(END_NOMINATION, None, "", made)
    attempt.refused("UPDATE governance.nominations SET starts_on = '2020-01-01' WHERE id = %s", made)


def test_a_finding_is_about_a_condition_of_the_delegation_and_not_of_a_day_to_come(attempt: Attempt) -> None:
    attempt.as_("decider")
    none = granted(attempt)
    attempt.refused(CERTIFY, uuid4(), none, "when practicable", "2026-01-01")
    attempt.refused(CERTIFY, uuid4(), OWN, "another condition", "2026-01-01")
    attempt.refused(CERTIFY, uuid4(), OWN, "when practicable", attempt.one(TOMORROW))
    awaiting = granted(attempt, sources='[{"name": "PPA", "system_id": null, "awaits": "when in place"}]')
    assert attempt.touches(CERTIFY, uuid4(), awaiting, "when in place", "2026-01-01") == 1
    attempt.refused("UPDATE governance.certifications SET holds = false")
    attempt.as_("participant")
    attempt.refused(CERTIFY, uuid4(), OWN, "another condition", "2026-01-01", states=("23503",))
    attempt.refused(CERTIFY, uuid4(), OWN, "when practicable", "2026-01-01", states=("23503",))
