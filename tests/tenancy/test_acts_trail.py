"""The trail and the post by raw SQL: lines say who wrote them, mail stays in the portal, jobs carry their own scope."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.attempt import Attempt
from tests.support.world import named

pytestmark = pytest.mark.postgres15
WRITE = "SELECT app.write_audit(%s)"
LAST = "SELECT person_id, person_label, organisation_id, organisation_name, about_id, verb FROM audit.lines ORDER BY n DESC LIMIT 1"
NOTIFY = "SELECT app.notify(%s, NULL, %s, %s, %s, %s)"
PERSON = "SELECT app.notify_person(%s, %s, %s, %s, %s, %s)"
STRANGER = "SELECT app.notify_stranger(%s, %s, %s, %s, %s)"


def test_a_line_says_who_wrote_it_whatever_it_claims(attempt: Attempt) -> None:
    forged = (
        '[{"verb": "decisions.decision.record", "sentence": "Approved", "about": "%s", "person": "%s", "organisation": "%s", '
        '"label": "Leader", "name": "Sefton Council", "n": 1, "at": "2020-01-01"}]'
    )
    sefton = attempt.organisation("sefton")
    attempt.as_("applicant").run(WRITE, forged % (sefton, named("x"), sefton))
    person, label, organisation, name, about, _ = attempt.run(LAST)[0]
    assert person == attempt.world.person("applicant")
    assert (label, organisation) == ("Provider administrator", attempt.organisation("alder"))
    assert (name, about) == ("Alder House Care Ltd (fictional)", sefton)
    for change in ("UPDATE audit.lines SET sentence = 'x'", "DELETE FROM audit.lines", "TRUNCATE audit.lines"):
        attempt.refused(change, states=("42501",))
    attempt.refused("INSERT INTO audit.lines SELECT * FROM audit.lines", states=("42501",))


def test_nobody_writes_in_nobodys_name_and_to_nobody(attempt: Attempt) -> None:
    line = f'[{{"verb": "x", "sentence": "Approved", "about": "{attempt.organisation("sefton")}"}}]'
    with psycopg.connect(attempt.world.urls.admin) as owner, owner.transaction(force_rollback=True):
        owner.execute("SET LOCAL SESSION AUTHORIZATION portal_app")
        owner.execute(WRITE, [line])
        owner.execute("RESET SESSION AUTHORIZATION")
        found = owner.execute(
            "SELECT person_label, about_id, person_id FROM audit.lines ORDER BY n DESC LIMIT 1"
        ).fetchone()
    assert found == ("Not signed in", None, None)
    attempt.as_("nobody").run(WRITE, line)
    assert attempt.as_("decider").run("SELECT 1 FROM audit.lines WHERE verb = 'x'") == []


def test_the_chain_is_keyed_and_its_head_is_told_to_those_signed_in(attempt: Attempt) -> None:
    head = attempt.as_("applicant").one(WRITE, '[{"verb": "x", "sentence": "One"}]')
    after = attempt.one(WRITE, '[{"verb": "x", "sentence": "One"}]')
    assert after["n"] == head["n"] + 1
    assert after["hash"] != head["hash"]
    assert attempt.one("SELECT app.audit_head()") == after
    assert attempt.as_("nobody").one("SELECT (SELECT app.audit_head())") is None
    attempt.refused("SELECT app.audit_check()", states=("42501",))
    attempt.refused("SELECT app.mac('audit', 'x')", states=("42501",))


def test_even_the_resolver_cannot_change_a_line(attempt: Attempt) -> None:
    for role in ("portal_resolver", "postgres"):
        for change in ("UPDATE audit.lines SET sentence = 'x'", "DELETE FROM audit.lines", "TRUNCATE audit.lines"):
            with psycopg.connect(attempt.world.urls.admin) as owner:
                owner.execute("SET LOCAL session_replication_role = replica")
                owner.execute(f"SET LOCAL ROLE {role}")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    owner.execute(change)


def test_refusals_are_capped_and_signed(attempt: Attempt) -> None:
    attempt.as_("rival")
    for number in range(70):
        attempt.run("SELECT app.record_refusal(404, 'GET', %s, 'No')", f"/{number}")
    found = attempt.run("SELECT DISTINCT person_id, person_label, organisation_id FROM audit.refusals")
    assert found == [(attempt.world.person("rival"), "Provider administrator", attempt.organisation("birch"))]
    assert attempt.one("SELECT count(*) FROM audit.refusals") == 60
    attempt.as_("applicant").run("SELECT app.record_refusal(404, 'GET', '/x', 'No')")
    assert attempt.one("SELECT count(*) FROM audit.refusals WHERE path = '/x'") == 1
    attempt.refused("DELETE FROM audit.refusals", states=("42501",))


def test_a_job_carries_the_scope_of_who_ordered_it(attempt: Attempt) -> None:
    defer = "SELECT app.defer(%s, %s, NULL)"
    job = attempt.as_("rival").one(defer, "handle_event", '{"person_id": "x"}')
    bare = attempt.as_("nobody").one(defer, "handle_event", "{}")
    attempt.refused(defer, "anything_else", "{}", says="no such job")
    attempt.refused(defer, "handle_event", '{"x": "%s"}' % ("x" * 20_000), says="no such job")
    attempt.refused("INSERT INTO app.job_scopes VALUES (1, gen_random_uuid(), gen_random_uuid())", states=("42501",))
    attempt.refused("SELECT * FROM app.job_scopes", states=("42501",))
    attempt.refused("SELECT * FROM jobs.procrastinate_jobs", states=("42501",))
    attempt.refused(
        "INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, priority, args) VALUES ('portal', 'x', 0, '{}')"
    )
    attempt.refused("SELECT app.enter_job(%s)", job, states=("42501",))
    with psycopg.connect(attempt.world.urls.admin) as aside:
        # Not committed, so nobody else sees them: neither has run, and neither will.
        assert aside.execute(
            "SELECT count(*) FROM app.job_scopes WHERE job_id IN (%s, %s)", [job, bare]
        ).fetchone() == (0,)


def test_a_job_without_a_scope_enters_none(worker_attempt: Attempt) -> None:
    assert worker_attempt.one("SELECT app.enter_job(%s)", 4_000_000_000) is None
    assert worker_attempt.one("SELECT app.organisation()") is None
    job = worker_attempt.world.jobs["rival"]
    worker_attempt.run("SELECT app.enter_job(%s)", job)
    assert worker_attempt.one("SELECT app.organisation()") == worker_attempt.organisation("birch")
    assert worker_attempt.run("SELECT 1 FROM applications.seal_keys") == []


GOOD = ("kind.x", "Subject", "Body", "/home")


def test_mail_goes_to_councils_and_ones_own_never_to_a_rival(attempt: Attempt) -> None:
    alder, birch, sefton = (attempt.organisation(s) for s in ("alder", "birch", "sefton"))
    attempt.as_("applicant")
    assert attempt.one(NOTIFY, alder, *GOOD) == 2
    assert attempt.one(NOTIFY, sefton, *GOOD) == 9
    attempt.refused(NOTIFY, birch, *GOOD, says="no such organisation")
    attempt.refused(NOTIFY, named("nobody's"), *GOOD, says="no such organisation")
    attempt.refused(PERSON, attempt.world.person("rival"), birch, *GOOD, says="no such organisation")
    assert attempt.one(PERSON, attempt.world.person("evaluator"), sefton, *GOOD) == 1
    assert attempt.one(PERSON, attempt.world.person("rival"), sefton, *GOOD) == 0
    assert attempt.as_("lead").one(NOTIFY, birch, *GOOD) == 2
    for statement, to in ((NOTIFY, [sefton]), (PERSON, [attempt.world.person("evaluator"), sefton])):
        attempt.as_("nobody").refused(statement, *to, *GOOD, says="Sign in first")
    assert attempt.run("SELECT 1 FROM notify.messages") == []


@pytest.mark.parametrize(
    ("subject", "body", "link"),
    [
        ("S", "B", "@evil.example/"),
        ("S", "B", "https://evil.example"),
        ("S", "B", "//evil.example"),
        ("S", "B", "/\\evil.example"),
        ("S", "B", ".evil.example"),
        ("S", "B", "/home\nX: y"),
        ("S\r\nBcc: all@example.org", "B", "/home"),
        ("S" * 301, "B", "/home"),
        ("S", "B" * 8001, "/home"),
        ("S", "See https://evil.example", "/home"),
        ("Go to www.evil.example", "B", "/home"),
    ],
)
def test_mail_leads_to_the_portal_alone(attempt: Attempt, subject: str, body: str, link: str) -> None:
    attempt.as_("applicant").refused(
        NOTIFY, attempt.organisation("sefton"), "k", subject, body, link, says="a page of the portal alone"
    )
    attempt.refused(STRANGER, "x@example.org", "k", subject, body, link, says="a page of the portal alone")
    if "evil" not in subject + body:
        attempt.as_("lead").refused(
            NOTIFY, attempt.organisation("alder"), "k", subject, body, link, says="of the portal alone"
        )


def test_strangers_are_mailed_their_invitation_and_nothing_else(attempt: Attempt) -> None:
    token = attempt.as_("applicant").one("SELECT app.invite('new@alder.example', 'Writer', ARRAY['bid_writer'])")
    link = f"/invitations/{token}"
    for who in ("applicant", "nobody"):
        attempt.as_(who).refused(STRANGER, "victim@example.org", "k", "S", "B", link, says="no such invitation")
        attempt.refused(STRANGER, "new@alder.example", "k", "S", "B", "/invitations/other", says="no such invitation")
    attempt.run(STRANGER, "new@alder.example", "k", "S", "B", link)


def test_the_outbox_tells_the_operator_neither_who_nor_what_nor_when(attempt: Attempt) -> None:
    attempt.as_("applicant").run(
        NOTIFY, attempt.organisation("alder"), "applications.application.submitted", "Secret", "Secret", "/home"
    )
    attempt.as_("lead").run(NOTIFY, attempt.organisation("sefton"), "decisions.matter.put", "S", "B", "/home")
    for who in ("lead", "applicant", "outsider", "nobody"):
        assert attempt.as_(who).run("SELECT * FROM app.outbox(99)") == []
        assert attempt.run("SELECT * FROM app.demonstration_outbox(99)") == []
    rows = attempt.as_("operator").run(
        "SELECT kind, domain, created_at = date_trunc('day', created_at, 'Europe/London') FROM app.outbox(99)"
    )
    assert {row for row in rows if row[1] == "alder.example"} == {("provider", "alder.example", True)}
    assert {row for row in rows if row[1] == "sefton.example"} == {("decisions.matter.put", "sefton.example", False)}
    assert "Secret" not in str(attempt.run("SELECT * FROM app.outbox(99)"))
    assert attempt.run("SELECT * FROM app.demonstration_outbox(99)") == []
    with psycopg.connect(attempt.world.urls.admin, autocommit=True) as provisioner:
        provisioner.execute("UPDATE app.mode SET demonstration = true")
        try:
            assert "Secret" in str(attempt.run("SELECT * FROM app.demonstration_outbox(99)"))
        finally:
            provisioner.execute("UPDATE app.mode SET demonstration = false")
    attempt.refused("UPDATE app.mode SET demonstration = true", states=("42501",))
