"""Decisions that predate the portal: each council confirms what the lead's workbook says it decided."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.activity import addresses
from portal.activity.needs.need import Need, counted
from portal.core.types import Actor
from portal.purchasing_systems.queries.take_ons import waiting_for
from tenants.permissions import Permission


def to_confirm(session: Session, actor: Actor, _now: datetime) -> list[Need]:
    """For democratic services, counted by workbook."""
    if not actor.may(Permission.GOVERNANCE_EDIT):
        return []
    return [
        Need(
            f"Confirm {counted(count, 'decision')} that your council took before the portal",
            addresses.answer_taken_on(take_on_id),
            None,
            alias,
            detail="They do not count until you do",
        )
        for take_on_id, alias, count in waiting_for(session, actor)
    ]
