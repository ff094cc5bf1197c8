"""Who comes in, who goes, and who is on which version: what waits for the lead, and what for each council's officers."""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session, aliased

from portal.activity import addresses
from portal.activity.needs.need import Need, counted
from portal.core import clock
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.purchasing_systems.models import (
    Participation,
    ParticipationStep,
    PurchasingSystem,
    Specification,
    VersionSignOff,
    acts_on,
)
from tenants.permissions import Permission

PATIENCE = timedelta(days=60)
"""An invitation that nobody has moved for so long is asked after."""


def to_take_over(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Councils whose last day has passed by their own decision, while the list does not say so yet. Nothing is asked where none leaves."""
    leaving = actor.led & actor.ended
    if not leaving or not actor.may(Permission.PARTICIPATION_MOVE):
        return []
    rows = session.execute(
        text(
            "SELECT s.id, s.alias, x.authority_name, x.exit_on FROM purchasing_systems.systems s "
            "CROSS JOIN LATERAL app.participations_on(s.id, :today) x "
            "JOIN purchasing_systems.participations p ON p.id = x.participation_id "
            "WHERE s.id = ANY (:led) AND x.status = 'withdrawn' AND p.status <> 'withdrawn' ORDER BY s.alias, x.authority_name"
        ),
        {"today": clock.today(), "led": list(leaving)},
    )
    return [
        Need(
            f"Take over that {name} has left",
            addresses.participation(system_id),
            None,
            alias,
            detail=f"Its last day was {say_day(exit_on)}" if exit_on else None,
        )
        for system_id, alias, name, exit_on in rows
    ]


def without_a_move(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Authorities invited or considering that have not moved for `PATIENCE`."""
    if not actor.led or not actor.may(Permission.PARTICIPATION_MOVE):
        return []
    p, last = Participation, func.max(ParticipationStep.effective_on)
    rows = session.execute(
        select(p.system_id, PurchasingSystem.alias, p.authority_name, p.status, last)
        .join(PurchasingSystem, PurchasingSystem.id == p.system_id)
        .join(ParticipationStep, ParticipationStep.participation_id == p.id)
        .where(p.system_id.in_(actor.led), p.status.in_(("invited", "considering")))
        .group_by(p.id, PurchasingSystem.alias)
        .having(last <= clock.today() - PATIENCE)
        .order_by(last, p.authority_name)
    )
    return [
        Need(
            f"Ask {name} whether it takes part",
            addresses.participation(system_id),
            None,
            alias,
            detail=f"{'Invited' if status == 'invited' else 'Considering'} since {say_day(since)}",
        )
        for system_id, alias, name, status, since in rows
    ]


def on_an_old_version(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """How many councils of a system are on an earlier version of the specification than the one in force (R3-03)."""
    if not actor.led or not actor.may(Permission.PARTICIPATION_MOVE):
        return []
    p, joined = Participation, aliased(Specification)
    in_force = (
        select(Specification.system_id, func.max(Specification.version).label("version"))
        .where(Specification.system_id.in_(actor.led), Specification.issued_at.is_not(None))
        .group_by(Specification.system_id)
        .subquery()
    )
    rows = session.execute(
        select(p.system_id, PurchasingSystem.alias, in_force.c.version, func.count())
        .join(in_force, in_force.c.system_id == p.system_id)
        .join(PurchasingSystem, PurchasingSystem.id == p.system_id)
        .outerjoin(joined, joined.id == p.specification_id)
        .where(acts_on(clock.today()), func.coalesce(joined.version, 1) < in_force.c.version)
        .group_by(p.system_id, PurchasingSystem.alias, in_force.c.version)
        .order_by(PurchasingSystem.alias, p.system_id)
    )
    return [
        Need(
            f"{counted(many, 'council')} not on version {version} of the specification",
            addresses.specification(system_id),
            None,
            alias,
            detail="Ask each to adopt the version in force",
        )
        for system_id, alias, version, many in rows
    ]


def to_sign_off(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Later versions in draft that no officer of this council has signed off (R3-05)."""
    if not actor.systems or not actor.may(Permission.SCHEDULE_EDIT):
        return []
    s, p, signed = Specification, Participation, VersionSignOff
    rows = session.execute(
        select(s.id, s.system_id, s.version, PurchasingSystem.alias)
        .join(PurchasingSystem, PurchasingSystem.id == s.system_id)
        .join(p, (p.system_id == s.system_id) & (p.authority_id == actor.organisation_id) & (p.status == "joined"))
        .where(
            s.system_id.in_(actor.systems),
            s.version > 1,
            s.issued_at.is_(None),
            ~exists().where(
                signed.specification_id == s.id,
                signed.authority_id == actor.organisation_id,
                signed.withdrawn_at.is_(None),
            ),
        )
        .order_by(PurchasingSystem.alias, s.version)
    )
    return [
        Need(
            f"Read version {version} of the specification and sign it off",
            addresses.version(system_id, id_),
            None,
            alias,
        )
        for id_, system_id, version, alias in rows
    ]
