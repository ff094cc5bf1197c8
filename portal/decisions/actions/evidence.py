"""What a record rests on: its words, and the e-mail or signed form itself, kept encrypted in the store of documents."""

from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.documents import DocumentStore, Upload
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.sealing import Associated, KeyService, new_key
from portal.core.types import Actor
from portal.decisions.models import Attachment, AttachmentKey, Decision, Evidence
from portal.decisions.queries.evidence import attachment_of, attachments_of, own_of

MOST_FILES = 20
"""Of one decision."""


def key_facts(attachment_id: UUID) -> Associated:
    """What the key of a file is wrapped for."""
    return {"use": "attachment", "attachment": attachment_id}


def file_facts(authority_id: UUID, attachment_id: UUID) -> Associated:
    """What a file belongs to."""
    return {"authority": authority_id, "attachment": attachment_id}


def write_evidence(
    session: Session,
    draft: Decision,
    words: str,
    *,
    consultation_id: UUID | None = None,
    agreement_id: UUID | None = None,
) -> None:
    """Put the words in the place of those that were there; empty words leave none."""
    about = (
        Evidence.decision_id == draft.id,
        Evidence.consultation_id == consultation_id,
        Evidence.agreement_id == agreement_id,
    )
    session.flush()
    session.execute(delete(Evidence).where(*about))
    if words:
        session.add(
            Evidence(
                id=uuid4(),
                decision_id=draft.id,
                authority_id=draft.authority_id,
                consultation_id=consultation_id,
                agreement_id=agreement_id,
                text=words,
            )
        )
    session.flush()


def attach(
    session: Session, actor: Actor, keys: KeyService, store: DocumentStore, *, decision_id: UUID, upload: Upload
) -> Attachment:
    """Add the e-mail or signed form to a decision of the council acted for, in draft or on the record: then it is marked as added later.

    Raises NotPermitted, Missing for another council's, Refused (too many, or the same file once more), UploadRefused, StorageFull,
    StorageUnavailable.
    """
    _may(actor)
    decision = own_of(session, actor, decision_id)
    there = attachments_of(session, decision.id)
    if len(there) >= MOST_FILES:
        raise Refused(f"A decision takes {MOST_FILES} files. Put several pages into one file.")
    key, attachment_id = new_key(), uuid4()
    stored = store.put_encrypted([upload.content], key, file_facts(decision.authority_id, attachment_id))
    if any(one.sha256 == stored.sha256_plain for one in there):
        # What was stored just now has no row, and is swept.
        raise Refused("This very file is attached already.")
    added = Attachment(
        id=attachment_id,
        decision_id=decision.id,
        authority_id=decision.authority_id,
        storage_key=stored.storage_key,
        name=upload.name,
        kind=upload.kind.value,
        size=stored.size,
        sha256=stored.sha256_plain,
        added_at=clock.now(),
    )
    session.add(added)
    session.flush()
    session.add(
        AttachmentKey(
            id=uuid4(),
            attachment_id=attachment_id,
            authority_id=decision.authority_id,
            wrapped=keys.wrap(key, key_facts(attachment_id)),
        )
    )
    session.flush()
    session.refresh(added)
    later = " after it was recorded" if added.added_late else ""
    _line(session, decision, "attach", f"Attached a file as evidence to this council's decision{later}.", added)
    return added


def read_attachment(
    session: Session, actor: Actor, keys: KeyService, store: DocumentStore, *, decision_id: UUID, attachment_id: UUID
) -> tuple[Attachment, bytes]:
    """A file and its content, checked to its end. Raises NotPermitted, Missing, DocumentLost, StorageUnavailable."""
    _may(actor)
    found, wrapped = attachment_of(session, actor, decision_id, attachment_id)
    key = keys.unwrap(wrapped, key_facts(found.id))
    return found, store.read_decrypted(found.storage_key, key, file_facts(found.authority_id, found.id))


def remove_attachment(session: Session, actor: Actor, *, decision_id: UUID, attachment_id: UUID) -> None:
    """Take a file out of a draft; the store forgets it when it is swept. Raises NotPermitted, Missing, Refused for a record."""
    _may(actor)
    decision = own_of(session, actor, decision_id)
    found = next((one for one in attachments_of(session, decision.id) if one.id == attachment_id), None)
    if found is None:
        raise Missing
    if decision.status != "draft":
        raise Refused("This decision is on the record. What is attached to it stays.")
    session.delete(found)
    session.flush()
    _line(session, decision, "detach", "Took an attached file out of the draft of this council's decision.", found)


def _may(actor: Actor) -> None:
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Only officers who may work on your council’s decisions read and attach what they rest on.")


def _line(session: Session, decision: Decision, verb: str, sentence: str, file: Attachment) -> None:
    record(
        session,
        f"decisions.decision.{verb}",
        sentence,
        system=decision.system_id,
        decision=decision.id,
        attachment=file.id,
        sha256=file.sha256,
    )
