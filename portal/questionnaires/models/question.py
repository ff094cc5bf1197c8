"""A question: what is asked, how it is answered, what passes, how it is scored."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import considering, of_published_round, owner, participant


class Question(Identified, Base):
    """Weight in per cent of the lot's quality; ceiling in pounds per `unit`; `pass_rule` decides selection questions.

    `part` says into which sealed envelope the answer goes, and so who may read it after opening. Questions of one group stand on
    one page; `accept`: kinds of file; `descriptors`: what each score means. `condition`: see `conditions`; `grid`: see `grids`.
    `origin`: the questionnaire it was copied from, and `origin_prompt` its words there; `wording_fixed`: they are not changed.
    `version`: the version of the set in which it changed last.
    """

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("set_id", "key"),
        Index("ix_questions_round_id_position", "round_id", "position"),
        ForeignKeyConstraint(
            ["set_id", "lead_id", "round_id"],
            [
                "questionnaires.question_sets.id",
                "questionnaires.question_sets.lead_id",
                "questionnaires.question_sets.round_id",
            ],
            onupdate="CASCADE",
        ),
        CheckConstraint("part IN ('selection', 'quality', 'price', 'documents')", name="part"),
        CheckConstraint(
            "kind IN ('text', 'choice', 'choices', 'yes_no', 'number', 'money', 'date', 'file', 'declaration', 'grid')",
            name="kind",
        ),
        CheckConstraint("(kind = 'grid') = (grid IS NOT NULL)", name="grid"),
        CheckConstraint("weight IS NULL OR weight BETWEEN 0 AND 100", name="weight"),
        CheckConstraint("minimum_score IS NULL OR minimum_score BETWEEN 0 AND 5", name="minimum"),
        CheckConstraint("ceiling IS NULL OR (ceiling >= 0 AND ceiling < 'NaN'::numeric)", name="ceiling"),
        CheckConstraint("part <> 'price' OR kind IN ('money', 'grid')", name="price"),
        {"schema": "questionnaires"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=(
                "position",
                "part",
                "kind",
                "group_slug",
                "group_title",
                "group_intro",
                "prompt",
                "hint",
                "required",
                "word_limit",
                "choices",
                "pass_rule",
                "weight",
                "minimum_score",
                "ceiling",
                "unit",
                "descriptors",
                "accept",
                "scorer_guidance",
                "condition",
                "grid",
                "frozen_at",
            ),
            delete=True,
            when="frozen_at IS NULL",
            becomes="true",
        ),
        participant(),
        considering(),
        of_published_round(),
    )

    set_id: Mapped[UUID]
    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    round_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    key: Mapped[str]
    position: Mapped[int]
    part: Mapped[str]
    kind: Mapped[str]
    group_slug: Mapped[str]
    group_title: Mapped[str]
    group_intro: Mapped[str | None]
    prompt: Mapped[str]
    hint: Mapped[str | None]
    required: Mapped[bool] = mapped_column(default=True)
    word_limit: Mapped[int | None]
    choices: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    pass_rule: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    weight: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    minimum_score: Mapped[int | None]
    ceiling: Mapped[Decimal | None]
    unit: Mapped[str | None]
    theme: Mapped[str | None]
    descriptors: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    accept: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    scorer_guidance: Mapped[str | None]
    condition: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    grid: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    origin: Mapped[str | None]
    origin_prompt: Mapped[str | None]
    wording_fixed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    frozen_at: Mapped[datetime | None]
