"""Submitting: sealed, received by the database's clock, once for each form, again until closing, never after."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.applications import reading
from portal.applications.actions import drafting, submitting
from portal.applications.models import Application, Envelope, SealKey, Submission
from portal.applications.queries import answers_of_draft
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from tests.support.applying import OpenRound
from tests.support.region import acting, clock_set_back
from tests.support.statements import Statements

Counter = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture(scope="module")
def round_(open_round: Callable[..., OpenRound]) -> OpenRound:
    return open_round()


def test_submission_is_received_sealed_with_a_receipt(app: Flask, round_: OpenRound, urls: Urls) -> None:
    made, submission = round_.complete(
        "alder", "residential", res_safeguarding="CANARY words", res_price_solo="4321.09"
    )
    assert submission.version == 1
    assert submission.receipt["lots"] == ["Lot 1: Residential care"]
    assert submission.receipt["documents"] == 3
    assert submission.sha256.hex() == submission.receipt["sha256"]
    assert hashlib.sha256(submission.receipt["manifest"].encode()).digest() == submission.sha256
    with psycopg.connect(urls.admin) as connection:
        everything = connection.execute(
            "SELECT s::text FROM applications.submissions s WHERE application_id = %(a)s"
            " UNION ALL SELECT e::text FROM applications.envelopes e WHERE application_id = %(a)s"
            " UNION ALL SELECT m::text FROM notify.messages m UNION ALL SELECT l::text FROM audit.lines l",
            {"a": made},
        ).fetchall()
        sizes = connection.execute(
            "SELECT part, length(ciphertext) FROM applications.envelopes WHERE application_id = %s ORDER BY part",
            [made],
        ).fetchall()
    clear = str(everything)
    for secret in ("CANARY", b"CANARY".hex(), "4321.09", "sq-safeguarding-policy.pdf"):
        assert secret not in clear
    assert [part for part, _ in sizes] == ["documents", "price", "quality"]
    assert {size % 4096 for _, size in sizes} == {4096 % 4096 + 44}, "envelopes show 4 KiB steps only"


def test_same_form_twice_gets_the_same_receipt(app: Flask, round_: OpenRound) -> None:
    key = uuid4().hex
    made = round_.begin("writer@birch.example", "foster")
    round_.answer("writer@birch.example", made, "foster")
    first = round_.submit("admin@birch.example", made, key)
    second = round_.submit("admin@birch.example", made, key)
    assert first.id == second.id
    with acting(app, "admin@birch.example") as (session, _):
        assert (
            session.scalar(select(func.count()).select_from(Submission).where(Submission.application_id == made)) == 1
        )
    round_.answer("writer@birch.example", made, "foster", sq_legal_name="Another name")
    with pytest.raises(Refused, match="used already"):
        round_.submit("admin@birch.example", made, key)


def test_content_changed_since_the_page_was_shown_is_not_submitted(app: Flask, round_: OpenRound) -> None:
    made = round_.begin("writer@cedar.example", "foster")
    round_.answer("writer@cedar.example", made, "foster")
    with pytest.raises(Refused, match="changed since you opened"):
        round_.submit("admin@cedar.example", made, seen="0" * 64)


def test_unfinished_lot_is_named_and_can_be_left_out(app: Flask, round_: OpenRound) -> None:
    made = round_.begin("writer@cedar.example", "residential", "foster")
    round_.answer("writer@cedar.example", made, "foster")
    with pytest.raises(Refused, match=r"Lot 1, Residential care, is not complete\..*Or leave this lot out"):
        round_.submit("admin@cedar.example", made)
    sent = round_.submit("admin@cedar.example", made, leave_out=[round_.lots["residential"]])
    assert sent.lots == [round_.lots["foster"]]
    assert list(sent.areas) == [str(round_.lots["foster"])]
    with acting(app, "admin@cedar.example") as (session, _):
        read = reading.read_part(session, app.extensions["keys"], application_id=made, part="price")
        prices = [q for q in round_.questions.values() if q.part == "price"]
        assert set(read) == {str(q.id) for q in prices if q.lot_id == round_.lots["foster"]}


def test_price_above_the_ceiling_can_be_submitted(app: Flask, open_round: Callable[..., OpenRound]) -> None:
    own = open_round()
    _, sent = own.complete("alder", "residential", res_price_solo="99999.00")
    assert sent.version == 1


def test_too_many_words_cannot_be_submitted(app: Flask, open_round: Callable[..., OpenRound]) -> None:
    own = open_round()
    made = own.begin("writer@alder.example", "residential")
    own.answer("writer@alder.example", made, "residential", res_safeguarding="word " * 751)
    with pytest.raises(Refused, match="has 751 words"):
        own.submit("admin@alder.example", made)


def test_withdraw_correct_and_submit_again(app: Flask, open_round: Callable[..., OpenRound]) -> None:
    own = open_round()
    made, _ = own.complete("alder", "foster")
    with acting(app, "admin@alder.example") as (session, actor):
        submitting.withdraw_application(session, actor, application_id=made)
        assert session.get_one(Application, made).status == "withdrawn"
    with acting(app, "admin@alder.example") as (session, actor), pytest.raises(DBAPIError, match="nothing to withdraw"):
        submitting.withdraw_application(session, actor, application_id=made)
    own.answer("writer@alder.example", made, "foster", sq_legal_name="Corrected")
    assert own.submit("admin@alder.example", made).version == 2
    with acting(app, "admin@alder.example") as (session, _):
        assert session.get_one(Application, made).status == "submitted"
        read = reading.read_part(session, app.extensions["keys"], application_id=made, part="quality")
        assert read[str(own.questions["sq-legal-name"].id)] == "Corrected"


def test_who_may_not_submit(app: Flask, open_round: Callable[..., OpenRound]) -> None:
    own = open_round()
    made = own.begin("writer@alder.example", "foster")
    own.answer("writer@alder.example", made, "foster")
    with pytest.raises(NotPermitted):
        own.submit("writer@alder.example", made)
    with pytest.raises(Missing):
        own.submit("admin@birch.example", made)
    with acting(app, "admin@alder.example") as (session, actor), pytest.raises(Invalid, match="declaration"):
        submitting.submit_application(
            session,
            actor,
            app.extensions["keys"],
            application_id=made,
            idempotency_key=uuid4().hex,
            declared=False,
        )


def test_late_is_refused_with_the_time_and_a_retry_still_gets_its_receipt(
    app: Flask, open_round: Callable[..., OpenRound], urls: Urls
) -> None:
    key = uuid4().hex
    with clock_set_back(urls, timedelta(days=20)):
        closed = open_round(closes_in=timedelta(days=1))
        made = closed.begin("writer@alder.example", "foster")
        closed.answer("writer@alder.example", made, "foster")
        sent = closed.submit("admin@alder.example", made, key)
    again = closed.submit("admin@alder.example", made, key)
    assert (again.id, again.receipt) == (sent.id, sent.receipt)
    with pytest.raises(Refused, match="Too late"):
        closed.submit("admin@alder.example", made)
    with acting(app, "admin@alder.example") as (session, actor), pytest.raises(DBAPIError, match="After closing"):
        submitting.withdraw_application(session, actor, application_id=made)


def test_all_03_the_database_refuses_late_whatever_the_application_says(
    app: Flask, open_round: Callable[..., OpenRound], urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock_set_back(urls, timedelta(days=20)):
        closed = open_round(closes_in=timedelta(days=1))
        made = closed.begin("writer@alder.example", "foster")
        closed.answer("writer@alder.example", made, "foster")
    monkeypatch.setattr("portal.applications.queries.cases.Case.must_be_open", lambda case: None)
    with pytest.raises(DBAPIError, match="Too late") as told:
        closed.submit("admin@alder.example", made)
    assert getattr(told.value.orig, "sqlstate", "") == "PT409"


def test_opened_round_shows_the_last_version_alone(
    app: Flask, open_round: Callable[..., OpenRound], urls: Urls
) -> None:
    with clock_set_back(urls, timedelta(days=20)):
        closed = open_round(closes_in=timedelta(days=1))
        made, _ = closed.complete("alder", "foster", sq_legal_name="First")
        closed.answer("writer@alder.example", made, "foster", sq_legal_name="Second")
        last = closed.submit("admin@alder.example", made)
        # Changed after submitting, and not submitted again: neither lots nor answers of this count.
        with acting(app, "writer@alder.example") as (session, actor):
            areas = {closed.lots["residential"]: list(closed.councils.values())}
            drafting.choose_lots(session, actor, application_id=made, areas=areas)
        closed.begin("writer@birch.example", "foster")
    open_it(urls, closed.id)
    with acting(app, "procurement@sefton.example") as (session, _):
        seen = session.scalars(select(Application).where(Application.round_id == closed.id)).all()
        assert [(a.id, a.lots) for a in seen] == [(made, [closed.lots["foster"]])]
        versions = session.scalars(select(Submission.version).where(Submission.round_id == closed.id)).all()
        assert versions == [last.version]
        assert len(session.scalars(select(Envelope).where(Envelope.round_id == closed.id)).all()) == 3
        # Not on a panel: no key, so no content.
        assert session.scalars(select(SealKey).where(SealKey.round_id == closed.id)).all() == []
        with pytest.raises(Missing):
            reading.read_part(session, app.extensions["keys"], application_id=made, part="quality")
        assert reading.read_parts(session, app.extensions["keys"], round_id=closed.id, part="quality") == {}
    with acting(app, "writer@alder.example") as (session, _):
        read = reading.read_part(session, app.extensions["keys"], application_id=made, part="quality")
        assert read[str(closed.questions["sq-legal-name"].id)] == "Second"


def open_it(urls: Urls, round_id: UUID) -> None:
    """As the second of two officers would, without their passwords."""
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        at = connection.execute("SELECT clock_timestamp()").fetchone()
        assert at is not None
        facts = {"round": round_id, "at": at[0]}
        connection.execute(
            "UPDATE purchasing_systems.rounds SET status = 'opened', opened_at = %(at)s WHERE id = %(round)s", facts
        )
        connection.execute(
            "UPDATE applications.submissions s SET opened_at = %(at)s FROM applications.applications a"
            " WHERE a.id = s.application_id AND a.round_id = %(round)s AND a.status = 'submitted'"
            " AND s.version = a.submitted_version",
            facts,
        )
        connection.execute(
            "UPDATE applications.applications a SET status = 'opened', opened_at = %(at)s, lots = s.lots, areas = s.areas,"
            " provider_id = gen_random_uuid(), provider_name = 'Named' FROM applications.submissions s WHERE a.round_id = %(round)s AND a.status = 'submitted'"
            " AND s.application_id = a.id AND s.opened_at IS NOT NULL",
            facts,
        )
        for table in ("envelopes", "seal_keys"):
            connection.execute(
                f"UPDATE applications.{table} t SET opened_at = %(at)s FROM applications.submissions s"
                " WHERE s.id = t.submission_id AND s.round_id = %(round)s AND s.opened_at IS NOT NULL",
                facts,
            )


def test_statement_budgets(app: Flask, open_round: Callable[..., OpenRound], count_statements: Counter) -> None:
    own = open_round()
    made = own.begin("writer@alder.example", "foster", "residential")
    own.answer("writer@alder.example", made, "foster", "residential")
    keys = app.extensions["keys"]
    question = own.questions["sq-legal-name"]
    with acting(app, "admin@alder.example") as (session, actor):
        session.rollback()
        with count_statements() as saving:
            drafting.save_answers(
                session, actor, keys, application_id=made, answers={question.id: "New"}, versions={question.id: 1}
            )
            session.commit()
        assert len(saving) <= 10, saving
        with count_statements() as sending:
            submitting.submit_application(
                session, actor, keys, application_id=made, idempotency_key=uuid4().hex, declared=True
            )
            session.commit()
        assert len(sending) <= 12, sending
        session.execute(text("SELECT 1"))


def test_one_form_sent_eight_times_at_once_is_one_submission(app: Flask, open_round: Callable[..., OpenRound]) -> None:
    own = open_round()
    made = own.begin("writer@alder.example", "foster")
    own.answer("writer@alder.example", made, "foster")
    key = uuid4().hex
    with ThreadPoolExecutor(8) as crowd:
        sent = list(crowd.map(lambda _: own.submit("admin@alder.example", made, key), range(8)))
    assert len({one.id for one in sent}) == 1
    assert {one.version for one in sent} == {1}
    with acting(app, "admin@alder.example") as (session, _):
        application = session.get_one(Application, made)
        assert (application.status, application.submitted_version) == ("submitted", 1)
        assert (
            session.scalar(select(func.count()).select_from(Submission).where(Submission.application_id == made)) == 1
        )


def test_colleagues_who_save_at_once_lose_nothing(app: Flask, open_round: Callable[..., OpenRound]) -> None:
    own = open_round()
    made = own.begin("writer@alder.example", "foster")
    keys = app.extensions["keys"]
    questions = [q for q in own.questions.values() if q.kind == "text"][:6]

    def save(number: int) -> None:
        email = ("writer@alder.example", "admin@alder.example")[number % 2]
        with acting(app, email) as (session, actor):
            answers = {questions[number].id: f"Text {number}"}
            drafting.save_answers(
                session, actor, keys, application_id=made, answers=answers, versions={questions[number].id: 0}
            )

    with ThreadPoolExecutor(6) as crowd:
        list(crowd.map(save, range(6)))
    with acting(app, "writer@alder.example") as (session, _):
        saved = answers_of_draft(session, keys, session.get_one(Application, made))
        assert {q.id: saved[q.id].text for q in questions} == {q.id: f"Text {n}" for n, q in enumerate(questions)}
