"""A draft: begun once, saved at every step, shared by colleagues, read by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.activity.queries.operating import help_wanted
from portal.applications.actions import drafting
from portal.applications.models import Answer, Application, Document, SealKey
from portal.applications.queries import answers_of_draft, documents_of_draft
from portal.core.errors import Invalid, Missing, Refused
from portal.core.provision import Urls
from tests.support.applying import OpenRound, pdf
from tests.support.region import acting, clock_set_back


@pytest.fixture(scope="module")
def round_(open_round: Callable[..., OpenRound]) -> OpenRound:
    return open_round()


def test_draft_is_begun_once_by_two_colleagues(app: Flask, round_: OpenRound) -> None:
    first = round_.begin("writer@alder.example")
    second = round_.begin("admin@alder.example")
    assert first == second
    with acting(app, "writer@alder.example") as (session, _):
        made = session.get(Application, first)
        assert made is not None
        assert (made.status, made.system_id) == ("draft", round_.system_id)
        assert (made.provider_id, made.provider_name) == (None, None)
        assert session.scalar(select(func.count()).select_from(SealKey).where(SealKey.application_id == first)) == 1


def test_answers_are_saved_sealed_and_come_back(app: Flask, round_: OpenRound, urls: Urls) -> None:
    made = round_.begin("writer@birch.example", "residential")
    question = round_.questions["res-safeguarding"]
    with acting(app, "writer@birch.example") as (session, actor):
        saved = drafting.save_answers(
            session,
            actor,
            app.extensions["keys"],
            application_id=made,
            answers={question.id: "  CANARY of the estuary\r\nsecond line "},
            versions={question.id: 0},
        )
        assert saved.versions == {question.id: 1}
    with acting(app, "admin@birch.example") as (session, _):
        application = session.get_one(Application, made)
        assert answers_of_draft(session, app.extensions["keys"], application)[question.id].text == (
            "CANARY of the estuary\nsecond line"
        )
    with psycopg.connect(urls.admin) as connection:
        rows = connection.execute("SELECT ciphertext FROM applications.answers WHERE application_id = %s", [made])
        assert b"CANARY" not in b"".join(row[0] for row in rows)


def test_second_of_two_colleagues_is_told_and_both_texts_are_kept(app: Flask, round_: OpenRound) -> None:
    made = round_.begin("writer@cedar.example", "foster")
    question = round_.questions["sq-legal-name"]
    keys = app.extensions["keys"]
    common = {"application_id": made, "versions": {question.id: 0}}
    with acting(app, "writer@cedar.example") as (session, actor):
        drafting.save_answers(session, actor, keys, answers={question.id: "Cedar One"}, page_token="a", **common)
        # The same open page goes on saving; the same words are no conflict either.
        drafting.save_answers(session, actor, keys, answers={question.id: "Cedar Two"}, page_token="a", **common)
        drafting.save_answers(session, actor, keys, answers={question.id: "Cedar Two"}, page_token="b", **common)
    with acting(app, "admin@cedar.example") as (session, actor):
        with pytest.raises(drafting.EditConflict) as told:
            drafting.save_answers(session, actor, keys, answers={question.id: "Cedar Three"}, page_token="c", **common)
        (conflict,) = told.value.conflicts
        assert (conflict.mine, conflict.theirs, conflict.version) == ("Cedar Three", "Cedar Two", 2)
        assert conflict.saved_by == "Bid writer"
        drafting.save_answers(
            session,
            actor,
            keys,
            application_id=made,
            answers={question.id: "Cedar Two and Three"},
            versions={question.id: 2},
        )


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("res-price-solo", "-1", "£0.00 or more"),
        ("res-price-solo", "NaN", "amount in pounds"),
        ("res-price-solo", "1.005", "two decimal places"),
        ("res-price-solo", "1e3", "amount in pounds"),
        ("res-homes", "three", "whole number"),
        ("sq-size", "gigantic", "answers offered"),
        ("sq-legal-name", "a\x00b", "control character"),
        ("sq-legal-name", "a\u202eb", "direction"),
        ("sq-legal-name", "x" * 20_001, "20,000"),
        ("sq-safeguarding-policy", "policy.pdf", "Upload a file"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    app: Flask, round_: OpenRound, key: str, typed: str, sentence: str
) -> None:
    made = round_.begin("writer@alder.example", "residential")
    question = round_.questions[key]
    with acting(app, "writer@alder.example") as (session, actor), pytest.raises(Invalid) as told:
        drafting.save_answers(
            session, actor, app.extensions["keys"], application_id=made, answers={question.id: typed}, versions={}
        )
    assert sentence in told.value.fields[str(question.id)]


def test_too_many_words_are_kept_in_the_draft(app: Flask, round_: OpenRound) -> None:
    made = round_.begin("writer@alder.example", "residential")
    question = round_.questions["res-safeguarding"]
    with acting(app, "writer@alder.example") as (session, actor):
        saved = drafting.save_answers(
            session,
            actor,
            app.extensions["keys"],
            application_id=made,
            answers={question.id: "word " * 900},
            versions={},
        )
        assert saved.changed == 1


def test_a_question_of_another_round_is_missing(
    app: Flask, round_: OpenRound, open_round: Callable[..., OpenRound]
) -> None:
    other = open_round()
    made = round_.begin("writer@alder.example")
    with acting(app, "writer@alder.example") as (session, actor), pytest.raises(Missing):
        drafting.save_answers(
            session,
            actor,
            app.extensions["keys"],
            application_id=made,
            answers={other.questions["sq-legal-name"].id: "x"},
            versions={},
        )


def test_another_providers_draft_is_not_there(app: Flask, round_: OpenRound) -> None:
    made = round_.begin("writer@alder.example", "residential")
    question = round_.questions["sq-legal-name"]
    for email in ("writer@birch.example", "procurement@halton.example", "operator@portal.example"):
        with acting(app, email) as (session, _):
            assert session.get(Application, made) is None
            assert session.scalars(select(Answer).where(Answer.application_id == made)).all() == []
            assert session.scalars(select(SealKey).where(SealKey.application_id == made)).all() == []
    with acting(app, "writer@birch.example") as (session, actor), pytest.raises(Missing):
        drafting.save_answers(
            session, actor, app.extensions["keys"], application_id=made, answers={question.id: "x"}, versions={}
        )


def test_document_is_stored_encrypted_and_replaced(app: Flask, round_: OpenRound, urls: Urls) -> None:
    made = round_.begin("writer@birch.example", "residential")
    question = round_.questions["sq-safeguarding-policy"]
    keys, store = app.extensions["keys"], app.extensions["documents"]
    for name in ("first-CANARY.pdf", "second-CANARY.pdf"):
        with acting(app, "writer@birch.example") as (session, actor):
            drafting.add_document(
                session,
                actor,
                keys,
                store,
                application_id=made,
                question_id=question.id,
                upload=pdf(name),
            )
    with acting(app, "writer@birch.example") as (session, _):
        documents = documents_of_draft(session, keys, session.get_one(Application, made))
        assert [d.name for d in documents] == ["second-CANARY.pdf"]
        assert session.scalar(select(func.count()).select_from(Document).where(Document.application_id == made)) == 2
    with psycopg.connect(urls.admin) as connection:
        told = connection.execute(
            "SELECT d::text FROM applications.documents d WHERE application_id = %s"
            " UNION ALL SELECT l::text FROM audit.lines l",
            [made],
        ).fetchall()
        assert "CANARY" not in str(told)


def test_lots_and_areas_must_be_on_offer(app: Flask, round_: OpenRound, open_round: Callable[..., OpenRound]) -> None:
    made = round_.begin("writer@alder.example")
    foreign = open_round()
    provider = round_.region.organisations["birch"]
    for areas, field in (
        ({}, "lots"),
        ({foreign.lots["foster"]: []}, "lots"),
        ({round_.lots["foster"]: [provider]}, f"areas-{round_.lots['foster']}"),
    ):
        with acting(app, "writer@alder.example") as (session, actor), pytest.raises(Invalid) as told:
            drafting.choose_lots(session, actor, application_id=made, areas=areas)
        assert list(told.value.fields) == [field]


def test_after_closing_the_draft_is_read_only(app: Flask, open_round: Callable[..., OpenRound], urls: Urls) -> None:
    with clock_set_back(urls, timedelta(days=30)):
        closed = open_round(closes_in=timedelta(days=2))
        made = closed.begin("writer@alder.example", "residential")
        closed.answer("writer@alder.example", made, "residential")
    question = closed.questions["sq-legal-name"]
    with acting(app, "writer@alder.example") as (session, actor):
        answers = answers_of_draft(session, app.extensions["keys"], session.get_one(Application, made))
        assert answers[question.id].text == "Words enough."
        with pytest.raises(Refused, match="Too late"):
            drafting.save_answers(
                session, actor, app.extensions["keys"], application_id=made, answers={question.id: "x"}, versions={}
            )
    with acting(app, "writer@birch.example") as (session, actor), pytest.raises(Refused, match="closed"):
        drafting.start_application(session, actor, app.extensions["keys"], round_id=closed.id)


def test_help_desk_sees_the_draft_exists_only_while_granted(app: Flask, round_: OpenRound) -> None:
    made = round_.begin("writer@cedar.example")
    with acting(app, "writer@cedar.example") as (session, actor):
        drafting.note_upload_error(session, actor, application_id=made, sentence="The file is empty.")
        reference = session.get_one(Application, made).reference
        now = session.execute(select(func.app.now())).scalar_one()
        drafting.grant_help(session, actor, application_id=made, until=now + timedelta(days=3))
    with acting(app, "operator@portal.example") as (session, _):
        seen = [(one.reference, one.last_upload_error) for one in help_wanted(session)]
        assert (reference, "The file is empty.") in seen
        assert session.get(Application, made) is None
        assert session.scalars(select(Answer).where(Answer.application_id == made)).all() == []
    with acting(app, "writer@cedar.example") as (session, actor):
        drafting.grant_help(session, actor, application_id=made, until=None)
    with acting(app, "operator@portal.example") as (session, _):
        assert reference not in [one.reference for one in help_wanted(session)]
