"""Choosing lots, and for each the councils whose area is offered."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.queries.cases import open_case
from portal.core import clock
from portal.core.applicants import own_pen
from portal.core.audit import record_sealed
from portal.core.errors import Invalid, NotPermitted
from portal.core.types import Actor
from portal.purchasing_systems.models import Lot, Participation, acts_on
from portal.purchasing_systems.queries.rounds import is_offered
from tenants.permissions import Permission


def choose_lots(
    session: Session, actor: Actor, *, application_id: UUID, areas: Mapping[UUID, Sequence[UUID]]
) -> Application:
    """Choose lots, and for each the councils whose area is offered. A lot left out keeps its answers in the draft.

    Raises NotPermitted, Missing, Refused after closing, Invalid (`lots`, or `areas-<lot id>`) for what is not on offer.
    """
    if not actor.may(Permission.APPLICATION_DRAFT):
        raise NotPermitted("Only a provider's bid writer or administrator can do this.")
    case = open_case(session, application_id)
    there = session.scalars(select(Lot).where(Lot.system_id == case.round.system_id).order_by(Lot.number))
    lots = [lot for lot in there if is_offered(case.round, lot.id)]
    councils = councils_of(session, case.round.system_id)
    if set(areas) - {lot.id for lot in lots}:
        raise Invalid(lots="Select lots of this round.")
    if not areas:
        raise Invalid(lots="Select at least one lot.")
    chosen = [lot for lot in lots if lot.id in areas]
    faults = {}
    for lot in chosen:
        if set(areas[lot.id]) - set(councils):
            faults[f"areas-{lot.id}"] = "Select councils that take part in this system."
    if faults:
        raise Invalid(**faults)
    session.execute(
        update(Application)
        .where(Application.id == application_id)
        .values(
            lots=[lot.id for lot in chosen],
            areas={str(lot.id): [str(c) for c in councils if c in set(areas[lot.id])] for lot in chosen},
            saved_at=case.at,
            saved_by=own_pen(session).sign(actor.person_label),
        )
        .execution_options(synchronize_session=False)
    )
    offered = "; ".join(f"lot {lot.number} for {_count(len(set(areas[lot.id])), 'council')}" for lot in chosen)
    record_sealed(
        session,
        "applications.application.lots_chosen",
        f"Chose the lots of application {case.application.reference}: {offered}.",
        round_id=case.round.id,
        id=application_id,
    )
    session.refresh(case.application)
    return case.application


def councils_of(session: Session, system_id: UUID) -> dict[UUID, str]:
    """Councils that take part in a system, by name."""
    rows = session.execute(
        select(Participation.authority_id, Participation.authority_name)
        .where(Participation.system_id == system_id, acts_on(clock.today()))
        .order_by(Participation.authority_name)
    )
    return {row.authority_id: row.authority_name for row in rows}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
