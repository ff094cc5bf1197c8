"""The decision of one authority: its own, drafted and recorded by its own officers, never by anybody else's."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, ASKED, SYSTEMS, owner, participant, published

_COLUMNS = (
    "outcome",
    "defer_until",
    "decided_by_post",
    "decided_by_capacity",
    "authority_source",
    "consulted_post",
    "report_reference",
    "record_url",
    "decided_on",
    "effective_on",
    "reasons",
    "alternatives",
    "interests",
    "dispensations",
    "financial",
    "legal",
    "equality",
    "title",
    "minute_number",
    "route",
    "delegation_id",
    "value_pounds",
    "wards",
    "is_key",
    "key_reason",
    "notice_on",
    "notice_id",
    "urgency",
    "urgency_agreed_by",
    "call_in_exempt_because",
    "published_on",
    "status",
    "system_id",
)


class Decision(Identified, Base):
    """Decided by and recorded by are two things. A draft is the council's own; others see it once recorded.

    With a matter it is the council's answer to it; without (`matter_id` None) a decision of its own, such as a cabinet minute with
    numbered resolutions. At most one decision of an authority on a matter stands: its latest. What came before is `superseded` and
    stays as it was: a deferral by the answer that follows, an answer by a later one, which takes over from its own effective date.

    `effective_on` is the day the council's own record states; None until the record has been published. While `called_in` it has no
    effect. `public_at`: its record is on the public register. `record_kept`: where the council said, for the day of the decision, that its
    official record lives (a key of `governance.wording.RECORDS`; empty: not said, so elsewhere); written at recording. Days are days; `value_pounds` excludes VAT. What it rests on is `Evidence`.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        Index("ix_decisions_matter_id", "matter_id", "authority_id"),
        ForeignKeyConstraint(
            ["matter_id", "authority_id", "system_id"],
            [
                "decisions.matter_parties.matter_id",
                "decisions.matter_parties.authority_id",
                "decisions.matter_parties.system_id",
            ],
        ),
        Index(
            "uq_decisions_one_in_force",
            "matter_id",
            "authority_id",
            unique=True,
            postgresql_where=text("status IN ('recorded', 'called_in')"),
        ),
        Index(
            "uq_decisions_one_draft",
            "matter_id",
            "authority_id",
            unique=True,
            postgresql_where=text("status = 'draft' AND matter_id IS NOT NULL"),
        ),
        CheckConstraint(
            "outcome IN ('approve', 'approve_with_restriction', 'approve_in_part', 'not_approve', 'defer')",
            name="outcome",
        ),
        CheckConstraint("status IN ('draft', 'recorded', 'called_in', 'superseded')", name="status"),
        CheckConstraint("(matter_id IS NULL) = (title <> '')", name="subject"),
        # Without it the key to the parties asked would not be looked up.
        CheckConstraint("matter_id IS NULL OR system_id IS NOT NULL", name="system"),
        CheckConstraint(
            "route IN ('', 'cabinet', 'cabinet_member', 'officer', 'joint_holders', 'committee', 'council')",
            name="route",
        ),
        CheckConstraint("urgency IN ('', 'general_exception', 'special_urgency')", name="urgency"),
        CheckConstraint("value_pounds >= 0", name="value"),
        CheckConstraint("public_at IS NULL OR (status <> 'draft' AND published_on IS NOT NULL)", name="public"),
        CheckConstraint(
            "status = 'draft' OR NOT is_key OR notice_on IS NOT NULL OR (urgency <> '' AND urgency_agreed_by <> '')",
            name="key_notice",
        ),
        CheckConstraint(
            "status = 'draft' OR (outcome IS NOT NULL AND decided_by_post <> '' AND decided_on IS NOT NULL AND reasons <> '' "
            "AND recorded_at IS NOT NULL AND recorded_by_post <> '')",
            name="recorded",
        ),
        CheckConstraint(
            # One called in has lost its day, and never has one again if a later decision takes its place.
            "status <> 'recorded' OR outcome = 'defer' OR effective_on IS NOT NULL OR published_on IS NULL",
            name="effective",
        ),
        CheckConstraint("status = 'draft' OR (outcome = 'defer') = (defer_until IS NOT NULL)", name="deferred"),
        CheckConstraint("record_kept IN ('', 'council_system', 'portal')", name="record_kept"),
        CheckConstraint("effective_on IS NULL OR decided_on IS NULL OR effective_on >= decided_on", name="order"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        owner(
            "authority_id",
            insert=True,
            update=_COLUMNS,
            when="status IN ('draft', 'recorded', 'called_in')",
            becomes=f"{AN_AUTHORITY} AND CASE WHEN system_id IS NULL THEN true ELSE system_id = {SYSTEMS} OR coalesce(matter_id = {ASKED}, false) END",
        ),
        # A draft of the council's own can be thrown away; an answer to a joint decision gives way to another answer.
        owner(
            "authority_id",
            select=False,
            delete=True,
            when="status = 'draft' AND matter_id IS NULL",
            name="discard",
        ),
        participant(when="status <> 'draft'"),
        published("public_at IS NOT NULL"),
    )

    matter_id: Mapped[UUID | None]
    system_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(default="", server_default="")
    authority_id: Mapped[UUID] = mapped_column(index=True)
    authority_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="draft")
    outcome: Mapped[str | None]
    defer_until: Mapped[date | None]
    decided_by_post: Mapped[str] = mapped_column(default="")
    decided_by_capacity: Mapped[str] = mapped_column(default="")
    authority_source: Mapped[str] = mapped_column(default="")
    consulted_post: Mapped[str] = mapped_column(default="")
    report_reference: Mapped[str] = mapped_column(default="")
    record_url: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    reasons: Mapped[str] = mapped_column(default="")
    alternatives: Mapped[str] = mapped_column(default="")
    interests: Mapped[str] = mapped_column(default="")
    dispensations: Mapped[str] = mapped_column(default="", server_default="")
    financial: Mapped[str] = mapped_column(default="", server_default="")
    legal: Mapped[str] = mapped_column(default="", server_default="")
    equality: Mapped[str] = mapped_column(default="", server_default="")
    minute_number: Mapped[str] = mapped_column(default="", server_default="")
    route: Mapped[str] = mapped_column(default="", server_default="")
    delegation_id: Mapped[UUID | None]
    value_pounds: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    wards: Mapped[int | None]
    is_key: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    key_reason: Mapped[str] = mapped_column(default="", server_default="")
    notice_on: Mapped[date | None]
    notice_id: Mapped[UUID | None]
    urgency: Mapped[str] = mapped_column(default="", server_default="")
    urgency_agreed_by: Mapped[str] = mapped_column(default="", server_default="")
    call_in_exempt_because: Mapped[str] = mapped_column(default="", server_default="")
    published_on: Mapped[date | None]
    public_at: Mapped[datetime | None]
    record_kept: Mapped[str] = mapped_column(default="", server_default="")
    recorded_by_id: Mapped[UUID | None]
    recorded_by_post: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
