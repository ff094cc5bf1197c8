"""Rounds of the systems a council takes part in: to publish, to open, to carry on with."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.activity import addresses
from portal.activity.needs.need import Need
from portal.applications.models import Letter, OpeningConfirmation
from portal.core.types import Actor
from portal.decisions.models import Matter
from portal.evaluation.models import Panel
from portal.purchasing_systems.models import ClosingChange, LocalSchedule, PurchasingSystem, Round
from tenants.permissions import Permission


def of_council(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """What a round waits for, by its stage; and the instants at which it opens and closes by itself."""
    own = OpeningConfirmation.organisation_id == actor.organisation_id
    of_round = OpeningConfirmation.round_id == Round.id
    rows = session.execute(
        select(
            Round.id,
            Round.system_id,
            Round.number,
            Round.status,
            Round.opens_at,
            Round.closes_at,
            PurchasingSystem.alias,
            select(func.count()).where(of_round, own).scalar_subquery().label("confirmed"),
            select(func.min(OpeningConfirmation.organisation_name)).where(of_round).scalar_subquery().label("first"),
            select(func.count()).where(Panel.subject_id == Round.id).scalar_subquery().label("panels"),
            select(func.count())
            .where(Matter.subject_id == Round.id, Matter.status != "withdrawn")
            .scalar_subquery()
            .label("matters"),
            select(func.count())
            .where(Letter.round_id == Round.id, Letter.released_at.is_(None))
            .scalar_subquery()
            .label("letters"),
        )
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Round.system_id.in_(actor.systems), Round.status.notin_(("complete", "cancelled")))
        .order_by(Round.closes_at, Round.id)
    )
    return [need for row in rows for need in _of_round(row, actor, now)]


def _of_round(row: Row[*tuple[Any, ...]], actor: Actor, now: datetime) -> Iterator[Need]:
    named, page = f"round {row.number}", addresses.round_page(row.system_id, row.id)
    if row.status == "published" and now < row.closes_at:
        opens = now < row.opens_at
        yield Need(
            f"Round {row.number} {'opens' if opens else 'closes'}",
            page,
            row.opens_at if opens else row.closes_at,
            row.alias,
            "date",
        )
    elif row.status == "published" and actor.may(Permission.ROUND_OPEN) and not row.confirmed:
        yield Need(
            f"Confirm the opening of {named}" if row.first else f"Open {named} with an officer of another council",
            addresses.opening(row.id),
            None,
            row.alias,
            detail=f"{row.first} has confirmed already" if row.first else "It has closed; nothing can be read before",
        )
    elif actor.leads(row.system_id):
        yield from _of_led_round(row, actor, named, page)


def _of_led_round(row: Row[*tuple[Any, ...]], actor: Actor, named: str, page: str) -> Iterator[Need]:
    if row.status == "planned" and actor.may(Permission.ROUND_RUN):
        yield Need(
            f"Publish {named}", page, row.opens_at, row.alias, detail="It opens at the planned time only if published"
        )
    if row.status == "opened" and not row.panels and actor.may(Permission.PANEL_RUN):
        yield Need(f"Form the panel for {named}", addresses.evaluation(row.id), None, row.alias)
    if row.status == "evaluated" and not row.matters and actor.may(Permission.MATTER_RAISE):
        yield Need(f"Put the outcome of {named} to the councils", page, None, row.alias)
    if row.status == "decided" and actor.may(Permission.LETTER_RELEASE):
        detail = f"{row.letters} prepared; all go out at once" if row.letters else "They are to be prepared first"
        yield Need(f"Release the outcome letters of {named}", page, None, row.alias, detail=detail)


def closing_changes(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """A later closing time that another council proposed and that waits for a second officer."""
    if not actor.may(Permission.CLOSING_CHANGE):
        return []
    rows = session.execute(
        select(
            Round.id, Round.system_id, Round.number, Round.closes_at, ClosingChange.proposed_by, PurchasingSystem.alias
        )
        .join(Round, Round.id == ClosingChange.round_id)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(
            ClosingChange.confirmed_at.is_(None),
            ClosingChange.proposed_for_id != actor.organisation_id,
            ClosingChange.new_closes_at > Round.closes_at,
            Round.closes_at > now,
            Round.status == "published",
            Round.system_id.in_(actor.systems),
        )
        .order_by(Round.closes_at, ClosingChange.id)
    )
    return [
        Need(
            f"Confirm a later closing time for round {row.number}, or leave it as it is",
            addresses.round_page(row.system_id, row.id),
            row.closes_at,
            row.alias,
            detail=f"Proposed by {row.proposed_by}",
        )
        for row in rows
    ]


def schedules_to_write(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """The council's own local schedule, still empty while the specification can be changed."""
    if not actor.may(Permission.SCHEDULE_EDIT):
        return []
    rows = session.execute(
        select(LocalSchedule.system_id, PurchasingSystem.alias)
        .join(PurchasingSystem, PurchasingSystem.id == LocalSchedule.system_id)
        .where(
            LocalSchedule.authority_id == actor.organisation_id,
            LocalSchedule.frozen_at.is_(None),
            LocalSchedule.text == "",
        )
        .order_by(PurchasingSystem.alias)
    )
    return [
        Need("Write your council’s local schedule", addresses.specification(row.system_id), None, row.alias)
        for row in rows
    ]
