"""Where an officer reaches a provider about a placement: work addresses of posts, never of persons."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import A_PROVIDER, condition, owner
from portal.providers.models.service import ADMITTED


class Contact(Identified, Base):
    """The referral mailbox, or the vacancy contact, from `recorded_at` until a later row. `post`: who answers there."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_provider_id", "provider_id", "kind", "recorded_at"),
        CheckConstraint("kind IN ('referral', 'vacancy')", name="kind"),
        CheckConstraint("email <> '' OR telephone <> ''", name="reachable"),
        {"schema": "providers"},
    )
    __tenancy__ = (owner("provider_id", insert=True, becomes=A_PROVIDER), condition("authorities", ADMITTED))

    provider_id: Mapped[UUID]
    kind: Mapped[str]
    post: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
