"""An evaluation from the panel to signed results, by the people who take each step."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.applications.actions import evaluating
from portal.applications.reading import read_part
from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.notify.models import Message
from portal.evaluation.actions import declarations, moderation, scoring
from portal.evaluation.actions.checks import rule_on_check
from portal.evaluation.models import Consensus, Declaration, Panel, PanelMember, Result, Score
from portal.purchasing_systems.models import Round
from tests.support.evaluating import CHAIR, PANEL, PRICE, SCORERS, Evaluated, seat
from tests.support.region import Region, acting

Closed = Callable[..., Evaluated]
HALTON, LIVERPOOL, SEFTON = SCORERS


def reads(case: Evaluated, email: str, part: str, provider: str = "alder") -> bool:
    with acting(case.app, email) as (session, _):
        try:
            return bool(
                read_part(
                    session,
                    case.app.extensions["keys"],
                    application_id=case.applications[provider],
                    part=part,  # type: ignore[arg-type]
                )
            )
        except Missing:
            return False


def status_of(case: Evaluated) -> tuple[str, str]:
    with acting(case.app, CHAIR) as (session, _):
        return session.get_one(Round, case.id).status, session.get_one(Panel, case.panel_id).status


def test_an_evaluation_ends_in_results_that_say_why(closed_round: Closed) -> None:
    case = closed_round(
        {"alder": ("residential", "foster"), "birch": ("residential",), "cedar": ("residential",)},
        birch={"res-price-solo": "9999.00"},
        cedar={"sq-ins-employers": "cannot"},
    )
    case.to_moderation("residential", "foster")
    assert status_of(case) == ("evaluating", "scoring")
    case.meet("residential").agree("residential", res_safeguarding=2)
    case.meet("foster").agree("foster", 5)
    assert status_of(case) == ("moderating", "moderating")
    with acting(case.app, CHAIR) as (session, actor):
        moderation.agree_quality(session, actor, panel_id=case.panel_id)
    with acting(case.app, CHAIR) as (session, actor):
        evaluating.compute_round_results(session, actor, case.app.extensions["keys"], round_id=case.id)
    with acting(case.app, "head@wirral.example") as (session, _):
        assert session.scalars(select(Result).where(Result.subject_id == case.id)).all() == []
    with acting(case.app, CHAIR) as (session, actor):
        evaluating.sign_off_round(session, actor, round_id=case.id)
    assert status_of(case) == ("evaluated", "signed_off")
    with acting(case.app, "head@wirral.example") as (session, _):
        rows = session.scalars(select(Result).where(Result.subject_id == case.id)).all()
        session.expunge_all()
    found = {(r.candidate_name.split()[0], r.lot_id): r for r in rows}
    alder = found["Alder", case.lot("foster")]
    assert (alder.outcome, alder.quality_total, alder.reasons) == ("recommended", Decimal("100.00"), [])
    assert set(alder.areas) == {str(council) for council in case.round.councils.values()}
    below = found["Alder", case.lot("residential")]
    assert below.reasons == ["Method statement 1: Safeguarding: The agreed score is 2 out of 5. At least 3 was needed."]
    assert len(found["Birch", case.lot("residential")].reasons) == 2
    cedar = found["Cedar", case.lot("residential")]
    assert (cedar.quality_total, cedar.scores, cedar.prices) == (None, [], [])
    assert "We cannot obtain it" in cedar.reasons[0]


def test_all_04_content_is_read_only_once_declared_and_ruled_on(closed_round: Closed) -> None:
    case = closed_round().open().start()
    assert not reads(case, LIVERPOOL, "quality")
    case.declare(LIVERPOOL, interests={"birch": "A relative works there."})
    assert not reads(case, LIVERPOOL, "quality")
    case.rule()
    assert reads(case, LIVERPOOL, "quality")
    assert not reads(case, LIVERPOOL, "quality", "birch")
    assert not reads(case, SEFTON, "quality")
    assert not reads(case, "head@halton.example", "quality")


def test_price_stays_shut_until_quality_is_agreed(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}).to_moderation("residential")
    case.meet("residential")
    assert [reads(case, email, "price") for email in (CHAIR, PRICE, *SCORERS)] == [False] * 5
    with acting(case.app, CHAIR) as (session, actor), pytest.raises(Refused, match="still open"):
        moderation.agree_quality(session, actor, panel_id=case.panel_id)
    case.agree("residential")
    with acting(case.app, CHAIR) as (session, actor):
        moderation.agree_quality(session, actor, panel_id=case.panel_id)
    assert [reads(case, email, "price") for email in (CHAIR, PRICE, *SCORERS)] == [True, True, False, False, False]
    with acting(case.app, CHAIR) as (session, actor), pytest.raises((Refused, DBAPIError)):
        moderation.record_consensus(
            session,
            actor,
            panel_id=case.panel_id,
            candidate_id=case.applications["alder"],
            question_id=case.question("res-safeguarding"),
            lot_id=case.lot("residential"),
            score=5,
            letter_rationale="Now that I know the price.",
            internal_rationale="",
            meeting_id=case.meetings["residential"],
        )


def test_quality_is_not_agreed_while_an_agreed_score_is_missing(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential", "foster")}).to_moderation("residential", "foster")
    case.meet("residential").agree("residential")
    with acting(case.app, CHAIR) as (session, actor), pytest.raises(DBAPIError, match="7 still to agree"):
        moderation.agree_quality(session, actor, panel_id=case.panel_id)


def test_others_scores_are_not_there_before_ones_own_are_submitted(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential", "foster")}).to_scoring()
    case.score(HALTON, "residential").submit(HALTON, "residential")
    case.score(LIVERPOOL, "residential", 2)
    assert case.scores_seen_by(LIVERPOOL) == 7
    assert case.scores_seen_by(CHAIR) == 0
    assert case.scores_seen_by("head@halton.example") == 0
    case.submit(LIVERPOOL, "residential")
    assert case.scores_seen_by(LIVERPOOL) == 14
    case.score(HALTON, "foster").submit(HALTON, "foster")
    # The other lot is still blind to who has not scored it.
    assert case.scores_seen_by(LIVERPOOL) == 14
    assert case.scores_seen_by("procurement@wirral.example") == 0


def test_a_meeting_waits_for_every_sheet_of_its_lot(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential", "foster")}).to_scoring()
    for email in (HALTON, LIVERPOOL):
        case.score(email, "residential").submit(email, "residential")
    with pytest.raises(DBAPIError, match="Awaited: Commissioning officer, Sefton"):
        case.meet("residential")
    case.score(SEFTON, "residential").submit(SEFTON, "residential")
    case.meet("residential")
    assert case.scores_seen_by(CHAIR) == 21


def test_all_05_scores_are_submitted_when_complete_and_then_stay(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",), "birch": ("residential",)}).to_scoring()
    with acting(case.app, HALTON) as (session, actor):
        kept = scoring.save_score(
            session,
            actor,
            panel_id=case.panel_id,
            candidate_id=case.applications["alder"],
            question_id=case.question("res-safeguarding"),
            lot_id=case.lot("residential"),
            score=4,
            reason="",
            draft=True,
        ).id
    with pytest.raises(DBAPIError, match="0 of 14 done"):
        case.submit(HALTON, "residential")
    case.score(HALTON, "residential")
    assert case.submit(HALTON, "residential") == 14
    with pytest.raises(DBAPIError, match="already submitted"):
        case.submit(HALTON, "residential")
    with acting(case.app, HALTON) as (session, _):
        changed = session.execute(text("UPDATE evaluation.scores SET score = 0 WHERE id = :id"), {"id": kept})
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    for email in (LIVERPOOL, SEFTON):
        case.score(email, "residential", 1).submit(email, "residential")
    case.meet("residential").agree("residential", 3)
    with acting(case.app, HALTON) as (session, _):
        assert session.get_one(Score, kept).score == 4


@pytest.mark.parametrize("score", [None, -1, 6])
def test_a_score_is_whole_and_between_nothing_and_five(closed_round: Closed, score: int | None) -> None:
    case = closed_round({"alder": ("residential",)}).to_scoring()
    with acting(case.app, HALTON) as (session, actor), pytest.raises(Invalid) as caught:
        scoring.save_score(
            session,
            actor,
            panel_id=case.panel_id,
            candidate_id=case.applications["alder"],
            question_id=case.question("res-safeguarding"),
            lot_id=case.lot("residential"),
            score=score,
            reason="Clear.",
        )
    assert caught.value.fields == {"score": "Select a score from 0 to 5."}


def test_a_stand_in_scores_the_one_applicant_in_place_of_who_was_removed(closed_round: Closed, region: Region) -> None:
    case = closed_round({"alder": ("residential",), "birch": ("residential",)}).open().start()
    case.declare(CHAIR, PRICE, HALTON, LIVERPOOL)
    case.declare(SEFTON, interests={"birch": "A close relative fosters with this provider."}).rule()
    stand_in = "placement@sefton.example"
    with acting(case.app, CHAIR) as (session, actor):
        declarations.rule_on_declaration(
            session,
            actor,
            declaration_id=case.declaration_of(SEFTON, "birch"),
            ruling="removed",
            replacement=seat(region, stand_in),
        )
    with pytest.raises(Refused, match="Placement officer, Sefton"):
        case.check()
    case.declare(stand_in).rule().check()
    assert [reads(case, stand_in, "quality", slug) for slug in ("alder", "birch")] == [False, True]
    assert [reads(case, SEFTON, "quality", slug) for slug in ("alder", "birch")] == [True, False]
    for email in (*SCORERS, stand_in):
        case.score(email, "residential")
    assert [case.submit(email, "residential") for email in (*SCORERS, stand_in)] == [14, 14, 7, 7]
    case.meet("residential")


def test_scoring_waits_until_each_applicant_has_two_evaluators(closed_round: Closed, region: Region) -> None:
    case = closed_round({"alder": ("residential",)}).open().start().declare(CHAIR, PRICE, HALTON)
    case.declare(LIVERPOOL, SEFTON, interests={"alder": "I was on its board."}).rule()
    for email in (LIVERPOOL, SEFTON):
        with acting(case.app, CHAIR) as (session, actor):
            declarations.rule_on_declaration(
                session, actor, declaration_id=case.declaration_of(email, "alder"), ruling="removed"
            )
    with pytest.raises(Refused, match="At least two evaluators"):
        case.check()
    with acting(case.app, CHAIR) as (session, actor):
        declarations.rule_on_declaration(
            session,
            actor,
            declaration_id=case.declaration_of(SEFTON, "alder"),
            ruling="removed",
            replacement=seat(region, "placement@sefton.example"),
        )
    case.declare("placement@sefton.example").rule().check()


def test_an_interest_of_ones_own_is_ruled_on_by_another_officer(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}).open().start()
    case.declare(CHAIR, interests={"alder": "I was on its board."})
    row = case.declaration_of(CHAIR, "alder")
    with acting(case.app, CHAIR) as (session, actor), pytest.raises(Refused, match="Another officer"):
        declarations.rule_on_declaration(session, actor, declaration_id=row, ruling="none")
    with acting(case.app, CHAIR) as (session, _):
        changed = session.execute(
            text("UPDATE evaluation.declarations SET ruling = 'none', ruled_at = app.now() WHERE id = :id"), {"id": row}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    with acting(case.app, HALTON) as (session, actor):
        declarations.rule_on_declaration(
            session, actor, declaration_id=row, ruling="managed", managed_how="Marks what is written, nothing else."
        )
    assert reads(case, CHAIR, "quality")


def test_nobody_rules_as_a_lead_they_named_themselves(closed_round: Closed, region: Region) -> None:
    case = closed_round({"alder": ("residential",)}).open().start()
    own = region.organisations["sefton"]
    with acting(case.app, SEFTON) as (session, actor):
        member = session.scalars(select(PanelMember).where(PanelMember.person_id == actor.person_id)).all()[-1]
        values = {
            "panel_id": case.panel_id, "subject_id": case.id, "system_id": case.round.system_id, "member_id": member.id,
            "person_id": actor.person_id, "organisation_id": own, "candidate_id": case.applications["alder"],
            "candidate_name": "Alder", "interest": False, "text": "", "declared_at": clock.now(),
        }  # fmt: skip
        session.add(Declaration(lead_id=own, **values))
        with pytest.raises(DBAPIError, match="violates foreign key"):
            session.flush()
        session.rollback()


def test_a_council_cannot_form_a_panel_for_a_round_it_does_not_lead(closed_round: Closed, region: Region) -> None:
    case = closed_round({"alder": ("residential",)}).open()
    own = region.organisations["sefton"]
    with acting(case.app, SEFTON) as (session, actor), pytest.raises(NotPermitted):
        evaluating.start_evaluation(session, actor, round_id=case.id, members=[seat(region, email) for email in PANEL])
    with acting(case.app, SEFTON) as (session, _):
        session.add(Panel(subject_id=case.id, system_id=case.round.system_id, lead_id=own))
        with pytest.raises(DBAPIError, match="row-level security"):
            session.flush()
        session.rollback()


def test_a_panel_that_falls_short_is_not_formed(closed_round: Closed, region: Region) -> None:
    case = closed_round({"alder": ("residential",)}).open()
    with acting(case.app, CHAIR) as (session, actor), pytest.raises(Invalid) as caught:
        evaluating.start_evaluation(
            session, actor, round_id=case.id, members=[seat(region, email) for email in PANEL[:-1]]
        )
    assert "at least 3 councils" in caught.value.fields["evaluators"]
    case.start()
    with acting(case.app, LIVERPOOL) as (session, actor):
        told = session.scalars(select(Message).where(Message.link == f"/rounds/{case.id}/evaluation")).all()
        assert [m.kind for m in told] == ["panel_seat"]


def test_what_the_rule_leaves_open_is_judged_by_an_officer(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}, alder={"sq-misconduct": "yes"})
    case.open().start().declare(*PANEL).rule()
    with pytest.raises(Refused, match="rule leaves open"):
        case.check()
    with acting(case.app, CHAIR) as (session, actor):
        rule_on_check(
            session,
            actor,
            panel_id=case.panel_id,
            candidate_id=case.applications["alder"],
            question_id=case.question("sq-misconduct"),
            lot_id=None,
            passed=True,
            reason="It was ten years ago and what was put right is convincing.",
        )
    case.check()
    with acting(case.app, LIVERPOOL) as (session, actor), pytest.raises(NotPermitted):
        rule_on_check(
            session,
            actor,
            panel_id=case.panel_id,
            candidate_id=case.applications["alder"],
            question_id=case.question("sq-misconduct"),
            lot_id=None,
            passed=False,
            reason="No.",
        )


def test_an_injected_statement_moves_no_panel_and_scores_nothing_of_others(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}).to_scoring()
    case.score(HALTON, "residential").submit(HALTON, "residential")
    for statement in (
        "UPDATE evaluation.panels SET quality_agreed_at = app.now(), status = 'quality_agreed'",
        "SELECT app.move_panel(:panel, 'scoring', 'quality_agreed')",
        """INSERT INTO evaluation.score_sheets SELECT gen_random_uuid(), panel_id, system_id, :lot, id, person_id,
        organisation_id, app.now() FROM evaluation.panel_members""",
    ):
        for email in (CHAIR, LIVERPOOL):
            with acting(case.app, email) as (session, _), pytest.raises(DBAPIError):
                session.execute(text(statement), {"panel": case.panel_id, "lot": case.lot("residential")})
    with acting(case.app, "procurement@wirral.example") as (session, _):
        assert session.scalars(select(Consensus)).all() == []
        assert session.execute(text("SELECT * FROM app.to_be_scored(:panel)"), {"panel": case.panel_id}).all() == []


def test_providers_find_nothing_of_an_evaluation(closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}).to_moderation("residential").meet("residential")
    with acting(case.app, "admin@alder.example") as (session, actor):
        for model in (Panel, PanelMember, Declaration, Score, Consensus, Result):
            assert session.query(model).count() == 0
        with pytest.raises(Missing):
            scoring.submit_scores(session, actor, panel_id=case.panel_id, lot_id=case.lot("residential"))
