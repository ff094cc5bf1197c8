"""What a draft holds, decrypted for the applicant."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.models import Answer, Application, Document, SealKey
from portal.applications.sealing import answer_facts, draft_facts, upload_facts
from portal.core.applicants import own_pen
from portal.core.errors import Missing
from portal.core.sealing import KeyService, open_field


@dataclass(frozen=True)
class DraftAnswer:
    """One answer as it was saved last. `version` counts its saves from 1; `question_version`: of the question it answers."""

    question_id: UUID
    text: str
    version: int
    page_token: str | None
    saved_at: datetime
    saved_by: str
    question_version: int = 1


@dataclass(frozen=True)
class DraftDocument:
    """One uploaded file. `size` in bytes; `sha256` of its content, `sha256_cipher` of what the store holds."""

    id: UUID
    question_id: UUID
    storage_key: str
    name: str
    kind: str
    size: int
    sha256: str
    sha256_cipher: str
    uploaded_at: datetime
    uploaded_by: str
    key: bytes = field(repr=False)


def draft_key_of(session: Session, keys: KeyService, application: Application) -> bytes:
    """The key of a draft; shown by the database to the applicant alone. Raises Missing, SealBroken, KeyLost."""
    wrapped = session.execute(
        select(SealKey.wrapped).where(SealKey.application_id == application.id, SealKey.part == "draft")
    ).scalar_one_or_none()
    if wrapped is None:
        raise Missing
    return keys.unwrap(wrapped, draft_facts(application.id))


def answers_of_draft(session: Session, keys: KeyService, application: Application) -> dict[UUID, DraftAnswer]:
    """Every saved answer by question. Raises Missing for anybody but the applicant, SealBroken, KeyLost."""
    return answers_under(session, draft_key_of(session, keys, application), application.id)


def answers_under(session: Session, draft_key: bytes, application_id: UUID) -> dict[UUID, DraftAnswer]:
    """The same for who holds the draft's key already. Raises SealBroken."""
    rows = session.execute(
        select(
            Answer.question_id,
            Answer.ciphertext,
            Answer.version,
            Answer.page_token,
            Answer.saved_at,
            Answer.saved_by,
            Answer.question_version,
        ).where(Answer.application_id == application_id)
    ).all()
    pen = own_pen(session)
    # What was saved at once was signed once.
    names = {signed: pen.signed(signed) for signed in {row.saved_by for row in rows}}
    return {
        row.question_id: DraftAnswer(
            row.question_id,
            open_field(row.ciphertext, draft_key, answer_facts(application_id, row.question_id)),
            row.version,
            row.page_token,
            row.saved_at,
            names[row.saved_by],
            row.question_version,
        )
        for row in rows
    }


def documents_of_draft(session: Session, keys: KeyService, application: Application) -> tuple[DraftDocument, ...]:
    """Documents not removed, in the order of upload. Raises Missing, SealBroken, KeyLost."""
    return documents_under(session, draft_key_of(session, keys, application), application.id)


def documents_under(session: Session, draft_key: bytes, application_id: UUID) -> tuple[DraftDocument, ...]:
    """The same for who holds the draft's key already. Raises SealBroken."""
    rows = session.execute(
        select(
            Document.id,
            Document.question_id,
            Document.storage_key,
            Document.sealed_facts,
            Document.uploaded_at,
        )
        .where(Document.application_id == application_id, Document.removed_at.is_(None))
        .order_by(Document.uploaded_at, Document.id)
    )
    found = []
    for row in rows:
        facts = json.loads(
            open_field(row.sealed_facts, draft_key, upload_facts(application_id, row.question_id, row.id))
        )
        found.append(
            DraftDocument(
                id=row.id,
                question_id=row.question_id,
                storage_key=row.storage_key,
                name=facts["name"],
                kind=facts["kind"],
                size=facts["size"],
                sha256=facts["sha256"],
                sha256_cipher=facts["sha256_cipher"],
                uploaded_at=row.uploaded_at,
                uploaded_by=facts["uploaded_by"],
                key=bytes.fromhex(facts["key"]),
            )
        )
    return tuple(found)
