"""A receipt, for the applicant: when it arrived, the figure of what arrived, its documents from the sealed part."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import any_, func, select
from sqlalchemy.orm import Session

from portal.applications.models import Application, Submission
from portal.applications.reading import SubmittedDocument, documents_of_submission
from portal.core.applicants import own_pen
from portal.core.clock import NEVER
from portal.core.errors import Missing
from portal.core.sealing import KeyService
from portal.core.types import Actor
from portal.core.typeset.receipts import Receipt, ReceiptDocument
from portal.core.typeset.trail import Trail
from portal.questionnaires.models import Question


@dataclass(frozen=True)
class ReceiptView:
    """`counts`: whether it is the version that counts; another came later, or it was withdrawn, when not."""

    submission: Submission
    application_id: UUID
    closes_at: datetime
    documents: tuple[tuple[SubmittedDocument, str], ...]
    counts: bool
    provider_name: str
    submitted_by: str

    @property
    def stays_open(self) -> bool:
        """The round has no closing time."""
        return self.closes_at >= NEVER

    def for_paper(self) -> Receipt:
        """The same for the typesetter."""
        said = self.submission.receipt
        return Receipt(
            reference=said["reference"],
            system_title=said["system_title"],
            lead_authority=said["lead_authority"],
            round_number=said["round_number"],
            provider_name=self.provider_name,
            version=self.submission.version,
            received_at=self.submission.submitted_at,
            closes_at=None if self.stays_open else self.closes_at,
            sealed_sha256=self.submission.sha256.hex(),
            documents=tuple(
                ReceiptDocument(name=d.name, asked_for=asked_for, size=d.size, sha256=d.sha256)
                for d, asked_for in self.documents
            ),
            lots=tuple(said["lots"]),
            trail=Trail(position=said["chain"]["n"], head=said["chain"]["hash"], demonstration=said["demonstration"]),
        )


def receipt_of(session: Session, actor: Actor, keys: KeyService, submission_id: UUID) -> ReceiptView:
    """The applicant's own receipt. Raises Missing for anybody else, SealBroken, KeyLost."""
    row = session.execute(
        select(Submission, Application)
        .join(Application, Application.id == Submission.application_id)
        .where(Submission.id == submission_id, Submission.applicant_id == any_(func.app.applicants()))
    ).one_or_none()
    if row is None:
        raise Missing
    submission, application = row
    documents = documents_of_submission(session, keys, submission_id=submission_id)
    asked = session.execute(
        select(Question.id, Question.prompt).where(Question.id.in_([d.question_id for d in documents]))
    )
    prompts = {row.id: row.prompt for row in asked}
    return ReceiptView(
        submission,
        application.id,
        datetime.fromisoformat(submission.receipt["closes_at"]),
        tuple((d, prompts.get(d.question_id, "")) for d in documents),
        submission.version == application.submitted_version and submission.withdrawn_at is None,
        actor.organisation_name,
        own_pen(session).signed(submission.submitted_by),
    )
