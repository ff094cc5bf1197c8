"""What is not asked: not needed, not scored, kept in the draft and not in the submission; tables of prices to the result."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.activity.queries.messages import messages_of
from portal.applications.actions import evaluating
from portal.applications.models import Application
from portal.applications.queries import answers_of_draft
from portal.applications.reading import read_part
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.evaluation.models import Result
from portal.evaluation.queries.panels import to_be_scored
from portal.purchasing_systems.actions.modifications import modify_question
from portal.purchasing_systems.actions.rounds import publish_round
from portal.purchasing_systems.models import Round
from portal.questionnaires.actions import load_question_set
from portal.questionnaires.conditions import NOT_ASKED
from portal.questionnaires.queries import modifications_of, questions_of_round, sets_of_round
from tests.applications.test_pages import hidden, page_of
from tests.support.applying import OpenRound
from tests.support.client import StrictClient
from tests.support.evaluating import CHAIR, SCORERS, Evaluated
from tests.support.region import COUNCILS, Region, acting, clock_set_back
from tests.support.rounds import LEAD, common_questions, make_round

WHEN = {"question": "nights", "operator": "is_one_of", "values": ["yes"]}
WRITER = "writer@alder.example"


def _lot() -> dict[str, Any]:
    return {
        "title": "Residential",
        "groups": [
            {"slug": "about-nights", "title": "Nights", "part": "selection"},
            {"slug": "statements", "title": "Statements", "part": "quality"},
            {"slug": "prices", "title": "Prices", "part": "price"},
        ],
        "questions": [
            {"key": "nights", "group": "about-nights", "part": "selection", "kind": "yes_no", "prompt": "Do you offer waking nights?"},
            {"key": "nights-how", "group": "about-nights", "part": "selection", "kind": "text", "prompt": "Who is awake?",
             "word_limit": 50, "condition": WHEN},
            {"key": "nights-sure", "group": "about-nights", "part": "selection", "kind": "declaration", "prompt": "Somebody is awake.",
             "condition": WHEN},
            {"key": "safe", "group": "statements", "part": "quality", "kind": "text", "prompt": "How safe?", "weight": 60,
             "word_limit": 500, "descriptors": "standard"},
            {"key": "calm", "group": "statements", "part": "quality", "kind": "text", "prompt": "How calm at night?", "weight": 40,
             "word_limit": 500, "descriptors": "standard", "condition": WHEN},
            {"key": "fees", "group": "prices", "part": "price", "kind": "grid", "prompt": "Weekly fees", "grid": {
                "columns": [{"key": "fee", "label": "Fee", "kind": "money", "unit": "week"}],
                "rows": [{"key": "young", "label": "Age 0 to 4"}, {"key": "old", "label": "Age 5 and over"}],
                "ceilings": {"old:fee": "5000.00"}}},
            {"key": "night-fee", "group": "prices", "part": "price", "kind": "money", "prompt": "Waking night", "unit": "night",
             "ceiling": "100.00", "condition": WHEN},
        ],
    }  # fmt: skip


def _fees(young: str, old: str) -> str:
    return json.dumps({"young": {"fee": young}, "old": {"fee": old}})


def _round(app: Flask, region: Region, **more: Any) -> OpenRound:
    made = make_round(app, region, publish=False, lots=("Residential care",), **more)
    with acting(app, LEAD) as (session, actor):
        where = {"system_id": made.system_id, "round_id": made.round_id}
        load_question_set(session, actor, **where, lot_id=made.lots[0], content=_lot())
        load_question_set(session, actor, **where, lot_id=None, content=common_questions())
        publish_round(session, actor, round_id=made.round_id)
    with acting(app, LEAD) as (session, _):
        return OpenRound(
            app,
            region,
            made.round_id,
            made.system_id,
            {"residential": made.lots[0]},
            {q.key: q for q in questions_of_round(session, made.round_id)},
            session.get_one(Round, made.round_id).closes_at,
            {slug: region.organisations[slug] for slug in COUNCILS},
        )


def test_an_unmet_condition_is_neither_needed_nor_sent_and_the_answer_is_kept(app: Flask, region: Region) -> None:
    round_ = _round(app, region)
    made = round_.begin(WRITER, "residential")
    round_.answer(WRITER, made, "residential", nights="yes", calm="Very calm.", nights_how="")
    with pytest.raises(Refused, match="Who is awake"):
        round_.submit("admin@alder.example", made)
    round_.answer(WRITER, made, "residential", nights="no", calm="Very calm.", nights_how="")
    sent = round_.submit("admin@alder.example", made)
    keys = app.extensions["keys"]
    with acting(app, WRITER) as (session, _):
        quality = read_part(session, keys, application_id=made, part="quality")
        price = read_part(session, keys, application_id=made, part="price")
        draft = answers_of_draft(session, keys, session.get_one(Application, made))
    said = {key: quality.get(str(round_.questions[key].id)) for key in ("nights", "nights-how", "calm", "nights-sure")}
    assert said == {"nights": "no", "nights-how": NOT_ASKED, "calm": NOT_ASKED, "nights-sure": NOT_ASKED}
    assert price[str(round_.questions["night-fee"].id)] == NOT_ASKED
    assert draft[round_.questions["calm"].id].text == "Very calm.", "kept, should the answer be yes again"
    assert sent.version == 1


def test_the_page_asks_by_itself_without_a_script(
    app: Flask, region: Region, client_for: Callable[..., StrictClient]
) -> None:
    round_ = _round(app, region)
    made = round_.begin(WRITER, "residential")
    client = client_for(WRITER)
    path = f"/applications/{made}/group/about-nights"
    page = page_of(client, path)
    assert page.count(" hidden disabled>") == 2
    seen = {"version": hidden(page, "version"), "page_token": hidden(page, "page_token")}
    answer = client.send(path, {**seen, "q-nights": "yes"})
    assert answer.status_code == 303
    assert answer.location.endswith("/group/about-nights#q-nights-how"), (
        "the next page is this one, with what is asked now"
    )
    page = page_of(client, path)
    assert "2 more questions are asked on this page" in page
    assert " hidden disabled>" not in page
    seen = {"version": hidden(page, "version"), "page_token": hidden(page, "page_token")}
    full = {**seen, "q-nights": "yes", "q-nights-how": "A colleague.", "q-nights-sure": "y", "q-nights-how-shown": "1", "q-nights-sure-shown": "1"}  # fmt: skip
    assert client.send(path, full).location.endswith("/group/statements")
    page = page_of(client, path)
    seen = {"version": hidden(page, "version"), "page_token": hidden(page, "page_token")}
    # A browser sends nothing of a fieldset that is disabled; what stood there stays.
    assert client.send(path, {**seen, "q-nights": "no"}).location.endswith("/group/statements")
    with acting(app, WRITER) as (session, _):
        draft = answers_of_draft(session, app.extensions["keys"], session.get_one(Application, made))
        kept = {key: draft[round_.questions[key].id].text for key in ("nights", "nights-how", "nights-sure")}
    assert kept == {"nights": "no", "nights-how": "A colleague.", "nights-sure": "agreed"}
    check = page_of(client, f"/applications/{made}/check")
    assert "Who is awake?" not in check
    assert "How calm at night?" not in check


@pytest.mark.parametrize("bad", ["NaN", "1e9", "١٢", "1.005", "-3"])
def test_a_bad_cell_is_named_beside_its_table_and_nothing_is_lost(
    app: Flask, region: Region, client_for: Callable[..., StrictClient], bad: str
) -> None:
    round_ = _round(app, region)
    made = round_.begin(WRITER, "residential")
    client = client_for(WRITER)
    path = f"/applications/{made}/group/prices"
    page = page_of(client, path)
    assert "At most £5,000.00" in page
    seen = {"version": hidden(page, "version"), "page_token": hidden(page, "page_token")}
    answer = client.send(path, {**seen, "q-fees:young:fee": bad, "q-fees:old:fee": "4,900"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Age 0 to 4, Fee: " in page
    assert f'value="{bad}"' in page
    assert 'value="4,900"' in page
    saved = client.send(path, {**seen, "q-fees:young:fee": "4,800", "q-fees:old:fee": "5000.01"})
    assert saved.status_code == 303
    check = page_of(client, f"/applications/{made}/check")
    assert "£4,800.00" in check
    assert "Above £5,000.00" in check


def test_what_was_not_asked_is_not_scored_and_the_rest_is_the_whole(app: Flask, region: Region, urls: Urls) -> None:
    with clock_set_back(urls, timedelta(days=3)):
        round_ = _round(app, region, closes_in=timedelta(days=2))
        ids = {
            "alder": round_.complete("alder", "residential", nights="no", fees=_fees("4000", "4500"))[0],
            "birch": round_.complete("birch", "residential", nights="yes", fees=_fees("4000", "5000.01"))[0],
        }
    case = Evaluated(app, region, round_, ids)
    case.to_scoring()
    with acting(app, CHAIR) as (session, _):
        asked = {(one.candidate_id, one.question_id) for one in to_be_scored(session, case.panel_id)}
    calm, safe = case.question("calm"), case.question("safe")
    assert asked == {(ids["alder"], safe), (ids["birch"], safe), (ids["birch"], calm)}
    for email in SCORERS:
        case.score(email, "residential").submit(email, "residential")
    case.meet("residential").agree("residential", 4, calm=3)
    with acting(app, CHAIR) as (session, actor):
        evaluating.moderation.agree_quality(session, actor, panel_id=case.panel_id)
    with acting(app, CHAIR) as (session, actor):
        evaluating.compute_round_results(session, actor, app.extensions["keys"], round_id=case.id)
        rows = {r.candidate_id: r for r in session.scalars(select(Result).where(Result.subject_id == case.id))}
        alder, birch = rows[ids["alder"]], rows[ids["birch"]]
        assert (alder.quality_total, alder.outcome) == (Decimal("80.00"), "recommended"), (
            "four fifths of what was asked"
        )
        assert birch.quality_total == Decimal("72.00")
        assert [p["key"] for p in alder.prices] == ["fees:young:fee", "fees:old:fee"]
        assert [(p["key"], p["result"]) for p in birch.prices] == [
            ("fees:young:fee", "within"), ("fees:old:fee", "above"), ("night-fee", "within")
        ]  # fmt: skip
        assert "£5,000.01 per week is above the ceiling of £5,000.00" in birch.reasons[0]


def test_a_published_question_changes_with_a_reason_and_everybody_is_told(
    app: Flask, region: Region, client_for: Callable[..., StrictClient]
) -> None:
    round_ = _round(app, region)
    made, _ = round_.complete("alder", "residential", nights="yes")
    question_id = round_.questions["safe"].id
    with acting(app, LEAD) as (session, actor):
        for changes, reason, field in (
            ({"prompt": ""}, "Why.", "prompt"),
            ({"prompt": "New?"}, " ", "reason"),
            ({}, "Why.", "reason"),
        ):
            with pytest.raises(Invalid) as refused:
                modify_question(session, actor, question_id=question_id, changes=changes, reason=reason)
            assert set(refused.value.fields) == {field}
        with pytest.raises(Refused, match="cannot be changed"):
            modify_question(session, actor, question_id=question_id, changes={"weight": Decimal(1)}, reason="Why.")
        session.rollback()
    for email, error in (("procurement@sefton.example", NotPermitted), ("head@halton.example", NotPermitted)):
        with acting(app, email) as (session, actor), pytest.raises(error):
            modify_question(session, actor, question_id=question_id, changes={"prompt": "New?"}, reason="Why.")
    with acting(app, "writer@birch.example") as (session, actor), pytest.raises((Missing, NotPermitted)):
        modify_question(session, actor, question_id=question_id, changes={"prompt": "New?"}, reason="Why.")
    with acting(app, LEAD) as (session, actor):
        version = modify_question(
            session,
            actor,
            question_id=question_id,
            changes={"prompt": "How safe is it?", "word_limit": 700},
            reason="It was unclear.",
        )
        assert version == 2
    client = client_for(WRITER)
    page = page_of(client, f"/applications/{made}/group/statements")
    assert "changed after you answered it" in page
    assert "Words enough." in page
    assert "Your answer is kept" in page_of(client, f"/applications/{made}/check")
    seen = {"version": hidden(page, "version"), "page_token": hidden(page, "page_token")}
    assert client.send(f"/applications/{made}/group/statements", {**seen, "q-safe": "Words enough.", "q-calm": "Words enough."}).status_code == 303  # fmt: skip
    assert "changed after you answered it" not in page_of(client, f"/applications/{made}/group/statements")
    public = page_of(client_for(None), f"/rounds/{round_.id}/questions")
    assert "It was unclear." in public
    with acting(app, LEAD) as (session, _):
        change = modifications_of(session, round_.id)[0]
        assert (change.before, change.after) == (
            {"prompt": "How safe?", "word_limit": 500}, {"prompt": "How safe is it?", "word_limit": 700}
        )  # fmt: skip
        assert {s.version for s in sets_of_round(session, round_.id)} == {1, 2}
    with acting(app, "admin@alder.example") as (session, actor):
        told = [
            note.body
            for note in messages_of(session, actor).rows
            if note.subject.startswith("A question changed") and note.link == f"/rounds/{round_.id}/questions"
        ]
    assert told
    assert "you may replace it until" in told[0]


def test_no_question_changes_before_publication_by_this_way_nor_after_closing(
    app: Flask, region: Region, urls: Urls
) -> None:
    with clock_set_back(urls, timedelta(days=3)):
        closed = _round(app, region, closes_in=timedelta(days=2))
    planned = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        drafted: UUID = questions_of_round(session, planned.round_id)[0].id
        for question_id in (closed.questions["safe"].id, drafted):
            with pytest.raises(Refused, match="published and has not closed"):
                modify_question(session, actor, question_id=question_id, changes={"prompt": "New?"}, reason="Why.")
