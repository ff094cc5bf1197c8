"""The receipt a provider keeps: when the application arrived, and the digest of what arrived."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.typeset.compiler import typeset
from portal.core.typeset.trail import Trail
from portal.core.typeset.wording import instant_london, instant_utc, lapse, size

__all__ = ["Receipt", "ReceiptDocument", "receipt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """A document as it arrived: `size` in bytes, `sha256` of its own content."""

    name: str
    asked_for: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was received. `closes_at` is None in a system that is always open."""

    reference: str
    system_title: str
    lead_authority: str
    round_number: int
    provider_name: str
    version: int
    received_at: datetime
    closes_at: datetime | None
    sealed_sha256: str
    documents: tuple[ReceiptDocument, ...]
    lots: tuple[str, ...]
    trail: Trail


def receipt(receipt: Receipt) -> bytes:
    """The receipt as a tagged PDF (exact time of receipt: PCR 2015 reg 22, Annex IV (a)).

    Raises ValueError for an application that did not arrive before the closing time.
    """
    closes_at = receipt.closes_at
    if closes_at is not None and receipt.received_at >= closes_at:
        raise ValueError("a late application has no receipt")
    return typeset(
        "receipt",
        {
            "reference": receipt.reference,
            "system_title": receipt.system_title,
            "lead_authority": receipt.lead_authority,
            "round_number": receipt.round_number,
            "provider_name": receipt.provider_name,
            "version": receipt.version,
            "received_utc": instant_utc(receipt.received_at),
            "received_london": instant_london(receipt.received_at),
            "closes_utc": closes_at and instant_utc(closes_at),
            "closes_london": closes_at and instant_london(closes_at),
            "before": closes_at and lapse(receipt.received_at, closes_at),
            "sealed_sha256": receipt.sealed_sha256,
            "documents": [
                {
                    "name": document.name,
                    "asked_for": document.asked_for,
                    "size": size(document.size),
                    "sha256": document.sha256,
                }
                for document in receipt.documents
            ],
            "lots": receipt.lots,
            "trail": receipt.trail.worded(),
        },
    )
