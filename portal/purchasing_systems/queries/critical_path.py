"""The critical path of a system: who takes part, joined with how each of them decides."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from portal.governance.queries.facts import calendars_of_all, clocks_of_all, executive_names
from portal.governance.rules.critical_path import Council, Plan, Target, plan, shared_milestones
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.systems import Participant

_BACK = timedelta(days=400)
"""How far before the letters a meeting is looked for."""


def target_of(system: PurchasingSystem, starts_on: date, at_stake: Decimal | None = None) -> Target:
    """What the system's own terms make of a wanted day. `at_stake`: pounds for each council; None: the whole value of the system."""
    return Target(
        starts_on=starts_on,
        value_pounds=system.value_pounds if at_stake is None else at_stake,
        standstill_days=system.standstill_days,
        act=system.regime.startswith("procurement_act"),
    )


def critical_path(
    session: Session,
    target: Target,
    councils: Collection[Participant],
    *,
    by_officer: Collection[UUID],
    today: date,
) -> Plan:
    """Every participating council's path, by the facts entered for the day of the letters. Four statements, however many councils.

    `by_officer`: councils for which an officer decides.
    """
    letters = shared_milestones(target)[0].day
    ids = [c.authority_id for c in councils]
    clocks = clocks_of_all(session, ids, letters)
    names = executive_names(session, ids, letters)
    calendars = calendars_of_all(session, ids, letters - _BACK, letters)
    return plan(
        (
            Council(
                id=id_,
                name=council.short_name,
                clocks=clocks.get(id_),
                executive_name=names.get(id_, ""),
                calendar=calendars[id_],
                by_officer=id_ in by_officer,
            )
            for id_, council in zip(ids, councils, strict=True)
        ),
        target,
        today,
    )
