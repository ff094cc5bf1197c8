"""What a record rests on. Rows of the reader's own council alone: of any other decision there is nothing to read, and nothing is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.types import Actor
from portal.decisions.models import Attachment, AttachmentKey, Decision, Evidence
from portal.decisions.queries.decisions import decision_of
from portal.decisions.rules.answers import CONTENT


@dataclass(frozen=True)
class Rests:
    """The evidence of one decision, of what was done in it by the id of the consultation or agreement, and how many files are attached.

    `words` is empty where nothing is entered, and for every reader of another council.
    """

    words: str
    inside: dict[UUID, str]
    files: int = 0


def evidence_of(session: Session, decision_id: UUID) -> str:
    """On what the decision is recorded; empty where nothing is entered, or nothing is to be read."""
    return rests_on(session, decision_id).words


def rests_on(session: Session, decision_id: UUID) -> Rests:
    """All of it, in two statements."""
    words, inside = "", {}
    query = select(Evidence.consultation_id, Evidence.agreement_id, Evidence.text)
    for consultation_id, agreement_id, text in session.execute(query.where(Evidence.decision_id == decision_id)):
        about = consultation_id or agreement_id
        if about is None:
            words = text
        else:
            inside[about] = text
    return Rests(words, inside, len(attachments_of(session, decision_id)))


def content_of(session: Session, decision: Decision) -> dict[str, Any]:
    """What a council wrote into its decision, by `rules.answers.CONTENT`."""
    return {name: getattr(decision, name) for name in CONTENT if name != "evidence"} | {
        "evidence": evidence_of(session, decision.id)
    }


def attachments_of(session: Session, decision_id: UUID) -> Sequence[Attachment]:
    """Files attached, the earliest first."""
    query = select(Attachment).where(Attachment.decision_id == decision_id)
    return session.scalars(query.order_by(Attachment.added_at, Attachment.id)).all()


def attachment_of(session: Session, actor: Actor, decision_id: UUID, attachment_id: UUID) -> tuple[Attachment, bytes]:
    """One file and its wrapped key. Raises Missing for any other council's."""
    found = session.execute(
        select(Attachment, AttachmentKey.wrapped)
        .join(AttachmentKey, AttachmentKey.attachment_id == Attachment.id)
        .where(
            Attachment.id == attachment_id,
            Attachment.decision_id == decision_id,
            Attachment.authority_id == actor.organisation_id,
        )
    ).one_or_none()
    if found is None:
        raise Missing
    return found[0], found[1]


def own_of(session: Session, actor: Actor, decision_id: UUID) -> Decision:
    """A decision of the council acted for, draft or record. Raises Missing."""
    found = decision_of(session, decision_id)
    if found.authority_id != actor.organisation_id:
        raise Missing
    return found
