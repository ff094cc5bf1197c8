"""A person's post and roles in one organisation, from a day to a day."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import today
from portal.core.database import Base, Identified
from portal.core.rls import author, condition, owner


class Membership(Identified, Base):
    """Rights follow from this row each time a scope is entered, so ending it ends them at the next request."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"), {"schema": "tenants"})
    __tenancy__ = (
        owner(update=("roles", "ends_on", "post")),
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
