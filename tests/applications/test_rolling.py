"""An always-open round: it never closes, what was received is opened as a batch, each application has its own days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.applications.actions.assessing import extend_assessment
from portal.applications.actions.drafting import save_answers, start_application
from portal.applications.actions.opening import OpeningState, confirm_opening
from portal.applications.actions.submitting import withdraw_application
from portal.applications.models import Application, AssessmentExtension, SealKey, Submission
from portal.applications.queries.assessing import clocks_of, own_clock
from portal.applications.queries.opened import opened_applications
from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.decisions.actions import draft_decision, record_decision
from portal.evaluation.queries.results import results_of
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.actions.closing import propose_closing
from portal.purchasing_systems.actions.rounds import cancel_round, change_window, plan_round, publish_round
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.as_at import RegisterFilter, register_as_at
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rolling import received_of, system_runs
from portal.purchasing_systems.queries.rounds import phase_of, published_rounds
from portal.purchasing_systems.queries.usability import usability
from portal.purchasing_systems.rules.profiles import decide_by
from tests.support.applying import OpenRound, begun_round
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values, set_days
from tests.support.evaluating import Evaluated
from tests.support.region import COUNCILS, PASSWORD, Region, acting
from tests.support.rounds import LEAD, rolling_values

FIRST, SECOND = LEAD, "legal@sefton.example"
Clients = Callable[..., StrictClient]


@pytest.fixture(scope="module")
def rolling(app: Flask, region: Region) -> Callable[..., OpenRound]:
    """A new always-open round."""
    return lambda publish=True, **more: begun_round(
        app, region, closes_in=None, publish=publish, **rolling_values(**more)
    )


class OfBatch(Evaluated):
    """The evaluation of a batch, which two officers have opened already."""

    def open(self) -> Evaluated:
        return self


def valid_until(app: Flask, urls: Urls, last: date, rolling: Callable[..., OpenRound]) -> OpenRound:
    """An always-open round of a system whose term ends, or ended, on that day."""
    round_ = rolling(publish=False)
    set_days(urls, "UPDATE purchasing_systems.systems SET valid_until = %s WHERE id = %s", last, round_.system_id)
    with acting(app, LEAD) as (session, actor):
        publish_round(session, actor, round_id=round_.id)
    return round_


def confirm(app: Flask, email: str, round_id: UUID) -> OpeningState:
    with acting(app, email) as (session, actor):
        return confirm_opening(session, actor, round_id=round_id, password=PASSWORD)


def open_batch(app: Flask, round_id: UUID) -> UUID:
    """Both officers; the batch's id."""
    assert confirm(app, FIRST, round_id).state == "first"
    state = confirm(app, SECOND, round_id)
    assert state.state == "opened"
    assert state.round_id is not None
    return state.round_id


def test_r9_01_an_always_open_round_is_never_closed_by_the_lead(
    app: Flask, region: Region, rolling: Callable[..., OpenRound]
) -> None:
    """R9-01: any provider may apply at any time while a true DPS is valid; the form is never closed by the lead."""
    round_ = rolling()
    with acting(app, LEAD) as (session, actor):
        found = session.get_one(Round, round_.id)
        assert (found.always_open, phase_of(found)) == (True, "open")
        with pytest.raises(Refused, match="at any time while the system is valid"):
            cancel_round(session, actor, round_id=round_.id, reason="We have enough.")
        with pytest.raises(Refused, match="no closing time"):
            propose_closing(session, actor, round_id=round_.id, closes_at=clock.NEVER + timedelta(0), reason="x")
        with pytest.raises(Refused, match="always open and takes applications at any time"):
            plan_round(session, actor, system_id=round_.system_id, number=2, opens_at=clock.now(), closes_at=None)
        with pytest.raises(Refused, match="is published"):
            change_window(session, actor, round_id=round_.id, opens_at=clock.now(), closes_at=None)
    for statement, sentence in (
        ("SELECT app.cancel_round(:round, 'We have enough.')", "not closed or cancelled before"),
        ("SELECT app.propose_closing(:round, now() + interval '1 day', 'x')", "no closing time"),
        ("SELECT app.plan_window(:round, now(), now() + interval '1 day')", "is published"),
    ):
        with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match=f"{sentence}|permission denied"):
            session.execute(text(statement), {"round": round_.id})


