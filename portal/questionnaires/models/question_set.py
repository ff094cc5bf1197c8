"""A question set: what applicants for a lot (or for all lots) are asked in one round."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import considering, of_published_round, owner, participant


class QuestionSet(Identified, Base):
    """`lot_id` None: common to all lots. Frozen when the round is published; a later change is a modification, and a new `version`."""

    __tablename__ = "question_sets"
    __table_args__ = (
        UniqueConstraint("id", "lead_id", "round_id"),
        UniqueConstraint("round_id", "lot_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        # Only the lead of the round writes here: the row policy alone would believe any lead_id that is one's own.
        ForeignKeyConstraint(
            ["round_id", "lead_id"],
            ["purchasing_systems.rounds.id", "purchasing_systems.rounds.lead_id"],
            onupdate="CASCADE",
        ),
        {"schema": "questionnaires"},
    )
    __tenancy__ = (
        owner(
            "lead_id", insert=True, update=("title", "frozen_at"), delete=True, when="frozen_at IS NULL", becomes="true"
        ),
        participant(),
        considering(),
        of_published_round(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    round_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    title: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    frozen_at: Mapped[datetime | None]
