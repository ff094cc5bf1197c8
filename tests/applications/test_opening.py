"""The opening ceremony: after closing, two persons, two councils, two passwords; every refusal is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.applications.actions.opening import confirm_opening
from portal.applications.models import Application, OpeningConfirmation, RefusedOpening
from portal.applications.queries.opened import opened_applications
from portal.core.audit.models import AuditLine, Refusal
from portal.core.errors import Missing, PortalError
from tests.support.applying import OpenRound
from tests.support.evaluating import Evaluated
from tests.support.region import PASSWORD, acting

FIRST, SECOND = "procurement@halton.example", "legal@sefton.example"


def try_to_open(app: Flask, email: str, round_id: object, password: str = PASSWORD) -> str:
    with acting(app, email) as (session, actor):
        return confirm_opening(session, actor, round_id=round_id, password=password).state  # type: ignore[arg-type]


def refused(app: Flask, email: str, round_id: object, password: str = PASSWORD) -> str:
    with pytest.raises(PortalError) as caught:
        try_to_open(app, email, round_id, password)
    return caught.value.sentence


def test_all_02_two_officers_of_two_councils_open_what_was_submitted(
    app: Flask, closed_round: Callable[..., Evaluated]
) -> None:
    case = closed_round()
    with acting(app, FIRST) as (session, _):
        assert session.query(Application.id).filter(Application.round_id == case.id).count() == 0
    assert try_to_open(app, FIRST, case.id) == "first"
    with acting(app, FIRST) as (session, _):
        assert opened_applications(session, case.id) == ()
    assert try_to_open(app, SECOND, case.id) == "opened"
    with acting(app, "head@wirral.example") as (session, _):
        opened = opened_applications(session, case.id)
        assert {a.id for a in opened} == set(case.applications.values())
        assert {len(a.lots) for a in opened} == {1, 2}


def test_before_closing_it_is_refused_and_kept_in_the_chain(app: Flask, open_round: Callable[..., OpenRound]) -> None:
    round_ = open_round()
    assert "Nothing can be opened before" in refused(app, FIRST, round_.id)
    with acting(app, "head@knowsley.example") as (session, _):
        kept = session.scalars(select(RefusedOpening).where(RefusedOpening.round_id == round_.id)).all()
        assert [(k.organisation_name, "Nothing can be opened before" in k.sentence) for k in kept] == [
            ("Halton Borough Council", True)
        ]
    with acting(app, FIRST) as (session, _):
        lines = session.scalars(
            select(AuditLine.sentence).where(
                AuditLine.verb == "applications.opening.refused", AuditLine.system_id == round_.system_id
            )
        ).all()
        assert len(lines) == 1
        assert session.scalars(select(Refusal).where(Refusal.path.contains(str(round_.id)))).all()
        assert not session.scalars(select(OpeningConfirmation).where(OpeningConfirmation.round_id == round_.id)).all()


@pytest.mark.parametrize(
    ("second", "password", "sentence"),
    [
        (FIRST, PASSWORD, "another person, of another council"),
        ("commissioning@halton.example", PASSWORD, "another person, of another council"),
        (SECOND, "not the password at all", "not your password"),
        ("head@sefton.example", PASSWORD, "Only a procurement, commissioning or legal officer"),
    ],
    ids=["same officer twice", "same council twice", "wrong password", "another role"],
)
def test_what_does_not_make_a_second_officer(
    app: Flask, closed_round: Callable[..., Evaluated], second: str, password: str, sentence: str
) -> None:
    case = closed_round({"alder": ("residential",)})
    assert try_to_open(app, FIRST, case.id) == "first"
    assert sentence in refused(app, second, case.id, password)
    with acting(app, FIRST) as (session, _):
        assert opened_applications(session, case.id) == ()
        kept = session.scalars(select(RefusedOpening.sentence).where(RefusedOpening.round_id == case.id)).all()
        assert len(kept) == 1
        assert sentence in kept[0]
    assert try_to_open(app, SECOND, case.id) == "opened"
    assert "not waiting to be opened" in refused(app, "legal@wirral.example", case.id)


@pytest.mark.parametrize("email", ["admin@alder.example", "operator@portal.example"])
def test_a_round_is_not_there_to_open_for_others(
    app: Flask, closed_round: Callable[..., Evaluated], email: str
) -> None:
    case = closed_round({"alder": ("residential",)})
    with acting(app, email) as (session, actor), pytest.raises(Missing):
        confirm_opening(session, actor, round_id=case.id, password=PASSWORD)


def test_guessing_the_password_ends_after_five_tries(app: Flask, closed_round: Callable[..., Evaluated]) -> None:
    case = closed_round({"alder": ("residential",)})
    guesser = "legal@wirral.example"
    for _ in range(5):
        assert "not your password" in refused(app, guesser, case.id, "one more guess at it")
    assert "too many wrong passwords" in refused(app, guesser, case.id)
    assert try_to_open(app, FIRST, case.id) == "first"