def test_a_closing_time_is_refused_where_there_is_none_and_needed_where_there_is_one(
    app: Flask, region: Region
) -> None:
    round_ = begun_round(app, region, closes_in=None, publish=False, **rolling_values())
    now = clock.now()
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            change_window(session, actor, round_id=round_.id, opens_at=now, closes_at=now + timedelta(days=9))
        assert "Leave out the closing time" in refused.value.fields["closes_at"]
    windowed = begun_round(app, region, publish=False)
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as missing:
            change_window(session, actor, round_id=windowed.id, opens_at=now, closes_at=None)
        assert "Enter when the round closes" in missing.value.fields["closes_at"]


def test_what_was_received_is_opened_as_a_batch_and_read_by_its_panel(
    app: Flask, region: Region, rolling: Callable[..., OpenRound]
) -> None:
    """The seal holds for what is not opened; what is opened is read, judged and told like any round."""
    round_ = rolling()
    alder, _ = round_.complete("alder", "residential")
    left = round_.begin("writer@cedar.example", "residential")
    with acting(app, FIRST) as (session, _):
        assert session.scalars(select(Application.id).where(Application.system_id == round_.system_id)).all() == []
    batch = open_batch(app, round_.id)
    birch, _ = round_.complete("birch", "residential")
    with acting(app, FIRST) as (session, _):
        assert [a.id for a in opened_applications(session, batch)] == [alder]
        assert opened_applications(session, round_.id) == ()
        assert session.get(Application, birch) is None
        assert session.get(Application, left) is None
        found = session.get_one(Round, batch)
        assert (found.taken_from_id, found.always_open, found.status, found.number) == (round_.id, False, "opened", 2)
        assert session.get_one(Round, round_.id).status == "published"
    case = OfBatch(app, region, replace(round_, id=batch), {"alder": alder})
    with acting(app, "commissioning@sefton.example") as (session, _):
        assert session.scalars(select(SealKey.id).where(SealKey.round_id == batch)).all() == []
    case.to_signed_off("residential")
    with acting(app, FIRST) as (session, _):
        assert [r.outcome for r in results_of(session, batch)] == ["recommended"]
    second = open_batch(app, round_.id)
    with acting(app, "head@wirral.example") as (session, _):
        assert [a.id for a in opened_applications(session, second)] == [birch]
        rounds = [r.id for r in published_rounds(session) if r.system_id == round_.system_id]
    assert rounds == [round_.id]


def test_nothing_is_opened_where_nothing_waits(app: Flask, region: Region, rolling: Callable[..., OpenRound]) -> None:
    round_ = rolling()
    made = round_.begin("writer@alder.example", "residential")
    with pytest.raises(Refused, match="No application waits"):
        confirm(app, FIRST, round_.id)
    round_.answer("writer@alder.example", made, "residential")
    round_.submit("admin@alder.example", made)
    assert confirm(app, FIRST, round_.id).state == "first"
    for same in (FIRST, "legal@halton.example"):
        with pytest.raises(Refused, match="another council"):
            confirm(app, same, round_.id)
    with acting(app, "admin@alder.example") as (session, actor):
        withdraw_application(session, actor, application_id=made)
    with pytest.raises(Refused, match="No application waits"):
        confirm(app, SECOND, round_.id)


def test_an_opened_application_does_not_change_and_its_provider_can_apply_again(
    app: Flask, region: Region, rolling: Callable[..., OpenRound], client_for: Clients
) -> None:
    """Rejected applicants to an always-open system may apply again at any time: the round is free for a new application."""
    round_ = rolling()
    first, receipt = round_.complete("alder", "residential")
    batch = open_batch(app, round_.id)
    keys, asked = app.extensions["keys"], next(iter(round_.questions.values())).id
    with acting(app, "admin@alder.example") as (session, actor):
        assert session.get_one(Application, first).round_id == batch
        with pytest.raises(Refused, match="was opened, so it can no longer be changed"):
            save_answers(session, actor, keys, application_id=first, answers={asked: "B"}, versions={})
        with pytest.raises((Refused, DBAPIError)):
            withdraw_application(session, actor, application_id=first)
    with acting(app, "admin@alder.example") as (session, actor):
        again = start_application(session, actor, keys, round_id=round_.id)
        assert again.id != first
    client = client_for("admin@alder.example")
    assert "and opened by two officers at" in client.get(f"/applications/{first}").get_data(as_text=True)
    assert client.get(f"/receipts/{receipt.id}").status_code == 200
    assert client.get(f"/receipts/{receipt.id}.pdf").status_code == 200
    listed = client.get("/applications").get_data(as_text=True)
    assert "Always open" in listed
    assert client_for("admin@birch.example").get(f"/applications/{first}").status_code == 404


