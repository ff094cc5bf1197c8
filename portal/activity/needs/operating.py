"""What the operator looks after: mail that does not go out, and a run of refusals."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.activity.needs.need import Need, counted
from portal.applications.models import Application
from portal.core.audit.models import Refusal
from portal.core.types import Actor
from tenants.permissions import Permission

_MANY = 20


def trouble(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """One statement; nothing where all is well."""
    if not actor.may(Permission.OUTBOX_READ):
        return []
    row = session.execute(
        select(
            select(func.count())
            .select_from(text("app.outbox(500) o"))
            .where(text("o.state = 'failed' OR (o.state = 'waiting' AND o.attempts > 0)"))
            .scalar_subquery()
            .label("stuck"),
            select(func.count()).where(Refusal.at > now - timedelta(days=1)).scalar_subquery().label("refused"),
            select(func.count()).where(Application.help_granted_until > now).scalar_subquery().label("helped"),
        )
    ).one()
    found = []
    if row.stuck:
        found.append(Need(f"{counted(row.stuck, 'message')} cannot be sent", "/operator/outbox", None))
    if row.refused >= _MANY:
        found.append(Need(f"{row.refused} attempts were refused in the last day", "/operator/refusals", None))
    if row.helped:
        found.append(Need(f"Help wanted: {counted(row.helped, 'applicant')}", "/operator/help-desk", None))
    return found
