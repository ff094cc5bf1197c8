"""A signed-off evaluation is opened again with a reason; what was signed off stays on record, and nothing of it is acted on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.applications.actions.evaluating import reopen_round
from portal.applications.actions.letters import prepare_letters
from portal.applications.models import Letter
from portal.core import clock
from portal.core.audit.models import AuditLine
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.notify.models import Message
from portal.decisions.actions import draft_decision, record_decision
from portal.decisions.models import Matter
from portal.evaluation.actions import moderation
from portal.evaluation.models import Consensus, Panel, Reopening, Result, Score
from portal.evaluation.queries.results import results_of
from portal.purchasing_systems.actions.matters import ask_to_approve_outcome
from portal.purchasing_systems.models import Admission, Round
from tests.evaluation.test_walk import reads
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values
from tests.support.evaluating import CHAIR, PRICE, SCORERS, Evaluated
from tests.support.region import acting

Closed = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]
WHY = "The rationale of one agreed score does not follow the descriptors."


def reopen(case: Evaluated, email: str = CHAIR, reason: str = WHY) -> None:
    with acting(case.app, email) as (session, actor):
        reopen_round(session, actor, round_id=case.id, reason=reason)


def ask(case: Evaluated, **more: str) -> UUID:
    with acting(case.app, CHAIR) as (session, actor):
        by = clock.today() + timedelta(days=7)
        return ask_to_approve_outcome(session, actor, round_id=case.id, answer_by=by, authority="Schedule 2", **more).id


def answer(case: Evaluated, matter: UUID, outcome: str = "approve") -> None:
    with acting(case.app, CHAIR) as (session, actor):
        drafted = draft_decision(session, actor, matter_id=matter, **decision_values(outcome=outcome)).id
    with acting(case.app, "head@halton.example") as (session, actor):
        record_decision(session, actor, decision_id=drafted)


def stage(case: Evaluated) -> tuple[str, str]:
    with acting(case.app, CHAIR) as (session, _):
        return session.get_one(Round, case.id).status, session.get_one(Panel, case.panel_id).status


def agree_anew(case: Evaluated, lot: str, score: int) -> None:
    case.meet(lot).agree(lot, score)
    with acting(case.app, CHAIR) as (session, actor):
        moderation.agree_quality(session, actor, panel_id=case.panel_id)
    case.sign_off()


@pytest.fixture
def signed(closed_round: Closed) -> Evaluated:
    return closed_round({"alder": ("residential",)}).to_signed_off("residential")


def test_the_earlier_version_stays_and_everything_is_computed_again(signed: Evaluated) -> None:
    case = signed
    with acting(case.app, CHAIR) as (session, _):
        (before,) = session.scalars(select(Result).where(Result.subject_id == case.id)).all()
        first_signed = session.get_one(Panel, case.panel_id).signed_off_at
        scores = sorted(session.execute(select(Score.id, Score.score).where(Score.panel_id == case.panel_id)).all())
        session.expunge_all()
    reopen(case)
    assert stage(case) == ("moderating", "moderating")
    # Prices are shut again for everybody, and there is no result to act on.
    assert [reads(case, email, "price") for email in (CHAIR, PRICE, *SCORERS)] == [False] * 5
    with acting(case.app, CHAIR) as (session, _):
        assert results_of(session, case.id) == []
    agree_anew(case, "residential", 1)
    assert stage(case) == ("evaluated", "signed_off")
    with acting(case.app, "head@wirral.example") as (session, _):
        (left,) = session.scalars(select(Reopening).where(Reopening.panel_id == case.panel_id)).all()
        assert (left.number, left.reason) == (1, WHY)
        assert left.reopened_by.startswith("Procurement officer")
        (earlier,) = results_of(session, case.id, left.id)
        (current,) = results_of(session, case.id)
        assert (earlier.id, earlier.outcome, earlier.scores, earlier.signed_off_at) == (
            before.id, before.outcome, before.scores, before.signed_off_at,
        )  # fmt: skip
        assert (earlier.outcome, current.outcome) == ("recommended", "not_recommended")
        assert left.signed_off_at == first_signed
        session.expunge_all()
    with acting(case.app, CHAIR) as (session, _):
        agreed = session.scalars(select(Consensus).where(Consensus.panel_id == case.panel_id)).all()
        kept = {c.score for c in agreed if c.superseded_by_id == left.id}
        assert (kept, {c.score for c in agreed if c.superseded_by_id is None}) == ({4}, {1})
        assert all(c.locked_at for c in agreed)
        again = session.execute(select(Score.id, Score.score).where(Score.panel_id == case.panel_id)).all()
        assert sorted(again) == scores
        line = session.scalars(select(AuditLine).where(AuditLine.verb == "evaluation.panel.reopen")).all()[-1]
        assert WHY in line.sentence
    with acting(case.app, SCORERS[1]) as (session, _):
        told = session.scalars(select(Message.subject).where(Message.kind == "panel_reopened")).all()
        assert told


def test_a_question_nobody_has_answered_is_withdrawn(signed: Evaluated) -> None:
    case = signed
    matter = ask(case)
    reopen(case)
    with acting(case.app, CHAIR) as (session, _):
        assert session.get_one(Matter, matter).status == "withdrawn"
        assert WHY in session.get_one(Matter, matter).withdrawn_because
        assert session.scalars(select(Admission).where(Admission.round_id == case.id)).all() == []
    with pytest.raises(Refused, match="once the evaluation is signed off"):
        ask(case)
    agree_anew(case, "residential", 5)
    second = ask(case)
    with acting(case.app, CHAIR) as (session, _):
        (admission,) = session.scalars(select(Admission).where(Admission.round_id == case.id)).all()
        assert admission.status == "proposed"
    answer(case, second)
    with acting(case.app, CHAIR) as (session, actor):
        (letter,) = prepare_letters(session, actor, round_id=case.id)
        assert {q["score"] for q in letter.content["lots"][0]["quality"]} == {5}


def test_after_a_refusal_the_question_is_asked_again_on_the_new_results(signed: Evaluated) -> None:
    case = signed
    first = ask(case)
    answer(case, first, "not_approve")
    reopen(case)
    agree_anew(case, "residential", 1)
    second = ask(case, again_because="The panel has moderated again.")
    with acting(case.app, CHAIR) as (session, _):
        assert session.get_one(Matter, second).asked_after_id == first
        assert session.get_one(Matter, first).status == "settled"
        (lot,) = session.get_one(Matter, second).facts["results"]
        assert lot["recommended"] == []
        (before,) = session.get_one(Matter, first).facts["results"]
        assert before["recommended"] != []
        assert session.scalars(select(Admission).where(Admission.round_id == case.id)).all() == []


def test_not_once_the_outcome_is_approved(signed: Evaluated) -> None:
    case = signed
    answer(case, ask(case))
    with pytest.raises(DBAPIError, match="can no longer be re-opened"):
        reopen(case)
    with acting(case.app, CHAIR) as (session, _), pytest.raises(DBAPIError, match="can no longer be re-opened"):
        session.execute(
            text("SELECT app.move_panel(:panel, 'signed_off', 'moderating', 'why')"), {"panel": case.panel_id}
        )
    with acting(case.app, CHAIR) as (session, actor):
        prepare_letters(session, actor, round_id=case.id)
        letters = session.scalars(select(Letter.id).where(Letter.round_id == case.id)).all()
    with pytest.raises(DBAPIError):
        reopen(case)
    with acting(case.app, CHAIR) as (session, _):
        assert session.scalars(select(Letter.id).where(Letter.round_id == case.id)).all() == letters
    assert stage(case) == ("evaluated", "signed_off")


def test_it_needs_a_reason_the_lead_and_a_sign_off(signed: Evaluated, closed_round: Closed) -> None:
    case = signed
    with pytest.raises(Invalid) as caught:
        reopen(case, reason=" ")
    assert set(caught.value.fields) == {"reason"}
    for email in ("procurement@sefton.example", "finance@halton.example"):
        with pytest.raises(NotPermitted):
            reopen(case, email)
    with pytest.raises(Missing):
        reopen(case, "admin@alder.example")
    for reason in ("", "  "):
        with acting(case.app, CHAIR) as (session, _), pytest.raises(DBAPIError, match="Say why"):
            session.execute(
                text("SELECT app.move_panel(:panel, 'signed_off', 'moderating', :why)"),
                {"panel": case.panel_id, "why": reason},
            )
    with acting(case.app, CHAIR) as (session, _), pytest.raises(DBAPIError, match="has not been re-opened"):
        session.execute(text("SELECT app.move_round(:round, 'evaluated', 'moderating')"), {"round": case.id})
    early = closed_round({"alder": ("residential",)}).to_agreed("residential")
    with pytest.raises(Refused, match="nothing to re-open"):
        reopen(early)


def test_what_was_left_behind_is_never_changed(signed: Evaluated) -> None:
    case = signed
    reopen(case)
    with acting(case.app, CHAIR) as (session, _):
        deleted = session.execute(text("DELETE FROM evaluation.results WHERE panel_id = :p"), {"p": case.panel_id})
        assert deleted.rowcount == 0  # type: ignore[attr-defined]
        old = text("UPDATE evaluation.consensus SET score = 0 WHERE panel_id = :p AND superseded_by_id IS NOT NULL")
        assert session.execute(old, {"p": case.panel_id}).rowcount == 0  # type: ignore[attr-defined]
    for statement in (
        "UPDATE evaluation.results SET superseded_by_id = NULL",
        "UPDATE evaluation.reopenings SET reason = 'x'",
        "DELETE FROM evaluation.reopenings",
    ):
        with acting(case.app, CHAIR) as (session, _), pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text(statement))


def test_it_can_be_opened_twice(signed: Evaluated) -> None:
    case = signed
    reopen(case)
    agree_anew(case, "residential", 1)
    reopen(case, reason="Once more.")
    with acting(case.app, CHAIR) as (session, _):
        numbers = select(Reopening.number).where(Reopening.panel_id == case.panel_id).order_by(Reopening.number)
        assert session.scalars(numbers).all() == [1, 2]
        assert len(session.scalars(select(Result.id).where(Result.subject_id == case.id)).all()) == 2


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run all at the same moment; returns what was raised."""
    start, raised = threading.Barrier(len(acts)), []

    def one(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001  # whatever it was is looked at by the test
            raised.append(error)

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return raised


def test_two_officers_open_it_once(signed: Evaluated) -> None:
    case = signed
    raised = at_once(lambda: reopen(case), lambda: reopen(case, "commissioning@halton.example"))
    assert [type(error) for error in raised] == [Refused]
    with acting(case.app, CHAIR) as (session, _):
        assert len(session.scalars(select(Reopening).where(Reopening.panel_id == case.panel_id)).all()) == 1


def test_it_is_opened_or_approved_and_never_both(signed: Evaluated) -> None:
    case = signed
    matter = ask(case)
    with acting(case.app, CHAIR) as (session, actor):
        drafted = draft_decision(session, actor, matter_id=matter, **decision_values()).id

    def approve() -> None:
        with acting(case.app, "head@halton.example") as (session, actor):
            record_decision(session, actor, decision_id=drafted)

    raised = at_once(lambda: reopen(case), approve)
    assert len(raised) == 1
    with acting(case.app, CHAIR) as (session, _):
        asked = session.get_one(Matter, matter).status
    assert (stage(case)[0], asked) in {("moderating", "withdrawn"), ("evaluated", "settled")}


def test_it_is_opened_or_put_and_no_admission_of_old_results_is_left(signed: Evaluated) -> None:
    case = signed
    raised = at_once(lambda: reopen(case), lambda: ask(case))
    assert len(raised) <= 1
    assert stage(case) == ("moderating", "moderating")
    with acting(case.app, CHAIR) as (session, _):
        assert session.scalars(select(Admission).where(Admission.round_id == case.id)).all() == []
        open_ = select(Matter).where(Matter.subject_id == case.id, Matter.status == "open")
        assert session.scalars(open_).all() == []


def test_by_the_pages(signed: Evaluated, client_for: ClientFor) -> None:
    case = signed
    base = f"/rounds/{case.id}/evaluation"
    lead, other = client_for(CHAIR), client_for("cabinet@wirral.example")
    assert f"{base}/reopen" in lead.get(f"{base}/results").get_data(as_text=True)
    assert f"{base}/reopen" not in other.get(f"{base}/results").get_data(as_text=True)
    assert "back to moderation" in lead.get(f"{base}/reopen").get_data(as_text=True)
    empty = lead.send(f"{base}/reopen", {"reason": " "})
    assert empty.status_code == 422
    assert "Say why the evaluation is re-opened" in empty.get_data(as_text=True)
    assert client_for("procurement@sefton.example").send(f"{base}/reopen", {"reason": WHY}).status_code == 403
    assert client_for("admin@alder.example").get(f"{base}/reopen").status_code == 403
    assert lead.send(f"{base}/reopen", {"reason": WHY}).status_code == 303
    assert lead.get(f"{base}/reopen").status_code == 409
    now = other.get(f"{base}/results").get_data(as_text=True)
    assert "The evaluation is open again" in now
    assert WHY in now
    version = other.get(f"{base}/results?version=1").get_data(as_text=True)
    assert "This version was left behind" in version
    link = version.split(f'href="{base}/results/')[1].split('"')[0]
    assert "This version was left behind" in other.get(f"{base}/results/{link}").get_data(as_text=True)
    assert other.get(f"{base}/results?version=2").status_code == 404
    assert lead.get(base).status_code == 200
    assert "not signed off yet" in lead.get(f"/rounds/{case.id}/outcome").get_data(as_text=True)
    agree_anew(case, "residential", 5)
    assert "Versions left behind" in other.get(f"{base}/results").get_data(as_text=True)
