"""A question answered with no is asked again by a matter of its own; a council that has answered may decide anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal.activity.needs.joint_decisions import awaiting
from portal.activity.needs.rounds import of_council
from portal.applications.actions.letters import release_letters
from portal.core import clock
from portal.core.audit.models import AuditLine
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.notify.models import Message
from portal.core.provision import Urls
from portal.decisions.actions import draft_decision, record_decision, withdraw_matter
from portal.decisions.models import Decision, Matter
from portal.purchasing_systems.actions.matters import ask_to_approve_outcome
from portal.purchasing_systems.queries.usability import Usability, usability
from tests.decisions.test_pages import typed, words
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, Evaluated, decision_values
from tests.support.region import acting, clock_set_back

Make = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]
WHY = "The panel has explained its scores for lot 2."


def ask_again(case: Evaluated, because: str = WHY) -> UUID:
    with acting(case.app, LEAD) as (session, actor):
        return ask_to_approve_outcome(
            session,
            actor,
            round_id=case.round_id,
            answer_by=clock.today() + timedelta(days=7),
            authority="Schedule 2",
            again_because=because,
        ).id


def refused(evaluated_round: Make) -> tuple[Evaluated, UUID]:
    case = evaluated_round(standstill_days=None)
    matter = case.ask_outcome()
    case.decide("halton", matter, outcome="not_approve")
    return case, matter


class TestAskedAgain:
    """The lead refused the outcome: no longer the end of the round."""

    def test_it_names_the_earlier_one_and_says_why(self, app: Flask, evaluated_round: Make) -> None:
        case, first = refused(evaluated_round)
        second = ask_again(case)
        with acting(app, "cabinet@sefton.example") as (session, _):
            earlier, later = session.get_one(Matter, first), session.get_one(Matter, second)
            assert (later.asked_after_id, later.asked_again_because, later.status) == (first, WHY, "open")
            assert (earlier.status, earlier.asked_again_because, earlier.is_live) == ("settled", "", False)
            assert earlier.asked_again_at is not None
            decision = session.scalars(select(Decision).where(Decision.matter_id == first)).one()
            assert (decision.status, decision.outcome) == ("recorded", "not_approve")
        with acting(app, LEAD) as (session, _):
            line = session.scalars(select(AuditLine).where(AuditLine.verb == "decisions.matter.raise")).all()[-1]
            today = clock.today()
            assert f"settled with no on {today.day} {today:%B %Y}" in line.sentence
            assert WHY in line.sentence
            told = select(Message).where(Message.link == f"/decisions/{second}", Message.kind == "decisions.matter.put")
        with acting(app, "head@halton.example") as (session, _actor):
            assert session.scalars(told).all() != []

    def test_the_approval_that_follows_lets_the_letters_go_out(self, app: Flask, evaluated_round: Make) -> None:
        case, _ = refused(evaluated_round)
        second = ask_again(case)
        with pytest.raises(Refused, match="not recorded an approval"), acting(app, LEAD) as (session, actor):
            release_letters(session, actor, round_id=case.round_id)
        case.decide("halton", second)
        with acting(app, LEAD) as (session, actor):
            assert len(release_letters(session, actor, round_id=case.round_id)) == 3

    def test_it_needs_a_reason(self, evaluated_round: Make) -> None:
        case, _ = refused(evaluated_round)
        with pytest.raises(Invalid) as caught:
            ask_again(case, "  ")
        assert set(caught.value.fields) == {"again_because"}

    def test_only_what_was_answered_with_no(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        matter = case.ask_outcome()
        with pytest.raises(Refused, match="already been put"):
            ask_again(case)
        case.decide("halton", matter, outcome="defer")
        with pytest.raises(Refused, match="already been put"):
            ask_again(case)
        case.decide("halton", matter)
        with pytest.raises(Refused, match="already been put"):
            ask_again(case)

    def test_it_can_be_refused_and_asked_a_third_time(self, app: Flask, evaluated_round: Make) -> None:
        case, first = refused(evaluated_round)
        second = ask_again(case)
        case.decide("halton", second, outcome="not_approve")
        third = ask_again(case, "Third reason.")
        with acting(app, LEAD) as (session, _):
            ids = select(Matter.id, Matter.asked_after_id).where(Matter.subject_id == case.round_id)
            assert {row.id: row.asked_after_id for row in session.execute(ids)} == {
                first: None,
                second: first,
                third: second,
            }

    def test_nobody_answers_the_earlier_one(self, app: Flask, evaluated_round: Make) -> None:
        case, first = refused(evaluated_round)
        ask_again(case)
        with pytest.raises(Refused, match="no longer open"):
            case.draft("halton", first)

    def test_who_needs_what(self, app: Flask, evaluated_round: Make) -> None:
        case, _ = refused(evaluated_round)

        def says(text: str) -> bool:
            with acting(app, LEAD) as (session, actor):
                page = f"/rounds/{case.round_id}/outcome"
                return any(text in n.text and n.url == page for n in of_council(session, actor, clock.now()))

        assert says("was not approved")
        ask_again(case)
        assert not says("was not approved")

    def test_by_the_pages(self, client_for: ClientFor, evaluated_round: Make) -> None:
        case, first = refused(evaluated_round)
        lead, page = client_for(LEAD), f"/rounds/{case.round_id}/outcome"
        shown = words(lead.get(page).get_data(as_text=True))
        assert "The outcome was not approved" in shown
        day = clock.today() + timedelta(days=5)
        given = {"authority": "Schedule 2", "answer_by": [str(day.day), str(day.month), str(day.year)]}
        missing = lead.send(f"{page}/ask", {**given, "again_because": ""})
        assert missing.status_code == 422
        assert "Say why the question is asked again" in missing.get_data(as_text=True)
        assert "Schedule 2" in missing.get_data(as_text=True)
        for who, status in (("finance@halton.example", 403), ("procurement@sefton.example", 403)):
            assert client_for(who).send(f"{page}/ask", {**given, "again_because": WHY}).status_code == status
        assert lead.send(f"{page}/ask", {**given, "again_because": WHY}).status_code == 303
        steps = lead.get(page).get_data(as_text=True)
        assert "Settled with no on" in words(steps)
        (second,) = {m for m in re.findall(r"/decisions/([0-9a-f-]{36})", steps) if m != str(first)}
        board = client_for("cabinet@wirral.example").get(f"/decisions/{second}").get_data(as_text=True)
        assert f'href="/decisions/{first}"' in board
        assert WHY in board
        earlier = lead.get(f"/decisions/{first}").get_data(as_text=True)
        assert "This question has been asked again" in earlier
        assert f'href="/decisions/{second}"' in earlier
        # Double click: the second finds it open.
        assert lead.send(f"{page}/ask", {**given, "again_because": WHY}).status_code == 409


class TestWithdrawn:
    """The lead takes back a question that nobody has answered."""

    def test_it_stays_on_record_and_those_asked_are_told(
        self, app: Flask, evaluated_round: Make, client_for: ClientFor
    ) -> None:
        case = evaluated_round()
        matter = case.ask_outcome()
        drafted = case.draft("halton", matter)
        with acting(app, LEAD) as (session, actor):
            found = withdraw_matter(session, actor, matter_id=matter, because="The results are looked at again.")
            assert (found.status, found.is_live) == ("withdrawn", False)
            assert found.withdrawn_at is not None
        with (
            pytest.raises(Refused, match="no longer open"),
            acting(app, "democratic@halton.example") as (session, actor),
        ):
            record_decision(session, actor, decision_id=drafted)
        with acting(app, "head@halton.example") as (session, actor):
            told = select(Message.subject).where(
                Message.kind == "decisions.matter.withdrawn", Message.link == f"/decisions/{matter}"
            )
            assert session.scalars(told).all() != []
            assert f"/decisions/{matter}" not in {n.url for n in awaiting(session, actor, clock.now())}
        board = client_for("head@halton.example").get(f"/decisions/{matter}").get_data(as_text=True)
        assert "The results are looked at again." in board
        draft = client_for("democratic@halton.example").get(f"/decisions/{matter}/draft").get_data(as_text=True)
        assert "It can no longer be recorded" in draft
        assert "Record this decision" not in draft
        # A fresh question follows; it was never answered, so no reason is asked for.
        assert case.ask_outcome() != matter

    def test_not_once_it_is_answered_and_not_by_others(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        matter = case.ask_outcome()
        with pytest.raises(NotPermitted), acting(app, "procurement@sefton.example") as (session, actor):
            withdraw_matter(session, actor, matter_id=matter, because="x")
        with pytest.raises(NotPermitted), acting(app, "finance@halton.example") as (session, actor):
            withdraw_matter(session, actor, matter_id=matter, because="x")
        case.decide("halton", matter, outcome="not_approve")
        with pytest.raises(DBAPIError, match="answered meanwhile"), acting(app, LEAD) as (session, actor):
            withdraw_matter(session, actor, matter_id=matter, because="x")


def rows_of(case: Evaluated, council: str = "sefton", provider: str = "alder") -> list[Usability]:
    with acting(case.app, f"placement@{council}.example") as (session, actor):
        return usability(
            session,
            actor,
            system_id=case.system_id,
            authority_id=actor.organisation_id,
            provider_id=case.provider(provider),
        )


def standing(case: Evaluated, council: str = "sefton") -> tuple[bool, object, object]:
    row = rows_of(case, council)[0]
    return row.usable, row.usable_from, row.usable_until


class TestDecidedAnew:
    """Each council for itself, also when it changes its mind; what it had decided stays on the record."""

    @pytest.fixture
    def effective(self, evaluated_round: Make) -> tuple[Evaluated, UUID]:
        case = evaluated_round(standstill_days=None)
        case.approve_outcome()
        matter = case.ask_use()
        case.to_effect()
        return case, matter

    def test_the_latest_decision_in_effect_counts(self, app: Flask, effective: tuple[Evaluated, UUID]) -> None:
        case, matter = effective
        today = clock.today()
        first = case.decide("sefton", matter)
        assert standing(case) == (True, today, None)
        second = case.decide("sefton", matter, outcome="not_approve")
        assert standing(case) == (False, None, None)
        assert rows_of(case)[0].waiting_for == "Sefton decided not to use the providers of round 1"
        third = case.decide(
            "sefton", matter, outcome="approve_with_restriction", restrictions=case.restriction("birch")
        )
        assert standing(case) == (True, today, None)
        assert [r.usable for r in rows_of(case, provider="birch")] == [False]
        with acting(app, "cabinet@wirral.example") as (session, _):
            found = {d: session.get_one(Decision, d) for d in (first, second, third)}
            assert [d.status for d in found.values()] == ["superseded", "superseded", "recorded"]
            assert [d.outcome for d in found.values()] == ["approve", "not_approve", "approve_with_restriction"]
            assert found[first].reasons == decision_values()["reasons"]
            assert session.get_one(Matter, matter).status == "open"

    def test_the_earlier_one_stands_until_the_later_takes_effect(self, effective: tuple[Evaluated, UUID]) -> None:
        case, matter = effective
        today, later = clock.today(), clock.today() + timedelta(days=10)
        case.decide("sefton", matter)
        case.decide("sefton", matter, outcome="not_approve", effective_on=later)
        assert standing(case) == (True, today, later - timedelta(days=1))
        assert rows_of(case)[0].waiting_for is None
        case.decide("wirral", matter, outcome="not_approve")
        case.decide("wirral", matter, effective_on=later)
        assert standing(case, "wirral") == (False, later, None)
        assert rows_of(case, "wirral")[0].waiting_for == f"Wirral’s decision takes effect on {later.day} {later:%B %Y}"

    def test_one_that_was_superseded_before_its_day_never_takes_effect(
        self, effective: tuple[Evaluated, UUID], urls: Urls
    ) -> None:
        case, matter = effective
        past, coming = clock.today() - timedelta(days=1), clock.today() + timedelta(days=5)
        with clock_set_back(urls, timedelta(days=3)):
            then = clock.today()
            case.decide("sefton", matter)
            case.decide("sefton", matter, outcome="not_approve", effective_on=past)
            case.decide("sefton", matter, outcome="approve", effective_on=coming, decided_on=then)
        assert standing(case)[0] is True
        with clock_set_back(urls, timedelta(days=3)):
            case.decide("wirral", matter)
            case.decide("wirral", matter, outcome="not_approve", effective_on=past)
        assert standing(case, "wirral")[0] is False

    def test_also_after_every_council_has_answered(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round(councils=("halton", "sefton"))
        case.approve_outcome()
        matter = case.ask_use()
        for slug in ("halton", "sefton"):
            case.decide(slug, matter, outcome="not_approve")
        with acting(app, LEAD) as (session, _):
            settled = session.get_one(Matter, matter).settled_at
        anew = case.decide("sefton", matter)
        with acting(app, LEAD) as (session, _):
            assert session.get_one(Decision, anew).status == "recorded"
            assert session.get_one(Matter, matter).settled_at == settled
            told = select(Message.subject).where(Message.link == f"/decisions/{matter}")
            assert any("decided anew" in one for one in session.scalars(told))
            said = select(AuditLine.sentence).where(AuditLine.verb == "decisions.decision.supersede")
            assert any("decided anew" in one for one in session.scalars(said))

    def test_it_is_no_way_back_to_silence(self, effective: tuple[Evaluated, UUID]) -> None:
        case, matter = effective
        case.decide("sefton", matter)
        drafted = case.draft("sefton", matter, outcome="defer")
        with (
            pytest.raises(Refused, match="nothing to defer"),
            acting(case.app, "head@sefton.example") as (session, actor),
        ):
            record_decision(session, actor, decision_id=drafted)
        old = clock.today() - timedelta(days=1)
        drafted = case.draft("sefton", matter, outcome="not_approve", decided_on=old)
        with (
            pytest.raises(Refused, match="cannot be older"),
            acting(case.app, "head@sefton.example") as (session, actor),
        ):
            record_decision(session, actor, decision_id=drafted)
        assert standing(case)[0] is True

    def test_the_lead_does_not_take_back_an_approval(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        matter = case.approve_outcome()
        with pytest.raises(Refused, match="A later change needs a new joint decision"):
            case.draft("halton", matter, outcome="not_approve")

    def test_another_council_still_cannot(self, app: Flask, effective: tuple[Evaluated, UUID]) -> None:
        case, matter = effective
        case.decide("sefton", matter)
        drafted = case.draft("sefton", matter, outcome="not_approve")
        with pytest.raises(Missing), acting(app, "democratic@wirral.example") as (session, actor):
            record_decision(session, actor, decision_id=drafted)
        with pytest.raises(NotPermitted), acting(app, "placement@sefton.example") as (session, actor):
            draft_decision(session, actor, matter_id=matter, **decision_values())

    def test_by_the_pages(self, client_for: ClientFor, effective: tuple[Evaluated, UUID]) -> None:
        case, matter = effective
        first = case.decide("sefton", matter)
        officer, recorder = client_for("procurement@sefton.example"), client_for("democratic@sefton.example")
        assert "Decide anew" in officer.get(f"/decisions/{matter}").get_data(as_text=True)
        assert "Decide anew" not in client_for("cabinet@sefton.example").get(f"/decisions/{matter}").get_data(
            as_text=True
        )
        form = officer.get(f"/decisions/{matter}/decide").get_data(as_text=True)
        assert "This is a later decision of its own" in form
        assert 'value="defer"' not in form
        later = clock.today() + timedelta(days=10)
        day = [str(later.day), str(later.month), str(later.year)]
        saved = officer.send(f"/decisions/{matter}/decide", typed(case, outcome="not_approve", effective_on=day))
        assert saved.status_code == 303
        board = officer.get(f"/decisions/{matter}").get_data(as_text=True)
        assert "Check the draft of your council’s later decision" in board
        with acting(case.app, "democratic@sefton.example") as (session, actor):
            assert f"/decisions/{matter}" in {n.url for n in awaiting(session, actor, clock.now())}
        recorded = recorder.send(f"/decisions/{matter}/record")
        assert recorded.status_code == 303
        other = client_for("cabinet@wirral.example")
        board = words(other.get(f"/decisions/{matter}").get_data(as_text=True))
        assert "Until then its earlier decision stands: approved." in board
        assert "a later decision followed on" in board
        assert f'href="/decisions/records/{first}"' in other.get(recorded.location).get_data(as_text=True)
        earlier = other.get(f"/decisions/records/{first}").get_data(as_text=True)
        assert "A later decision has followed" in earlier
        assert other.get(f"/decisions/records/{first}.pdf").data.startswith(b"%PDF")
        last = later - timedelta(days=1)
        until = f"Until {last.day} {last:%B %Y}"
        assert until in words(client_for("placement@sefton.example").get("/register").get_data(as_text=True))
        stand = words(client_for("admin@alder.example").get("/where-you-stand").get_data(as_text=True))
        assert until in stand
        assert "Sefton has decided anew" in stand
