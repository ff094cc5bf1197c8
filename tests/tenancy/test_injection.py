"""A statement injected into a provider's request: everything PostgreSQL offers to whoever can type SQL, tried."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support.attempt import Attempt
from tests.support.world import TABLES, named
from tests.support.world_rows import APPLICATIONS, ROUNDS, S

pytestmark = pytest.mark.postgres15
DENIED = ("42501",)

# What a login without powers is refused by the server itself; shown because the portal relies on it.
POWERS = {
    "become the owner": "SET ROLE portal_owner",
    "become the resolver": "SET ROLE portal_resolver",
    "become the worker": "SET SESSION AUTHORIZATION portal_worker",
    "say one is the owner": "SELECT set_config('role', 'portal_owner', false)",
    "switch triggers off": "SET session_replication_role = replica",
    "read a file": "SELECT pg_read_file('/etc/passwd')",
    "list files": "SELECT pg_ls_dir('.')",
    "copy from a file": "COPY applications.answers FROM '/etc/passwd'",
    "copy to a file": "COPY (SELECT 1) TO '/tmp/out'",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'cat'",
    "import a large object": "SELECT lo_import('/etc/passwd')",
    "create a table": "CREATE TABLE public.mine (x int)",
    "create a table beside ours": "CREATE TABLE applications.mine (x int)",
    "create a schema": "CREATE SCHEMA mine",
    "shadow a table": "CREATE TEMP TABLE applications (x int)",
    "create a function": "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "replace a function of ours": "CREATE OR REPLACE FUNCTION app.organisation() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "drop a policy": "DROP POLICY owner_reads ON applications.applications",
    "add a policy": "CREATE POLICY mine ON applications.applications USING (true)",
    "lift row security": "ALTER TABLE applications.applications DISABLE ROW LEVEL SECURITY",
    "lift FORCE": "ALTER TABLE applications.applications NO FORCE ROW LEVEL SECURITY",
    "grant oneself a role": "GRANT portal_resolver TO portal_app",
    "make a role": "CREATE ROLE mine SUPERUSER",
    "give oneself BYPASSRLS": "ALTER ROLE portal_app BYPASSRLS",
    "load a library": "LOAD 'dblink'",
    "add an extension": "CREATE EXTENSION dblink",
    "add a server": "CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw",
    "publish tables": "CREATE PUBLICATION mine FOR ALL TABLES",
    "reload the server": "SELECT pg_reload_conf()",
    "switch the log": "SELECT pg_rotate_logfile()",
    "take over a table": "ALTER TABLE applications.applications OWNER TO portal_app",
    "watch rows": "CREATE TRIGGER mine BEFORE INSERT ON applications.answers FOR EACH ROW EXECUTE FUNCTION app.born_shut()",
    "refer to rows": "CREATE TABLE public.mine (x uuid REFERENCES applications.applications)",
    "read the secrets": "SELECT * FROM app.secrets",
    "read the passwords": "SELECT * FROM tenants.credentials",
    "read the sessions": "SELECT * FROM tenants.sessions",
    "read the invitations": "SELECT * FROM tenants.invitations",
    "read the links to new passwords": "SELECT * FROM tenants.password_links",
    "set a password": "UPDATE tenants.credentials SET verifier = 'x'",
    "reset the throttle": "DELETE FROM tenants.sign_in_attempts",
    "read the jobs": "SELECT * FROM jobs.procrastinate_jobs",
    "read the roles' passwords": "SELECT * FROM pg_authid",
    "read statistics of hidden values": "SELECT * FROM pg_statistic",
    "analyse hidden values": "SELECT * FROM pg_statistic_ext_data",
}


@pytest.mark.parametrize("what", POWERS)
def test_powers_a_provider_does_not_have(attempt: Attempt, what: str) -> None:
    attempt.as_("applicant").refused(POWERS[what], states=("42501", "0A000", "58P01", "42704", "42883"))


@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_statement_round_row_security(attempt: Attempt, table: str) -> None:
    """Reading by every other statement that returns rows shows what a plain SELECT shows."""
    for who in ("rival", "nobody"):
        attempt.as_(who)
        try:
            with attempt.connection.transaction():
                plain = attempt.one(f"SELECT count(*) FROM {table}")
        except psycopg.errors.InsufficientPrivilege:
            for other in (
                f"TABLE {table}",
                f"COPY {table} TO STDOUT",
                f"SELECT query_to_xml('TABLE {table}', true, false, '')",
            ):
                attempt.refused(other, states=("42501", "0A000"))  # 0A000: a server built without XML
            continue
        with attempt.connection.cursor().copy(f"COPY (SELECT 1 FROM {table}) TO STDOUT") as out:
            assert sum(bytes(part).count(b"\n") for part in out) == plain
        assert len(attempt.run(f"TABLE {table}")) == plain
        assert attempt.one(f"SELECT (SELECT count(*) FROM ONLY {table})") == plain
        assert attempt.one(f"SELECT coalesce(json_array_length(json_agg(t)), 0) FROM {table} t") == plain
        assert len(attempt.run(f"SELECT 1 FROM {table} TABLESAMPLE SYSTEM (100)")) == plain
        with attempt.connection.transaction(force_rollback=True):
            attempt.run(f"DECLARE peek SCROLL CURSOR FOR SELECT 1 FROM {table}")
            assert len(attempt.run("FETCH ALL FROM peek")) == plain


SERVERS = {
    "lock everybody out for good": "SELECT pg_advisory_lock(7311)",
    "try the same": "SELECT pg_try_advisory_lock(7311)",
    "keep something in a large object": "SELECT lo_from_bytea(0, 'x')",
    "make a large object": "SELECT lo_create(0)",
    "end another request": "SELECT pg_terminate_backend(pg_backend_pid())",
    "stop another statement": "SELECT pg_cancel_backend(0)",
    "read another's statement": "SELECT * FROM pg_stat_activity",
    "count by the statistics": "SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'submissions'",
    "count by the cumulative statistics": "SELECT pg_stat_get_tuples_inserted('applications.submissions'::regclass)",
    "measure a table": "SELECT pg_total_relation_size('applications.submissions')",
    "measure a table otherwise": "SELECT pg_relation_size('applications.submissions')",
    "watch locks": "SELECT * FROM pg_locks",
    "fill the log": "SELECT pg_logical_emit_message(false, 'x', 'x')",
}


@pytest.mark.parametrize("what", SERVERS)
def test_what_the_server_offers_everybody_is_shut(attempt: Attempt, what: str) -> None:
    attempt.as_("applicant").refused(SERVERS[what], states=DENIED)


def test_grants_and_the_servers_settings_are_not_theirs_to_give(attempt: Attempt) -> None:
    with psycopg.connect(attempt.world.urls.app, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("ALTER SYSTEM SET fsync = off")
        may = (
            "SELECT has_table_privilege('portal_worker', 'applications.applications', 'TRUNCATE, REFERENCES, TRIGGER')"
        )
        connection.execute("GRANT ALL ON applications.applications TO portal_worker")  # warns, and grants nothing
        assert connection.execute(may).fetchone() == (False,)


def test_copy_into_a_table_is_refused(attempt: Attempt) -> None:
    attempt.as_("applicant")
    for table in ("applications.answers", "applications.submissions", "decisions.decisions"):
        with (
            pytest.raises(psycopg.errors.FeatureNotSupported),
            attempt.connection.transaction(),
            attempt.connection.cursor().copy(f"COPY {table} FROM STDIN") as into,
        ):
            into.write(b"\\.\n")


def test_row_security_switched_off_fails_and_shows_nothing(attempt: Attempt) -> None:
    attempt.as_("rival").run("SET LOCAL row_security = off")
    attempt.refused("SELECT * FROM applications.applications", says="row-level security", states=DENIED)


def test_a_leaky_condition_runs_behind_the_policies(attempt: Attempt) -> None:
    # A cast that fails shows the value it failed on. It never sees a row that is not theirs.
    attempt.as_("rival")
    for column, table in (
        ("reference", "applications.applications"),
        ("reasons", "decisions.decisions"),
        ("email", "tenants.persons"),
    ):
        seen = attempt.run(f"SELECT {column} FROM {table}")
        told = ""
        try:
            with attempt.connection.transaction():
                attempt.connection.execute(f"SELECT 1 FROM {table} WHERE {column}::int > 0")
        except psycopg.errors.InvalidTextRepresentation as error:
            told = str(error)
        assert not told or any(value in told for value in seen)


def test_a_reading_request_cannot_be_made_a_writing_one(attempt: Attempt) -> None:
    with psycopg.connect(attempt.world.urls.app) as reading:
        reading.execute(
            "SELECT set_config('transaction_read_only', 'on', true), app.enter(%s, %s)",
            [attempt.token("applicant"), attempt.secret(attempt.token("applicant"))],
        )
        for back in (
            "SET TRANSACTION READ WRITE",
            "SELECT set_config('transaction_read_only', 'off', true)",
            "SET LOCAL transaction_read_only = off",
        ):
            with pytest.raises(psycopg.errors.ActiveSqlTransaction), reading.transaction():
                reading.execute(back)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), reading.transaction():
            reading.execute("UPDATE applications.applications SET saved_by = 'x'")
        # Ending the transaction ends the scope with it.
        reading.execute("COMMIT; BEGIN")
        assert reading.execute("SELECT app.claims()").fetchone() == (None,)


def test_what_is_left_in_a_session_is_worth_nothing_to_the_next(attempt: Attempt) -> None:
    """A pooled connection is used by one person after another: a cursor kept open holds what its maker saw, and no more."""
    with psycopg.connect(attempt.world.urls.app) as pooled:
        pooled.execute("SELECT app.enter(%s, %s)", [attempt.token("rival"), attempt.secret(attempt.token("rival"))])
        pooled.execute("DECLARE kept CURSOR WITH HOLD FOR SELECT id FROM applications.applications")
        pooled.execute("PREPARE kept AS SELECT id FROM applications.applications")
        pooled.execute("EXECUTE kept")
        pooled.commit()
        pooled.execute(
            "SELECT app.enter(%s, %s)", [attempt.token("applicant"), attempt.secret(attempt.token("applicant"))]
        )
        assert {row[0] for row in pooled.execute("FETCH ALL FROM kept")} == _own(attempt, "birch")
        assert {row[0] for row in pooled.execute("EXECUTE kept")} == _own(attempt, "alder")
        pooled.commit()
        assert pooled.execute("EXECUTE kept").fetchall() == []
        pooled.execute("CLOSE kept")


def _own(attempt: Attempt, slug: str) -> set[UUID]:
    rows = [row for (table, _), row in attempt.world.rows.items() if table == "applications.applications"]
    return {row["id"] for row in rows if row["applicant_id"] == attempt.world.applicant(slug, row["round_id"])}


CONFLICT = (
    "INSERT INTO applications.interests (id, round_id, applicant_id, registered_on) VALUES (gen_random_uuid(), %s, %s, '2026-01-01') "
    "ON CONFLICT DO NOTHING"
)


def test_a_conflict_tells_nothing_of_a_rival(attempt: Attempt) -> None:
    attempt.as_("rival")
    # There and not there answer alike: row security is asked before the unique key.
    for round_ in ("live", "second"):
        whose = ROUNDS[round_], attempt.applicant("alder", round_)
        attempt.refused(CONFLICT, *whose, states=DENIED)
        upsert = CONFLICT.replace("DO NOTHING", "(round_id, applicant_id) DO UPDATE SET registered_on = '2026-01-02'")
        attempt.refused(upsert, *whose, states=DENIED)


def test_a_foreign_key_tells_nothing_of_a_rival(attempt: Attempt) -> None:
    attempt.as_("rival")
    answer = (
        "INSERT INTO applications.answers (id, application_id, applicant_id, question_id, ciphertext, version, saved_at, saved_by) "
        "VALUES (gen_random_uuid(), %s, %s, gen_random_uuid(), '', 1, app.now(), 'x')"
    )
    found: set[tuple[Any, Any]] = set()
    for application in (APPLICATIONS["draft"], uuid4()):
        with pytest.raises(psycopg.Error) as error, attempt.connection.transaction():
            attempt.connection.execute(answer, [application, attempt.applicant("birch", "second")])
        found.add((error.value.sqlstate, str(error.value).replace(str(application), "…").partition("\n")[0]))
        attempt.refused(answer, application, attempt.applicant("alder", "second"), states=DENIED)
    assert len(found) == 1


def test_lock_and_explain_show_no_rows(attempt: Attempt) -> None:
    attempt.as_("rival")
    assert attempt.run("SELECT 1 FROM applications.applications WHERE id = %s FOR UPDATE", APPLICATIONS["draft"]) == []
    for table in ("applications.submissions", "applications.seal_keys", "audit.lines", "purchasing_systems.rounds"):
        attempt.refused(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", states=DENIED)


def test_owners_and_parents_never_change(attempt: Attempt) -> None:
    for who, table, column in (
        ("applicant", "applications.applications", "applicant_id"),
        ("applicant", "applications.applications", "provider_id"),
        ("applicant", "applications.answers", "application_id"),
        ("applicant", "applications.interests", "applicant_id"),
        ("decider", "decisions.decisions", "authority_id"),
        ("decider", "decisions.decisions", "matter_id"),
        ("lead", "purchasing_systems.rounds", "closes_at"),
        ("lead", "purchasing_systems.rounds", "lead_id"),
        ("lead", "purchasing_systems.participations", "authority_id"),
        ("lead", "evaluation.panel_members", "parts"),
        ("evaluator", "evaluation.scores", "person_id"),
        ("applicant", "notify.messages", "person_id"),
        ("administrator@halton.example", "tenants.memberships", "roles"),
    ):
        attempt.as_(who).refused(f"UPDATE {table} SET {column} = {column}", states=DENIED)


def test_an_injected_statement_in_a_providers_scope(attempt: Attempt) -> None:
    """The sentence of the issue, in one place: not another organisation, no closing time, no opening, no sealed part."""
    attempt.as_("rival")
    assert attempt.one("SELECT app.organisation()") == attempt.organisation("birch")
    attempt.run("SELECT set_config('app.organisation', %s, true)", str(attempt.organisation("alder")))
    assert attempt.one("SELECT app.organisation()") == attempt.organisation("birch")
    attempt.refused(
        "SELECT app.bind(%s, %s)", attempt.world.person("applicant"), attempt.organisation("alder"), states=DENIED
    )
    closes = "SELECT closes_at FROM purchasing_systems.rounds WHERE id = %s"
    before = attempt.one(closes, ROUNDS["live"])
    attempt.refused("UPDATE purchasing_systems.rounds SET closes_at = app.now()", states=DENIED)
    attempt.refused("SELECT app.plan_window(%s, app.now(), app.now())", ROUNDS["live"])
    attempt.refused("SELECT app.propose_closing(%s, app.now() + interval '9 days', 'x')", ROUNDS["live"])
    assert attempt.one(closes, ROUNDS["live"]) == before
    attempt.refused("SELECT app.confirm_opening(%s, '', '{}', '{}')", ROUNDS["closed"])
    attempt.refused("UPDATE purchasing_systems.rounds SET opened_at = app.now(), status = 'opened'", states=DENIED)
    attempt.refused("UPDATE applications.seal_keys SET opened_at = app.now()", states=DENIED)
    for table in ("applications", "submissions", "envelopes", "seal_keys", "answers", "documents", "interests"):
        theirs = [attempt.world.applicant("alder", round_) for round_ in ROUNDS.values()]
        assert attempt.run(f"SELECT 1 FROM applications.{table} WHERE applicant_id = ANY (%s)", theirs) == []
    assert (
        attempt.run("SELECT 1 FROM applications.seal_keys WHERE submission_id = %s", named("submission sealed")) == []
    )
    assert attempt.one("SELECT app.interest_count(%s)", ROUNDS["live"]) == 0


def test_all_01_officers_and_operator_read_nothing_sealed(attempt: Attempt) -> None:
    sealed = (ROUNDS["live"], ROUNDS["closed"], ROUNDS["second"])
    for who in (
        "lead",
        "head@halton.example",
        "participant",
        "evaluator",
        "outsider",
        "administrator@halton.example",
        "nobody",
    ):
        attempt.as_(who)
        for table in ("applications", "submissions", "envelopes", "seal_keys", "interests"):
            assert attempt.run(f"SELECT 1 FROM applications.{table} WHERE round_id = ANY (%s)", list(sealed)) == [], (
                who,
                table,
            )
        assert attempt.run("SELECT 1 FROM applications.answers UNION ALL SELECT 1 FROM applications.documents") == []
    attempt.as_("operator")
    assert attempt.run("SELECT id FROM applications.applications") == []
    assert attempt.run("SELECT reference FROM app.help_wanted()") == ["helped"]
    for who in ("lead", "applicant", "nobody"):
        assert attempt.as_(who).run("SELECT reference FROM app.help_wanted()") == []


@pytest.mark.parametrize("who", ["applicant", "operator"])
def test_only_an_authority_makes_a_purchasing_system(attempt: Attempt, who: str) -> None:
    make = (
        "INSERT INTO purchasing_systems.systems (id, lead_id, lead_name, title, alias, regime, vehicle, legal_basis, client_group, "
        "valid_from, valid_until, value_pounds, cpv, quality_pass_mark, panel_councils, restriction_grounds, status, demonstration, "
        "published_at, created_at) VALUES (gen_random_uuid(), app.organisation(), 'x', 'Fake tender', 'x', 'x', 'fps', 'x', 'x', "
        "'2026-01-01', '2030-01-01', 1, 'x', 50, 3, '[]', %s, false, %s, app.now())"
    )
    attempt.as_(who).refused(make, "draft", None, states=DENIED)
    attempt.as_("outsider")
    attempt.refused(make, "active", "2026-01-01", states=DENIED)
    attempt.refused(make, "draft", "2026-01-01", states=("42501", "23514"))
    assert attempt.touches(make, "draft", None) == 1
    assert attempt.as_("nobody").run("SELECT 1 FROM purchasing_systems.systems WHERE title = 'Fake tender'") == []
    assert S in attempt.run("SELECT id FROM purchasing_systems.systems")
