"""Passwords by raw SQL: no statement sets another's, reads a link, or uses one twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tenants.passwords import derive, new_salt
from tests.support.attempt import Attempt
from tests.support.region import PASSWORD, QUICK

pytestmark = pytest.mark.postgres15
ASK = "SELECT app.ask_new_password(%s, %s)"
WHOSE = "SELECT app.password_link(%s)"
SET = "SELECT app.set_new_password(%s, %s, %s, %s)"
CHANGE = "SELECT app.change_password(%s, %s, %s, %s)"
ENTER = "SELECT app.enter(%s) IS NOT NULL"
SIGN_IN = "SELECT app.sign_in(%s, %s, %s)"
VICTIM = "procurement@sefton.example"
NEW = "four plain words anew"


@contextmanager
def provisioned(attempt: Attempt, change: str, back: str, *values: Any) -> Iterator[None]:
    """Something the provisioner does, undone at the end."""
    with psycopg.connect(attempt.world.urls.admin, autocommit=True) as connection:
        connection.execute(change, values)  # type: ignore[arg-type]
        try:
            yield
        finally:
            connection.execute(back, values)  # type: ignore[arg-type]


def mailed(attempt: Attempt, email: str) -> list[tuple[str, str]]:
    """Subjects and links, newest first, as the owner of the mailbox reads them: through the demonstration's own door."""
    with provisioned(attempt, "UPDATE app.mode SET demonstration = true", "UPDATE app.mode SET demonstration = false"):
        return attempt.run("SELECT subject, link FROM app.demonstration_outbox(20) WHERE email = %s", email)


def secret_for(attempt: Attempt, email: str, address: str = "10.1.0.1") -> str:
    """What is in the newest link."""
    assert attempt.one(ASK, email, address) is True
    subject, link = mailed(attempt, email)[0]
    assert subject == "Choose a new password"
    return link.removeprefix("/new-password/")


def chosen(password: str = NEW) -> tuple[bytes, bytes, str]:
    """Salt, derived bytes, parameters."""
    salt = new_salt()
    return salt, derive(password, salt, QUICK), QUICK


def holds(attempt: Attempt, email: str, password: str, address: str = "10.1.0.9") -> bool:
    """Whether it signs in."""
    salt, parameters = attempt.run("SELECT * FROM app.sign_in_salt(%s)", email)[0]
    return "token" in attempt.one(SIGN_IN, email, derive(password, salt, parameters), address)


@pytest.mark.parametrize("who", ["rival", "applicant", "lead", "operator", "nobody"])
def test_a_link_is_asked_for_and_never_read(attempt: Attempt, who: str) -> None:
    attempt.as_(who)
    before = attempt.run("SELECT id FROM notify.messages")
    assert attempt.one(ASK, VICTIM, "10.1.0.1") is True
    assert attempt.run("SELECT id FROM notify.messages") == before
    assert attempt.run("SELECT 1 FROM app.demonstration_outbox(9)") == []
    assert "/new-password/" not in str(attempt.run("SELECT * FROM app.outbox(99)"))
    for read in (
        "SELECT * FROM tenants.password_links",
        "SELECT token_sha256 FROM tenants.password_links",
        "SELECT args FROM jobs.procrastinate_jobs",
    ):
        attempt.refused(read, states=("42501",))


@pytest.mark.parametrize("who", ["rival", "lead", "administrator@sefton.example", "operator", "nobody"])
def test_no_statement_sets_anothers_password(attempt: Attempt, who: str) -> None:
    person = attempt.world.region.people[VICTIM]
    salt, derived, parameters = chosen()
    attempt.as_(who)
    put = "SELECT app.put_password(%s, %s, %s, %s, %s)"
    attempt.refused(put, person, attempt.organisation("sefton"), salt, derived, parameters, states=("42501",))
    attempt.refused("SELECT app.link_owner('x')", states=("42501",))
    attempt.refused("SELECT app.home_of(%s)", person, states=("42501",))
    attempt.refused("SELECT app.mail_person(%s, 'k', 'S', 'B', '/home')", person, states=("42501",))
    for write in (
        "UPDATE tenants.credentials SET verifier = sha256('x')",
        "DELETE FROM tenants.credentials",
        "INSERT INTO tenants.password_links VALUES (app.person(), sha256('x'), app.now())",
        "UPDATE tenants.password_links SET token_sha256 = sha256('x')",
        "DELETE FROM tenants.password_links",
    ):
        attempt.refused(write, states=("42501",))
    for made_up in ("", "x", "0" * 64):
        assert attempt.one(WHOSE, made_up) is None
        assert attempt.one(SET, made_up, salt, derived, parameters) is None
    assert holds(attempt, VICTIM, PASSWORD)


