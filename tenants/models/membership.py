"""A person's post and roles in one organisation, from a day to a day."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import today
from portal.core.database import Base, Identified
from portal.core.rls import author, condition, owner
from tenants.permissions import ROLES_OF


def _fitting() -> str:
    # A role of another kind of organisation would carry rights that nobody of this kind may hold.
    return " OR ".join(
        f"(organisation_kind = '{kind}' AND roles <@ ARRAY[{', '.join(map(repr, roles))}]::TEXT[])"
        for kind, roles in ROLES_OF.items()
    )


class Membership(Identified, Base):
    """Rights follow from this row each time a scope is entered, so ending it ends them at the next request.

    Written by definer functions alone, at the word of an administrator. `ends_on`: the day from which it holds no more.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id"),
        CheckConstraint(_fitting(), name="roles"),
        {"schema": "tenants"},
    )
    __tenancy__ = (
        owner(),
        author(organisation=None),
        condition("councils", "organisation_kind = 'authority' AND (SELECT app.kind()) = 'authority'"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.persons.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.organisations.id"))
    organisation_kind: Mapped[str]
    organisation_name: Mapped[str]
    post: Mapped[str]
    email: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    starts_on: Mapped[date] = mapped_column(default=today)
    ends_on: Mapped[date | None]
