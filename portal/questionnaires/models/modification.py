"""A modification: one question of a published round changed, with the reason, for all to read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import of_published_round, owner, participant


class Modification(Identified, Base):
    """Version `version` of a set: what a question said `before` and says `after`. Written by `app.modify_question` alone."""

    __tablename__ = "modifications"
    __table_args__ = (
        UniqueConstraint("set_id", "version"),
        ForeignKeyConstraint(
            ["set_id", "lead_id", "round_id"],
            [
                "questionnaires.question_sets.id",
                "questionnaires.question_sets.lead_id",
                "questionnaires.question_sets.round_id",
            ],
            onupdate="CASCADE",
        ),
        CheckConstraint("version > 1 AND reason <> ''", name="said"),
        {"schema": "questionnaires"},
    )
    __tenancy__ = (owner("lead_id"), participant(), of_published_round())

    set_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    round_id: Mapped[UUID] = mapped_column(index=True)
    question_id: Mapped[UUID]
    version: Mapped[int]
    reason: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changed_at: Mapped[datetime]
