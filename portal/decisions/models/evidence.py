"""What a record rests on: in words, and as the e-mail or signed form itself. Read by the council alone, on record, published or not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import Word, keeper, owner


def _of_decision() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["decision_id", "authority_id"],
        ["decisions.decisions.id", "decisions.decisions.authority_id"],
        ondelete="CASCADE",
    )


def _one_reader(*columns: str) -> tuple[Word, ...]:
    return (owner("authority_id", insert=True, update=columns, delete=True),)


class Evidence(Identified, Base):
    """What the council recorded it on, in words: a decision (neither `consultation_id` nor `agreement_id`), that somebody was consulted,
    what a joint holder said. Written while the decision is a draft; `app.keep_evidence` says so.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("decision_id", "consultation_id", "agreement_id", postgresql_nulls_not_distinct=True),
        _of_decision(),
        ForeignKeyConstraint(
            ["consultation_id", "authority_id"],
            ["decisions.consultations.id", "decisions.consultations.authority_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["agreement_id", "authority_id"],
            ["decisions.agreements.id", "decisions.agreements.authority_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("text <> ''", name="words"),
        CheckConstraint("consultation_id IS NULL OR agreement_id IS NULL", name="about_one"),
        {"schema": "decisions"},
    )
    __tenancy__ = _one_reader("text")

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    consultation_id: Mapped[UUID | None]
    agreement_id: Mapped[UUID | None]
    text: Mapped[str]


class Attachment(Identified, Base):
    """The e-mail or signed form: a file in the store of documents, encrypted under a key of its own.

    `added_late`: after the decision went on the record. Who added it, when, and whether late, `app.keep_attachment` writes; it also
    refuses to take away what was attached to a record. `size` in bytes.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        UniqueConstraint("storage_key"),
        _of_decision(),
        CheckConstraint("name <> '' AND size > 0", name="file"),
        {"schema": "decisions"},
    )
    __tenancy__ = _one_reader()

    decision_id: Mapped[UUID] = mapped_column(index=True)
    authority_id: Mapped[UUID]
    storage_key: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_by_id: Mapped[UUID | None]
    added_by_post: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]
    added_late: Mapped[bool] = mapped_column(default=False)


class AttachmentKey(Identified, Base):
    """The wrapped key of one file, apart from it: the keeper wraps it anew and learns nothing of the file."""

    __tablename__ = "attachment_keys"
    __table_args__ = (
        UniqueConstraint("attachment_id"),
        ForeignKeyConstraint(
            ["attachment_id", "authority_id"],
            ["decisions.attachments.id", "decisions.attachments.authority_id"],
            ondelete="CASCADE",
        ),
        {"schema": "decisions"},
    )
    __tenancy__ = (owner("authority_id", insert=True), keeper(update=("wrapped",)))

    attachment_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    wrapped: Mapped[bytes]
