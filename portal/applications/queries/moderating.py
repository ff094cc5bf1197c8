"""What a moderation meeting looks at: one question across all providers, where they differ most first. No prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.candidates import title_of
from portal.applications.queries.opened import OpenedApplication, opened_applications
from portal.core.errors import Missing
from portal.evaluation.models import Consensus, Panel, PanelMember, Score
from portal.evaluation.queries.panels import to_be_scored
from portal.evaluation.rules import named, spread, widest_first
from portal.purchasing_systems.models import Lot
from portal.questionnaires.queries import QuestionView, questions_of_round


@dataclass(frozen=True)
class Given:
    """One evaluator's submitted score, unchanged. `left`: has since been removed from the panel."""

    post: str
    organisation_name: str
    score: int
    reason: str
    left: bool

    @property
    def words(self) -> str:
        """Post and council."""
        return named(self.post, self.organisation_name)


@dataclass(frozen=True)
class Agreed:
    """What was agreed."""

    score: int
    letter_rationale: str
    internal_rationale: str
    recorded_by: str
    locked: bool


@dataclass(frozen=True)
class Line:
    """One provider's answer to one question."""

    application: OpenedApplication
    given: Sequence[Given]
    agreed: Agreed | None

    @property
    def scores(self) -> list[int]:
        """The figures alone, of who is still on the panel."""
        return [one.score for one in self.given if not one.left]

    @property
    def spread(self) -> int:
        """Highest less lowest."""
        return spread(self.scores)


@dataclass(frozen=True)
class Board:
    """One question across all providers, widest spread first."""

    question: QuestionView
    title: str
    lines: Sequence[Line]

    @property
    def spread(self) -> int:
        """The widest of any provider."""
        return max((line.spread for line in self.lines), default=0)

    @property
    def agreed(self) -> int:
        """For how many providers a score is agreed."""
        return sum(line.agreed is not None for line in self.lines)

    @property
    def complete(self) -> bool:
        """For all."""
        return self.agreed == len(self.lines)

    @property
    def next_line(self) -> Line | None:
        """The first provider without an agreed score."""
        return next((line for line in self.lines if line.agreed is None), None)


@dataclass(frozen=True)
class Boards:
    """All questions of a lot, where the panel disagrees most first."""

    lot: Lot
    boards: Sequence[Board]

    @property
    def answers(self) -> int:
        """How many scores are to be agreed."""
        return sum(len(board.lines) for board in self.boards)

    @property
    def agreed(self) -> int:
        """How many are."""
        return sum(board.agreed for board in self.boards)

    def board(self, question_id: UUID) -> Board:
        """Raises Missing."""
        found = next((b for b in self.boards if b.question.id == question_id), None)
        if found is None:
            raise Missing
        return found

    def neighbours(self, question_id: UUID) -> tuple[Board | None, Board | None]:
        """The question before and the question after, in the order of the meeting."""
        at = [b.question.id for b in self.boards].index(question_id)
        before = self.boards[at - 1] if at else None
        return before, self.boards[at + 1] if at + 1 < len(self.boards) else None

    def next_open(self, question_id: UUID) -> Board | None:
        """The next question with something left to agree, this one included."""
        at = [b.question.id for b in self.boards].index(question_id)
        return next((b for b in [*self.boards[at:], *self.boards[:at]] if not b.complete), None)


def boards_of(session: Session, panel: Panel, lot_id: UUID) -> Boards:
    """Raises Missing for a lot without anything to score. Scores the reader may not see yet are simply not there."""
    lot = session.get(Lot, lot_id)
    pairs = {(one.question_id, one.candidate_id) for one in to_be_scored(session, panel.id) if one.lot_id == lot_id}
    if lot is None or not pairs:
        raise Missing
    applications = opened_applications(session, panel.subject_id)
    asked = [q for q in questions_of_round(session, panel.subject_id) if q.lot_id == lot_id]
    given = _given(session, panel.id, lot_id)
    agreed = _agreed(session, panel.id, lot_id)
    boards = []
    for question in asked:
        lines = [
            Line(a, given.get((question.id, a.id), []), agreed.get((question.id, a.id)))
            for a in applications
            if (question.id, a.id) in pairs
        ]
        if lines:
            boards.append(Board(question, title_of(question, asked), widest_first(lines, lambda line: [line.scores])))
    return Boards(lot, widest_first(boards, lambda board: [line.scores for line in board.lines]))


def _given(session: Session, panel_id: UUID, lot_id: UUID) -> Mapping[tuple[UUID, UUID], list[Given]]:
    s, m = Score, PanelMember
    rows = session.execute(
        select(s.question_id, s.candidate_id, m.post, m.organisation_name, s.score, s.reason, m.status)
        .join(m, m.id == s.member_id)
        .where(s.panel_id == panel_id, s.lot_id == lot_id, s.submitted_at.is_not(None), s.score.is_not(None))
        .order_by(m.organisation_name, m.post, m.id)
    )
    found: dict[tuple[UUID, UUID], list[Given]] = {}
    for question, candidate, post, organisation, score, reason, status in rows:
        found.setdefault((question, candidate), []).append(
            Given(post, organisation, int(score or 0), reason, status == "removed")
        )
    return found


def _agreed(session: Session, panel_id: UUID, lot_id: UUID) -> Mapping[tuple[UUID, UUID], Agreed]:
    c = Consensus
    rows = session.execute(
        select(
            c.question_id, c.candidate_id, c.score, c.letter_rationale, c.internal_rationale, c.recorded_by, c.locked_at
        ).where(c.panel_id == panel_id, c.lot_id == lot_id, c.superseded_by_id.is_(None))
    )
    return {(row[0], row[1]): Agreed(*row[2:6], row[6] is not None) for row in rows}
