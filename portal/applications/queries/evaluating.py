"""What the pages of an evaluation begin with: the round, its panel, the reader's own seat, and how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.evaluation.models import Panel, PanelMember
from portal.purchasing_systems.models import PurchasingSystem, Round
from tenants.permissions import Permission

STAGES = (
    ("forming", "Declarations and selection checks"),
    ("scoring", "Scoring"),
    ("moderating", "Moderation"),
    ("quality_agreed", "Prices and results"),
    ("signed_off", "Signed off"),
)
PANEL_STATUS = {
    "forming": ("Declarations and checks", "yellow"),
    "scoring": ("Scoring", "blue"),
    "moderating": ("Moderation", "blue"),
    "quality_agreed": ("Quality agreed", "purple"),
    "signed_off": ("Signed off", "green"),
}


@dataclass(frozen=True)
class Occasion:
    """One round's evaluation, as one person comes to it. `runs`: an officer of the lead who runs evaluations."""

    round: Round
    system: PurchasingSystem
    found: Panel | None
    seat: PanelMember | None
    runs: bool

    @property
    def panel(self) -> Panel:
        """The panel. Raises Refused where the evaluation has not started."""
        if self.found is None:
            raise Refused("The evaluation of this round has not started: the lead authority has not chosen the panel.")
        return self.found

    @property
    def url(self) -> str:
        """Where the evaluation's pages begin."""
        return f"/rounds/{self.round.id}/evaluation"

    @property
    def caption(self) -> str:
        """`LCR PPA, round 2`."""
        return f"{self.system.alias or self.system.title}, round {self.round.number}"

    def must_run(self) -> None:
        """Raises NotPermitted for everybody but officers of the lead who run evaluations."""
        if not self.runs:
            raise NotPermitted(f"Only an officer of {self.system.lead_name} who runs evaluations can do this.")

    def must_sit(self) -> PanelMember:
        """The reader's seat. Raises NotPermitted for who has none."""
        if self.seat is None:
            raise NotPermitted("You do not sit on this panel.")
        return self.seat

    def must_score(self) -> PanelMember:
        """The reader's seat, for who scores quality. Raises NotPermitted."""
        seat = self.must_sit()
        if not seat.scores:
            raise NotPermitted("Your seat on this panel does not score quality.")
        return seat

    def must_follow(self) -> None:
        """Raises NotPermitted for who neither sits on the panel nor runs the evaluation."""
        if self.seat is None and not self.runs:
            raise NotPermitted("This page is for the panel. You do not sit on it.")


def occasion(session: Session, actor: Actor, round_id: UUID) -> Occasion:
    """In one statement. Raises Missing where the actor's authority does not take part."""
    row = session.execute(
        select(Round, PurchasingSystem, Panel, PanelMember)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .outerjoin(Panel, (Panel.subject_id == Round.id) & (Panel.lead_id == Round.lead_id))
        .outerjoin(
            PanelMember,
            (PanelMember.panel_id == Panel.id)
            & (PanelMember.person_id == actor.person_id)
            & (PanelMember.organisation_id == actor.organisation_id)
            & (PanelMember.status == "active"),
        )
        .where(Round.id == round_id)
    ).one_or_none()
    if row is None or not actor.takes_part(row[0].system_id):
        raise Missing
    runs = actor.leads(row[0].system_id) and actor.may(Permission.PANEL_RUN)
    return Occasion(row[0], row[1], row[2], row[3], runs)


@dataclass(frozen=True)
class Work:
    """How far one member is in one lot: `done` of `expected` answers scored with a reason."""

    lot_id: UUID
    expected: int
    done: int
    submitted_at: datetime | None

    @property
    def complete(self) -> bool:
        """Everything is scored, so that it can be submitted."""
        return self.done >= self.expected


_WORK = text(
    """SELECT t.lot_id, count(*) AS expected, count(s.id) FILTER (WHERE s.score IS NOT NULL AND s.reason <> '') AS done,
        (SELECT h.submitted_at FROM evaluation.score_sheets h WHERE h.member_id = :member AND h.lot_id = t.lot_id)
    FROM app.to_be_scored(:panel) t
    JOIN evaluation.declarations d ON d.member_id = :member AND d.candidate_id = t.candidate_id
        AND d.ruling IN ('none', 'managed')
    LEFT JOIN evaluation.scores s ON s.member_id = :member AND s.candidate_id = t.candidate_id AND s.question_id = t.question_id
    GROUP BY t.lot_id"""
)


def work_of(session: Session, seat: PanelMember) -> dict[UUID, Work]:
    """One's own work, by lot; lots without anything to score are not there."""
    rows = session.execute(_WORK, {"member": seat.id, "panel": seat.panel_id})
    return {row.lot_id: Work(*row) for row in rows}


def seats_by_council(members: Sequence[PanelMember]) -> Mapping[str, list[PanelMember]]:
    """Active members, by council."""
    found: dict[str, list[PanelMember]] = {}
    for member in members:
        if member.status == "active":
            found.setdefault(member.organisation_name, []).append(member)
    return found
