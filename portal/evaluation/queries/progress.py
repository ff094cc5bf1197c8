"""How far a panel has come: declarations, sheets, agreed scores, meetings. Counts only; no score is told here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.evaluation.models import Declaration, ModerationMeeting, PanelMember
from portal.evaluation.queries.panels import ToScore
from portal.evaluation.rules import named


@dataclass(frozen=True)
class LotProgress:
    """Of one lot: how many answers are to be agreed, and how many are (0 for who may not see them yet)."""

    lot_id: UUID
    answers: int
    agreed: int

    @property
    def complete(self) -> bool:
        """Every answer has its agreed score."""
        return self.agreed >= self.answers


_PROGRESS = text(
    """SELECT t.lot_id, count(*) AS answers, count(c.id) AS agreed FROM app.to_be_scored(:panel) t
    LEFT JOIN evaluation.consensus c ON c.panel_id = :panel AND c.candidate_id = t.candidate_id AND c.question_id = t.question_id
        AND c.superseded_by_id IS NULL
    GROUP BY t.lot_id"""
)


def lot_progress(session: Session, panel_id: UUID) -> dict[UUID, LotProgress]:
    """By lot; a lot in which nothing is scored is not there. For the lead and the panel."""
    rows = session.execute(_PROGRESS, {"panel": panel_id})
    return {row.lot_id: LotProgress(*row) for row in rows}


@dataclass(frozen=True)
class Meeting:
    """A moderation meeting. `attendance`: post, organisation, present."""

    id: UUID
    lot_id: UUID
    title: str
    started_at: datetime
    ended_at: datetime | None
    attendance: Sequence[Mapping[str, Any]]

    @property
    def present(self) -> list[str]:
        """Who was there."""
        return [named(one["post"], one["organisation"]) for one in self.attendance if one.get("present")]

    @property
    def absent(self) -> list[str]:
        """Who was asked and was not there."""
        return [named(one["post"], one["organisation"]) for one in self.attendance if not one.get("present")]


def meetings_of(session: Session, panel_id: UUID) -> tuple[Meeting, ...]:
    """Meetings of the lots the reader may see, first to last."""
    m = ModerationMeeting
    rows = session.execute(
        select(m.id, m.lot_id, m.title, m.started_at, m.ended_at, m.attendance)
        .where(m.panel_id == panel_id)
        .order_by(m.started_at, m.id)
    )
    return tuple(Meeting(*row) for row in rows)


def open_meeting(meetings: Sequence[Meeting], lot_id: UUID) -> Meeting | None:
    """The lot's meeting that has not ended."""
    return next((m for m in meetings if m.lot_id == lot_id and m.ended_at is None), None)


def due(
    lot_id: UUID,
    members: Sequence[PanelMember],
    declarations: Sequence[Declaration],
    answers: Sequence[ToScore],
) -> list[PanelMember]:
    """Whose scores a lot waits for: scorers with at least one of its candidates to score. `declarations`: all (the lead's)."""
    theirs = {one.candidate_id for one in answers if one.lot_id == lot_id}
    may = {d.member_id for d in declarations if d.ruling in ("none", "managed") and d.candidate_id in theirs}
    return [m for m in members if m.status == "active" and m.scores and m.id in may]
