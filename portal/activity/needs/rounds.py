"""Rounds of the systems a council takes part in: to publish, to open, to carry on with."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, func, select
from sqlalchemy.orm import Session

from portal.activity import addresses
from portal.activity.needs.need import Need
from portal.applications.models import Letter, OpeningConfirmation
from portal.core.clock import NEVER
from portal.core.types import Actor
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.decisions import LIVE
from portal.evaluation.models import Panel
from portal.purchasing_systems.models import ClosingChange, LocalSchedule, PurchasingSystem, Round
from portal.purchasing_systems.rules.rounds import round_phase
from tenants.permissions import Permission


def _matters(kind: str) -> ScalarSelect[int]:
    return select(func.count()).where(Matter.subject_id == Round.id, Matter.kind == kind, *LIVE).scalar_subquery()


def _answered(*outcomes: str) -> ScalarSelect[int]:
    """Whether the lead has answered like this on the outcome, on the question that counts."""
    return (
        select(func.count())
        .select_from(Matter)
        .join(Decision, Decision.matter_id == Matter.id)
        .where(
            Matter.subject_id == Round.id,
            Matter.kind == "approve_outcome",
            Decision.authority_id == Round.lead_id,
            Decision.status == "recorded",
            Decision.outcome.in_(outcomes),
            *LIVE,
        )
        .scalar_subquery()
    )


def of_council(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Where each round stands, what it waits for, and the instants at which it opens and closes by itself."""
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
            _matters("approve_outcome").label("outcome_put"),
            _matters("use_admitted").label("use_put"),
            _answered("approve", "approve_with_restriction").label("approved"),
            _answered("not_approve").label("refused"),
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
    phase = round_phase(row.status, row.opens_at, row.closes_at, now)
    yield Need(f"Round {row.number}", page, None, row.alias, "standing", phase)
    if phase == "open" and row.closes_at >= NEVER:
        return
    if phase in ("not_yet_open", "open"):
        by = row.opens_at if phase == "not_yet_open" else row.closes_at
        yield Need(f"Round {row.number} {'closes' if phase == 'open' else 'opens'}", page, by, row.alias, "date")
    elif phase == "closed" and actor.may(Permission.ROUND_OPEN) and not row.confirmed:
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
    outcome = addresses.outcome(row.id)
    if row.status == "planned" and actor.may(Permission.ROUND_RUN):
        detail = "It opens at the planned time only if it is published"
        yield Need(f"Publish {named}", page, row.opens_at, row.alias, detail=detail)
    if row.status == "opened" and not row.panels and actor.may(Permission.PANEL_RUN):
        yield Need(f"Form the panel for {named}", addresses.evaluation(row.id, "panel"), None, row.alias)
    if row.status == "evaluated" and not row.outcome_put and actor.may(Permission.MATTER_RAISE):
        yield Need(f"Put the outcome of {named} to your council for approval", outcome, None, row.alias)
    if row.status == "evaluated" and row.refused and actor.may(Permission.MATTER_RAISE):
        detail = "Ask again once its reasons are met, or re-open the evaluation"
        yield Need(f"The outcome of {named} was not approved", outcome, None, row.alias, detail=detail)
    if row.approved and not row.use_put and actor.may(Permission.MATTER_RAISE):
        yield Need(f"Put the providers admitted in {named} to every council", outcome, None, row.alias)
    if row.status == "decided" and actor.may(Permission.LETTER_RELEASE):
        detail = "All go out at once" if row.letters else "They are to be prepared first"
        yield Need(f"Release the outcome letters of {named}", outcome, None, row.alias, detail=detail)


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
        Need(
            "Write your council’s local schedule",
            addresses.local_schedule(row.system_id, actor.organisation_id),
            None,
            row.alias,
        )
        for row in rows
    ]
