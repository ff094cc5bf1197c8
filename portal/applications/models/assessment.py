"""The longer time for deciding on one application, with its reasons."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import after, condition, lead


class AssessmentExtension(Identified, Base):
    """Up to the profile's longer number of working days, in one individual case: documents are awaited, or something is verified (R9-02).

    Who, when, whose: set by a trigger. Read by the councils, and by the provider, who is told.
    """

    __tablename__ = "assessment_extensions"
    __table_args__ = (
        UniqueConstraint("application_id"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "applications"},
    )
    __tenancy__ = (
        lead(insert=True),
        after(),
        condition("provider", "provider_id = (SELECT app.organisation())"),
    )

    application_id: Mapped[UUID]
    round_id: Mapped[UUID]
    system_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    reason: Mapped[str]
    extended_by: Mapped[str]
    extended_at: Mapped[datetime] = mapped_column(default=now)
