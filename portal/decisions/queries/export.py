"""A record of decision as data: what its page says, and nothing that its page does not say."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.decisions.models import Decision
from portal.decisions.queries.contents import (
    agreements_of,
    appendices_of,
    call_in_of,
    consultations_of,
    corrections_of,
    parts_of,
    resolutions_of,
)
from portal.decisions.queries.decisions import restrictions_of
from portal.decisions.queries.evidence import rests_on
from portal.decisions.rules.answers import CONTENT
from portal.decisions.wording import HERE
from tenants.models import Organisation

KEYS = {
    "format": "Always regional-consortium-portal/decision/1.",
    "id": "Of this record, a UUID.",
    "reference": "As the page and the PDF quote it.",
    "copy_of": "The council whose record this is a copy of: its name, and its GSS code where known; null where this is the record itself.",
    "council": "The council that decided: its name, and its GSS code where known.",
    "record_kept": "portal: this portal is the official record; council_system or empty: this is a copy.",
    "demonstration": "True when no council took this decision.",
    "status": "recorded, called_in or superseded.",
    "matter_id": "The joint decision it answers; null for a decision of the council's own.",
    "system_id": "The purchasing system it is about, or null.",
    "title": "What a decision of the council's own is about; empty for an answer.",
    "content": "What the council wrote, by field: outcome, defer_until, decided_by_post and so on. Days as YYYY-MM-DD, pounds without VAT as text. evidence is empty for anybody but the council’s own officers.",
    "recorded_by_post": "Who put it on the record.",
    "recorded_at": "When, an instant in UTC.",
    "superseded_at": "When a later decision took its place, or null.",
    "resolutions": "In order: number, heading, text word for word, effect (approves, delegates, authorises_work, notes), matter_id, delegation_id, "
    "phrases as confirmed: kind, start and end (characters of text, from 0), words, holders, consulted, note.",
    "parts": "Of an approval in part: slug, title, outcome, reasons.",
    "restrictions": "Providers restricted: subject_id, subject_name, lot_id, lot_name (null: all lots), ground, reason.",
    "consultations": "Who was consulted: post, consulted_on, interests, and for the council’s own officers evidence. Never what was said.",
    "agreements": "What joint holders said: post, agreed, agreed_on, and for the council’s own officers evidence.",
    "appendices": "Exempt appendices: title, paragraph of Schedule 12A, public_interest. Never the exempt text.",
    "call_in": "requested_on, requested_by, grounds, outcome, resolved_on, note; or null.",
    "corrections": "Clerical errors put right: field, read, reads, because, written_by, written_at.",
}
"""Every key of the document, and what stands under it."""
FORMAT = "regional-consortium-portal/decision/1"


def record_document(session: Session, found: Decision, reference: str) -> dict[str, Any]:
    """The document of a decision on the record, by `KEYS`. Values are JSON's own; the same number of statements for any record."""
    council = session.execute(
        select(Organisation.name, Organisation.gss_code).where(Organisation.id == found.authority_id)
    ).one_or_none()
    held, rests = call_in_of(session, found.id), rests_on(session, found.id)
    whose = {"name": found.authority_name, "gss_code": council.gss_code if council else None}

    def shown(row: Any, *names: str) -> dict[str, Any]:
        return _of(row, *names) | ({"evidence": rests.inside[row.id]} if row.id in rests.inside else {})

    return {
        "format": FORMAT,
        "id": str(found.id),
        "reference": reference,
        "copy_of": None if found.record_kept == HERE else whose,
        "council": whose,
        "record_kept": found.record_kept,
        "demonstration": found.demonstration,
        "status": found.status,
        "matter_id": _plain(found.matter_id),
        "system_id": _plain(found.system_id),
        "title": found.title,
        "content": _of(found, *(name for name in CONTENT if name != "evidence")) | {"evidence": rests.words},
        "recorded_by_post": found.recorded_by_post,
        "recorded_at": _plain(found.recorded_at),
        "superseded_at": _plain(found.superseded_at),
        "resolutions": [
            _of(r, "number", "heading", "text", "effect", "matter_id", "delegation_id", "phrases")
            for r in resolutions_of(session, found.id)
        ],
        "parts": [_of(p, "slug", "title", "outcome", "reasons") for p in parts_of(session, found.id)],
        "restrictions": [
            _of(r, "subject_id", "subject_name", "lot_id", "lot_name", "ground", "reason")
            for r in restrictions_of(session, found.id)
        ],
        "consultations": [shown(c, "post", "consulted_on", "interests") for c in consultations_of(session, found.id)],
        "agreements": [shown(a, "post", "agreed", "agreed_on") for a in agreements_of(session, found.id)],
        "appendices": [_of(a, "title", "paragraph", "public_interest") for a in appendices_of(session, found.id)],
        "call_in": _of(held, "requested_on", "requested_by", "grounds", "outcome", "resolved_on", "note")
        if held
        else None,
        "corrections": [
            _of(c, "field", "read", "reads", "because", "written_by", "written_at")
            for c in corrections_of(session, found.id)
        ],
    }


def _of(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | bool | int | list | dict) else str(value)
