"""A matter (on screen: a joint decision): one question put to several authorities about one subject."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import LED, ORGANISATION, asked, owner, participant


class Matter(Identified, Base):
    """`rule`: see `rules.settling`; the question keeps the rule it was put under, with `minimum` where that is stated, and `late`: whether
    an answer after `answer_by` still counts. `before_commencement`: the round it is about does not open until it has effect for the
    councils asked (R5-03). `parts`: what can be answered apart (id and title each), such as an extension and an added lot.

    `answer_by` is the stated day; silence is never consent. `facts` belong to the slice that raised it (names of
    providers, published grounds). Settled by `app.settle_matter` alone, exactly once; withdrawn by `app.withdraw_matter`.

    A question that every council asked has answered with no can be asked again: by a matter of its own that names the earlier
    one (`asked_after_id`) and says why. The earlier one stays as it is, but for `asked_again_at`, which a trigger writes.
    """

    __tablename__ = "matters"
    __table_args__ = (
        UniqueConstraint("id", "raised_by_id", "system_id"),
        # Two live matters on one question would give a council two answers.
        Index(
            "uq_matters_one_live",
            "subject_id",
            "kind",
            unique=True,
            postgresql_where=text("status <> 'withdrawn' AND asked_again_at IS NULL"),
        ),
        Index("ix_matters_system_id_kind", "system_id", "kind"),
        ForeignKeyConstraint(["asked_after_id"], ["decisions.matters.id"]),
        CheckConstraint("(asked_after_id IS NULL) = (asked_again_because = '')", name="asked_again"),
        CheckConstraint("asked_again_at IS NULL OR status = 'settled'", name="asked_again_when"),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (status = 'withdrawn') = (withdrawn_because <> '')",
            name="withdrawn",
        ),
        CheckConstraint(
            "rule IN ('lead', 'each_for_itself', 'every_participant', 'minimum', 'lead_plus_majority')", name="rule"
        ),
        CheckConstraint("(rule = 'minimum') = (minimum IS NOT NULL) AND minimum > 0", name="minimum"),
        CheckConstraint("late IN ('counts', 'stays_out')", name="late"),
        CheckConstraint("status IN ('open', 'settled', 'withdrawn')", name="status"),
        CheckConstraint("(status = 'settled') = (settled_at IS NOT NULL)", name="settled"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner("raised_by_id", select=False, insert=True, when=f"status = 'open' AND system_id = {LED}", name="raiser"),
        participant(),
        asked("id"),
    )

    kind: Mapped[str]
    rule: Mapped[str]
    minimum: Mapped[int | None]
    late: Mapped[str] = mapped_column(default="counts", server_default="counts")
    before_commencement: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    parts: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    system_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    subject_label: Mapped[str]
    question: Mapped[str]
    raised_by_id: Mapped[UUID]
    raised_by: Mapped[str]
    raised_at: Mapped[datetime]
    answer_by: Mapped[date]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    status: Mapped[str] = mapped_column(default="open")
    settled_at: Mapped[datetime | None]
    asked_after_id: Mapped[UUID | None]
    asked_again_because: Mapped[str] = mapped_column(default="")
    asked_again_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")

    @property
    def is_live(self) -> bool:
        """Whether this is the one that counts on its question: neither withdrawn nor asked again."""
        return self.status != "withdrawn" and self.asked_again_at is None


class MatterParty(Identified, Base):
    """An authority to whom the question is put. `excused_at`: it left or was suspended while the question stood open, so its answer is
    no longer awaited; `app.excuse_party` alone writes it. One that joins meanwhile is asked by a row of its own.
    """

    __tablename__ = "matter_parties"
    __table_args__ = (
        UniqueConstraint("matter_id", "authority_id"),
        UniqueConstraint("matter_id", "authority_id", "system_id"),
        ForeignKeyConstraint(
            ["matter_id", "raised_by_id", "system_id"],
            ["decisions.matters.id", "decisions.matters.raised_by_id", "decisions.matters.system_id"],
        ),
        CheckConstraint("(excused_at IS NULL) = (excused_because = '')", name="excused"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner("raised_by_id", select=False, insert=True, name="raiser"),
        participant(),
        asked(when=f"authority_id = {ORGANISATION}"),
    )

    matter_id: Mapped[UUID]
    system_id: Mapped[UUID]
    raised_by_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    excused_at: Mapped[datetime | None]
    excused_because: Mapped[str] = mapped_column(default="", server_default="")
