"""Colleagues: what they may do here, and when it ends. The database keeps one administrator in every organisation."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.types import Actor
from tenants.actions.invitations import check_roles
from tenants.permissions import ROLES
from tenants.queries import colleague

_CHANGE = text("SELECT app.change_membership(:id, :post, :roles)")


def change_roles(session: Session, actor: Actor, *, membership_id: UUID, post: str, roles: Sequence[str]) -> None:
    """Another post or other roles, from the next request on. Raises Invalid, Missing, Refused (the last administrator)."""
    cleaning = Cleaning()
    post = cleaning.line("post", post, "Enter the post, such as Contracts manager", 100)
    check_roles(cleaning, actor, roles)
    cleaning.finish()
    before = colleague(session, actor, membership_id)
    session.execute(_CHANGE, {"id": membership_id, "post": post, "roles": list(roles)})
    named = ", ".join(ROLES[role][0].lower() for role in roles)
    record(
        session,
        "tenants.membership.changed",
        f"{actor.person_label} changed what {before.post} may do. Now: {post}, {named}.",
        membership=membership_id,
        before=list(before.roles),
        after=list(roles),
    )


def end_membership(session: Session, actor: Actor, *, membership_id: UUID) -> None:
    """A colleague leaves: their sessions here end now. Raises Missing, Refused (the last administrator)."""
    before = colleague(session, actor, membership_id)
    session.execute(_CHANGE, {"id": membership_id, "post": "", "roles": None})
    record(
        session,
        "tenants.membership.ended",
        f"{actor.person_label} ended the access of {before.post}.",
        membership=membership_id,
        before=list(before.roles),
    )
