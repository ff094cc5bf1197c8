"""From signed results to agreements in effect; and who may be used by whom, computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.applications.actions.letters import release_letters
from portal.core import clock
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.purchasing_systems.actions.admissions import (
    accept_agreement,
    decline_agreement,
    issue_agreements,
    propose_admissions,
    take_up_outcome,
)
from portal.purchasing_systems.models import Admission, Round
from portal.purchasing_systems.queries.usability import may_use, usability
from tests.support.evaluated import LEAD, Evaluated, set_days
from tests.support.region import COUNCILS, acting

Make = Callable[..., Evaluated]


def run_to_effect(case: Evaluated, urls: Urls, answers: dict[str, dict[str, object]] | None = None) -> UUID:
    """The whole way: approved, asked, answered, letters, standstill over, agreements accepted by both sides."""
    case.approve_outcome()
    matter = case.ask_use()
    for slug, answer in (answers or {slug: {} for slug in COUNCILS}).items():
        case.decide(slug, matter, **answer)
    with acting(case.app, LEAD) as (session, actor):
        release_letters(session, actor, round_id=case.round_id)
    set_days(
        urls, "UPDATE purchasing_systems.admissions SET standstill_ends_at = app.now() - interval '1 hour' WHERE round_id = %s",
        case.round_id,
    )  # fmt: skip
    with acting(case.app, LEAD) as (session, actor):
        issued = [(a.id, a.provider_id) for a in issue_agreements(session, actor, round_id=case.round_id)]
    slugs = {case.provider(slug): slug for slug in ("alder", "birch", "cedar")}
    for admission, provider in issued:
        with acting(case.app, f"admin@{slugs[provider]}.example") as (session, actor):
            accept_agreement(session, actor, admission_id=admission)
        with acting(case.app, LEAD) as (session, actor):
            accept_agreement(session, actor, admission_id=admission)
    return matter


@pytest.fixture(scope="module")
def story(evaluated_round: Make, urls: Urls) -> Evaluated:
    """Four approve, Knowsley restricts Alder, Wirral does not approve."""
    case = evaluated_round()
    run_to_effect(
        case,
        urls,
        {
            "halton": {},
            "liverpool": {},
            "sefton": {},
            "st-helens": {},
            "knowsley": {"outcome": "approve_with_restriction", "restrictions": case.restriction("alder")},
            "wirral": {"outcome": "not_approve"},
        },
    )
    return case


def test_the_register_differs_by_council(app: Flask, story: Evaluated) -> None:
    found = {}
    for slug in COUNCILS:
        with acting(app, f"placement@{slug}.example") as (session, actor):
            rows = usability(session, actor, system_id=story.system_id, authority_id=actor.organisation_id)
            found[slug] = {(r.provider_id, r.lot_number) for r in rows if r.usable}
    alder, birch = story.provider("alder"), story.provider("birch")
    everybody = {(alder, 1), (alder, 2), (birch, 1)}
    assert found == {
        "halton": everybody,
        "liverpool": everybody,
        "sefton": everybody,
        "st-helens": everybody,
        "knowsley": {(birch, 1)},
        "wirral": set(),
    }


def test_what_is_in_the_way_is_said(app: Flask, story: Evaluated) -> None:
    with acting(app, "placement@wirral.example") as (session, actor):
        rows = usability(session, actor, system_id=story.system_id)
        said = {(r.council, r.provider_id): r.waiting_for for r in rows if r.lot_number == 1}
    assert said["Sefton", story.provider("alder")] is None
    assert said["Wirral", story.provider("alder")] == "Wirral decided not to use the providers of round 1"
    assert said["Wirral", story.provider("birch")] == "Not offered for Wirral"
    assert said["Knowsley", story.provider("alder")] == (
        "Knowsley restricts its use on the published ground “Unresolved safeguarding concern”"
    )


def test_a_provider_reads_its_own_rows(app: Flask, story: Evaluated) -> None:
    with acting(app, "writer@birch.example") as (session, actor):
        rows = usability(session, actor, system_id=story.system_id)
        others = [r for r in rows if r.provider_id != actor.organisation_id]
        own = usability(session, actor, system_id=story.system_id, provider_id=actor.organisation_id)
    assert all(r.usable for r in others), "of others, only what the public reads"
    assert len(own) == len(COUNCILS)
    assert "Knowsley" not in {r.council for r in others}
    with acting(app, "writer@cedar.example") as (session, actor):
        # What can be used is public; why others are in the way is not.
        assert all(r.usable for r in usability(session, actor, system_id=story.system_id))


def test_the_public_reads_what_can_be_used(app: Flask, story: Evaluated) -> None:
    from portal.core.database import session as current_session
    from portal.core.scope import enter_with_token

    with app.app_context():
        session = current_session()
        enter_with_token(session, None)
        rows = usability(session, None, system_id=story.system_id)
        assert rows
        assert all(r.usable for r in rows)
        assert session.execute(text("SELECT count(*) FROM decisions.decisions")).scalar() == 0
        session.rollback()


def test_may_use_is_one_call(app: Flask, story: Evaluated) -> None:
    ask = {"system_id": story.system_id, "lot_id": story.made.lots[0], "provider_id": story.provider("alder")}
    with acting(app, "placement@knowsley.example") as (session, _):
        assert may_use(session, authority_id=story.region.organisations["sefton"], **ask)
        assert not may_use(session, authority_id=story.region.organisations["knowsley"], **ask)
        assert not may_use(session, authority_id=story.region.organisations["wirral"], **ask)


def test_the_round_is_complete_when_no_agreement_is_awaited(app: Flask, story: Evaluated) -> None:
    with acting(app, LEAD) as (session, _):
        assert session.get_one(Round, story.round_id).status == "complete"


def test_silence_is_not_consent(app: Flask, evaluated_round: Make, urls: Urls) -> None:
    case = evaluated_round(standstill_days=None)
    run_to_effect_without_standstill(case, {"halton": {}, "sefton": {"outcome": "defer"}})
    with acting(app, "placement@halton.example") as (session, actor):
        said = {
            r.council: r.waiting_for
            for r in usability(session, actor, system_id=case.system_id, provider_id=case.provider("alder"))
        }
    by = clock.today() + timedelta(days=14)
    until = clock.today() + timedelta(days=30)
    assert said["Halton"] is None
    assert said["Liverpool"] == f"Liverpool has not decided yet (asked by {by.day} {by:%B %Y})"
    assert said["Sefton"] == f"Sefton has deferred its decision to {until.day} {until:%B %Y}"


def run_to_effect_without_standstill(case: Evaluated, answers: dict[str, dict[str, object]]) -> None:
    case.approve_outcome()
    matter = case.ask_use()
    for slug, answer in answers.items():
        case.decide(slug, matter, **answer)
    case.to_effect()


def test_a_decision_of_the_future_opens_nothing_yet(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round(standstill_days=None)
    later = clock.today() + timedelta(days=5)
    run_to_effect_without_standstill(case, {"halton": {"effective_on": later}})
    with acting(app, "placement@halton.example") as (session, actor):
        rows = usability(session, actor, system_id=case.system_id, authority_id=actor.organisation_id)
    assert not any(r.usable for r in rows)
    assert {r.usable_from for r in rows} == {later}
    assert rows[0].waiting_for == f"Halton’s decision takes effect on {later.day} {later:%B %Y}"


def first_admission(case: Evaluated) -> UUID:
    with acting(case.app, LEAD) as (session, _):
        return session.scalars(select(Admission.id).where(Admission.round_id == case.round_id)).all()[0]


class TestOrder:
    """Each step waits for the one before, in the pages and in the database."""

    def test_not_before_the_lead_has_approved(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        case.ask_outcome()
        with pytest.raises(Refused, match="not recorded an approval"), acting(app, LEAD) as (session, actor):
            take_up_outcome(session, actor, round_id=case.round_id)
        admission = first_admission(case)
        with pytest.raises(DBAPIError, match="not recorded an approval"), acting(app, LEAD) as (session, _):
            session.execute(text("SELECT app.move_admission(:id, 'proposed', 'approved')"), {"id": admission})

    def test_not_approved_admits_nobody(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        case.decide("halton", case.ask_outcome(), outcome="not_approve")
        with pytest.raises(Refused, match="not recorded an approval"), acting(app, LEAD) as (session, actor):
            release_letters(session, actor, round_id=case.round_id)

    def test_nothing_is_inserted_as_approved(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        born = Admission(
            system_id=case.system_id, lead_id=case.provider("halton"), round_id=case.round_id, lot_id=case.made.lots[0],
            application_id=case.applications["cedar"], provider_id=case.provider("cedar"), provider_name="Cedar",
            areas=[], status="approved", proposed_at=clock.now(),
        )  # fmt: skip
        with acting(app, LEAD) as (session, _):
            session.add(born)
            with pytest.raises(DBAPIError, match="row-level security"):
                session.flush()
            session.rollback()

    def test_no_agreement_inside_the_standstill(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        case.approve_outcome()
        with acting(app, LEAD) as (session, actor):
            release_letters(session, actor, round_id=case.round_id)
        with pytest.raises(Refused, match="standstill has not ended"), acting(app, LEAD) as (session, actor):
            issue_agreements(session, actor, round_id=case.round_id)
        admission = first_admission(case)
        with pytest.raises(DBAPIError, match="standstill has not ended"), acting(app, LEAD) as (session, _):
            session.execute(text("SELECT app.move_admission(:id, 'standstill', 'agreement_issued')"), {"id": admission})

    def test_the_provider_accepts_first(self, app: Flask, evaluated_round: Make, urls: Urls) -> None:
        case = evaluated_round(standstill_days=None)
        case.approve_outcome()
        with acting(app, LEAD) as (session, actor):
            release_letters(session, actor, round_id=case.round_id)
            issued = issue_agreements(session, actor, round_id=case.round_id)
            mine = next(a.id for a in issued if a.provider_id == case.provider("birch"))
        with pytest.raises(Refused), acting(app, LEAD) as (session, actor):
            accept_agreement(session, actor, admission_id=mine)
        with pytest.raises(NotPermitted), acting(app, "writer@birch.example") as (session, actor):
            accept_agreement(session, actor, admission_id=mine)
        with pytest.raises(Missing), acting(app, "admin@alder.example") as (session, actor):
            accept_agreement(session, actor, admission_id=mine)
        with (
            pytest.raises(DBAPIError, match="no such agreement"),
            acting(app, "admin@alder.example") as (session, actor),
        ):
            session.execute(text("SELECT app.move_admission(:id, 'agreement_issued', 'signed')"), {"id": mine})
        with acting(app, "admin@birch.example") as (session, actor):
            assert decline_agreement(session, actor, admission_id=mine).status == "declined_by_provider"

    def test_others_than_the_lead(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        with pytest.raises(NotPermitted), acting(app, "procurement@sefton.example") as (session, actor):
            propose_admissions(session, actor, round_id=case.round_id)
        with pytest.raises(Missing), acting(app, "admin@alder.example") as (session, actor):
            propose_admissions(session, actor, round_id=case.round_id)