def test_r9_02_each_application_has_its_own_days_seen_by_officers_and_provider(
    app: Flask, region: Region, rolling: Callable[..., OpenRound], client_for: Clients
) -> None:
    """R9-02: each application has its own decision clock (10 working days; 15 if extended with reasons)."""
    round_ = rolling()
    made, _ = round_.complete("alder", "residential")
    today = clock.today()
    with acting(app, FIRST) as (session, _):
        system = session.get_one(PurchasingSystem, round_.system_id)
        profile = profile_of(session, system)
        by, longer = decide_by(profile, today), decide_by(profile, today, extended=True)
        waiting = received_of(session, session.get_one(Round, round_.id), profile, system_runs(session, system.id))
    assert [(r.received_on, r.number, r.waits, r.by) for r in waiting] == [(today, 1, False, by)]
    page = client_for(FIRST).get(f"/systems/{round_.system_id}/rounds/{round_.id}").get_data(as_text=True)
    assert "Received and not opened" in page
    batch = open_batch(app, round_.id)
    with acting(app, FIRST) as (session, actor), pytest.raises(Invalid):
        extend_assessment(session, actor, round_id=batch, application_id=made, reason=" ")
    with acting(app, "procurement@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        extend_assessment(session, actor, round_id=batch, application_id=made, reason="Accounts are awaited.")
    with acting(app, "admin@alder.example") as (session, actor), pytest.raises(Missing):
        extend_assessment(session, actor, round_id=batch, application_id=made, reason="Accounts are awaited.")
    client = client_for(FIRST)
    assert client.send(f"/rounds/{batch}/clocks/{made}/longer", {"reason": ""}).status_code == 422
    assert client.send(f"/rounds/{batch}/clocks/{made}/longer", {"reason": "Accounts are awaited."}).status_code == 303
    with acting(app, FIRST) as (session, actor):
        clocks = clocks_of(session, session.get_one(Round, batch), session.get_one(PurchasingSystem, round_.system_id))
        assert [(c.by, c.extended_because) for c in clocks] == [(longer, "Accounts are awaited.")]
        with pytest.raises(Refused, match="taken already"):
            extend_assessment(session, actor, round_id=batch, application_id=made, reason="Again.")
    assert "Accounts are awaited." in client_for("head@wirral.example").get(f"/rounds/{batch}/clocks").get_data(
        as_text=True
    )
    assert "Accounts are awaited." in client_for("admin@alder.example").get(f"/applications/{made}").get_data(
        as_text=True
    )
    assert client_for("admin@alder.example").get(f"/rounds/{batch}/clocks").status_code == 403
    assert client_for(FIRST).get(f"/rounds/{round_.id}/clocks").status_code == 404
    with acting(app, "admin@birch.example") as (session, _):
        assert session.scalars(select(AssessmentExtension.id)).all() == []


def test_officers_learn_days_and_numbers_and_never_whose(
    app: Flask, region: Region, rolling: Callable[..., OpenRound]
) -> None:
    round_ = rolling()
    round_.complete("alder", "residential")
    statement = text("SELECT * FROM app.received(:round)")
    with acting(app, FIRST) as (session, _):
        assert [tuple(row) for row in session.execute(statement, {"round": round_.id})] == [(clock.today(), 1)]
    for email in ("admin@birch.example", "operator@portal.example"):
        with acting(app, email) as (session, _):
            assert session.execute(statement, {"round": round_.id}).all() == []
    windowed = begun_round(app, region)
    windowed.complete("alder", "residential")
    with acting(app, FIRST) as (session, _):
        assert session.execute(statement, {"round": windowed.id}).all() == []


def test_r9_03_what_comes_after_the_validity_waits_until_an_extension_takes_effect(
    app: Flask, region: Region, urls: Urls, rolling: Callable[..., OpenRound], client_for: Clients
) -> None:
    """R9-03: received after the validity end date, applications wait and are not evaluated; released, they have the ordinary days."""
    today, ended = clock.today(), clock.today() - timedelta(days=10)
    round_ = valid_until(app, urls, ended, rolling)
    made, _ = round_.complete("alder", "residential")
    page = client_for("admin@alder.example").get(f"/applications/{made}").get_data(as_text=True)
    assert "Waiting: the system is not valid at present" in page
    assert "is not evaluated" in page
    assert "no extension is in effect" in client_for("admin@birch.example").get(f"/rounds/{round_.id}").get_data(
        as_text=True
    )
    assert "Waits: received after the system ended" in client_for(FIRST).get(
        f"/systems/{round_.system_id}/rounds/{round_.id}"
    ).get_data(as_text=True)
    with pytest.raises(Refused, match="No application waits to be opened"):
        confirm(app, FIRST, round_.id)
    _extend(app, region, round_.system_id, ended, today + timedelta(days=300))
    with acting(app, "admin@alder.example") as (session, _):
        own = own_clock(session, session.get_one(Application, made), session.get_one(Round, round_.id))
        assert own is not None
        assert not own.waits
        assert own.by is not None
        assert own.runs.extended_from == today
    batch = open_batch(app, round_.id)
    with acting(app, FIRST) as (session, _):
        system = session.get_one(PurchasingSystem, round_.system_id)
        clocks = clocks_of(session, session.get_one(Round, batch), system)
        assert [c.by for c in clocks] == [decide_by(profile_of(session, system), today)]


def _extend(app: Flask, region: Region, system_id: UUID, ends_on: date, new_end: date) -> None:
    with acting(app, LEAD) as (session, actor):
        point = add_extension_point(
            session, actor, system_id=system_id, title="Option", ends_on=ends_on, new_end=new_end, source="Terms, clause 4"
        ).id  # fmt: skip
        matter = ask_councils(
            session, actor, system_id=system_id, kind=m.EXTEND, subject=str(point), answer_by=clock.today() + timedelta(days=30),
            councils=[region.organisations[slug] for slug in COUNCILS],
        ).id  # fmt: skip
    with acting(app, "democratic@halton.example") as (session, actor):
        drafted = draft_decision(session, actor, matter_id=matter, **decision_values())
        record_decision(session, actor, decision_id=drafted.id)


def test_r9_03_while_it_is_valid_an_application_runs_on_the_ordinary_days(
    app: Flask, region: Region, urls: Urls, rolling: Callable[..., OpenRound]
) -> None:
    """R9-03: while the system is still valid, pending extension or not, applications are assessed on the ordinary clock."""
    round_ = valid_until(app, urls, clock.today(), rolling)
    made, _ = round_.complete("alder", "residential")
    with acting(app, "admin@alder.example") as (session, _):
        own = own_clock(session, session.get_one(Application, made), session.get_one(Round, round_.id))
    assert own is not None
    assert not own.waits
    assert own.by is not None
    open_batch(app, round_.id)


def test_r5_04_the_window_stays_open_or_reopens_for_the_whole_term(
    app: Flask, region: Region, rolling: Callable[..., OpenRound]
) -> None:
    """R5-04: the admission window stays open, or re-opens, for the whole five years."""
    windowed = begun_round(app, region, vehicle="pdps")
    last = date(2030, 10, 18)
    with acting(app, LEAD) as (session, actor):
        opens = clock.london(last, 8)
        for number in range(2, 20):
            planned = plan_round(
                session, actor, system_id=windowed.system_id, number=number, opens_at=opens, closes_at=opens + timedelta(hours=8)
            )  # fmt: skip
        assert planned.number == 19
        after = opens + timedelta(days=1)
        with pytest.raises(Invalid) as refused:
            plan_round(
                session, actor, system_id=windowed.system_id, number=20, opens_at=after, closes_at=after + timedelta(hours=8)
            )  # fmt: skip
        assert "no longer valid" in refused.value.fields["opens_at"]
    always = rolling()
    with acting(app, LEAD) as (session, _):
        assert session.get_one(Round, always.id).closes_at > clock.london(last)


def test_r1_10_and_r2_02_admitted_providers_are_carried_forward(
    app: Flask, region: Region, admitted: tuple[OpenRound, UUID], client_for: Clients
) -> None:
    """R1-10: re-opening a window changes no admission. R2-02: rounds are numbered without limit; nobody admitted is asked to apply again."""
    round_, system_id = admitted
    with acting(app, LEAD) as (session, actor):
        before = [
            (r.admission_id, r.admission_status, r.usable) for r in usability(session, actor, system_id=system_id)
        ]
        now = clock.now()
        planned = plan_round(
            session, actor, system_id=system_id, number=18, opens_at=now, closes_at=now + timedelta(days=9)
        )
        cancel_round(session, actor, round_id=planned.id, reason="Test.")
        after = [(r.admission_id, r.admission_status, r.usable) for r in usability(session, actor, system_id=system_id)]
    assert before == after != []
    page = client_for("admin@alder.example").get(f"/rounds/{round_.id}").get_data(as_text=True)
    assert "You are admitted already to lot 1; you need not apply again." in page
    assert "You are admitted already" not in client_for("admin@birch.example").get(f"/rounds/{round_.id}").get_data(
        as_text=True
    )


@pytest.fixture(scope="module")
def admitted(app: Flask, region: Region, urls: Urls) -> tuple[OpenRound, UUID]:
    """Alder was admitted to lot 1 in an earlier window; another one is open."""
    round_ = begun_round(app, region, number=2)
    set_days(
        urls,
        "INSERT INTO purchasing_systems.admissions (id, system_id, lead_id, round_id, lot_id, application_id, provider_id, provider_name, "
        "areas, prices, status, proposed_at, approved_at, released_at, agreement_issued_at, provider_accepted_at, effective_at) "
        "SELECT gen_random_uuid(), r.system_id, r.lead_id, r.id, l.id, gen_random_uuid(), %s, 'Alder', ARRAY[r.lead_id], '[]', 'effective', "
        "now(), now(), now(), now(), now(), now() FROM purchasing_systems.rounds r JOIN purchasing_systems.lots l ON l.system_id = r.system_id "
        "AND l.number = 1 WHERE r.id = %s",
        region.organisations["alder"],
        round_.id,
    )
    return round_, round_.system_id


def test_where_the_lead_admits_every_council_can_use_a_member_without_a_vote(
    app: Flask,
    region: Region,
    urls: Urls,
    rolling: Callable[..., OpenRound],
    client_for: Callable[[str], StrictClient],
) -> None:
    round_ = rolling()
    set_days(
        urls,
        "INSERT INTO purchasing_systems.admissions (id, system_id, lead_id, round_id, lot_id, application_id, provider_id, provider_name, "
        "areas, prices, status, proposed_at, approved_at, released_at, agreement_issued_at, provider_accepted_at, effective_at) "
        "SELECT gen_random_uuid(), r.system_id, r.lead_id, r.id, l.id, gen_random_uuid(), %s, 'Alder', "
        "ARRAY(SELECT authority_id FROM purchasing_systems.participations WHERE system_id = r.system_id), '[]', 'effective', "
        "now(), now(), now(), now(), now(), now() FROM purchasing_systems.rounds r JOIN purchasing_systems.lots l ON l.system_id = r.system_id "
        "AND l.number = 1 WHERE r.id = %s",
        region.organisations["alder"],
        round_.id,
    )
    with acting(app, "head@wirral.example") as (session, actor):
        rows = usability(session, actor, system_id=round_.system_id)
        wanted = RegisterFilter(system_id=round_.system_id, standing="usable")
        entries = register_as_at(session, clock.now(), wanted, today=clock.today())
    assert len(rows) == len(entries) == len(COUNCILS)
    assert all(row.usable and row.usable_from == clock.today() for row in (*rows, *entries))
    page = client_for("placement@wirral.example").get(f"/register?system={round_.system_id}").get_data(as_text=True)
    assert "Admitted by Halton" in page
    assert "/records/None" not in page


def test_superseded_versions_stay_sealed_in_a_batch(
    app: Flask, region: Region, rolling: Callable[..., OpenRound]
) -> None:
    round_ = rolling()
    made, first = round_.complete("alder", "residential")
    second = round_.submit("admin@alder.example", made)
    batch = open_batch(app, round_.id)
    with acting(app, FIRST) as (session, _):
        seen = session.scalars(select(Submission.version).where(Submission.round_id == batch)).all()
    assert (first.version, second.version, seen) == (1, 2, [2])
