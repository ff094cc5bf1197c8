"""Documents of a draft: stored encrypted under a key of their own, known to the draft's key alone."""

import json
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.applications.models import Application, Document
from portal.applications.queries.cases import Case, case_of, open_case
from portal.applications.queries.drafts import DraftDocument, documents_under
from portal.applications.sealing import document_facts, upload_facts
from portal.core.applicants import own_pen
from portal.core.audit import record_sealed
from portal.core.documents import DocumentStore, Upload, UploadRefused
from portal.core.documents.kinds import Kind
from portal.core.errors import Missing, NotPermitted
from portal.core.sealing import KeyService, new_key, seal_field
from portal.core.types import Actor
from portal.questionnaires.models import Question
from tenants.permissions import Permission


def add_document(
    session: Session,
    actor: Actor,
    keys: KeyService,
    store: DocumentStore,
    *,
    application_id: UUID,
    question_id: UUID,
    upload: Upload,
) -> DraftDocument:
    """Store a file as the answer to a question; one that answered it before is replaced.

    The file is on the disk, encrypted, before its row is written; what never gets its row is swept later.
    Raises NotPermitted, Missing, Refused after closing, UploadRefused, StorageFull, StorageUnavailable.
    """
    _must_draft(actor)
    # Not locked yet: a large file on its way to the store must not hold up colleagues who are typing.
    case = case_of(session, application_id)
    case.must_be_open()
    question = session.scalars(
        select(Question).where(Question.id == question_id, Question.round_id == case.round.id, Question.kind == "file")
    ).one_or_none()
    if question is None:
        raise Missing
    check_kind(question, upload)
    draft_key = case.draft_key(keys)
    key, document_id = new_key(), uuid4()
    stored = store.put_encrypted(
        [upload.content], key, document_facts(case.round.id, case.application.applicant_id, document_id)
    )
    made = DraftDocument(
        id=document_id,
        question_id=question_id,
        storage_key=stored.storage_key,
        name=upload.name,
        kind=upload.kind.value,
        size=stored.size,
        sha256=stored.sha256_plain,
        sha256_cipher=stored.sha256_cipher,
        uploaded_at=case.at,
        uploaded_by=actor.person_label,
        key=key,
    )
    _touch(session, case, actor, last_upload_error=None)
    replaced = _remove(session, case, Document.question_id == question_id)
    session.execute(
        insert(Document).values(
            id=document_id,
            application_id=application_id,
            applicant_id=case.application.applicant_id,
            question_id=question_id,
            storage_key=made.storage_key,
            sealed_facts=seal_field(
                json.dumps(_facts(made)), draft_key, upload_facts(application_id, question_id, document_id)
            ),
            uploaded_at=made.uploaded_at,
        )
    )
    record_sealed(
        session,
        "applications.document.uploaded",
        f"{'Replaced' if replaced else 'Uploaded'} a document of application {case.application.reference}.",
        round_id=case.round.id,
        id=application_id,
        question=question_id,
        document=document_id,
        sha256_sealed=made.sha256_cipher,
    )
    return made


def remove_document(session: Session, actor: Actor, *, application_id: UUID, document_id: UUID) -> UUID:
    """Take a document out of the draft; a version submitted with it keeps it. Returns the question it answered.

    Raises NotPermitted, Missing, Refused after closing.
    """
    _must_draft(actor)
    case = open_case(session, application_id)
    _touch(session, case, actor)
    removed = _remove(session, case, Document.id == document_id)
    if not removed:
        raise Missing
    record_sealed(
        session,
        "applications.document.removed",
        f"Removed a document of application {case.application.reference}.",
        round_id=case.round.id,
        id=application_id,
        document=document_id,
    )
    return removed[0]


def note_upload_error(
    session: Session, actor: Actor, *, application_id: UUID, sentence: str, infected: bool = False
) -> None:
    """Keep the sentence of a refused upload for the help desk. It never holds the file's name or content.

    `infected`: malware was found. That is evidence, and goes into the trail: sealed, because a refusal would say who applies.

    Raises NotPermitted, Missing. After closing nothing is kept.
    """
    case = case_of(session, application_id)
    if case.is_open:
        session.execute(
            update(Application)
            .where(Application.id == application_id)
            .values(last_upload_error=sentence)
            .execution_options(synchronize_session=False)
        )
        if infected:
            record_sealed(
                session,
                "applications.document.infected",
                f"Refused a document for application {case.application.reference}. {sentence}",
                round_id=case.round.id,
                id=application_id,
            )


def check_kind(question: Question, upload: Upload) -> None:
    """Raises UploadRefused for a kind this question does not take."""
    accepted = [Kind(kind) for kind in question.accept]
    if accepted and upload.kind not in accepted:
        wanted = " or ".join(kind.label for kind in accepted)
        raise UploadRefused(f"This question takes {wanted}. Save the file in that format and upload it again.")


def _must_draft(actor: Actor) -> None:
    if not actor.may(Permission.APPLICATION_DRAFT):
        raise NotPermitted("Only a provider's bid writer or administrator can do this.")


def _touch(session: Session, case: Case, actor: Actor, **more: str | None) -> None:
    session.execute(
        update(Application)
        .where(Application.id == case.application.id)
        .values(saved_at=case.at, saved_by=own_pen(session).sign(actor.person_label), **more)
        .execution_options(synchronize_session=False)
    )


def _remove(session: Session, case: Case, which: ColumnElement[bool]) -> list[UUID]:
    return list(
        session.scalars(
            update(Document)
            .where(Document.application_id == case.application.id, Document.removed_at.is_(None), which)
            .values(removed_at=case.at)
            .returning(Document.question_id)
            .execution_options(synchronize_session=False)
        )
    )


def _facts(document: DraftDocument) -> dict[str, str | int]:
    return {
        "name": document.name,
        "kind": document.kind,
        "size": document.size,
        "sha256": document.sha256,
        "sha256_cipher": document.sha256_cipher,
        "key": document.key.hex(),
        "uploaded_by": document.uploaded_by,
    }


__all__ = ["add_document", "check_kind", "documents_under", "note_upload_error", "remove_document"]
