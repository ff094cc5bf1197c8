"""What each ciphertext of an application belongs to, and how a submission's content is spelt.

One place for the associated facts: both sides of a seal must name the same ones, years apart.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.core.sealing import Associated

PARTS = ("quality", "price", "documents")
"""Sealed apart, because they are read apart: prices only once quality is agreed. Selection answers lie with quality."""

Json = dict[str, Any]


def draft_facts(application_id: UUID) -> Associated:
    """The key of a draft."""
    return {"use": "draft", "application": application_id}


def version_facts(round_id: UUID, applicant_id: UUID, version: int, part: str) -> Associated:
    """The key of one part of one submitted version."""
    return {"use": "version", **envelope_facts(round_id, applicant_id, version, part)}


def envelope_facts(round_id: UUID, applicant_id: UUID, version: int, part: str) -> Associated:
    """One sealed part of one submitted version."""
    return {"round": round_id, "applicant": applicant_id, "version": version, "part": part}


def answer_facts(application_id: UUID, question_id: UUID) -> Associated:
    """One answer of a draft. The lot is not said: a question belongs to one lot or to all."""
    return {"application": application_id, "question": question_id, "lot": None}


def upload_facts(application_id: UUID, question_id: UUID, document_id: UUID) -> Associated:
    """The facts (name, kind, size, hashes, key) of one document of a draft."""
    return {**answer_facts(application_id, question_id), "document": document_id}


def document_facts(round_id: UUID, applicant_id: UUID, document_id: UUID) -> Associated:
    """The content of one document, in the draft and in every version that carries it."""
    return {"round": round_id, "applicant": applicant_id, "document": document_id}


def part_of(question_part: str) -> str:
    """Into which envelope an answer goes."""
    return "price" if question_part == "price" else "quality"


def spelt(content: Mapping[str, Any]) -> bytes:
    """One exact spelling of a part, so that the same content has the same figure."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def figure(parts: Mapping[str, bytes], draft_key: bytes) -> bytes:
    """A keyed figure of the whole content: tells a retry from another content, and nobody else anything."""
    mac = hmac.new(draft_key, b"portal/application-content/1", hashlib.sha256)
    for name in sorted(parts):
        mac.update(name.encode() + len(parts[name]).to_bytes(8, "big") + parts[name])
    return mac.digest()
