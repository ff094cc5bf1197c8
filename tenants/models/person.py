"""A person who signs in."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import author


class Person(Identified, Base):
    """Seen by themselves; colleagues see the membership. E-mail is lower-case, NFKC."""

    __tablename__ = "persons"
    __table_args__ = {"schema": "tenants"}
    __tenancy__ = (author("id", organisation=None),)

    email: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
