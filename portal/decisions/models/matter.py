"""A matter (on screen: a joint decision): one question put to several authorities about one subject."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import LED, owner, participant


class Matter(Identified, Base):
    """`rule`: lead (one authority answers for all, under recorded authority) or each_for_itself.

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
        ForeignKeyConstraint(["asked_after_id"], ["decisions.matters.id"]),
        CheckConstraint("(asked_after_id IS NULL) = (asked_again_because = '')", name="asked_again"),
        CheckConstraint("asked_again_at IS NULL OR status = 'settled'", name="asked_again_when"),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (status = 'withdrawn') = (withdrawn_because <> '')",
            name="withdrawn",
        ),
        CheckConstraint("rule IN ('lead', 'each_for_itself')", name="rule"),
        CheckConstraint("status IN ('open', 'settled', 'withdrawn')", name="status"),
        CheckConstraint("(status = 'settled') = (settled_at IS NOT NULL)", name="settled"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner("raised_by_id", select=False, insert=True, when=f"status = 'open' AND system_id = {LED}", name="raiser"),
        participant(),
    )

    kind: Mapped[str]
    rule: Mapped[str]
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
    """An authority to whom the question is put."""

    __tablename__ = "matter_parties"
    __table_args__ = (
        UniqueConstraint("matter_id", "authority_id"),
        UniqueConstraint("matter_id", "authority_id", "system_id"),
        ForeignKeyConstraint(
            ["matter_id", "raised_by_id", "system_id"],
            ["decisions.matters.id", "decisions.matters.raised_by_id", "decisions.matters.system_id"],
        ),
        {"schema": "decisions"},
    )
    __tenancy__ = (owner("raised_by_id", select=False, insert=True, name="raiser"), participant())

    matter_id: Mapped[UUID]
    system_id: Mapped[UUID]
    raised_by_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
