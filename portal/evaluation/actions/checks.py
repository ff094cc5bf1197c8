"""Selection checks: what the pass rule leaves open is judged by an officer, with the reason the letter will give."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Refused
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.evaluation.models import CheckRuling, Panel
from portal.evaluation.queries.panels import declarations_of, led_panel, members_of
from portal.evaluation.rules import CandidateAnswers, named
from portal.evaluation.rules.panels import FEWEST_SCORERS
from portal.evaluation.states import PANEL

BY_RULE = "The published pass rule"
NOT_ASKED = "The published condition"


def rule_on_check(
    session: Session,
    actor: Actor,
    *,
    panel_id: UUID,
    candidate_id: UUID,
    question_id: UUID,
    lot_id: UUID | None,
    passed: bool | None,
    reason: str,
) -> CheckRuling:
    """Judge one answer that the pass rule leaves to a person. `lot_id` None: the question is asked for every lot.

    Raises Missing, NotPermitted, Invalid (`passed`, `reason`), Refused once scoring has begun.
    """
    panel = led_panel(session, actor, panel_id)
    if panel.status != "forming":
        raise Refused("The selection checks are complete: what was judged stays.")
    cleaning = Cleaning()
    why = cleaning.lines("reason", reason, "Give the reason. The letter to the provider quotes it.", 2_000)
    if passed is None:
        cleaning.wrong("passed", "Select whether this answer passes.")
    cleaning.finish()
    assert passed is not None
    row = session.scalars(
        select(CheckRuling).where(
            CheckRuling.panel_id == panel_id,
            CheckRuling.candidate_id == candidate_id,
            CheckRuling.question_id == question_id,
        )
    ).one_or_none()
    if row is None:
        row = CheckRuling(
            panel_id=panel_id,
            system_id=panel.system_id,
            lead_id=panel.lead_id,
            candidate_id=candidate_id,
            question_id=question_id,
            lot_id=lot_id,
        )
        session.add(row)
    row.passed, row.reason, row.ruled_at = passed, why, clock.now()
    row.ruled_by = named(actor.person_label, actor.organisation_name)
    record(
        session,
        "evaluation.check.ruled",
        f"Judged a selection answer: {'passed' if passed else 'not passed'}.",
        system=panel.system_id,
        panel=panel_id,
        candidate=candidate_id,
        question=question_id,
        passed=passed,
    )
    return row


def record_checks(session: Session, actor: Actor, *, panel_id: UUID, candidates: Sequence[CandidateAnswers]) -> Panel:
    """Selection checks are complete: fails found by the pass rule are recorded, and scoring begins for all others.

    Raises NotPermitted; Refused while a declaration or a ruling on one is missing, and when removals have left an
    applicant with fewer than two evaluators.
    """
    panel = led_panel(session, actor, panel_id)
    judged = {
        (row.candidate_id, row.question_id)
        for row in session.scalars(select(CheckRuling).where(CheckRuling.panel_id == panel_id))
    }
    failed = [
        (candidate, criterion) for candidate in candidates for criterion in candidate.criteria if not criterion.passed
    ]
    _must_have_two(
        session, panel_id, [c for c in candidates if c.candidate_id not in {f.candidate_id for f, _ in failed}]
    )
    for candidate, criterion in failed:
        if (candidate.candidate_id, criterion.question_id) not in judged:
            session.add(
                CheckRuling(
                    panel_id=panel_id,
                    system_id=panel.system_id,
                    lead_id=panel.lead_id,
                    candidate_id=candidate.candidate_id,
                    question_id=criterion.question_id,
                    lot_id=criterion.lot_id,
                    by_rule=True,
                    passed=False,
                    reason=criterion.reason,
                    ruled_at=clock.now(),
                    ruled_by=BY_RULE,
                )
            )
    for candidate in candidates:
        session.add_all(_not_asked(panel, candidate))
    session.flush()
    names = sorted({candidate.candidate_name for candidate, _ in failed})
    fire(
        session,
        actor,
        PANEL,
        panel,
        "begin_scoring",
        sentence=f"Completed the selection checks of {len(candidates)} applications; scoring begins. "
        + (f"A selection question was not met by: {'; '.join(names)}." if names else "All met every question."),
        failed=len(names),
    )
    return panel


def _not_asked(panel: Panel, candidate: CandidateAnswers) -> Iterator[CheckRuling]:
    """For the database, which says what is to be scored and reads no answer: these were not asked."""
    for question in candidate.not_asked:
        yield CheckRuling(
            panel_id=panel.id,
            system_id=panel.system_id,
            lead_id=panel.lead_id,
            candidate_id=candidate.candidate_id,
            question_id=question.question_id,
            lot_id=question.lot_id,
            by_rule=True,
            passed=True,
            reason="Not asked: another answer of the applicant left it out.",
            ruled_at=clock.now(),
            ruled_by=NOT_ASKED,
        )


def _must_have_two(session: Session, panel_id: UUID, candidates: Sequence[CandidateAnswers]) -> None:
    scorers = {m.id for m in members_of(session, panel_id) if m.status == "active" and m.scores}
    rulings = [d for d in declarations_of(session, panel_id) if d.member_id in scorers]
    if any(d.ruling is None for d in rulings):
        return  # the move itself says whose ruling is awaited
    for candidate in candidates:
        left = sum(d.candidate_id == candidate.candidate_id and d.ruling != "removed" for d in rulings)
        if rulings and left < FEWEST_SCORERS:
            raise Refused(
                f"{candidate.candidate_name} would be scored by {left or 'nobody'}. At least two evaluators score each "
                "applicant: on the declarations page, choose who stands in for those removed."
            )