def test_a_link_works_once_and_ends_every_session(attempt: Attempt) -> None:
    token, colleague = attempt.token(VICTIM), attempt.token("legal@sefton.example")
    secret = secret_for(attempt, VICTIM)
    assert attempt.one(WHOSE, secret) == VICTIM
    assert attempt.one(WHOSE, secret) == VICTIM, "looking does not use it"
    assert attempt.one(ENTER, token) is True
    attempt.as_("nobody")
    others = secret_for(attempt, "legal@sefton.example")
    session = attempt.one(SET, secret, *chosen())
    assert attempt.one(WHOSE, others) == "legal@sefton.example"
    assert attempt.one(ENTER, token) is False
    assert attempt.one(ENTER, colleague) is True
    assert attempt.one(ENTER, session) is True
    assert attempt.one("SELECT app.person()") == attempt.world.region.people[VICTIM]
    assert attempt.one("SELECT app.organisation()") == attempt.organisation("sefton")
    attempt.as_("nobody")
    assert attempt.one(WHOSE, secret) is None
    assert attempt.one(SET, secret, *chosen("another four words")) is None
    assert holds(attempt, VICTIM, NEW)
    assert not holds(attempt, VICTIM, PASSWORD)
    assert holds(attempt, "legal@sefton.example", PASSWORD)
    assert sorted(mailed(attempt, VICTIM)) == [
        ("Choose a new password", f"/new-password/{secret}"),
        ("Your password was changed", "/forgotten-password"),
    ]


def test_the_later_link_ends_the_earlier(attempt: Attempt) -> None:
    first = secret_for(attempt, VICTIM)
    attempt.run("SELECT app.ask_new_password(%s, '10.1.0.1')", "legal@sefton.example")
    assert attempt.one(WHOSE, first) == VICTIM, "another's changes nothing"
    assert attempt.one(ASK, VICTIM, "10.1.0.1") is True
    links = {link.removeprefix("/new-password/") for _, link in mailed(attempt, VICTIM)}
    (second,) = links - {first}
    assert attempt.one(WHOSE, first) is None
    assert attempt.one(SET, first, *chosen()) is None
    assert attempt.one(WHOSE, second) == VICTIM
    assert attempt.one(SET, second, *chosen()) is not None


def test_a_link_is_worth_nothing_after_an_hour(attempt: Attempt) -> None:
    back = "UPDATE app.clock SET shift = '0'"
    with provisioned(attempt, "UPDATE app.clock SET shift = '-61 minutes'", back):
        secret = secret_for(attempt, VICTIM)
        assert attempt.one(WHOSE, secret) == VICTIM
    assert attempt.one(WHOSE, secret) is None
    assert attempt.one(SET, secret, *chosen()) is None
    with provisioned(attempt, "UPDATE app.clock SET shift = '-59 minutes'", back):
        later = secret_for(attempt, "legal@sefton.example")
    assert attempt.one(WHOSE, later) == "legal@sefton.example"


def test_a_link_is_its_owners(attempt: Attempt) -> None:
    secret = secret_for(attempt, VICTIM)
    for somebody_else in ("rival", "legal@sefton.example"):
        attempt.as_(somebody_else)
        assert attempt.one(WHOSE, secret) is None
        assert attempt.one(SET, secret, *chosen()) is None
    attempt.as_(VICTIM)
    assert attempt.one(WHOSE, secret) == VICTIM
    assert attempt.one(SET, secret, *chosen()) is not None


