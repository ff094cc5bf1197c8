"""After recording: publication, call-in, what scrutiny said, clerical errors. The record itself never changes."""

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
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.decisions.actions import (
    Resolved,
    call_in,
    correct_record,
    draft_own_decision,
    publish_record,
    record_decision,
    resolve_call_in,
)
from portal.decisions.models import Correction, Decision
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated, decision_values
from tests.support.region import acting, reading

Make = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]
CALL_IN = (
    "INSERT INTO decisions.call_ins (id, decision_id, authority_id, requested_on, requested_by, grounds, note, written_by, written_at) "
    "VALUES (gen_random_uuid(), :id, :a, CURRENT_DATE, 'x', 'x', '', '', CURRENT_TIMESTAMP)"
)
DEMOCRATIC = "democratic@sefton.example"
WORDS = "That the involvement of this council in the procurement exercise be approved."


def minute(app: Flask, **changed: Any) -> UUID:
    """A minute of Sefton on the record, taken today."""
    values = decision_values() | {"title": "A minute", "effective_on": None, "decided_by_post": "Cabinet"} | changed
    with acting(app, "procurement@sefton.example") as (session, actor):
        drafted = draft_own_decision(session, actor, resolutions=[Resolved("1", WORDS, "approves")], **values).id
    with acting(app, DEMOCRATIC) as (session, actor):
        return record_decision(session, actor, decision_id=drafted).id


def published(app: Flask, decision: UUID, effective: date) -> None:
    with acting(app, DEMOCRATIC) as (session, actor):
        publish_record(session, actor, decision_id=decision, published_on=clock.today(), effective_on=effective)


def called_in(app: Flask, decision: UUID, **changed: Any) -> None:
    values = {"requested_on": clock.today(), "requested_by": "Three members of scrutiny", "grounds": "Costs."} | changed
    with acting(app, DEMOCRATIC) as (session, actor):
        call_in(session, actor, decision_id=decision, **values)


def heard(app: Flask, decision: UUID, outcome: str) -> None:
    with acting(app, DEMOCRATIC) as (session, actor):
        resolve_call_in(session, actor, decision_id=decision, outcome=outcome, resolved_on=clock.today())


def state(app: Flask, decision: UUID) -> tuple[str, date | None]:
    with acting(app, DEMOCRATIC) as (session, _):
        found = session.get_one(Decision, decision)
        return found.status, found.effective_on


def test_a_record_has_no_effective_day_before_it_is_published(app: Flask) -> None:
    decision = minute(app)
    assert state(app, decision) == ("recorded", None)
    tomorrow = clock.today() + timedelta(days=1)
    published(app, decision, tomorrow)
    assert state(app, decision) == ("recorded", tomorrow)
    with reading(app, None) as session:
        assert session.get_one(Decision, decision).title == "A minute"


def test_nobody_outside_reads_it_before_publication(app: Flask) -> None:
    decision = minute(app)
    for email in (None, "democratic@wirral.example", "admin@alder.example"):
        with reading(app, email) as session:
            assert session.get(Decision, decision) is None, email


@pytest.mark.parametrize(
    ("days", "effective", "field"),
    [(None, 0, "published_on"), (1, 2, "published_on"), (-1, 0, "published_on"), (0, None, "effective_on"), (0, -1, "effective_on")],
)  # fmt: skip
def test_days_of_publication_that_do_not_fit(app: Flask, days: int | None, effective: int | None, field: str) -> None:
    decision, today = minute(app), clock.today()
    with acting(app, DEMOCRATIC) as (session, actor), pytest.raises(Invalid) as refused:
        publish_record(
            session,
            actor,
            decision_id=decision,
            published_on=None if days is None else today + timedelta(days=days),
            effective_on=None if effective is None else today + timedelta(days=effective),
        )
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("outcome", ["upheld", "confirmed"])
def test_a_call_in_takes_the_effect_away_until_scrutiny_has_spoken(app: Flask, outcome: str) -> None:
    decision = minute(app)
    published(app, decision, clock.today() + timedelta(days=6))
    called_in(app, decision)
    assert state(app, decision) == ("called_in", None)
    heard(app, decision, outcome)
    assert state(app, decision) == ("recorded", clock.today())


def test_sent_back_it_waits_until_it_is_confirmed(app: Flask) -> None:
    decision = minute(app)
    published(app, decision, clock.today() + timedelta(days=6))
    called_in(app, decision)
    heard(app, decision, "reconsider")
    assert state(app, decision) == ("called_in", None)
    with pytest.raises(Refused, match="on the record already"):
        heard(app, decision, "upheld")
    heard(app, decision, "confirmed")
    assert state(app, decision) == ("recorded", clock.today())


def test_what_cannot_be_called_in(app: Flask) -> None:
    unpublished = minute(app)
    with pytest.raises(DBAPIError, match="record has been published"):
        called_in(app, unpublished)
    in_effect = minute(app)
    published(app, in_effect, clock.today())
    with pytest.raises(DBAPIError, match="in effect already"):
        called_in(app, in_effect)
    exempt = minute(app, call_in_exempt_because="A child must be placed.")
    published(app, exempt, clock.today() + timedelta(days=6))
    with pytest.raises(DBAPIError, match="exempted from call-in"):
        called_in(app, exempt)
    late = minute(app)
    published(app, late, clock.today() + timedelta(days=6))
    with pytest.raises(Invalid) as refused:
        called_in(app, late, last_day=clock.today() - timedelta(days=1))
    assert "call-in period ended on" in refused.value.fields["requested_on"]
    called_in(app, late)
    with pytest.raises(Refused, match="called in once"):
        called_in(app, late)


