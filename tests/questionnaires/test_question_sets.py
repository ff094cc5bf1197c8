"""Question sets in a round: loaded, edited, copied, frozen."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.purchasing_systems.actions.rounds import plan_round, publish_round
from portal.questionnaires.actions import change_question, copy_question_sets, edit_weights, load_question_set
from portal.questionnaires.queries import QuestionView, in_groups, questions_of_round, sets_of_round
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, common_questions, lot_questions, make_round


def _same(question: QuestionView, **changed: Any) -> dict[str, Any]:
    names = ("prompt", "hint", "weight", "minimum_score", "word_limit", "ceiling", "scorer_guidance")
    return {name: getattr(question, name) for name in names} | changed | {"question_id": question.id}


def edit_question(session: Any, actor: Any, *, question_id: UUID, **content: Any) -> None:
    change_question(session, actor, question_id=question_id, content=content)


def _by_key(session: Any, round_id: UUID) -> dict[str, QuestionView]:
    return {q.key: q for q in questions_of_round(session, round_id)}


def test_questions_stand_in_the_order_of_the_pages(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, "placement@wirral.example") as (session, _):
        questions = questions_of_round(session, made.round_id)
        assert [q.key for q in questions] == [
            "legal-name", "insurance", "terms",
            "l1-safe", "l1-outcomes", "l1-week", "l1-purpose", "l2-safe", "l2-outcomes", "l2-week", "l2-purpose",
        ]  # fmt: skip
        assert [q.lot_id for q in questions][2:4] == [None, made.lots[0]]
        groups = in_groups(questions)
        assert [g.slug for g in groups][:3] == ["about", "declarations", "l1-quality"]
        assert groups[0].intro == "About your organisation."


def test_loading_again_replaces_the_set_in_its_place(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        content = common_questions()
        content["questions"] = content["questions"][:2]
        load_question_set(
            session, actor, system_id=made.system_id, round_id=made.round_id, lot_id=None, content=content
        )
        assert [q.key for q in questions_of_round(session, made.round_id)][:3] == ["legal-name", "insurance", "l1-safe"]
        assert len(sets_of_round(session, made.round_id)) == 3
        with pytest.raises(Invalid, match="Another set of this round already asks l1-outcomes"):
            load_question_set(
                session, actor, system_id=made.system_id, round_id=made.round_id, lot_id=made.lots[1], content=lot_questions("l1")
            )  # fmt: skip
        session.rollback()


def test_another_authority_cannot_ask_in_this_round(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    values = {"system_id": made.system_id, "round_id": made.round_id, "lot_id": None, "content": {**common_questions()}}
    values["content"]["questions"] = [{**q, "key": f"x-{q['key']}"} for q in values["content"]["questions"]]
    with acting(app, "procurement@sefton.example") as (session, actor):
        with pytest.raises(NotPermitted):
            load_question_set(session, actor, **values)
        with pytest.raises(DBAPIError):
            load_question_set(session, actor, **values | {"lot_id": uuid4()})
        session.rollback()
    with acting(app, "head@halton.example") as (session, actor), pytest.raises(NotPermitted):
        load_question_set(session, actor, **values)


def test_editing_checks_and_belongs_to_the_lead(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        asked = _by_key(session, made.round_id)
        edit_question(session, actor, **_same(asked["l1-safe"], prompt="How?", weight=Decimal("55.5")))
        edit_question(session, actor, **_same(asked["l1-week"], ceiling=Decimal("4800.00")))
    with acting(app, LEAD) as (session, actor):
        asked = _by_key(session, made.round_id)
        assert (asked["l1-safe"].prompt, asked["l1-safe"].weight) == ("How?", Decimal("55.50"))
        for key, change, field in (
            ("l1-safe", {"weight": None}, "weight"),
            ("l1-safe", {"weight": Decimal(101)}, "weight"),
            ("l1-safe", {"weight": Decimal("NaN")}, "weight"),
            ("l1-safe", {"minimum_score": 6}, "minimum_score"),
            ("l1-safe", {"prompt": ""}, "prompt"),
            ("l1-safe", {"ceiling": Decimal(1)}, "ceiling"),
            ("legal-name", {"weight": Decimal(5)}, "weight"),
            ("legal-name", {"word_limit": 0}, "word_limit"),
        ):
            with pytest.raises(Invalid) as refused:
                edit_question(session, actor, **_same(asked[key], **change))
            assert set(refused.value.fields) == {field}
        with pytest.raises(Missing):
            edit_question(session, actor, **(_same(asked["terms"]) | {"question_id": uuid4()}))
        session.rollback()
    with acting(app, "procurement@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        edit_question(session, actor, **_same(asked["terms"]))
    with acting(app, "writer@alder.example") as (session, actor), pytest.raises(Missing):
        edit_question(session, actor, **_same(asked["terms"]))


def test_weights_are_shared_out_at_once(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        asked = _by_key(session, made.round_id)
        ids = (asked["l2-safe"].id, asked["l2-outcomes"].id)
        lot = {"round_id": made.round_id, "lot_id": made.lots[1], "lot_title": "Foster care"}
        with pytest.raises(Invalid) as refused:
            edit_weights(session, actor, **lot, weights=dict(zip(ids, (Decimal(50), Decimal(40)), strict=True)))
        assert refused.value.fields == {"weights": "Foster care: the weights add up to 90 %, not to 100 %."}
        with pytest.raises(Missing):
            edit_weights(session, actor, **lot, weights={ids[0]: Decimal(100)})
        edit_weights(session, actor, **lot, weights=dict(zip(ids, (Decimal(75), Decimal(25)), strict=True)))
    with acting(app, LEAD) as (session, actor):
        assert [_by_key(session, made.round_id)[key].weight for key in ("l2-safe", "l2-outcomes")] == [75, 25]


def test_weights_that_do_not_sum_stop_publication(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        asked = _by_key(session, made.round_id)
        edit_question(session, actor, **_same(asked["l1-safe"], weight=Decimal(50)))
        with pytest.raises(Refused, match="Residential care: the weights add up to 90 %"):
            publish_round(session, actor, round_id=made.round_id)
        session.rollback()


def test_published_questions_stand_even_against_raw_sql_of_the_lead(app: Flask, region: Region) -> None:
    made = make_round(app, region)
    with acting(app, LEAD) as (session, actor):
        asked = _by_key(session, made.round_id)
        assert all(q.frozen_at for q in asked.values())
        with pytest.raises(Refused, match="frozen"):
            edit_question(session, actor, **_same(asked["terms"]))
        with pytest.raises(Refused, match="frozen"):
            load_question_set(
                session, actor, system_id=made.system_id, round_id=made.round_id, lot_id=None, content=common_questions()
            )  # fmt: skip
        touched = session.execute(
            text("UPDATE questionnaires.questions SET weight = 1 WHERE round_id = :r"), {"r": made.round_id}
        )
        assert touched.rowcount == 0  # type: ignore[attr-defined]
        gone = session.execute(text("DELETE FROM questionnaires.questions WHERE round_id = :r"), {"r": made.round_id})
        assert gone.rowcount == 0  # type: ignore[attr-defined]
        with pytest.raises(DBAPIError, match="only while the round is planned"):
            session.execute(
                text(
                    "INSERT INTO questionnaires.question_sets (id, system_id, lead_id, round_id, lot_id, title) "
                    "VALUES (gen_random_uuid(), :s, :o, :r, gen_random_uuid(), 'Late')"
                ),
                {"s": made.system_id, "o": actor.organisation_id, "r": made.round_id},
            )
        session.rollback()


def test_the_next_round_asks_what_the_last_one_asked(app: Flask, region: Region) -> None:
    made = make_round(app, region)
    now = clock.now()
    with acting(app, LEAD) as (session, actor):
        again = plan_round(
            session, actor, system_id=made.system_id, number=2, opens_at=now, closes_at=now + timedelta(days=30)
        )
        values = {"from_round_id": made.round_id, "round_id": again.id, "system_id": made.system_id}
        assert copy_question_sets(session, actor, **values) == 11
        copied = questions_of_round(session, again.id)
        assert [q.key for q in copied] == [q.key for q in questions_of_round(session, made.round_id)]
        assert not any(q.frozen_at for q in copied)
        with pytest.raises(Refused, match="has questions already"):
            copy_question_sets(session, actor, **values)
        session.rollback()
