"""The set-up as tasks computed from the data, shared with members; buying terms; beginning from an earlier system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.purchasing_systems.actions.copying import copy_system, to_copy
from portal.purchasing_systems.actions.parts import add_lot, add_participant
from portal.purchasing_systems.actions.set_up import add_note, answer_note, edit_buying_terms, end_share, share_task
from portal.purchasing_systems.actions.systems import create_system
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.actions.timetables import begin_timetable
from portal.purchasing_systems.models import BuyingTerms, PurchasingSystem, SetupNote
from portal.purchasing_systems.queries.readiness import checks_of_system
from portal.purchasing_systems.queries.rounds import rounds_of
from portal.purchasing_systems.queries.set_up import SetUp, buying_terms, set_up
from portal.purchasing_systems.queries.specifications import documents_of, specification_of
from portal.purchasing_systems.queries.systems import lots_of, participants_of, system_for
from portal.purchasing_systems.queries.terms import extension_points
from portal.purchasing_systems.rules.set_up import GROUPS, TASKS
from portal.questionnaires.queries import questions_of_round
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, make_round, system_values

ClientFor = Callable[..., StrictClient]
SEFTON = "procurement@sefton.example"
NOW = "procurement_act_2023_light_touch"
"""The law that what commences today is under."""
TERMS: dict[str, Any] = {
    "ceiling_pounds": Decimal("400000000.00"),
    "users_kind": "described",
    "users_words": "All local authorities in the North West of England",
    "users_examples": "Halton, Sefton",
    "award_method": "mini_competition",
    "award_words": "",
    "no_extension": True,
}


def tasks_of(app: Flask, system_id: UUID, email: str = LEAD) -> SetUp:
    with acting(app, email) as (session, actor):
        found = set_up(session, actor, system_for(session, actor, system_id))
        session.expunge_all()
        return found


@pytest.fixture
def draft(app: Flask, region: Region) -> UUID:
    """A system with Halton and Sefton, nothing else."""
    with acting(app, LEAD) as (session, actor):
        system_id = create_system(session, actor, **system_values()).id
    with acting(app, LEAD) as (session, actor):
        for slug in ("halton", "sefton"):
            add_participant(
                session, actor, system_id=system_id, authority_id=region.organisations[slug], authority_name=slug.capitalize(),
                joined_on=date(2024, 1, 1),
            )  # fmt: skip
    return system_id


def test_every_task_is_in_one_group() -> None:
    assert sorted(key for _, keys in GROUPS for key in keys) == sorted(TASKS)


def test_the_states_follow_from_the_data(app: Flask, draft: UUID) -> None:
    states = {task.key: task.state for task in tasks_of(app, draft).tasks}
    assert states == {
        "facts": "complete", "value": "in_progress", "users": "not_started", "award": "not_started", "lots": "not_started",
        "councils": "complete", "term": "complete", "extensions": "not_started", "specification": "not_started",
        "documents": "not_started", "timetable": "not_started", "questions": "waiting", "prices": "waiting", "notices": "waiting",
    }  # fmt: skip
    with acting(app, LEAD) as (session, actor):
        add_lot(session, actor, system_id=draft, number=1, title="Care", description="Care")
        edit_buying_terms(session, actor, system_id=draft, **TERMS)
        begin_timetable(session, actor, system_id=draft, round_id=None, notice_on=clock.today() + timedelta(days=300))
    after = tasks_of(app, draft)
    done = {task.key for task in after.tasks if task.state == "complete"}
    assert done == {"facts", "value", "users", "award", "lots", "councils", "term", "extensions", "timetable"}
    assert all(task.missing for task in after.tasks if task.key not in done)


def test_a_planned_round_with_all_it_needs_completes_every_task(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    found = tasks_of(app, made.system_id)
    assert {task.key for task in found.tasks if task.state == "complete"} >= {"questions", "prices", "lots"}
    assert found.task("questions").url == f"/systems/{made.system_id}/rounds/{made.round_id}/questions"


def test_the_readiness_check_lists_ceiling_users_award_and_timetable(app: Flask, draft: UUID) -> None:
    def missing() -> set[str]:
        with acting(app, LEAD) as (session, actor):
            return {c.key for c in checks_of_system(session, system_for(session, actor, draft)) if c.missing}

    assert {"ceiling", "users", "award", "timetable"} <= missing()
    with acting(app, LEAD) as (session, actor):
        edit_buying_terms(session, actor, system_id=draft, **TERMS)
    assert {"ceiling", "users", "award"} & missing() == set()
    assert "timetable" in missing()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ceiling_pounds": Decimal(1)}, "ceiling_pounds"),
        ({"ceiling_pounds": Decimal("NaN")}, "ceiling_pounds"),
        ({"users_kind": "everybody"}, "users_kind"),
        ({"users_words": ""}, "users_words"),
        ({"award_method": "lottery"}, "award_method"),
        ({"award_method": "mixed"}, "award_words"),
    ],
)
def test_buying_terms_that_cannot_be_are_named_by_field(
    app: Flask, draft: UUID, changed: dict[str, Any], field: str
) -> None:
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            edit_buying_terms(session, actor, system_id=draft, **TERMS | changed)
        assert set(refused.value.fields) == {field}
        session.rollback()


def test_buying_terms_are_frozen_with_the_system_and_public_with_it(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=True, opens_in=timedelta(days=1))
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Refused):
            edit_buying_terms(session, actor, system_id=made.system_id, **TERMS)
        session.add(BuyingTerms(id=uuid4(), system_id=made.system_id, lead_id=actor.organisation_id))
        with pytest.raises(DBAPIError, match="frozen"):
            session.flush()
        session.rollback()


# Sharing --------------------------------------------------------------------------------------------------------------------


def share(app: Flask, region: Region, draft: UUID, task: str = "lots", until: date | None = None) -> UUID:
    with acting(app, LEAD) as (session, actor):
        return share_task(
            session, actor, system_id=draft, authority_id=region.organisations["sefton"], task=task, ends_on=until
        ).id


def test_a_member_proposes_for_the_task_it_shares_and_for_no_other(app: Flask, region: Region, draft: UUID) -> None:
    share(app, region, draft)
    with acting(app, SEFTON) as (session, actor):
        add_note(session, actor, system_id=draft, task="lots", kind="proposal", words="Lot 2: Short breaks")
        add_note(session, actor, system_id=draft, task="lots", kind="review", words="")
        with pytest.raises(NotPermitted, match="has not shared this task"):
            add_note(session, actor, system_id=draft, task="value", kind="proposal", words="More")
        with pytest.raises(NotPermitted):
            add_lot(session, actor, system_id=draft, number=2, title="Short breaks", description="x")
    assert tasks_of(app, draft, SEFTON).mine == {"lots"}
    with acting(app, "procurement@wirral.example") as (session, actor), pytest.raises(Missing):
        add_note(session, actor, system_id=draft, task="lots", kind="proposal", words="x")
    with acting(app, "cabinet@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        add_note(session, actor, system_id=draft, task="lots", kind="proposal", words="x")


def test_sql_writes_no_proposal_for_a_task_that_is_not_shared_nor_in_another_s_name(
    app: Flask, region: Region, draft: UUID
) -> None:
    halton = region.organisations["halton"]

    def insert(task: str, authority: UUID) -> None:
        session.add(
            SetupNote(
                id=uuid4(), system_id=draft, lead_id=halton, task=task, kind="proposal", authority_id=authority,
                authority_name="x", words="x", made_by="x", made_at=clock.now(),
            )
        )  # fmt: skip
        session.flush()

    share(app, region, draft)
    with acting(app, SEFTON) as (session, actor):
        insert("lots", actor.organisation_id)
        session.rollback()
        for task, authority in (("value", actor.organisation_id), ("lots", halton)):
            with pytest.raises(DBAPIError, match="row-level security"):
                insert(task, authority)
            session.rollback()


def test_the_lead_answers_once_and_a_refusal_needs_a_reason(app: Flask, region: Region, draft: UUID) -> None:
    share(app, region, draft)
    with acting(app, SEFTON) as (session, actor):
        note = add_note(session, actor, system_id=draft, task="lots", kind="proposal", words="Lot 2: Short breaks").id
        with pytest.raises(NotPermitted):
            answer_note(session, actor, system_id=draft, note_id=note, answer="taken_over", answer_words="")
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            answer_note(session, actor, system_id=draft, note_id=note, answer="not_taken", answer_words="")
        assert set(refused.value.fields) == {"answer_words"}
        answer_note(session, actor, system_id=draft, note_id=note, answer="taken_over", answer_words="As lot 2")
    with acting(app, LEAD) as (session, actor), pytest.raises(Refused):
        answer_note(session, actor, system_id=draft, note_id=note, answer="not_taken", answer_words="Changed")
    answered = tasks_of(app, draft, SEFTON).notes[0]
    assert answered.answer == "taken_over"


def test_a_share_ends_and_with_it_the_proposals(app: Flask, region: Region, draft: UUID) -> None:
    id_ = share(app, region, draft)
    with acting(app, LEAD) as (session, actor):
        end_share(session, actor, system_id=draft, share_id=id_)
    with acting(app, SEFTON) as (session, actor), pytest.raises(NotPermitted):
        add_note(session, actor, system_id=draft, task="lots", kind="proposal", words="x")
    with acting(app, LEAD) as (session, actor), pytest.raises(Refused):
        end_share(session, actor, system_id=draft, share_id=id_)


def test_a_task_is_shared_with_members_once_by_the_lead(app: Flask, region: Region, draft: UUID) -> None:
    share(app, region, draft)
    o = region.organisations
    for authority, task, until, field in (
        (o["wirral"], "lots", None, "authority_id"),
        (o["halton"], "lots", None, "authority_id"),
        (o["sefton"], "lots", None, "task"),
        (o["sefton"], "lunch", None, "task"),
        (o["sefton"], "term", clock.today() - timedelta(days=1), "ends_on"),
    ):
        with acting(app, LEAD) as (session, actor):
            with pytest.raises(Invalid) as refused:
                share_task(session, actor, system_id=draft, authority_id=authority, task=task, ends_on=until)
            assert set(refused.value.fields) == {field}
            session.rollback()
    with acting(app, SEFTON) as (session, actor), pytest.raises(NotPermitted):
        share_task(session, actor, system_id=draft, authority_id=o["sefton"], task="term", ends_on=None)


# Copying --------------------------------------------------------------------------------------------------------------------


def test_what_was_said_is_copied_moved_in_time_and_nothing_that_was_decided(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    with acting(app, LEAD) as (session, actor):
        edit_buying_terms(session, actor, system_id=made.system_id, **TERMS)
        add_extension_point(
            session, actor, system_id=made.system_id, title="End of year 5", ends_on=date(2025, 10, 18), new_end=date(2027, 10, 18),
            source="Terms, clause 4",
        )  # fmt: skip
    opens = clock.now() + timedelta(days=40)
    with acting(app, SEFTON) as (session, actor):
        assert to_copy(session, actor, made.system_id).questions > 0
        new_id = copy_system(
            session, actor, system_id=made.system_id, title="Second provision", alias="Second", valid_from=date(2030, 10, 19), regime=NOW,
            opens_at=opens, closes_at=opens + timedelta(days=40),
        ).id  # fmt: skip
    with acting(app, SEFTON) as (session, actor):
        old, new = session.get_one(PurchasingSystem, made.system_id), session.get_one(PurchasingSystem, new_id)
        assert (new.status, new.lead_name, new.client_group, new.published_at) == (
            "draft",
            "Sefton Metropolitan Borough Council",
            old.client_group,
            None,
        )
        assert new.valid_until - new.valid_from == old.valid_until - old.valid_from
        assert [(lot.number, lot.title) for lot in lots_of(session, new_id)] == [
            (lot.number, lot.title) for lot in lots_of(session, made.system_id)
        ]
        point = extension_points(session, new_id)[0]
        assert point.ends_on - new.valid_from == date(2025, 10, 18) - old.valid_from
        terms, specification, before = (
            buying_terms(session, new_id),
            specification_of(session, new_id),
            specification_of(session, made.system_id),
        )
        assert terms is not None
        assert (terms.copied_from_id, terms.ceiling_pounds) == (made.system_id, TERMS["ceiling_pounds"])
        assert specification is not None
        assert before is not None
        assert specification.common_text == before.common_text
        assert [d.title for d in documents_of(session, new_id)] == [
            d.title for d in documents_of(session, made.system_id)
        ]
        round_ = rounds_of(session, new_id)[0]
        asked, was = questions_of_round(session, round_.id), questions_of_round(session, made.round_id)
        assert [(q.key, q.prompt, q.weight) for q in asked] == [(q.key, q.prompt, q.weight) for q in was]
        assert {q.lot_id for q in asked} <= {None, *(lot.id for lot in lots_of(session, new_id))}
        assert participants_of(session, new_id) == [], "each council decides anew"


def test_copying_is_refused_to_who_may_not_and_names_what_is_wrong(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    values: dict[str, Any] = {"system_id": made.system_id, "title": "T", "alias": "A", "valid_from": date(2031, 1, 1), "regime": NOW}  # fmt: skip
    with acting(app, "head@halton.example") as (session, actor), pytest.raises(NotPermitted):
        copy_system(session, actor, **values)
    with acting(app, "writer@alder.example") as (session, actor), pytest.raises(Missing):
        copy_system(session, actor, **values)
    with acting(app, LEAD) as (session, actor):
        for changed, field in (
            ({"valid_from": None}, "valid_from"),
            ({"valid_from": date(2019, 1, 1)}, "valid_from"),
            ({"title": ""}, "title"),
            ({"regime": None}, "regime"),
            ({"regime": "a law"}, "regime"),
            ({"vehicle": ""}, "vehicle"),
            ({"regime": "procurement_act_2023"}, "regime"),
        ):
            with pytest.raises(Invalid) as refused:
                copy_system(session, actor, **values | changed)
            assert set(refused.value.fields) == {field}
            session.rollback()


# Pages ----------------------------------------------------------------------------------------------------------------------


def test_the_pages_of_the_set_up_by_role(client_for: ClientFor, app: Flask, region: Region, draft: UUID) -> None:
    base = f"/systems/{draft}/set-up"
    lead, sefton = client_for(LEAD), client_for(SEFTON)
    page = lead.get(base).get_data(as_text=True)
    assert "Cannot start yet" in page
    assert "Plan a round first" in page
    assert lead.get(f"{base}/buying").status_code == 200
    assert sefton.get(f"{base}/buying").status_code == 403
    sent = lead.send(
        f"{base}/share", {"authority_id": str(region.organisations["sefton"]), "task": "lots", "ends_on": ["", "", ""]}
    )
    assert sent.status_code == 303
    assert "Make a proposal" in sefton.get(base).get_data(as_text=True)
    assert sefton.send(f"{base}/propose?task=lots", {"words": ""}).status_code == 422
    assert sefton.send(f"{base}/propose?task=lots", {"words": "Lot 2: Short breaks"}).status_code == 303
    assert sefton.get(f"{base}/propose?task=lunch").status_code == 404
    assert sefton.send(f"{base}/review", {"task": "lots"}).status_code == 303
    note = next(n for n in tasks_of(app, draft).notes if n.kind == "proposal")
    assert "Short breaks" in lead.get(f"{base}/notes/{note.id}/answer").get_data(as_text=True)
    assert lead.send(f"{base}/notes/{note.id}/answer", {"answer": "not_taken", "answer_words": ""}).status_code == 422
    assert lead.send(f"{base}/notes/{note.id}/answer", {"answer": "taken_over", "answer_words": ""}).status_code == 303
    assert "Taken over" in sefton.get(base).get_data(as_text=True)
    assert client_for("procurement@wirral.example").get(base).status_code == 404
    assert client_for("writer@alder.example").get(base).status_code == 403
    assert client_for("cabinet@sefton.example").get(base).status_code == 200


def test_the_buying_terms_page_keeps_what_was_typed(client_for: ClientFor, draft: UUID) -> None:
    lead = client_for(LEAD)
    typed = {
        "ceiling_pounds": "1",
        "users_kind": "described",
        "users_words": "",
        "award_method": "block",
        "users_examples": "Halton",
        "award_words": "",
    }
    page = lead.send(f"/systems/{draft}/set-up/buying", typed)
    assert page.status_code == 422
    assert "The ceiling cannot be below the estimate" in page.get_data(as_text=True)
    assert "Describe the class" in page.get_data(as_text=True)
    assert ">Halton</textarea>" in page.get_data(as_text=True).replace("\r\n", "").replace("\n", "")
    assert (
        lead.send(
            f"/systems/{draft}/set-up/buying", typed | {"ceiling_pounds": "400000000", "users_words": "x"}
        ).status_code
        == 303
    )


def test_the_copy_page_shows_what_is_copied_and_what_is_not(client_for: ClientFor, app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    lead = client_for(LEAD)
    page = lead.get(f"/systems/{made.system_id}/copy").get_data(as_text=True)
    assert "2 lots: Residential care, Foster care" in page
    assert "each council decides anew" in page
    empty = ["", "", ""]
    typed = {
        "title": "New",
        "regime": NOW,
        "vehicle": "partner_provider_agreement",
        "alias": "New",
        "valid_from": ["1", "1", "2031"],
        "opens_on": empty,
        "closes_on": empty,
        "opens_time": "",
        "closes_time": "",
    }
    assert lead.send(f"/systems/{made.system_id}/copy", typed | {"opens_time": "9am"}).status_code == 422
    for law, said in (
        ("", "Select the law the procurement was commenced under."),
        ("pcr_2015_light_touch", "Choose the law in force then."),
    ):
        refused = lead.send(f"/systems/{made.system_id}/copy", typed | {"regime": law})
        assert refused.status_code == 422
        assert said in refused.get_data(as_text=True)
    done = lead.send(f"/systems/{made.system_id}/copy", typed)
    assert done.status_code == 303
    assert "Copied from" in lead.get(done.location).get_data(as_text=True)