def test_only_those_who_record_for_that_council(app: Flask) -> None:
    decision = minute(app)
    with acting(app, "legal@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        publish_record(session, actor, decision_id=decision, published_on=clock.today(), effective_on=clock.today())
    published(app, decision, clock.today() + timedelta(days=6))
    with acting(app, "democratic@wirral.example") as (session, actor):
        with pytest.raises(Missing):
            call_in(session, actor, decision_id=decision, requested_on=clock.today(), requested_by="x", grounds="x")
        with pytest.raises(Missing):
            correct_record(session, actor, decision_id=decision, field="reasons", reads="x", because="x")
    # Nor by a statement of their own: the database asks the role, and a foreign decision is not there to be held.
    for email, state in (("legal@sefton.example", "PT403"), ("democratic@wirral.example", "PT409")):
        with acting(app, email) as (session, actor):
            request = {"id": decision, "a": actor.organisation_id}
            with pytest.raises(DBAPIError) as refused:
                session.execute(text(CALL_IN), request)
            assert getattr(refused.value.orig, "sqlstate", None) == state, email


def test_a_record_is_not_changed_by_hand(app: Flask) -> None:
    decision = minute(app)
    for change in (
        "status = 'called_in', effective_on = NULL",
        "reasons = 'Others'",
        "is_key = true",
        "status = 'draft'",
    ):
        with acting(app, DEMOCRATIC) as (session, _), pytest.raises(DBAPIError, match="not changed"):
            session.execute(text(f"UPDATE decisions.decisions SET {change} WHERE id = :id"), {"id": decision})
    with acting(app, DEMOCRATIC) as (session, _), pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text("UPDATE decisions.decisions SET public_at = now() WHERE id = :id"), {"id": decision})


def test_both_versions_of_a_corrected_error_are_shown(app: Flask, client_for: ClientFor) -> None:
    decision = minute(app, minute_number="23")
    published(app, decision, clock.today())
    for reads in ("32", "32 (1)"):
        with acting(app, DEMOCRATIC) as (session, actor):
            correct_record(
                session, actor, decision_id=decision, field="minute_number", reads=reads, because="Mistyped."
            )
    with reading(app, None) as session:
        rows = session.query(Correction).filter_by(decision_id=decision).order_by(Correction.written_at).all()
        assert [(row.read, row.reads) for row in rows] == [("23", "32"), ("32", "32 (1)")]
        assert session.get_one(Decision, decision).minute_number == "23"
    with acting(app, DEMOCRATIC) as (session, actor), pytest.raises(Invalid) as refused:
        correct_record(session, actor, decision_id=decision, field="outcome", reads="", because="")
    assert set(refused.value.fields) == {"field", "reads", "because"}


@pytest.fixture(scope="module")
def case(evaluated_round: Make) -> Evaluated:
    made = evaluated_round(demonstration=True, standstill_days=None)
    made.approve_outcome()
    return made


def test_a_call_in_by_the_pages_bars_the_use_of_providers(app: Flask, client_for: ClientFor, case: Evaluated) -> None:
    matter = case.ask_use()
    decision = case.decide("sefton", matter, effective_on=None)
    officer = client_for(DEMOCRATIC)
    page = f"/decisions/records/{decision}"
    today, later = clock.today(), clock.today() + timedelta(days=6)
    days = {"published_on": _typed(today), "effective_on": _typed(later)}
    assert officer.send(f"{page}/publish", days).status_code == 409, "embargoed until the letters are out"
    case.to_effect()
    assert officer.send(f"{page}/publish", {"published_on": ["", "", ""]}).status_code == 422
    assert officer.send(f"{page}/publish", days).status_code == 303
    assert "Waits for its day" in officer.get(page).get_data(as_text=True)
    wrong = officer.send(
        f"{page}/call-in", {"requested_on": _typed(today), "requested_by": "", "grounds": "Kept words"}
    )
    assert wrong.status_code == 422
    assert "Kept words" in wrong.get_data(as_text=True)
    request = {"requested_on": _typed(today), "requested_by": "Three members", "grounds": "Costs."}
    assert client_for("procurement@sefton.example").send(f"{page}/call-in", request).status_code == 403
    assert client_for("democratic@wirral.example").send(f"{page}/call-in", request).status_code == 404
    assert officer.send(f"{page}/call-in", request).status_code == 303
    board = client_for("cabinet@wirral.example").get(f"/decisions/{matter}").get_data(as_text=True)
    assert "Called in: Sefton" in board
    assert _usable(app) == 0
    assert officer.send(f"{page}/heard", {"outcome": "upheld", "resolved_on": _typed(today)}).status_code == 303
    assert _usable(app) > 0
    assert "Scrutiny upheld the decision" in officer.get(page).get_data(as_text=True)
    wrong = officer.send(f"{page}/correct", {"field": "reasons", "reads": "", "because": ""})
    assert wrong.status_code == 422
    assert officer.send(f"{page}/correct", {"field": "reasons", "reads": "So.", "because": "Typo."}).status_code == 303
    assert "Should read" in officer.get(page).get_data(as_text=True)


def _typed(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def _usable(app: Flask) -> int:
    with acting(app, "placement@sefton.example") as (session, actor):
        found = session.execute(
            text("SELECT count(*) FROM app.usability(NULL) WHERE usable AND authority_id = :a"),
            {"a": actor.organisation_id},
        )
        return int(found.scalar_one())
