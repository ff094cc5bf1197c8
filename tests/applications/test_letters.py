"""All letters at once, each with its own results, and nothing before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.applications.actions.letters import prepare_letters, release_letters
from portal.applications.models import Letter
from portal.core import clock
from portal.core.audit.models import AuditLine
from portal.core.errors import NotPermitted, Refused
from portal.core.notify.models import Message
from portal.governance.rules.clocks import standstill_of_the_regulations
from portal.purchasing_systems.models import Admission, Round
from portal.purchasing_systems.queries.usability import usability
from tests.support.evaluated import LEAD, Evaluated
from tests.support.region import acting

Make = Callable[..., Evaluated]
PROVIDERS = ("alder", "birch", "cedar")


def seen_by_provider(case: Evaluated, slug: str) -> dict[str, int]:
    """Everything a provider could learn its outcome from."""
    with acting(case.app, f"admin@{slug}.example") as (session, actor):
        return {
            "letters": len(session.scalars(select(Letter).where(Letter.round_id == case.round_id)).all()),
            "admissions": len(session.scalars(select(Admission).where(Admission.round_id == case.round_id)).all()),
            "usability": len(usability(session, actor, system_id=case.system_id)),
            "results": session.execute(text("SELECT count(*) FROM evaluation.results")).scalar_one(),
            "decisions": session.execute(text("SELECT count(*) FROM decisions.decisions")).scalar_one(),
            "messages": len(
                session.scalars(
                    select(Message).where(
                        Message.kind.like("%letter%"), Message.organisation_id == actor.organisation_id
                    )
                ).all()
            ),
            "trail": len(session.scalars(select(AuditLine).where(AuditLine.system_id == case.system_id)).all()),
        }


def test_nothing_before_the_letters_go_out(evaluated_round: Make) -> None:
    case = evaluated_round()
    before = {slug: seen_by_provider(case, slug) for slug in PROVIDERS}
    # The database is shared with other tests: messages and results of other rounds are not counted against this one.
    assert all(not (seen["letters"] or seen["admissions"] or seen["usability"]) for seen in before.values()), before
    case.approve_outcome()
    case.decide("halton", case.ask_use())
    with acting(case.app, LEAD) as (session, actor):
        prepare_letters(session, actor, round_id=case.round_id)
    assert {slug: seen_by_provider(case, slug) for slug in PROVIDERS} == before


def test_all_06_all_at_once_each_with_its_own(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    with acting(app, LEAD) as (session, actor):
        made = release_letters(session, actor, round_id=case.round_id)
        assert len(made) == 3
        assert len({letter.released_at for letter in made}) == 1
        assert session.get_one(Round, case.round_id).status == "notified"
        admitted = session.scalars(select(Admission).where(Admission.round_id == case.round_id)).all()
        end = standstill_of_the_regulations(clock.today(), 10)
        assert {a.standstill_ends_at for a in admitted} == {clock.london(end + timedelta(days=1))}
        assert {a.status for a in admitted} == {"standstill"}
    for slug in PROVIDERS:
        with acting(app, f"writer@{slug}.example") as (session, _):
            (letter,) = session.scalars(select(Letter).where(Letter.round_id == case.round_id)).all()
            words = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(letter.pdf)).pages)
            assert letter.content["reference"] == f"R1-{slug.upper()}"
            assert f"R1-{slug.upper()}" in words
            assert not [other for other in PROVIDERS if other != slug and f"R1-{other.upper()}" in words]
            assert "How do you keep children safe?" in words
            assert [
                line.sentence
                for line in session.scalars(select(AuditLine).where(AuditLine.system_id == case.system_id))
            ]
    with acting(app, "admin@cedar.example") as (session, actor):
        (letter,) = session.scalars(select(Letter).where(Letter.round_id == case.round_id)).all()
        assert letter.content["lots"][0]["because"] == ["The answer on safety scored 2. The lowest score allowed is 3."]
        subjects = session.scalars(select(Message.subject).where(Message.link == f"/letters/{letter.id}")).all()
        assert subjects == ["Outcome available: round 1"]


def test_once_only(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    with acting(app, LEAD) as (session, actor):
        release_letters(session, actor, round_id=case.round_id)
    for act in (release_letters, prepare_letters):
        with pytest.raises(Refused, match="gone out already"), acting(app, LEAD) as (session, actor):
            act(session, actor, round_id=case.round_id)


def test_not_before_the_approval_takes_effect(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.decide("halton", case.ask_outcome(), effective_on=clock.today() + timedelta(days=5))
    with acting(app, LEAD) as (session, actor):
        prepare_letters(session, actor, round_id=case.round_id)
    with pytest.raises(Refused, match="takes effect"), acting(app, LEAD) as (session, actor):
        release_letters(session, actor, round_id=case.round_id)
    with pytest.raises(DBAPIError, match="has taken effect"), acting(app, LEAD) as (session, actor):
        session.execute(text("SELECT app.release_letters(:round, NULL)"), {"round": case.round_id})


def test_one_letter_alone_cannot_be_released(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    with acting(app, LEAD) as (session, actor):
        prepare_letters(session, actor, round_id=case.round_id)
    with pytest.raises(DBAPIError, match="permission denied"), acting(app, LEAD) as (session, actor):
        session.execute(text("UPDATE applications.letters SET released_at = app.now()"))


def test_a_standstill_is_not_shortened(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    with acting(app, LEAD) as (session, actor):
        prepare_letters(session, actor, round_id=case.round_id)
    for ends in (None, clock.now() + timedelta(days=9)):
        with pytest.raises(DBAPIError, match=r"shorter|Take up"), acting(app, LEAD) as (session, actor):
            session.execute(text("SELECT app.release_letters(:round, :ends)"), {"round": case.round_id, "ends": ends})


def test_only_the_lead(app: Flask, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    for email in ("procurement@sefton.example", "head@halton.example"):
        with pytest.raises(NotPermitted), acting(app, email) as (session, actor):
            release_letters(session, actor, round_id=case.round_id)
