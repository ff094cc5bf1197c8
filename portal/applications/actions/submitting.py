"""Submitting: sealed in padded envelopes, one new key a part, received by the database's clock; and withdrawing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.applications import notifications
from portal.applications.content import Content, content_of
from portal.applications.models import Envelope, SealKey, Submission
from portal.applications.queries.cases import Case, case_and_submission, case_of
from portal.applications.sealing import PARTS, envelope_facts, version_facts
from portal.core.applicants import own_pen
from portal.core.audit import record_sealed
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.sealing import KeyService, digest, manifest, new_key, seal
from portal.core.types import Actor
from tenants.permissions import Permission

LONGEST_KEY = 100
_ONCE = "uq_submissions_application_id_idempotency_key"


@dataclass(frozen=True)
class _Sending:
    content: Content
    idempotency_key: str
    version: int
    head: dict[str, Any]


def submit_application(
    session: Session,
    actor: Actor,
    keys: KeyService,
    *,
    application_id: UUID,
    idempotency_key: str,
    declared: bool,
    leave_out: Collection[UUID] = (),
    seen: str | None = None,
) -> Submission:
    """Seal and submit the draft; its receipt is `.receipt`. A later version replaces it, until closing.

    `idempotency_key`: the form's token. Sent again (a double click, an answer lost on the way, after closing too), it gets
    the same submission; with another content it is refused. `seen`: the figure of the content on the page that was
    confirmed, so that nobody submits what a colleague changed meanwhile. `leave_out`: chosen lots that are not to go.

    Raises NotPermitted, Missing, Invalid (`declared`), and Refused: late, by the database's clock; a lot not complete;
    content changed.
    """
    if not actor.may(Permission.APPLICATION_SUBMIT):
        raise NotPermitted("Only a provider administrator of your organisation can submit.")
    if not 8 <= len(idempotency_key) <= LONGEST_KEY:
        raise Refused("This form is not complete. Open the page again and submit from there.")
    case, earlier = case_and_submission(session, application_id, idempotency_key)
    if earlier is not None:
        return _same(session, keys, case, earlier, leave_out, seen)
    case.must_be_open()
    if not declared:
        raise Invalid(declared="Confirm the declaration to submit.")
    # Locks round and application, so that what is read now is what is sealed.
    version, head = session.execute(select(func.app.next_version(application_id), func.app.audit_head())).one()
    content = content_of(session, keys, case, leave_out)
    if seen is not None and seen != content.figure.hex():
        raise Refused(
            "Not submitted: the application has changed since you opened the page, perhaps by a colleague. Check your "
            "answers again, then submit."
        )
    sending = _Sending(content, idempotency_key, version, head or {"n": 0, "hash": ""})
    try:
        return _send(session, actor, keys, case, sending)
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != _ONCE:
            raise
    # The same form, twice at once: the other one was received while this one waited. Nothing of this one stays.
    session.rollback()
    case, earlier = case_and_submission(session, application_id, idempotency_key)
    if earlier is None:
        raise Refused("Not submitted. Try again.")
    return _same(session, keys, case, earlier, leave_out, seen)


def withdraw_application(session: Session, actor: Actor, *, application_id: UUID) -> datetime:
    """Take back what was submitted; no version of it is ever opened. The draft stays, to be corrected and sent again.

    Raises NotPermitted, Missing, Refused after closing or when nothing is submitted.
    """
    if not actor.may(Permission.APPLICATION_SUBMIT):
        raise NotPermitted("Only a provider administrator of your organisation can withdraw an application.")
    case = case_of(session, application_id)
    at: datetime = session.execute(
        text("SELECT app.withdraw_submission(:application)"), {"application": application_id}
    ).scalar_one()
    session.refresh(case.application)
    record_sealed(
        session,
        "applications.application.withdrawn",
        f"Withdrew application {case.application.reference} from round {case.round.number} of {case.system_title}.",
        round_id=case.round.id,
        id=application_id,
        version=case.application.submitted_version,
    )
    return at


def _same(  # noqa: PLR0917  # what was asked for, handed on
    session: Session, keys: KeyService, case: Case, earlier: Submission, leave_out: Collection[UUID], seen: str | None
) -> Submission:
    """What was submitted with this form before, if the form held the same. Raises Refused when it did not."""
    if seen is not None and _is_figure(seen):
        found = bytes.fromhex(seen)
    else:
        found = content_of(session, keys, case, leave_out).figure
    if found != earlier.content_sha256:
        raise Refused(
            f"This form was used already: version {earlier.version} was submitted with it, and the application has "
            "changed since. Check your answers, then submit again from there."
        )
    return earlier


def _is_figure(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def _send(session: Session, actor: Actor, keys: KeyService, case: Case, sending: _Sending) -> Submission:
    sealed_parts = _sealed(keys, case, sending)
    content, submission_id = sending.content, uuid4()
    envelopes = {part: envelope for part, (envelope, _) in sealed_parts.items()}
    hashes = {d.storage_key: d.sha256_cipher for d in content.documents}
    sha256 = digest(envelopes, hashes)
    ids = [lot.id for lot in content.lots]
    whose = {
        "application_id": case.application.id,
        "applicant_id": case.application.applicant_id,
        "round_id": case.round.id,
    }
    made = session.scalars(
        insert(Submission)
        .values(
            id=submission_id,
            **whose,
            # Set by the trigger, from the database's clock and count, whatever is said here.
            version=sending.version,
            submitted_at=case.at,
            submitted_by=own_pen(session).sign(actor.person_label),
            lots=ids,
            areas={str(lot): case.application.areas.get(str(lot), []) for lot in ids},
            sha256=bytes.fromhex(sha256),
            idempotency_key=sending.idempotency_key,
            content_sha256=content.figure,
            receipt=_receipt(case, content, sha256, manifest(envelopes, hashes), sending.head),
        )
        .returning(Submission)
    ).one()
    parts: list[dict[str, Any]] = [
        {**whose, "id": uuid4(), "submission_id": submission_id, "part": part} for part in PARTS
    ]
    session.execute(insert(Envelope).values([{**p, "ciphertext": envelopes[p["part"]]} for p in parts]))
    session.execute(
        insert(SealKey).values(
            [{**p, "id": uuid4(), "version": sending.version, "wrapped": sealed_parts[p["part"]][1]} for p in parts]
        )
    )
    notifications.tell_received(session, case, made)
    record_sealed(
        session,
        "applications.application.submitted",
        f"Submitted version {made.version} of application {case.application.reference} to round {case.round.number} of "
        f"{case.system_title}, for {' and '.join(f'lot {lot.number}' for lot in content.lots)}.",
        round_id=case.round.id,
        id=case.application.id,
        submission=submission_id,
        version=made.version,
        received_at=made.submitted_at,
        sha256=sha256,
    )
    return made


def _sealed(keys: KeyService, case: Case, sending: _Sending) -> dict[str, tuple[bytes, bytes]]:
    """Each part's envelope and its wrapped key, made anew for this version."""
    made = {}
    for part in PARTS:
        named = (case.round.id, case.application.applicant_id, sending.version, part)
        key = new_key()
        made[part] = (
            seal(sending.content.parts[part], key, envelope_facts(*named)),
            keys.wrap(key, version_facts(*named)),
        )
    return made


def _receipt(case: Case, content: Content, sha256: str, listed: str, head: dict[str, Any]) -> dict[str, Any]:
    """What the receipt says beside version and time. No file name, no answer: this row is not encrypted."""
    return {
        "reference": case.application.reference,
        "system_title": case.system_title,
        "lead_authority": case.lead_name,
        "round_number": case.round.number,
        "closes_at": case.round.closes_at.isoformat(),
        "lots": [f"Lot {lot.number}: {lot.title}" for lot in content.lots],
        "documents": len(content.documents),
        "sha256": sha256,
        "manifest": listed,
        "chain": head,
        "demonstration": case.demonstration,
    }
