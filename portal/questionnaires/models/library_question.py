"""A question an authority keeps, to ask it again in another round."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, owner


class LibraryQuestion(Identified, Base):
    """`content`: the question as a data file holds it, without its key. Read by its own authority alone."""

    __tablename__ = "library_questions"
    __table_args__ = ({"schema": "questionnaires"},)
    __tenancy__ = (owner("organisation_id", insert=True, delete=True, when=AN_AUTHORITY),)

    organisation_id: Mapped[UUID] = mapped_column(index=True)
    title: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    kept_at: Mapped[datetime]
    kept_by: Mapped[str]
