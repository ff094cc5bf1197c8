"""What a draft holds: answers and documents, encrypted with the draft's own key as they are saved."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import APPLICANTS, applicant

_OPEN = "application_id = ANY ((SELECT app.open_drafts())::uuid[])"
"""One's own, and closed by the database's clock, whatever the application thinks."""
_BORN = f"(applicant_id = {APPLICANTS}) AND ({_OPEN})"
_APPLICATION = ["applications.applications.id", "applications.applications.applicant_id"]


class Answer(Identified, Base):
    """One answer, padded and encrypted. `version` travels in the form: the second of two colleagues is told.

    `page_token`: the open page it was last saved from, so that a page is never in conflict with itself.
    `question_version`: of the question as it stood when it was answered.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("application_id", "question_id"),
        ForeignKeyConstraint(["application_id", "applicant_id"], _APPLICATION),
        {"schema": "applications"},
    )
    __tenancy__ = (
        applicant(
            insert=True,
            update=("ciphertext", "version", "question_version", "page_token", "saved_at", "saved_by"),
            delete=True,
            born=_BORN,
            changes=_OPEN,
        ),
    )

    application_id: Mapped[UUID]
    applicant_id: Mapped[UUID]
    question_id: Mapped[UUID]
    ciphertext: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)
    question_version: Mapped[int] = mapped_column(default=1)
    page_token: Mapped[str | None]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class Document(Identified, Base):
    """One uploaded file. Name, kind, hash, content key and who uploaded it lie in `sealed_facts`, encrypted with the draft's key."""

    __tablename__ = "documents"
    __table_args__ = (
        ForeignKeyConstraint(["application_id", "applicant_id"], _APPLICATION),
        {"schema": "applications"},
    )
    __tenancy__ = (applicant(insert=True, update=("removed_at",), born=_BORN, changes=_OPEN),)

    application_id: Mapped[UUID]
    applicant_id: Mapped[UUID]
    question_id: Mapped[UUID]
    storage_key: Mapped[str]
    sealed_facts: Mapped[bytes]
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
