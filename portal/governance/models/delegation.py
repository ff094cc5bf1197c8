"""The ledger: delegations as minuted, posts nominated under them, findings whether their conditions hold."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import NEIGHBOURS, condition, owner


class Delegation(Identified, Base):
    """Who may decide what, with whom, until when, on which condition. Never rewritten: it is revoked, and another one granted.

    `minuted`: word for word. `holder_ids` and `consulted_ids` are posts of the council in the order of the minute; `nominees` the
    minute's words for posts that may be nominated besides. `conditions`: list of `words` and `each`; `sources`: list of `name`,
    `system_id`, `awaits`. `granted_by_id`: the decision in the portal that granted it, `resolution_id`: its
    resolution, which points back here; otherwise `reference` and `granted_url` lead to the council's own record. `published_on`: since when that decision is public; then other councils read the row too.
    `revoked_on` is the first day on which it is gone.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        ForeignKeyConstraint(
            ["legal_maker_id", "authority_id"], ["governance.posts.id", "governance.posts.authority_id"]
        ),
        CheckConstraint("resolution_id IS NULL OR granted_by_id IS NOT NULL", name="resolution"),
        CheckConstraint("power IN ('decide', 'work_on', 'oversee')", name="power"),
        CheckConstraint("cardinality(holder_ids) >= CASE WHEN joint THEN 2 ELSE 1 END", name="holders"),
        CheckConstraint("cardinality(kinds) > 0", name="kinds"),
        CheckConstraint("minuted <> '' AND matter <> '' AND reference <> ''", name="minuted"),
        CheckConstraint("limit_pounds > 0", name="limit"),
        CheckConstraint("ends_on >= starts_on AND starts_on >= granted_on", name="order"),
        CheckConstraint("revoked_on >= granted_on", name="revoked_order"),
        CheckConstraint("(revoked_on IS NULL) = (revoked_because = '')", name="revoked"),
        CheckConstraint("published_on >= granted_on", name="published"),
        {"schema": "governance"},
    )
    __tenancy__ = (
        owner("authority_id", insert=True, update=("published_on", "revoked_on", "revoked_because")),
        condition("published", f"published_on IS NOT NULL AND authority_id = {NEIGHBOURS}"),
    )

    authority_id: Mapped[UUID] = mapped_column(index=True)
    granted_on: Mapped[date]
    reference: Mapped[str]
    granted_by_id: Mapped[UUID | None]
    resolution_id: Mapped[UUID | None]
    granted_url: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date | None]
    matter: Mapped[str]
    minuted: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    power: Mapped[str]
    holder_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    joint: Mapped[bool] = mapped_column(default=False)
    nominees: Mapped[str] = mapped_column(default="")
    consulted_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    before_commencement: Mapped[bool] = mapped_column(default=False)
    collective: Mapped[bool] = mapped_column(default=False)
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    paragraphs: Mapped[str] = mapped_column(default="")
    sources: Mapped[list[Any]] = mapped_column(default=list)
    limit_pounds: Mapped[Decimal | None]
    covers_key: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reading: Mapped[str] = mapped_column(default="")
    legal_maker_id: Mapped[UUID | None]
    revoked_on: Mapped[date | None]
    revoked_because: Mapped[str] = mapped_column(default="")
    revoked_by_id: Mapped[UUID | None]
    revoked_by_post: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    written_by_id: Mapped[UUID | None]
    written_by_post: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime] = mapped_column(default=now)


class Nomination(Identified, Base):
    """A post nominated to act under a delegation (R1-06): dated, and revoked by date. From `revoked_on` on it may not act."""

    __tablename__ = "nominations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["delegation_id", "authority_id"], ["governance.delegations.id", "governance.delegations.authority_id"]
        ),
        ForeignKeyConstraint(["post_id", "authority_id"], ["governance.posts.id", "governance.posts.authority_id"]),
        Index("ix_nominations_delegation_id", "delegation_id"),
        CheckConstraint("revoked_on >= starts_on", name="order"),
        CheckConstraint("(revoked_on IS NULL) = (revoked_because = '')", name="revoked"),
        {"schema": "governance"},
    )
    __tenancy__ = (owner("authority_id", insert=True, update=("revoked_on", "revoked_because")),)

    authority_id: Mapped[UUID] = mapped_column(index=True)
    delegation_id: Mapped[UUID]
    post_id: Mapped[UUID]
    starts_on: Mapped[date]
    evidence: Mapped[str] = mapped_column(default="")
    revoked_on: Mapped[date | None]
    revoked_because: Mapped[str] = mapped_column(default="")
    revoked_by_id: Mapped[UUID | None]
    revoked_by_post: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    written_by_id: Mapped[UUID | None]
    written_by_post: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime] = mapped_column(default=now)


class Certification(Identified, Base):
    """Who found, when, that a condition of a delegation holds or does not. A later finding takes over; none is changed.

    `condition_words`: the condition, or what a source awaits, in the delegation's words. `subject_id` or `case_reference`: for
    this case alone; neither: once for all.
    """

    __tablename__ = "certifications"
    __table_args__ = (
        ForeignKeyConstraint(
            ["delegation_id", "authority_id"], ["governance.delegations.id", "governance.delegations.authority_id"]
        ),
        Index("ix_certifications_delegation_id", "delegation_id"),
        CheckConstraint("certified_by <> '' AND evidence <> ''", name="certified"),
        {"schema": "governance"},
    )
    __tenancy__ = (owner("authority_id", insert=True),)

    authority_id: Mapped[UUID] = mapped_column(index=True)
    delegation_id: Mapped[UUID]
    condition_words: Mapped[str]
    holds: Mapped[bool]
    found_on: Mapped[date]
    certified_by: Mapped[str]
    evidence: Mapped[str]
    subject_id: Mapped[UUID | None]
    case_reference: Mapped[str] = mapped_column(default="")
    written_by_id: Mapped[UUID | None]
    written_by_post: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime] = mapped_column(default=now)
