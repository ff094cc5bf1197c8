"""Sets built by hand: every property, their order, the library, the way out and back in as a file."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.purchasing_systems.actions.rounds import plan_round
from portal.questionnaires import actions
from portal.questionnaires.content import as_content, as_file, read_content
from portal.questionnaires.library import own_shelf, search, shelves, with_what_they_depend_on
from portal.questionnaires.queries import QuestionView, condition_problems, deviations, questions_of_round
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

TEXT = {"part": "selection", "kind": "text", "prompt": "What else?", "word_limit": 50}
PAGE = {"slug": "about", "title": ""}


def _by_key(session: Any, round_id: UUID) -> dict[str, QuestionView]:
    return {q.key: q for q in questions_of_round(session, round_id)}


def _where(made: MadeRound, lot: UUID | None = None) -> dict[str, Any]:
    return {"system_id": made.system_id, "round_id": made.round_id, "lot_id": lot}


def test_a_question_is_added_moved_changed_and_removed(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        new = actions.add_question(session, actor, **_where(made), group=PAGE, content=TEXT)
        assert [q.key for q in questions_of_round(session, made.round_id)][:4] == [
            "legal-name",
            "insurance",
            "what-else",
            "terms",
        ]
        actions.move_question(session, actor, question_id=new.id, up=True)
        session.flush()
        assert [q.key for q in questions_of_round(session, made.round_id)][:4] == [
            "legal-name",
            "what-else",
            "insurance",
            "terms",
        ]
        terms = _by_key(session, made.round_id)["terms"]
        actions.move_question(session, actor, question_id=terms.id, up=True)
        session.flush()
        assert questions_of_round(session, made.round_id)[0].key == "terms", (
            "alone on its page, it takes the page along"
        )
        with pytest.raises(Refused, match="first question already"):
            actions.move_question(session, actor, question_id=terms.id, up=True)
        actions.change_question(
            session,
            actor,
            question_id=new.id,
            content={"kind": "choice", "word_limit": None, "choices": [{"value": "a", "label": "A"}]},
        )
        actions.rename_page(session, actor, question_id=new.id, title="Who you are", intro="")
        session.flush()
        found = _by_key(session, made.round_id)
        assert {found[k].group_title for k in ("legal-name", "what-else", "insurance")} == {"Who you are"}
        assert found["what-else"].choices == [{"value": "a", "label": "A"}]
        lot = actions.add_question(
            session,
            actor,
            **_where(made, made.lots[1]),
            group={"slug": None, "title": "Extra"},
            content={**TEXT, "prompt": "Why?"},
        )
        assert (lot.group_slug, lot.lot_id) == ("extra", made.lots[1])
        assert questions_of_round(session, made.round_id)[-1].id == lot.id
        actions.remove_question(session, actor, question_id=new.id)
        session.flush()
        assert "what-else" not in _by_key(session, made.round_id)


def test_a_condition_holds_the_order_and_what_it_leans_on(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    condition = {"question": "insurance", "operator": "is_one_of", "values": ["cannot"]}
    with acting(app, LEAD) as (session, actor):
        why = actions.add_question(session, actor, **_where(made), group=PAGE, content={**TEXT, "condition": condition})
        found = _by_key(session, made.round_id)
        with pytest.raises(Refused, match="depends on this question"):
            actions.remove_question(session, actor, question_id=found["insurance"].id)
        with pytest.raises(Invalid, match="does not come earlier"):
            actions.move_question(session, actor, question_id=why.id, up=True)
        session.rollback()
    with acting(app, LEAD) as (session, actor):
        insurance = _by_key(session, made.round_id)["insurance"]
        for wrong in ({**condition, "values": ["never"]}, {**condition, "question": "terms"}):
            with pytest.raises(Invalid) as refused:
                actions.add_question(session, actor, **_where(made), group=PAGE, content={**TEXT, "condition": wrong})
            assert set(refused.value.fields) == {"condition"}
            session.rollback()
        actions.change_question(
            session, actor, question_id=insurance.id, content={"condition": None, "pass_rule": None}
        )


def test_only_the_lead_builds_and_only_before_publication(app: Flask, region: Region) -> None:
    made, frozen = make_round(app, region, publish=False), make_round(app, region)
    with acting(app, LEAD) as (session, actor):
        terms = _by_key(session, made.round_id)["terms"]
        published = _by_key(session, frozen.round_id)["terms"]
        with pytest.raises(Refused, match="frozen"):
            actions.add_question(session, actor, **_where(frozen), group=PAGE, content=TEXT)
        for deed in (
            lambda: actions.change_question(session, actor, question_id=published.id, content={}),
            lambda: actions.move_question(session, actor, question_id=published.id, up=True),
            lambda: actions.remove_question(session, actor, question_id=published.id),
            lambda: actions.rename_page(session, actor, question_id=published.id, title="x", intro=None),
        ):
            with pytest.raises(Refused, match="frozen"):
                deed()
        with pytest.raises(Missing):
            actions.remove_question(session, actor, question_id=uuid4())
        session.rollback()
    for email in ("procurement@sefton.example", "head@halton.example"):
        with acting(app, email) as (session, actor):
            with pytest.raises(NotPermitted):
                actions.add_question(session, actor, **_where(made), group=PAGE, content=TEXT)
            with pytest.raises(NotPermitted):
                actions.remove_question(session, actor, question_id=terms.id)
    with acting(app, "writer@alder.example") as (session, actor), pytest.raises(Missing):
        actions.change_question(session, actor, question_id=terms.id, content={})


def test_the_library_comes_with_its_origin_and_what_is_fixed_stays(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    for shelf in shelves():
        assert shelf.items, shelf.slug
        assert "wn wording" in shelf.source, "nobody takes our words for the official ones"
    assert (
        sum(i.content.get("weight", 0) for i in next(s for s in shelves() if s.slug == "6_method_statements").items[:7])
        == 100
    )
    assert [s.slug for s in search(shelves(), "no accounts yet")] == ["3_sq_part_3", "4_psq", "5_pass_or_fail"]
    picked = with_what_they_depend_on(
        shelves(), {"2_sq_part_2.sq2-fraud-detail", "3_sq_part_3.sq3-skills", "nothing.here"}
    )
    assert [i.id for i in picked] == ["2_sq_part_2.sq2-fraud", "2_sq_part_2.sq2-fraud-detail", "3_sq_part_3.sq3-skills"]
    with acting(app, LEAD) as (session, actor):
        count = actions.add_questions(session, actor, **_where(made), picked=[(i.group, i.content) for i in picked])
        session.flush()
        found = _by_key(session, made.round_id)
        assert count == 3
        assert (found["sq2-fraud"].origin, found["sq2-fraud"].wording_fixed) == ("PPN 03/24 part 2", True)
        assert found["sq2-fraud-detail"].condition == {
            "question": "sq2-fraud",
            "operator": "is_one_of",
            "values": ["yes"],
            "then": "ask",
        }
        with pytest.raises(Refused, match="fixed by PPN 03/24 part 2"):
            actions.change_question(session, actor, question_id=found["sq2-fraud"].id, content={"prompt": "Any fraud?"})
        actions.change_question(
            session, actor, question_id=found["sq2-fraud"].id, content={"scorer_guidance": "Ask the lawyer."}
        )
        assert deviations(questions_of_round(session, made.round_id)) == []
        actions.change_question(
            session, actor, question_id=found["sq3-skills"].id, content={"prompt": "Which apprenticeships?"}
        )
        session.flush()
        assert [q.key for q in deviations(questions_of_round(session, made.round_id))] == ["sq3-skills"]


def test_every_shelf_can_be_asked_whole(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        for shelf in shelves():
            lot = made.lots[0] if shelf.slug[0] in "67" else None
            actions.add_questions(
                session, actor, **_where(made, lot), picked=[(i.group, i.content) for i in shelf.items]
            )
            session.flush()
        asked = questions_of_round(session, made.round_id)
        assert condition_problems(asked, {made.lots[0]: "Lot 1"}) == []
        conditional = sum(1 for s in shelves() for i in s.items if i.content.get("condition"))
        assert sum(1 for q in asked if q.condition) == conditional
        session.rollback()


def test_an_authority_keeps_its_own_questions(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        kept = actions.keep_question(session, actor, question_id=_by_key(session, made.round_id)["l1-safe"].id).id
        item = next(i for i in own_shelf(session).items if i.id == f"own.{kept}")
        actions.add_questions(session, actor, **_where(made, made.lots[1]), picked=[(item.group, item.content)])
        session.flush()
        copied = next(q for q in questions_of_round(session, made.round_id) if q.key == "l1-safe-2")
        assert (copied.weight, copied.lot_id) == (Decimal(60), made.lots[1])
    with acting(app, "procurement@sefton.example") as (session, actor):
        assert own_shelf(session).items == (), "no other authority sees them"
        with pytest.raises(Missing):
            actions.unkeep_question(session, actor, library_id=kept)
    with acting(app, "head@halton.example") as (session, actor), pytest.raises(NotPermitted):
        actions.keep_question(session, actor, question_id=copied.id)
    with acting(app, LEAD) as (session, actor):
        actions.unkeep_question(session, actor, library_id=kept)


def test_a_set_goes_out_as_a_file_and_comes_back_the_same(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        for slug in ("2_sq_part_2", "5_pass_or_fail"):
            shelf = next(s for s in shelves() if s.slug == slug)
            actions.add_questions(session, actor, **_where(made), picked=[(i.group, i.content) for i in shelf.items])
        session.flush()
        before = [q for q in questions_of_round(session, made.round_id) if q.lot_id is None]
        text = as_file("Out \u201cand\u201d back\\", before)
        read = read_content(tomllib.loads(text))
        assert read.title == "Out \u201cand\u201d back\\"
        actions.load_question_set(session, actor, **_where(made), content=tomllib.loads(text))
        session.flush()
        after = [q for q in questions_of_round(session, made.round_id) if q.lot_id is None]
        assert [as_content(q) for q in after] == [as_content(q) for q in before]


def test_a_set_is_copied_from_another_system_lot_by_lot(app: Flask, region: Region) -> None:
    one = make_round(app, region)
    made = make_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        where = {"system_id": made.system_id, "from_round_id": one.round_id}
        with pytest.raises(Refused, match="questions already"):
            actions.copy_question_sets(session, actor, **where, round_id=made.round_id, lots={})
        now = clock.now()
        plan = plan_round(
            session, actor, system_id=made.system_id, number=2, opens_at=now, closes_at=now + timedelta(days=40)
        )
        with pytest.raises(Missing):
            actions.copy_question_sets(session, actor, **where, round_id=plan.id)
        lots = {one.lots[1]: made.lots[1]}
        assert actions.copy_question_sets(session, actor, **where, round_id=plan.id, lots=lots) == 7
        session.flush()
        found = questions_of_round(session, plan.id)
        assert [q.key for q in found][:4] == ["legal-name", "insurance", "terms", "l2-safe"]
        assert {(q.system_id, q.lot_id, q.frozen_at) for q in found} == {
            (made.system_id, None, None),
            (made.system_id, made.lots[1], None),
        }
