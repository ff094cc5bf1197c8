"""Who belongs to the organisation acted for, and who has been invited."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, or_, select, text
from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.core.errors import Missing
from portal.core.types import Actor
from tenants.models import Membership, Organisation
from tenants.permissions import ROLES


@dataclass(frozen=True)
class Colleague:
    """A person in a post here."""

    id: UUID
    person_id: UUID
    post: str
    email: str
    roles: tuple[str, ...]
    starts_on: date

    @property
    def role_names(self) -> str:
        return ", ".join(ROLES[role][0] for role in self.roles)


@dataclass(frozen=True)
class Invited:
    """An invitation that nobody has accepted yet."""

    id: UUID
    email: str
    post: str
    roles: tuple[str, ...]
    invited_at: datetime
    expires_at: datetime

    @property
    def role_names(self) -> str:
        return ", ".join(ROLES[role][0] for role in self.roles)


_COLUMNS = (
    Membership.id,
    Membership.person_id,
    Membership.post,
    Membership.email,
    Membership.roles,
    Membership.starts_on,
)


def colleagues(session: Session, actor: Actor) -> list[Colleague]:
    """Everybody who belongs to the organisation today, by post."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(Membership.organisation_id == actor.organisation_id)
        .where(or_(Membership.ends_on.is_(None), Membership.ends_on > today()))
        .order_by(Membership.post, Membership.email)
    )
    return [_colleague(row) for row in rows]


def colleague(session: Session, actor: Actor, membership_id: UUID) -> Colleague:
    """One of them. Raises Missing."""
    row = session.execute(
        select(*_COLUMNS)
        .where(Membership.organisation_id == actor.organisation_id, Membership.id == membership_id)
        .where(or_(Membership.ends_on.is_(None), Membership.ends_on > today()))
    ).one_or_none()
    if row is None:
        raise Missing
    return _colleague(row)


def invited(session: Session) -> list[Invited]:
    """Pending invitations, for an administrator; nothing for anybody else."""
    rows = session.execute(text("SELECT id, email, post, roles, invited_at, expires_at FROM app.invitations()"))
    return [Invited(r.id, r.email, r.post, tuple(r.roles), r.invited_at, r.expires_at) for r in rows]


def _colleague(row: Row[UUID, UUID, str, str, list[str], date]) -> Colleague:
    return Colleague(row.id, row.person_id, row.post, row.email, tuple(row.roles), row.starts_on)


def organisation_named(session: Session, organisation_id: UUID) -> str:
    """The short name of an organisation that can be seen. Raises Missing."""
    name = session.scalar(select(Organisation.name).where(Organisation.id == organisation_id))
    if name is None:
        raise Missing
    return name
