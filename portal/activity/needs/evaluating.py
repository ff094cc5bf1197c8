"""Seats on panels, and panels that a lead runs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, any_, case, func, literal, select, true
from sqlalchemy.orm import Session

from portal.activity import addresses
from portal.activity.needs.need import Need, counted
from portal.applications.models import Application
from portal.core.types import Actor
from portal.evaluation.models import Declaration, Panel, PanelMember, ScoreSheet
from portal.purchasing_systems.models import PurchasingSystem, Round
from tenants.permissions import Permission

_OPENED = (Application.round_id == Panel.subject_id, Application.status == "opened")
_CANDIDATES = select(func.count()).where(*_OPENED).scalar_subquery()
_LOT = func.unnest(Application.lots).table_valued("lot", name="chosen").render_derived()
_LOTS_OFFERED = select(func.count(func.distinct(_LOT.c.lot))).select_from(Application).join(_LOT, true())
_LOTS = _LOTS_OFFERED.where(*_OPENED).scalar_subquery()
_LOTS_OF_STAND_IN = _LOTS_OFFERED.where(*_OPENED, Application.id == any_(PanelMember.candidate_ids)).scalar_subquery()
_SCORING = ("scoring", "moderating")
"""Moderation goes lot by lot: while one lot is moderated another may still be scored."""


def own_seats(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Declarations and scores that this evaluator owes."""
    if not actor.may(Permission.PANEL_SCORE):
        return []
    seat = PanelMember.id
    rows = session.execute(
        select(
            Panel.subject_id,
            Panel.status,
            Round.number,
            PurchasingSystem.alias,
            PanelMember.chair,
            PanelMember.parts,
            case(
                (PanelMember.candidate_ids.is_(None), _CANDIDATES), else_=func.cardinality(PanelMember.candidate_ids)
            ).label("candidates"),
            case((PanelMember.candidate_ids.is_(None), _LOTS), else_=_LOTS_OF_STAND_IN).label("lots"),
            select(func.count()).where(Declaration.member_id == seat).scalar_subquery().label("declared"),
            select(func.count()).where(ScoreSheet.member_id == seat).scalar_subquery().label("sheets"),
        )
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(Round, Round.id == Panel.subject_id)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(
            PanelMember.person_id == actor.person_id,
            PanelMember.organisation_id == actor.organisation_id,
            PanelMember.status == "active",
            Panel.status.in_(("forming", *_SCORING)),
        )
        .order_by(Round.number, Panel.id)
    )
    return [need for row in rows for need in _of_seat(row)]


def _of_seat(row: Row[*tuple[Any, ...]]) -> Iterator[Need]:
    page = addresses.evaluation(row.subject_id)
    missing = row.candidates - row.declared
    if missing > 0:
        yield Need(
            f"Declare your interests: round {row.number}",
            addresses.evaluation(row.subject_id, "declare"),
            None,
            row.alias,
            detail=f"{missing} of {row.candidates} applicants still to declare for; nothing can be read before",
        )
    elif row.status in _SCORING and "quality" in row.parts and not row.chair and row.sheets < row.lots:
        yield Need(
            f"Score and submit: round {row.number}",
            page,
            None,
            row.alias,
            detail=f"{row.sheets} of {row.lots} lots submitted; others’ scores stay hidden until yours are in",
        )


def led_panels(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Rulings, moderation and results that wait for the lead."""
    if not actor.may(Permission.PANEL_RUN) or not actor.led:
        return []
    scorers = (
        PanelMember.panel_id == Panel.id,
        PanelMember.status == "active",
        PanelMember.chair.is_(False),
        literal("quality") == any_(PanelMember.parts),
        PanelMember.candidate_ids.is_(None),
    )
    rows = session.execute(
        select(
            Panel.subject_id,
            Panel.status,
            Round.number,
            PurchasingSystem.alias,
            select(func.count())
            .where(Declaration.panel_id == Panel.id, Declaration.ruling.is_(None))
            .scalar_subquery()
            .label("unruled"),
            (select(func.count()).where(*scorers).scalar_subquery() * _LOTS).label("expected"),
            select(func.count())
            .select_from(ScoreSheet)
            .join(PanelMember, PanelMember.id == ScoreSheet.member_id)
            .where(*scorers)
            .scalar_subquery()
            .label("sheets"),
        )
        .join(Round, Round.id == Panel.subject_id)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Panel.lead_id == actor.organisation_id, Panel.status != "signed_off")
        .order_by(Round.number, Panel.id)
    )
    return [need for row in rows for need in _of_panel(row)]


def _of_panel(row: Row[*tuple[Any, ...]]) -> Iterator[Need]:
    page, named = addresses.evaluation(row.subject_id), f"round {row.number}"
    if row.unruled:
        yield Need(
            f"Rule on {counted(row.unruled, 'declaration')} of interest: {named}",
            addresses.evaluation(row.subject_id, "declarations"),
            None,
            row.alias,
        )
    all_in = bool(row.expected) and row.sheets >= row.expected
    if row.status == "moderating" or (row.status == "scoring" and all_in):
        yield Need(
            f"Lead the moderation: {named}",
            addresses.evaluation(row.subject_id, "moderation"),
            None,
            row.alias,
            detail="All scores are in" if all_in else f"{row.sheets} of {row.expected} score sheets are in, lot by lot",
        )
    elif row.status == "scoring":
        yield Need(
            f"Scores of {named} are coming in",
            page,
            None,
            row.alias,
            "date",
            f"{row.sheets} of {row.expected} score sheets submitted",
        )
    if row.status == "quality_agreed":
        yield Need(
            f"Compute and sign off the results: {named}",
            addresses.evaluation(row.subject_id, "results"),
            None,
            row.alias,
        )
