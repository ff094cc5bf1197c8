"""Why a signed-off evaluation was re-opened, and which version that left behind."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core.database import Base, Identified
from portal.core.rls import participant


class Reopening(Identified, Base):
    """Written by `app.move_panel` alone. `number`: of the version left behind, from 1; `signed_off_*` are that version's.

    Results and agreed scores of a version left behind point here (`superseded_by_id`) and are never changed again.
    """

    __tablename__ = "reopenings"
    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        ForeignKeyConstraint(
            ["panel_id", "lead_id", "system_id"],
            ["evaluation.panels.id", "evaluation.panels.lead_id", "evaluation.panels.system_id"],
            onupdate="CASCADE",
        ),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (participant(),)

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    number: Mapped[int]
    reason: Mapped[str]
    reopened_at: Mapped[datetime]
    reopened_by: Mapped[str]
    signed_off_at: Mapped[datetime]
    signed_off_by: Mapped[str]
