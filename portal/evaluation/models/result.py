"""What the rules made of it: checks that needed a person, and the result per candidate and lot."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import owner, participant


class CheckRuling(Identified, Base):
    """An answer in the grey zone of a pass rule, judged by an officer of the lead, with the reason the letter will give."""

    __tablename__ = "check_rulings"
    __table_args__ = (
        UniqueConstraint("panel_id", "candidate_id", "question_id"),
        ForeignKeyConstraint(["panel_id", "lead_id"], ["evaluation.panels.id", "evaluation.panels.lead_id"]),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (owner("lead_id", insert=True, update=("passed", "reason", "ruled_at", "ruled_by")),)

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    question_id: Mapped[UUID]
    passed: Mapped[bool]
    reason: Mapped[str]
    ruled_at: Mapped[datetime]
    ruled_by: Mapped[str]


class Result(Identified, Base):
    """Per candidate and lot: met every rule or not, with reasons per criterion. Quality total in per cent, two places."""

    __tablename__ = "results"
    __table_args__ = (
        UniqueConstraint("panel_id", "candidate_id", "lot_id"),
        ForeignKeyConstraint(["panel_id", "lead_id"], ["evaluation.panels.id", "evaluation.panels.lead_id"]),
        CheckConstraint("outcome IN ('recommended', 'not_recommended')", name="outcome"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner(
            "lead_id", insert=True, update=("signed_off_at",), delete=True, when="signed_off_at IS NULL", becomes="true"
        ),
        participant(when="signed_off_at IS NOT NULL"),
    )

    panel_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    candidate_name: Mapped[str]
    provider_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    outcome: Mapped[str]
    quality_total: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    areas: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    criteria: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    scores: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    prices: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    reasons: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    computed_at: Mapped[datetime]
    signed_off_at: Mapped[datetime | None]
