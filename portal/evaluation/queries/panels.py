"""Reading a panel: who sits on it, what they declared, what is awaited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.errors import Missing, NotPermitted
from portal.core.types import Actor
from portal.evaluation.models import Declaration, Panel, PanelMember, ScoreSheet
from tenants.permissions import Permission


def panel_of(session: Session, subject_id: UUID) -> Panel | None:
    """The panel of a subject, if there is one and it is the actor's to see."""
    return session.scalars(select(Panel).where(Panel.subject_id == subject_id)).one_or_none()


def led_panel(session: Session, actor: Actor, panel_id: UUID) -> Panel:
    """The panel, for its lead. Raises Missing where it is not to be seen, NotPermitted for everybody else."""
    panel = session.get(Panel, panel_id)
    if panel is None:
        raise Missing
    if panel.lead_id != actor.organisation_id or not actor.may(Permission.PANEL_RUN):
        raise NotPermitted("Only an officer of the lead authority who runs evaluations can do this.")
    return panel


def seat_of(session: Session, actor: Actor, panel_id: UUID) -> PanelMember | None:
    """The actor's own active seat on the panel."""
    return session.scalars(
        select(PanelMember).where(
            PanelMember.panel_id == panel_id,
            PanelMember.person_id == actor.person_id,
            PanelMember.organisation_id == actor.organisation_id,
            PanelMember.status == "active",
        )
    ).one_or_none()


def own_seat(session: Session, actor: Actor, panel_id: UUID) -> PanelMember:
    """The same, required. Raises Missing where there is no such panel to see, NotPermitted for who has no seat."""
    seat = seat_of(session, actor, panel_id)
    if seat is None:
        if session.get(Panel, panel_id) is None:
            raise Missing
        raise NotPermitted("You do not sit on this panel.")
    return seat


def members_of(session: Session, panel_id: UUID) -> Sequence[PanelMember]:
    """Everybody who sits or sat on the panel: the chair first, then by council."""
    return session.scalars(
        select(PanelMember)
        .where(PanelMember.panel_id == panel_id)
        .order_by(PanelMember.chair.desc(), PanelMember.organisation_name, PanelMember.post, PanelMember.id)
    ).all()


def declarations_of(session: Session, panel_id: UUID) -> Sequence[Declaration]:
    """Those the actor may read: all of them for the lead, their own for a member."""
    return session.scalars(
        select(Declaration)
        .where(Declaration.panel_id == panel_id)
        .order_by(Declaration.candidate_name, Declaration.declared_at, Declaration.id)
    ).all()


def sheets_of(session: Session, panel_id: UUID) -> dict[tuple[UUID, UUID], datetime]:
    """When each member submitted their scores for each lot: by member and lot."""
    rows = session.execute(
        select(ScoreSheet.member_id, ScoreSheet.lot_id, ScoreSheet.submitted_at).where(ScoreSheet.panel_id == panel_id)
    )
    return {(member, lot): at for member, lot, at in rows}


@dataclass(frozen=True)
class ToScore:
    """One answer of one candidate that the panel scores."""

    candidate_id: UUID
    lot_id: UUID
    question_id: UUID


def to_be_scored(session: Session, panel_id: UUID) -> tuple[ToScore, ...]:
    """Every answer the panel scores: of candidates that failed no selection question. For the lead and the panel."""
    rows = session.execute(
        text("SELECT candidate_id, lot_id, question_id FROM app.to_be_scored(:panel)"), {"panel": panel_id}
    )
    return tuple(ToScore(*row) for row in rows)


def declarations_awaited(session: Session, panel_id: UUID) -> list[str]:
    """Whose declaration, or which ruling, is still missing: for the lead, who reads all of them."""
    members = [m for m in members_of(session, panel_id) if m.status == "active"]
    made = declarations_of(session, panel_id)
    declared = {d.member_id for d in made}
    unruled = {d.member_id for d in made if d.ruling is None}
    return [
        f"{m.words} ({'no declaration yet' if m.id not in declared else 'no ruling yet'})"
        for m in members
        if m.id not in declared or m.id in unruled
    ]
