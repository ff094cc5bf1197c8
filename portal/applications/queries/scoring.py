"""An evaluator's desk: for one lot, the answers that are theirs to score, and what they gave so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.candidates import title_of
from portal.applications.queries.opened import OpenedApplication, opened_applications
from portal.core.errors import Missing
from portal.evaluation.models import Declaration, PanelMember, Score, ScoreSheet
from portal.evaluation.queries.panels import to_be_scored
from portal.purchasing_systems.models import Lot
from portal.questionnaires.queries import QuestionView, questions_of_round

Pair = tuple[UUID, UUID]
"""Application and question."""


@dataclass(frozen=True)
class OwnScore:
    """What this evaluator gave so far; `score` None while only the reason is written."""

    score: int | None
    reason: str
    saved_at: datetime

    @property
    def complete(self) -> bool:
        """Score and reason are there."""
        return self.score is not None and bool(self.reason)


@dataclass(frozen=True)
class Desk:
    """`pairs`: the answers to score, questions in their order and applicants by name within."""

    lot_id: UUID
    lot_title: str
    lot_number: int
    applications: Mapping[UUID, OpenedApplication]
    questions: Mapping[UUID, QuestionView]
    titles: Mapping[UUID, str]
    pairs: Sequence[Pair]
    scores: Mapping[Pair, OwnScore]
    submitted_at: datetime | None

    @property
    def done(self) -> int:
        """How many have score and reason."""
        return sum(pair in self.scores and self.scores[pair].complete for pair in self.pairs)

    @property
    def complete(self) -> bool:
        """Everything is scored."""
        return self.done == len(self.pairs)

    def ordered(self, by: str) -> list[Pair]:
        """`question`: one question across all applicants, then the next; `applicant`: one applicant after another."""
        if by != "applicant":
            return list(self.pairs)
        order = list(self.applications)
        return sorted(self.pairs, key=lambda pair: order.index(pair[0]))

    def next_open(self, by: str, after: Pair | None = None) -> Pair | None:
        """The next answer without score or reason, from `after` on and then from the beginning."""
        order = self.ordered(by)
        at = order.index(after) + 1 if after in order else 0
        return next((p for p in [*order[at:], *order[:at]] if p != after and not self._complete(p)), None)

    def _complete(self, pair: Pair) -> bool:
        return pair in self.scores and self.scores[pair].complete


def desk_of(session: Session, seat: PanelMember, lot_id: UUID) -> Desk:
    """Raises Missing where there is nothing of this lot for this evaluator."""
    submitted = select(ScoreSheet.submitted_at).where(ScoreSheet.member_id == seat.id, ScoreSheet.lot_id == Lot.id)
    lot = session.execute(
        select(Lot.title, Lot.number, submitted.scalar_subquery().label("at")).where(Lot.id == lot_id)
    ).one_or_none()
    mine = set(
        session.scalars(
            select(Declaration.candidate_id).where(
                Declaration.member_id == seat.id, Declaration.ruling.in_(("none", "managed"))
            )
        )
    )
    found = {
        (one.candidate_id, one.question_id)
        for one in to_be_scored(session, seat.panel_id)
        if one.lot_id == lot_id and one.candidate_id in mine
    }
    if lot is None or not found:
        raise Missing
    asked = [q for q in questions_of_round(session, seat.subject_id) if q.lot_id == lot_id]
    questions = {q.id: q for q in asked if any(q.id == question for _, question in found)}
    theirs = {application for application, _ in found}
    applications = {a.id: a for a in opened_applications(session, seat.subject_id) if a.id in theirs}
    rows = session.execute(
        select(Score.candidate_id, Score.question_id, Score.score, Score.reason, Score.saved_at).where(
            Score.member_id == seat.id, Score.lot_id == lot_id
        )
    )
    return Desk(
        lot_id=lot_id,
        lot_title=lot.title,
        lot_number=lot.number,
        applications=applications,
        questions=questions,
        titles={q.id: title_of(q, asked) for q in questions.values()},
        pairs=[(a, q) for q in questions for a in applications if (a, q) in found],
        scores={(row[0], row[1]): OwnScore(*row[2:]) for row in rows},
        submitted_at=lot.at,
    )
