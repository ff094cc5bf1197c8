"""An organisation: a council, a provider, or the portal's operator."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import condition, owner


class Organisation(Identified, Base):
    """Councils and the operator are public facts; a provider is seen by itself alone.

    Councils that learn of a provider learn its name from its application, once opened.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("kind IN ('authority', 'provider', 'operator')", name="kind"),
        {"schema": "tenants"},
    )
    __tenancy__ = (owner("id"), condition("public", "kind <> 'provider'"))

    kind: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    official_name: Mapped[str]
    gss_code: Mapped[str | None]
    register_code: Mapped[str | None]
    fictional: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
