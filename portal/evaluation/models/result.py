"""What the rules made of it: checks that needed a person, and the result per candidate and lot."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import owner, panel, participant

_LEAD = ["panel_id", "lead_id", "system_id"]
_OF_PANEL = [f"evaluation.panels.{column}" for column in ("id", "lead_id", "system_id")]


class CheckRuling(Identified, Base):
    """A selection question decided: in the grey zone of its pass rule by an officer of the lead, or a fail found by the rule.

    The reason is the one the letter will give. A fail ends scoring for its lot, for all lots where `lot_id` is None.
    """

    __tablename__ = "check_rulings"
    __table_args__ = (
        UniqueConstraint("panel_id", "candidate_id", "question_id"),
        ForeignKeyConstraint(_LEAD, _OF_PANEL, onupdate="CASCADE"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=("passed", "reason", "ruled_at", "ruled_by"),
            when="NOT by_rule",
            becomes="true",
        ),
        panel(),
    )

    panel_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    question_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    by_rule: Mapped[bool] = mapped_column(default=False)
    passed: Mapped[bool]
    reason: Mapped[str]
    ruled_at: Mapped[datetime]
    ruled_by: Mapped[str]


class Result(Identified, Base):
    """Per candidate and lot: met every rule or not, with reasons per criterion. Quality total in per cent, two places.

    `app.move_panel` sets `signed_off_at`; then participating authorities read it and nobody changes it. When the evaluation is
    re-opened it stays, as of the version left behind (`superseded_by_id`); current are those without. JSON shapes
    (used by the outcome letters; money as text in pounds, `"4850.00"`):

    - `areas`: ids of the authorities for whose area the lot is offered, as text;
    - `criteria`: `{"key", "title", "result": "pass" | "fail", "reason"}`, one a selection question with a pass rule;
    - `scores`: `{"key", "title", "weight": "20.00", "score": 0 to 5, "minimum": 0 to 5 or null, "label", "reason"}`, the
      agreed score with its rationale for the letter; empty when selection was failed (then nothing is scored);
    - `prices`: `{"key", "title", "unit", "price": text or null, "ceiling": text or null, "result": "within" | "above" |
      "not_given"}`; empty when selection was failed;
    - `reasons`: sentences, one a rule that was not met; empty when recommended.
    """

    __tablename__ = "results"
    __table_args__ = (
        Index(
            "uq_results_one_current",
            "panel_id",
            "candidate_id",
            "lot_id",
            unique=True,
            postgresql_where=text("superseded_by_id IS NULL"),
        ),
        ForeignKeyConstraint(_LEAD, _OF_PANEL, onupdate="CASCADE"),
        ForeignKeyConstraint(["superseded_by_id"], ["evaluation.reopenings.id"]),
        CheckConstraint("superseded_by_id IS NULL OR signed_off_at IS NOT NULL", name="superseded"),
        CheckConstraint("outcome IN ('recommended', 'not_recommended')", name="outcome"),
        {"schema": "evaluation"},
    )
    __tenancy__ = (
        owner("lead_id", insert=True, delete=True, when="signed_off_at IS NULL"),
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
    superseded_by_id: Mapped[UUID | None]
