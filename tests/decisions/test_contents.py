"""What stands inside a decision: consultations, joint holders, exempt appendices, parts; and what never leaves the council."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Refused
from portal.decisions.actions import (
    Resolved,
    add_appendix,
    agree,
    consult,
    draft_decision,
    draft_own_decision,
    publish_record,
    record_decision,
)
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated, decision_values
from tests.support.region import acting, reading

ClientFor = Callable[..., StrictClient]
OFFICER, DEMOCRATIC = "procurement@sefton.example", "democratic@sefton.example"
CANARY = "CANARY-7431"
HIDDEN = "SELECT (SELECT count(*) FROM decisions.consultation_comments WHERE text LIKE :c), (SELECT count(*) FROM decisions.exempt_texts WHERE text LIKE :c)"


def draft(app: Flask, **changed: Any) -> UUID:
    values = decision_values() | {"title": "A minute", "effective_on": clock.today()} | changed
    with acting(app, OFFICER) as (session, actor):
        resolutions = [Resolved("1", "That it be approved.", "approves")]
        return draft_own_decision(session, actor, resolutions=resolutions, **values).id


def recorded(app: Flask, decision: UUID) -> UUID:
    with acting(app, DEMOCRATIC) as (session, actor):
        return record_decision(session, actor, decision_id=decision).id


def typed(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def test_comments_and_exempt_texts_never_leave_the_council(app: Flask) -> None:
    decision = draft(app)
    with acting(app, OFFICER) as (session, actor):
        common = {"decision_id": decision, "evidence": "E-mail", "consulted_on": clock.today()}
        consult(session, actor, post="Cabinet Member", comment=f"I doubt it. {CANARY}", **common)
        add_appendix(
            session,
            actor,
            decision_id=decision,
            title="Prices",
            paragraph=3,
            public_interest="It would harm competition.",
            exempt_text=f"£1,000 {CANARY}",
        )
    recorded(app, decision)
    with acting(app, DEMOCRATIC) as (session, actor):
        publish_record(session, actor, decision_id=decision, published_on=clock.today(), effective_on=clock.today())
    with acting(app, "legal@sefton.example") as (session, _):
        assert session.execute(text(HIDDEN), {"c": f"%{CANARY}%"}).one() == (1, 1)
    for email in (None, "democratic@wirral.example", "procurement@halton.example", "admin@alder.example"):
        with reading(app, email) as session:
            assert session.execute(text(HIDDEN), {"c": f"%{CANARY}%"}).one() == (0, 0), email
            shown = session.execute(
                text("SELECT title, paragraph, public_interest FROM decisions.appendices WHERE decision_id = :d"),
                {"d": decision},
            ).all()
            assert shown == [("Prices", 3, "It would harm competition.")], email


def test_a_refusal_of_a_joint_holder_keeps_it_from_being_to_approve(app: Flask) -> None:
    decision = draft(app, route="joint_holders")
    with acting(app, OFFICER) as (session, actor):
        said = {"decision_id": decision, "agreed_on": clock.today(), "evidence": "Signed form"}
        agree(session, actor, post="Head of Children’s Social Care", agreed=True, **said)
        agree(session, actor, post="Cabinet Member", agreed=False, **said)
        with pytest.raises(Refused, match="noted already"):
            agree(session, actor, post="Cabinet Member", agreed=True, **said)
    with acting(app, DEMOCRATIC) as (session, _), pytest.raises(DBAPIError, match="A joint holder has refused"):
        session.execute(text("UPDATE decisions.decisions SET status = 'recorded' WHERE id = :d"), {"d": decision})


def test_nothing_is_added_to_a_record(app: Flask) -> None:
    decision = recorded(app, draft(app))
    with acting(app, OFFICER) as (session, actor), pytest.raises(Refused, match="on the record"):
        agree(session, actor, decision_id=decision, post="x", agreed=True, agreed_on=clock.today(), evidence="x")
    with acting(app, OFFICER) as (session, actor), pytest.raises(DBAPIError, match="draft of your own council"):
        session.execute(
            text(
                "INSERT INTO decisions.agreements (id, decision_id, authority_id, post, agreed, agreed_on) "
                "VALUES (gen_random_uuid(), :d, :a, 'x', true, '2026-01-01')"
            ),
            {"d": decision, "a": actor.organisation_id},
        )


@pytest.mark.parametrize(
    ("path", "values", "field"),
    [
        ("consult", {"post": "", "evidence": "E-mail"}, "post"),
        ("consult", {"post": "Cabinet Member", "evidence": ""}, "evidence"),
        ("consult", {"post": "Cabinet Member", "evidence": "x", "consulted_on": ["31", "2", "2026"]}, "consulted_on"),
        ("consult", {"post": "Cabinet Member", "evidence": "x", "consulted_on": ["1", "1", "2999"]}, "consulted_on"),
        ("agree", {"post": "Cabinet Member", "evidence": "x", "agreed": "perhaps"}, "agreed"),
        ("agree", {"post": "", "evidence": "x", "agreed": "yes"}, "post"),
        ("appendix", {"title": "", "paragraph": "3", "public_interest": "x"}, "title"),
        ("appendix", {"title": "Prices", "paragraph": "99", "public_interest": "x"}, "paragraph"),
        ("appendix", {"title": "Prices", "paragraph": "3", "public_interest": " "}, "public_interest"),
    ],
)
def test_bad_input_is_said_beside_the_field(
    app: Flask, client_for: ClientFor, path: str, values: dict[str, Any], field: str
) -> None:
    decision = draft(app)
    day = typed(clock.today())
    page = client_for(OFFICER).send(
        f"/decisions/drafts/{decision}/{path}",
        {"consulted_on": day, "agreed_on": day, "comment": "Kept words"} | values,
    )
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.get_data(as_text=True)


def test_foreign_drafts_are_not_there(app: Flask, client_for: ClientFor) -> None:
    decision = draft(app)
    for path in ("consult", "agree", "appendix"):
        assert client_for("procurement@wirral.example").get(f"/decisions/drafts/{decision}/{path}").status_code == 404
        assert client_for("finance@sefton.example").get(f"/decisions/drafts/{decision}/{path}").status_code == 403


@pytest.mark.parametrize(
    ("days", "urgency", "agreed_by", "refused"),
    [
        (28, "", "", "earliest lawful day"),
        (29, "", "", None),
        (5, "general_exception", "", "Enter who was told"),
        (5, "general_exception", "Chair of scrutiny", None),
    ],
)
def test_r9_08_a_key_decision_waits_for_its_notice(
    app: Flask, days: int, urgency: str, agreed_by: str, refused: str | None
) -> None:
    decided = clock.today()
    key = {"is_key": True, "key_reason": "Over £500,000", "notice_on": decided - timedelta(days=days)}
    decision = draft(app, **key, urgency=urgency, urgency_agreed_by=agreed_by, decided_on=decided)
    if refused is None:
        recorded(app, decision)
        return
    with pytest.raises(Refused, match=refused):
        recorded(app, decision)


def test_the_database_refuses_a_key_decision_without_notice(app: Flask) -> None:
    decision = draft(app, is_key=True, key_reason="x", notice_on=clock.today() - timedelta(days=28))
    with acting(app, DEMOCRATIC) as (session, _), pytest.raises(DBAPIError, match="earliest lawful day is"):
        session.execute(text("UPDATE decisions.decisions SET status = 'recorded' WHERE id = :d"), {"d": decision})


def test_the_days_of_seed_003(app: Flask) -> None:
    """S3: notice first published on 28 September 2020; 28 clear days make 27 October 2020 the first lawful day."""
    key = {"is_key": True, "key_reason": "Expenditure > £500,000", "notice_on": date(2020, 9, 28), "route": "officer"}
    early = draft(app, **key, decided_on=date(2020, 10, 26), effective_on=date(2020, 11, 10))
    with pytest.raises(Refused, match="27 October 2020"):
        recorded(app, early)
    recorded(app, draft(app, **key, decided_on=date(2020, 10, 27), effective_on=date(2020, 11, 10)))


def test_a_minute_has_a_title_and_numbered_resolutions(app: Flask) -> None:
    with acting(app, OFFICER) as (session, actor):
        for title, resolutions, field in (
            (" ", [Resolved("1", "x")], "title"),
            ("A", [Resolved("1", "x"), Resolved("1", "y")], "resolutions"),
            ("A", [Resolved("", "x")], "resolutions"),
            ("A", [Resolved("1", " ")], "resolutions"),
            ("A", [Resolved("1", "x", "binds")], "resolutions"),
        ):
            with pytest.raises(Invalid) as refused:
                draft_own_decision(session, actor, title=title, resolutions=resolutions)
            assert list(refused.value.fields) == [field]
        empty = draft_own_decision(session, actor, title="A", resolutions=[], **decision_values()).id
    with pytest.raises(Refused, match="at least one resolution"):
        recorded(app, empty)


def test_parts_are_answered_apart(app: Flask, evaluated_round: Callable[..., Evaluated]) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    with acting(app, OFFICER) as (session, actor), pytest.raises(Invalid):
        draft_decision(
            session,
            actor,
            matter_id=matter,
            parts={"extend": ("approve", "")},
            **decision_values(outcome="approve_in_part"),
        )
