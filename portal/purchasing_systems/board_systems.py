"""What a board meeting is told of purchasing systems: two statements, whatever the number of systems and councils."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.decisions.systems import BoardSystem, TakingPart, register_systems
from portal.purchasing_systems.models import Participation, PurchasingSystem, acts_on
from tenants.models import Organisation


@register_systems
def board_systems(session: Session, ids: Collection[UUID]) -> list[BoardSystem]:
    """Systems by title, each with the councils that have joined and not left."""
    s, p, o = PurchasingSystem, Participation, Organisation
    councils: dict[UUID, list[TakingPart]] = defaultdict(list)
    for system_id, id_, name, slug in session.execute(
        select(p.system_id, o.id, o.name, o.slug)
        .join(o, o.id == p.authority_id)
        .where(p.system_id.in_(ids), acts_on(clock.today()))
        .order_by(o.name)
    ):
        councils[system_id].append(TakingPart(id_, name, slug))
    return [
        BoardSystem(id_, title, lead, demonstration, tuple(councils[id_]))
        for id_, title, lead, demonstration in session.execute(
            select(s.id, s.title, s.lead_name, s.demonstration).where(s.id.in_(ids)).order_by(s.title, s.id)
        )
    ]
