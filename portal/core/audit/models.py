"""The trail: one line an action, hash-chained; and refusals, which are evidence too."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import applicant, condition, owner


class AuditLine(Base):
    """Written only by `app.write_audit`, which takes person and organisation from the scope, never from the caller.

    Of what a provider does about an application the line names nobody: who, and the sentence, lie in `sealed`.
    """

    __tablename__ = "lines"
    __table_args__ = (
        # A page of an organisation's trail is a walk down one of these, however long the trail has grown.
        Index("ix_lines_organisation_id_n", "organisation_id", "n"),
        Index("ix_lines_about_id_n", "about_id", "n"),
        Index("ix_lines_applicant_id_n", "applicant_id", "n"),
        {"schema": "audit"},
    )
    __tenancy__ = (owner(), owner("about_id", name="subject"), applicant())

    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    person_id: Mapped[UUID | None]
    person_label: Mapped[str]
    organisation_id: Mapped[UUID | None]
    organisation_name: Mapped[str]
    about_id: Mapped[UUID | None]
    system_id: Mapped[UUID | None]
    verb: Mapped[str]
    sentence: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    applicant_id: Mapped[UUID | None]
    sealed: Mapped[bytes | None]
    previous: Mapped[bytes]
    hash: Mapped[bytes]


class Refusal(Identified, Base):
    """An attempt that was refused: who, what, why. Insert-only, capped per actor, through `app.record_refusal`."""

    __tablename__ = "refusals"
    __table_args__ = {"schema": "audit"}
    __tenancy__ = (owner(), condition("security", "'portal_operator' = ANY ((SELECT app.roles())::text[])"))

    at: Mapped[datetime]
    person_id: Mapped[UUID | None]
    person_label: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(index=True)
    status: Mapped[int]
    verb: Mapped[str]
    path: Mapped[str]
    sentence: Mapped[str]
