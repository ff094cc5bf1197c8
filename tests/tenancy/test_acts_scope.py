"""The scope by raw SQL: one way in, with a secret; no way to be somebody else, or more than one is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from portal.core import clock
from tenants.passwords import derive, new_salt
from tests.support.attempt import Attempt
from tests.support.region import PASSWORD, QUICK
from tests.support.world import ACTORS

pytestmark = pytest.mark.postgres15
ENTER = "SELECT app.enter(%s) IS NOT NULL"
ACT = "SELECT app.act_for(%s, %s)"
SIGN_IN = "SELECT app.sign_in(%s, %s, %s)"
SHARED = "shared@procurement.example"


@contextmanager
def changed(attempt: Attempt, change: str, back: str, *values: Any) -> Iterator[None]:
    """Something the provisioner does, undone at the end."""
    with psycopg.connect(attempt.world.urls.admin, autocommit=True) as connection:
        connection.execute(change, values)
        try:
            yield
        finally:
            connection.execute(back, values)


def test_a_made_up_secret_enters_nothing(attempt: Attempt) -> None:
    for secret in ("", "x", str(uuid4()), "' OR true --"):
        assert attempt.one(ENTER, secret) is False
    assert attempt.one("SELECT app.organisation()") is None


def test_a_scope_cannot_be_said(attempt: Attempt) -> None:
    attempt.as_("applicant")
    claims, seal = attempt.run("SELECT current_setting('app.claims'), current_setting('app.seal')")[0]
    mine, theirs = str(attempt.organisation("alder")), str(attempt.organisation("birch"))
    say = "SELECT set_config('app.claims', %s, true), set_config('app.seal', %s, true)"
    for said, sealed in (
        (claims.replace(mine, theirs), seal),
        (claims, seal[::-1]),
        (claims, ""),
        ("", seal),
        ("{}", ""),
    ):
        attempt.run(say, said, sealed)
        assert attempt.one("SELECT app.claims()") is None
        assert attempt.run("SELECT 1 FROM applications.applications") == []
    attempt.run(say, claims, seal)
    assert attempt.one("SELECT app.organisation()") == attempt.organisation("alder")


def test_a_scope_ends_with_its_transaction(attempt: Attempt) -> None:
    with psycopg.connect(attempt.world.urls.app) as connection:
        connection.execute(ENTER, [attempt.token("applicant")])
        kept = connection.execute(
            "SELECT set_config('app.claims', current_setting('app.claims'), false), "
            "set_config('app.seal', current_setting('app.seal'), false)"
        ).fetchone()
        connection.commit()
        assert connection.execute("SELECT app.claims()").fetchone() == (None,)
        connection.execute("SELECT set_config('app.claims', %s, true), set_config('app.seal', %s, true)", kept)
        assert connection.execute("SELECT app.claims()").fetchone() == (None,)
    with psycopg.connect(attempt.world.urls.app) as other:
        other.execute("SELECT set_config('app.claims', %s, true), set_config('app.seal', %s, true)", kept)
        assert other.execute("SELECT app.claims()").fetchone() == (None,)


def test_two_organisations_are_two_scopes(attempt: Attempt) -> None:
    attempt.as_(SHARED)
    first = attempt.one("SELECT app.organisation()")
    other = next(attempt.organisation(s) for s in ("knowsley", "st-helens") if attempt.organisation(s) != first)
    assert attempt.one(ACT, attempt.token(SHARED), attempt.organisation("halton")) is None
    assert attempt.one(ACT, "made up", other) is None
    token = attempt.one(ACT, attempt.token(SHARED), other)
    assert attempt.one(ENTER, attempt.token(SHARED)) is False
    assert attempt.one(ENTER, token) is True
    assert attempt.one("SELECT app.organisation()") == other
    assert attempt.one("SELECT cardinality(app.roles())") == 1


def test_changing_hats_makes_no_session_longer(attempt: Attempt) -> None:
    attempt.as_(SHARED)
    first = attempt.one("SELECT app.organisation()")
    other = next(attempt.organisation(s) for s in ("knowsley", "st-helens") if attempt.organisation(s) != first)
    ends = attempt.one("SELECT app.enter(%s) ->> 'ends'", attempt.token(SHARED))
    token = attempt.one(ACT, attempt.token(SHARED), other)
    assert attempt.one("SELECT app.enter(%s) ->> 'ends'", token) == ends


@pytest.mark.parametrize(
    ("ended", "touchable"),
    [
        ("expires_at = now() - interval '1 second'", False),
        ("seen_at = now() - interval '61 minutes'", False),
        ("ended_at = now()", False),
    ],
)
def test_a_session_that_is_over_stays_over(attempt: Attempt, ended: str, touchable: bool) -> None:
    token = attempt.token(SHARED)
    with psycopg.connect(attempt.world.urls.admin, autocommit=True) as provisioner:
        kept = provisioner.execute(
            "SELECT token_sha256, expires_at, seen_at FROM tenants.sessions WHERE token_sha256 = sha256(convert_to(%s, 'UTF8'))",
            [token],
        ).fetchone()
        assert kept is not None
        provisioner.execute(f"UPDATE tenants.sessions SET {ended} WHERE token_sha256 = %s", [kept[0]])
        try:
            assert attempt.one(ENTER, token) is False
            attempt.run("SELECT app.touch(%s)", token)
            assert attempt.one(ENTER, token) is touchable
            for slug in ("knowsley", "st-helens"):
                assert attempt.one(ACT, token, attempt.organisation(slug)) is None
        finally:
            provisioner.execute(
                "UPDATE tenants.sessions SET expires_at = %s, seen_at = %s, ended_at = NULL WHERE token_sha256 = %s",
                [*kept[1:], kept[0]],
            )


def test_a_use_is_noted_and_signing_out_ends_it(attempt: Attempt) -> None:
    token = attempt.token("rival")
    with changed(
        attempt,
        "UPDATE tenants.sessions SET seen_at = seen_at - interval '30 minutes' WHERE token_sha256 = sha256(convert_to(%s, 'UTF8'))",
        "UPDATE tenants.sessions SET seen_at = seen_at + interval '30 minutes' WHERE token_sha256 = sha256(convert_to(%s, 'UTF8'))",
        token,
    ):
        assert attempt.one("SELECT app.enter(%s) -> 'stale'", token) is True
        attempt.run("SELECT app.touch(%s)", token)
        assert attempt.one("SELECT app.enter(%s) -> 'stale'", token) is False
        # Undone with this transaction, so that the lock on the session's row is let go before it is put back.
        attempt.run("SELECT app.sign_out('made up')")
        assert attempt.one(ENTER, token) is True
        attempt.run("SELECT app.sign_out(%s)", token)
        assert attempt.one(ENTER, token) is False
        attempt.connection.execute("ROLLBACK")
        attempt.connection.execute("BEGIN")


RIGHTS_LOST = {
    "membership ended": ("memberships SET ends_on = '2026-01-01'", "memberships SET ends_on = NULL", "person_id"),
    "membership to come": (
        "memberships SET starts_on = '2999-01-01'",
        "memberships SET starts_on = '2020-01-01'",
        "person_id",
    ),
    "person set inactive": ("persons SET active = false", "persons SET active = true", "id"),
}


@pytest.mark.parametrize("how", RIGHTS_LOST)
def test_a_right_revoked_is_lost_at_the_next_request(attempt: Attempt, how: str) -> None:
    change, back, column = RIGHTS_LOST[how]
    token, person = attempt.token("participant"), attempt.world.person("participant")
    where = f" WHERE {column} = %s"
    with changed(attempt, f"UPDATE tenants.{change}{where}", f"UPDATE tenants.{back}{where}", person):
        assert attempt.one(ENTER, token) is False
        assert attempt.one("SELECT app.organisation()") is None
        email = ACTORS["participant"]
        assert email
        assert attempt.one(SIGN_IN, email, attempt.derived(email), "10.0.0.1") == {"refused": "password"}
    assert attempt.one(ENTER, token) is True


def test_a_hat_no_longer_worn_cannot_be_put_on(attempt: Attempt) -> None:
    attempt.as_(SHARED)
    first = attempt.one("SELECT app.organisation()")
    other = next(attempt.organisation(s) for s in ("knowsley", "st-helens") if attempt.organisation(s) != first)
    person = attempt.world.region.people[SHARED]
    for change, back in (
        ("ends_on = '2026-01-01'", "ends_on = NULL"),
        ("starts_on = '2999-01-01'", "starts_on = '2020-01-01'"),
    ):
        where = "WHERE person_id = %s AND organisation_id = %s"
        with changed(
            attempt,
            f"UPDATE tenants.memberships SET {change} {where}",
            f"UPDATE tenants.memberships SET {back} {where}",
            person,
            other,
        ):
            assert attempt.one(ACT, attempt.token(SHARED), other) is None
            assert attempt.one("SELECT app.enter(%s) -> 'choices'", attempt.token(SHARED)) == []


def test_signing_in_takes_the_password(attempt: Attempt) -> None:
    email = "writer@birch.example"
    derived = attempt.derived(email)
    verifier = "SELECT verifier FROM tenants.credentials"
    attempt.refused(verifier, states=("42501",))
    for wrong in (b"", b"x", derived[::-1], attempt.derived("writer@alder.example")):
        assert attempt.one(SIGN_IN, email, wrong, "10.0.0.2") == {"refused": "password"}
    assert attempt.one(SIGN_IN, "unknown@birch.example", derived, "10.0.0.2") == {"refused": "password"}
    assert "token" in attempt.one(SIGN_IN, email, derived, "10.0.0.2")
    for internal in ("app.start_session(%s, %s)", "app.bind(%s, %s)"):
        attempt.refused(
            f"SELECT {internal}", attempt.world.person("rival"), attempt.organisation("birch"), states=("42501",)
        )
    attempt.refused("SELECT app.password_holds(%s, %s)", attempt.world.person("rival"), derived, states=("42501",))


def test_ten_tries_from_one_place_and_the_victim_still_gets_in(attempt: Attempt) -> None:
    email = "writer@birch.example"
    derived = attempt.derived(email)
    for _ in range(10):
        assert attempt.one(SIGN_IN, email, b"x", "10.0.0.3") == {"refused": "password"}
    assert attempt.one(SIGN_IN, email, derived, "10.0.0.3") == {"refused": "throttled"}
    assert "token" in attempt.one(SIGN_IN, email, derived, "10.0.0.4")
    for number in range(100):
        attempt.one(SIGN_IN, f"{number}@birch.example", b"x", "10.0.0.5")
    assert attempt.one(SIGN_IN, email, derived, "10.0.0.5") == {"refused": "throttled"}
    with changed(attempt, "UPDATE app.clock SET shift = '-20 minutes'", "UPDATE app.clock SET shift = '0'"):
        attempt.one(SIGN_IN, email, b"x", "10.0.0.6")
    assert "token" in attempt.one(SIGN_IN, email, derived, "10.0.0.6")


def test_a_salt_tells_nobody_who_has_an_account(attempt: Attempt) -> None:
    known, unknown, again, other = (
        attempt.run("SELECT salt, parameters FROM app.sign_in_salt(%s)", email)[0]
        for email in ("writer@alder.example", "nobody@alder.example", "nobody@alder.example", "else@alder.example")
    )
    assert known[1] == unknown[1] != ""
    assert len(known[0]) == len(unknown[0])
    assert unknown == again != other


INVITE = "SELECT app.invite(%s, 'Post', %s)"


@pytest.mark.parametrize("who", ["lead", "writer@alder.example", "operator", "nobody"])
def test_only_an_administrator_invites(attempt: Attempt, who: str) -> None:
    attempt.as_(who).refused(INVITE, "new@example.org", ["bid_writer"], says="Only an administrator")
    assert attempt.run("SELECT * FROM app.invitations()") == []
    attempt.refused("SELECT app.change_membership(%s, 'P', NULL)", uuid4(), says="Only an administrator")


def test_roles_stay_within_their_kind_of_organisation(attempt: Attempt) -> None:
    for who, roles in (
        ("applicant", ["portal_operator"]),
        ("applicant", ["bid_writer", "procurement_officer"]),
        ("applicant", []),
        ("administrator@halton.example", ["portal_operator"]),
        ("administrator@halton.example", ["bid_writer"]),
        ("administrator@halton.example", []),
    ):
        attempt.as_(who).refused(INVITE, "new@example.org", roles, says="do not belong")
        mine = attempt.one(
            "SELECT id FROM tenants.memberships WHERE person_id = app.person() AND organisation_id = app.organisation()"
        )
        attempt.refused("SELECT app.change_membership(%s, 'P', %s)", mine, roles, says="do not belong")
    attempt.as_("writer@alder.example").refused(
        "UPDATE tenants.memberships SET roles = ARRAY['provider_administrator']"
    )
    attempt.refused("UPDATE tenants.organisations SET name = 'Halton Borough Council'")
    attempt.refused("UPDATE tenants.persons SET email = 'x'")


def test_colleagues_are_ones_own(attempt: Attempt) -> None:
    person = attempt.world.region.people["writer@alder.example"]
    theirs = attempt.as_("writer@alder.example").one(
        "SELECT id FROM tenants.memberships WHERE person_id = %s AND organisation_id = app.organisation()", person
    )
    change = "SELECT app.change_membership(%s, %s, %s)"
    attempt.as_("rival").refused(change, theirs, "P", ["bid_writer"], says="no such colleague")
    attempt.refused(change, theirs, "P", None, says="no such colleague")
    attempt.as_("applicant").run(change, theirs, "Director", ["provider_administrator"])
    assert attempt.run("SELECT post, roles FROM tenants.memberships WHERE id = %s", theirs) == [
        ("Director", ["provider_administrator"])
    ]
    attempt.run(change, theirs, "Director", None)
    attempt.refused(change, theirs, "P", ["bid_writer"], says="no such colleague")
    own = attempt.one(
        "SELECT id FROM tenants.memberships WHERE person_id = app.person() AND organisation_id = app.organisation()"
    )
    attempt.refused(change, own, "P", ["bid_writer"], says="needs an administrator")
    attempt.refused(change, own, "P", None, says="needs an administrator")


def test_who_is_removed_is_signed_out(attempt: Attempt) -> None:
    writer = "writer@alder.example"
    token = attempt.token(writer)
    theirs = attempt.as_(writer).one(
        "SELECT id FROM tenants.memberships WHERE person_id = app.person() AND organisation_id = app.organisation()"
    )
    attempt.as_("applicant").run("SELECT app.change_membership(%s, 'P', NULL)", theirs)
    assert attempt.one(ENTER, token) is False


def _accept(attempt: Attempt, token: str, password: bytes | None = None) -> Any:
    salt = new_salt()
    return attempt.one(
        "SELECT app.accept_invitation(%s, %s, %s, %s)", token, salt, password or derive(PASSWORD, salt, QUICK), QUICK
    )


def test_an_invitation_works_once_and_for_its_organisation(attempt: Attempt) -> None:
    attempt.as_("applicant")
    first = attempt.one(INVITE, "new@example.org", ["bid_writer"])
    token = attempt.one(INVITE, "new@example.org", ["bid_writer"])
    assert attempt.one("SELECT app.invitation(%s)", first) is None
    assert [row[1] for row in attempt.run("SELECT id, email FROM app.invitations()")] == ["new@example.org"]
    assert attempt.as_("rival").run("SELECT * FROM app.invitations()") == []
    found = attempt.as_("applicant").one("SELECT id FROM app.invitations()")
    attempt.as_("rival").refused("SELECT app.withdraw_invitation(%s)", found, says="no such invitation")
    attempt.as_("writer@alder.example").refused("SELECT app.withdraw_invitation(%s)", found, says="no such invitation")
    attempt.as_("nobody")
    assert attempt.one("SELECT app.invitation('x')") is None
    assert _accept(attempt, "x") is None
    session = _accept(attempt, token)
    assert attempt.one(ENTER, session) is True
    assert attempt.one("SELECT app.organisation()") == attempt.organisation("alder")
    assert attempt.one("SELECT app.roles()") == ["bid_writer"]
    assert _accept(attempt, token) is None
    assert attempt.one("SELECT app.invitation(%s)", token) is None
    attempt.as_("applicant").refused("SELECT app.withdraw_invitation(%s)", found, says="no such invitation")


def test_an_invitation_withdrawn_or_old_is_worth_nothing(attempt: Attempt) -> None:
    attempt.as_("applicant")
    token = attempt.one(INVITE, "new@example.org", ["bid_writer"])
    assert attempt.one("SELECT app.withdraw_invitation((SELECT id FROM app.invitations()))") == "new@example.org"
    assert _accept(attempt, token) is None
    with changed(attempt, "UPDATE app.clock SET shift = '-7 days -1 minute'", "UPDATE app.clock SET shift = '0'"):
        old = attempt.one(
            "SELECT app.register_provider('old@example.org', 'Old Care', 'Owner', '10.0.1.1') ->> 'token'"
        )
        assert attempt.one("SELECT app.invitation(%s)", old) is not None
    assert attempt.one("SELECT app.invitation(%s)", old) is None
    assert _accept(attempt, old) is None
    assert attempt.run("SELECT * FROM app.invitations()") == []


def test_an_invitation_signs_in_nobody_who_has_an_account(attempt: Attempt) -> None:
    victim = "procurement@sefton.example"
    token = attempt.as_("applicant").one(INVITE, victim, ["bid_writer"])
    assert _accept(attempt, token) is None
    for _ in range(10):
        assert _accept(attempt, token, b"guess") is None
    # After ten guesses not even the right one is taken.
    assert _accept(attempt, token, attempt.derived(victim)) is None
    other = attempt.one(INVITE, "legal@sefton.example", ["bid_writer"])
    assert _accept(attempt, other, attempt.derived("legal@sefton.example")) is not None


def test_registering_makes_a_provider_and_nothing_else(attempt: Attempt) -> None:
    register = "SELECT app.register_provider(%s, 'Elder Care', 'Owner', %s)"
    token = attempt.one(register, "owner@elder.example", "10.0.2.1")["token"]
    assert attempt.one(ENTER, _accept(attempt, token)) is True
    assert attempt.one("SELECT app.kind()") == "provider"
    assert attempt.one("SELECT app.systems() || app.led() || app.opened_rounds() || app.seats()") == []
    for _ in range(2):
        attempt.one(register, "owner@elder.example", "10.0.2.1")
    assert attempt.one(register, "owner@elder.example", "10.0.2.2") == {"refused": "throttled"}
    for number in range(20):
        attempt.one(register, f"{number}@elder.example", "10.0.2.3")
    assert attempt.one(register, "more@elder.example", "10.0.2.3") == {"refused": "throttled"}


def test_the_clock_is_nobodys(attempt: Attempt) -> None:
    for who in ("lead", "applicant", "operator", "nobody"):
        attempt.as_(who)
        for change in (
            "UPDATE app.clock SET shift = '-1 day'",
            "INSERT INTO app.clock VALUES (false)",
            "DELETE FROM app.clock",
        ):
            attempt.refused(change, states=("42501",))
    assert abs(attempt.one("SELECT app.now()") - clock.now()) < timedelta(seconds=30)