NO_LONGER = {
    "set inactive": ("persons SET active = false WHERE id = %s", "persons SET active = true WHERE id = %s"),
    "left": ("memberships SET ends_on = '2026-01-01' WHERE person_id = %s", "memberships SET ends_on = NULL WHERE person_id = %s"),
    "to come": (
        "memberships SET starts_on = '2999-01-01' WHERE person_id = %s",
        "memberships SET starts_on = '2020-01-01' WHERE person_id = %s",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", NO_LONGER)
def test_who_cannot_sign_in_gets_no_link_and_uses_none(attempt: Attempt, how: str) -> None:
    email = "cabinet@wirral.example"
    secret = secret_for(attempt, email)
    change, back = (f"UPDATE tenants.{one}" for one in NO_LONGER[how])
    with provisioned(attempt, change, back, attempt.world.region.people[email]):
        assert attempt.one(WHOSE, secret) is None
        assert attempt.one(SET, secret, *chosen()) is None
        assert attempt.one(ASK, email, "10.1.0.1") is True, "the answer is the same"
        assert attempt.one(ASK, "nobody-at-all@wirral.example", "10.1.0.1") is True
    assert len(mailed(attempt, email)) == 1
    assert mailed(attempt, "nobody-at-all@wirral.example") == []
    assert attempt.one(WHOSE, secret) == email


def test_a_membership_that_ends_later_is_one_still(attempt: Attempt) -> None:
    email = "cabinet@wirral.example"
    later, back = (
        f"UPDATE tenants.memberships SET ends_on = {day} WHERE person_id = %s" for day in ("'2999-01-01'", "NULL")
    )
    with provisioned(attempt, later, back, attempt.world.region.people[email]):
        assert attempt.one(SET, secret_for(attempt, email), *chosen()) is not None


def test_asking_is_throttled_by_address_and_by_place_alike_for_all(attempt: Attempt) -> None:
    for email in (VICTIM, "unknown@sefton.example"):
        answers = [attempt.one(ASK, email, f"10.1.1.{number}") for number in range(4)]
        assert answers == [True, True, True, False]
    assert len(mailed(attempt, VICTIM)) == 3
    for number in range(20):
        assert attempt.one(ASK, f"{number}@sefton.example", "10.1.2.1") is True
    assert attempt.one(ASK, "legal@sefton.example", "10.1.2.1") is False
    assert attempt.one(ASK, "legal@sefton.example", "10.1.2.2") is True


def test_changing_takes_the_password_one_has(attempt: Attempt) -> None:
    email, other = "writer@birch.example", "writer@alder.example"
    here, right = attempt.token(email), attempt.derived(email)
    attempt.as_(email)
    mine, theirs = attempt.world.region.people[email], attempt.derived(other)
    for wrong in (b"", b"x", right[::-1], theirs, None):
        assert attempt.one(CHANGE, wrong, *chosen()) == {"refused": "password"}
    assert holds(attempt, email, PASSWORD)
    secret = secret_for(attempt, email)
    answer = attempt.one(CHANGE, right, *chosen())
    assert attempt.one(ENTER, here) is False
    assert attempt.one(ENTER, attempt.token(other)) is True
    assert attempt.one(WHOSE, secret) is None
    assert attempt.one(ENTER, answer["token"]) is True
    assert attempt.one("SELECT app.person()") == mine
    assert attempt.one("SELECT app.organisation()") == attempt.organisation("birch")
    assert attempt.one(WHOSE, secret) is None
    assert holds(attempt, email, NEW)
    assert not holds(attempt, email, PASSWORD)
    assert holds(attempt, other, PASSWORD)
    assert mailed(attempt, email)[0] == ("Your password was changed", "/forgotten-password")
    attempt.as_("nobody").refused(CHANGE, right, *chosen(), says="Sign in first")


def test_ten_guesses_at_the_old_password(attempt: Attempt) -> None:
    email = "writer@birch.example"
    right = attempt.derived(email)
    attempt.as_(email)
    for _ in range(10):
        assert attempt.one(CHANGE, b"guess", *chosen()) == {"refused": "password"}
    assert attempt.one(CHANGE, right, *chosen()) == {"refused": "throttled"}
    attempt.as_("writer@alder.example")
    assert attempt.one(CHANGE, b"guess", *chosen()) == {"refused": "password"}


def test_mail_to_a_provider_about_its_password_tells_the_operator_the_day_alone(attempt: Attempt) -> None:
    for email in ("writer@birch.example", VICTIM):
        secret_for(attempt, email)
    rows = attempt.as_("operator").run(
        "SELECT kind, domain, created_at = date_trunc('day', created_at, 'Europe/London') FROM app.outbox(99)"
    )
    assert ("provider", "birch.example", True) in rows
    assert ("tenants.password_link", "sefton.example", False) in rows


@contextmanager
def committing(attempt: Attempt, email: str) -> Iterator[psycopg.Connection[Any]]:
    """The provisioner, for tests whose statements meet those of another connection; what they committed is put back."""
    with psycopg.connect(attempt.world.urls.admin, autocommit=True) as provisioner:
        try:
            yield provisioner
        finally:
            attempt.world.secrets.pop(email, None)
            provisioner.execute("DELETE FROM notify.messages WHERE email = %s", [email])
            provisioner.execute("DELETE FROM tenants.sign_in_attempts WHERE key LIKE 'password|%'")


def newest_secret(provisioner: psycopg.Connection[Any], email: str) -> str:
    """Of the mail that was committed last."""
    found = provisioner.execute(
        "SELECT link FROM notify.messages WHERE email = %s AND kind = 'tenants.password_link' ORDER BY created_at DESC LIMIT 1",
        [email],
    ).fetchone()
    assert found
    return str(found[0]).removeprefix("/new-password/")


def ends_of(provisioner: psycopg.Connection[Any], token: str) -> Any:
    """When that session ended."""
    found = provisioner.execute(
        "SELECT ended_at FROM tenants.sessions WHERE token_sha256 = sha256(convert_to(%s, 'UTF8'))", [token]
    ).fetchone()
    assert found
    return found[0]


def test_two_windows_use_one_link_once(attempt: Attempt) -> None:
    """Of two that come at the same moment the second waits, and is late."""
    email = "democratic@wirral.example"
    urls, old = attempt.world.urls, attempt.token(email)
    with (
        committing(attempt, email) as provisioner,
        psycopg.connect(urls.app) as one,
        psycopg.connect(urls.app) as two,
    ):
        one.execute("SELECT app.sign_out(%s)", [old])
        one.execute(ASK, [email, "10.1.3.1"])
        one.commit()
        ended, secret = ends_of(provisioner, old), newest_secret(provisioner, email)
        first = one.execute(SET, [secret, *chosen(PASSWORD)]).fetchone()
        two.execute("SET LOCAL lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            two.execute(SET, [secret, *chosen(PASSWORD)])
        two.rollback()
        one.commit()
        assert first is not None
        assert first[0] is not None
        assert two.execute(SET, [secret, *chosen(PASSWORD)]).fetchone() == (None,)
        assert ends_of(provisioner, old) == ended, "what had ended before ended then"


def test_a_link_asked_for_meanwhile_is_not_used_up_by_the_one_before(attempt: Attempt) -> None:
    """The earlier link is being used while the later is being written: it waits, and has ended."""
    email, urls = "democratic@wirral.example", attempt.world.urls
    with (
        committing(attempt, email) as provisioner,
        psycopg.connect(urls.app) as asking,
        psycopg.connect(urls.app) as using,
        ThreadPoolExecutor(1) as aside,
    ):
        asking.execute(ASK, [email, "10.1.3.2"])
        asking.commit()
        secret = newest_secret(provisioner, email)
        asking.execute(ASK, [email, "10.1.3.2"])
        late = aside.submit(lambda: using.execute(SET, [secret, *chosen(PASSWORD)]).fetchone())
        waits = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
        while not late.done() and not provisioner.execute(waits, [using.info.backend_pid]).fetchone():
            pass
        asking.commit()
        assert late.result() == (None,)
        using.commit()
        assert using.execute(WHOSE, [newest_secret(provisioner, email)]).fetchone() == (email,)
