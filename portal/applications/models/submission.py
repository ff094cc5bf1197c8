"""A sealed submission: one padded envelope a part, one wrapped key a part."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import after, applicant, condition, keeper, never_worker

_APPLICATION = ["applications.applications.id", "applications.applications.applicant_id"]


class Submission(Identified, Base):
    """One version. A trigger sets arrival time and version from the database's clock and refuses what is late.

    Superseded and withdrawn versions are never opened. `idempotency_key` is the form's token: a retry gets the same receipt.
    `lots`, `areas`: what this version applies for, whatever the draft says later. `content_sha256` is keyed with the draft's
    key: a bare hash of a price would be the price.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("application_id", "version"),
        UniqueConstraint("application_id", "idempotency_key"),
        UniqueConstraint("id", "applicant_id"),
        Index("ix_submissions_round_id_opened_at", "round_id", "opened_at"),
        ForeignKeyConstraint(["application_id", "applicant_id"], _APPLICATION),
        CheckConstraint("opened_at IS NULL OR withdrawn_at IS NULL", name="withdrawn_never_opened"),
        {"schema": "applications"},
    )
    __tenancy__ = (applicant(insert=True), after(when="opened_at IS NOT NULL"))

    application_id: Mapped[UUID]
    applicant_id: Mapped[UUID]
    round_id: Mapped[UUID]
    version: Mapped[int]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str]
    lots: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    areas: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    sha256: Mapped[bytes]
    idempotency_key: Mapped[str]
    content_sha256: Mapped[bytes]
    receipt: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    withdrawn_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]


class Envelope(Identified, Base):
    """Ciphertext of one part of one version."""

    __tablename__ = "envelopes"
    __table_args__ = (
        UniqueConstraint("submission_id", "part"),
        ForeignKeyConstraint(
            ["submission_id", "applicant_id"],
            ["applications.submissions.id", "applications.submissions.applicant_id"],
        ),
        CheckConstraint("part IN ('quality', 'price', 'documents')", name="part"),
        {"schema": "applications"},
    )
    __tenancy__ = (applicant(insert=True), after(when="opened_at IS NOT NULL"))

    submission_id: Mapped[UUID]
    application_id: Mapped[UUID]
    applicant_id: Mapped[UUID]
    round_id: Mapped[UUID]
    part: Mapped[str]
    ciphertext: Mapped[bytes]
    opened_at: Mapped[datetime | None]


class SealKey(Identified, Base):
    """A data key, wrapped by a key kept outside the database. Shown to the applicant alone until opening;

    then to the persons for whom `app.may_open` holds (declared, assigned, price unlocked). A draft's key is never opened.
    `version` is the submission's: with round, provider and part it says what the key was wrapped for.
    """

    __tablename__ = "seal_keys"
    __table_args__ = (
        UniqueConstraint("application_id", "submission_id", "part", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(["application_id", "applicant_id"], _APPLICATION),
        CheckConstraint("part IN ('draft', 'quality', 'price', 'documents')", name="part"),
        CheckConstraint("(part = 'draft') = (submission_id IS NULL)", name="draft"),
        CheckConstraint("(part = 'draft') = (version IS NULL)", name="version"),
        CheckConstraint("part <> 'draft' OR opened_at IS NULL", name="draft_never_opened"),
        {"schema": "applications"},
    )
    __tenancy__ = (
        applicant(insert=True),
        condition(
            "opened",
            "opened_at IS NOT NULL AND round_id = ANY ((SELECT app.opened_rounds())::uuid[]) "
            "AND app.may_open(round_id, application_id, part)",
        ),
        never_worker(),
        keeper(update=("wrapped",)),
    )

    application_id: Mapped[UUID]
    submission_id: Mapped[UUID | None]
    applicant_id: Mapped[UUID]
    round_id: Mapped[UUID]
    sealed_round_id: Mapped[UUID | None]
    """The round it was wrapped for, also once its application has left that round for a batch; set by a trigger."""
    part: Mapped[str]
    version: Mapped[int | None]
    wrapped: Mapped[bytes]
    opened_at: Mapped[datetime | None]
