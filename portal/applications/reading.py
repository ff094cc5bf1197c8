"""Reading what was submitted, part by part: for the panel after opening, and for the applicant.

Nothing here decides who may: the database shows a part's key to the applicant, and after opening to persons who are
assigned, have declared, and for prices only once quality is agreed. No key row, no content.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from portal.applications.models import Envelope, SealKey
from portal.applications.sealing import PARTS, document_facts, envelope_facts, version_facts
from portal.core.documents import DocumentStore
from portal.core.errors import Missing
from portal.core.sealing import KeyService, open_envelope

__all__ = [
    "PARTS",
    "OpenedParts",
    "Part",
    "SubmittedDocument",
    "documents_of",
    "documents_of_submission",
    "opened_parts",
    "read_document",
    "read_part",
    "read_parts",
]

Part = Literal["quality", "price"]


@dataclass(frozen=True)
class SubmittedDocument:
    """One document of a submitted version. `size` in bytes; `sha256` of its content."""

    id: UUID
    application_id: UUID
    question_id: UUID
    name: str
    kind: str
    size: int
    sha256: str
    sha256_cipher: str
    storage_key: str = field(repr=False)
    key: bytes = field(repr=False)
    round_id: UUID = field(repr=False)
    applicant_id: UUID = field(repr=False)


def read_part(session: Session, keys: KeyService, *, application_id: UUID, part: Part) -> dict[str, str]:
    """Answers of one part of the version that counts, by question id. Selection answers lie in `quality`.

    Raises Missing when the database shows this person no key, SealBroken, KeyLost.
    """
    row = session.execute(_latest(part).where(SealKey.application_id == application_id)).first()
    if row is None:
        raise Missing
    answers: dict[str, str] = _opened(keys, row)["answers"]
    return answers


def read_parts(session: Session, keys: KeyService, *, round_id: UUID, part: Part) -> dict[UUID, dict[str, str]]:
    """The same for every application of an opened round this person may read, in one statement."""
    rows = session.execute(_latest(part).where(SealKey.round_id == round_id, SealKey.opened_at.is_not(None)))
    return {row.application_id: _opened(keys, row)["answers"] for row in rows}


@dataclass(frozen=True)
class OpenedParts:
    """What one person may read of one application. A part that is not there is not theirs to read."""

    answers: dict[str, dict[str, str]]
    documents: tuple[SubmittedDocument, ...] | None

    def __len__(self) -> int:
        return len(self.answers) + (self.documents is not None)


def opened_parts(session: Session, keys: KeyService, *, application_id: UUID) -> OpenedParts:
    """Every part the database shows this person, in one statement; an empty result is no error. Raises SealBroken, KeyLost."""
    answers: dict[str, dict[str, str]] = {}
    documents: tuple[SubmittedDocument, ...] | None = None
    for row in session.execute(_latest(*PARTS).where(SealKey.application_id == application_id)):
        if row.part == "documents":
            documents = documents if documents is not None else tuple(_listed(row, _opened(keys, row)))
        elif row.part not in answers:
            answers[row.part] = _opened(keys, row)["answers"]
    return OpenedParts(answers, documents)


def documents_of(session: Session, keys: KeyService, *, application_id: UUID) -> list[SubmittedDocument]:
    """Documents of the version that counts. Raises Missing when the database shows no key, SealBroken, KeyLost."""
    row = session.execute(_latest("documents").where(SealKey.application_id == application_id)).first()
    if row is None:
        raise Missing
    return _listed(row, _opened(keys, row))


def documents_of_submission(session: Session, keys: KeyService, *, submission_id: UUID) -> list[SubmittedDocument]:
    """Documents of one version: for the applicant's receipt. Raises as `documents_of` does."""
    row = session.execute(_latest("documents").where(SealKey.submission_id == submission_id)).first()
    if row is None:
        raise Missing
    return _listed(row, _opened(keys, row))


def read_document(
    session: Session, keys: KeyService, store: DocumentStore, *, application_id: UUID, document_id: UUID
) -> tuple[SubmittedDocument, bytes]:
    """One document and its content, whole and checked. Raises Missing, SealBroken, KeyLost, DocumentLost, StorageUnavailable."""
    found = next((d for d in documents_of(session, keys, application_id=application_id) if d.id == document_id), None)
    if found is None:
        raise Missing
    facts = document_facts(found.round_id, found.applicant_id, found.id)
    return found, store.read_decrypted(found.storage_key, found.key, facts)


def _latest(*parts: str) -> Select[*tuple[Any, ...]]:
    """The newest key of a part the database shows, with its envelope: for officers the opened version is the only one."""
    return (
        select(
            SealKey.application_id,
            func.coalesce(SealKey.sealed_round_id, SealKey.round_id).label("round_id"),
            SealKey.applicant_id,
            SealKey.version,
            SealKey.part,
            SealKey.wrapped,
            Envelope.ciphertext,
        )
        .join(Envelope, (Envelope.submission_id == SealKey.submission_id) & (Envelope.part == SealKey.part))
        .where(SealKey.part.in_(parts))
        .order_by(SealKey.version.desc())
    )


def _opened(keys: KeyService, row: Row[Any]) -> dict[str, Any]:
    named = (row.round_id, row.applicant_id, row.version, row.part)
    key = keys.unwrap(row.wrapped, version_facts(*named))
    content: dict[str, Any] = json.loads(open_envelope(row.ciphertext, key, envelope_facts(*named)))
    return content


def _listed(row: Row[Any], content: dict[str, Any]) -> list[SubmittedDocument]:
    return list(_documents(row, content))


def _documents(row: Row[Any], content: dict[str, Any]) -> Iterator[SubmittedDocument]:
    for one in content["documents"]:
        yield SubmittedDocument(
            id=UUID(one["id"]),
            application_id=row.application_id,
            question_id=UUID(one["question"]),
            name=one["name"],
            kind=one["kind"],
            size=one["size"],
            sha256=one["sha256"],
            sha256_cipher=one["sha256_cipher"],
            storage_key=one["storage_key"],
            key=bytes.fromhex(one["key"]),
            round_id=row.round_id,
            applicant_id=row.applicant_id,
        )
