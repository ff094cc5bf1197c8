"""The provider agreement for one lot, with the acceptance of both sides."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.core.typeset.compiler import typeset
from portal.core.typeset.trail import Trail
from portal.core.typeset.wording import (
    day,
    instant_london,
    instant_utc,
    listing,
    pounds,
)

__all__ = [
    "Acceptance",
    "AgreedPrice",
    "AgreementCopy",
    "Term",
    "TermsDocument",
    "agreement",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPrice:
    """A price in pounds."""

    item: str
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsDocument:
    """A document that forms part of the agreement, held fast by its digest."""

    title: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Acceptance online by someone holding a post, for an organisation."""

    post: str
    organisation: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementCopy:
    """The agreement; an acceptance that is None is still awaited."""

    reference: str
    system_title: str
    lot_title: str
    round_number: int
    lead_authority: str
    councils: tuple[str, ...]
    provider_name: str
    starts_on: date
    ends_on: date
    terms: tuple[Term, ...]
    trail: Trail
    provider_number: str | None = None
    provider_address: tuple[str, ...] = ()
    extension: str | None = None
    areas: tuple[str, ...] = ()
    prices: tuple[AgreedPrice, ...] = ()
    documents: tuple[TermsDocument, ...] = ()
    provider_acceptance: Acceptance | None = None
    lead_acceptance: Acceptance | None = None


def agreement(agreement: AgreementCopy) -> bytes:
    """The agreement as a tagged PDF.

    Raises ValueError when it would end before it starts.
    """
    if agreement.ends_on < agreement.starts_on:
        raise ValueError("an agreement does not end before it starts")
    return typeset(
        "agreement",
        {
            "reference": agreement.reference,
            "system_title": agreement.system_title,
            "lot_title": agreement.lot_title,
            "round_number": agreement.round_number,
            "lead_authority": agreement.lead_authority,
            "councils": agreement.councils,
            "provider_name": agreement.provider_name,
            "provider_number": agreement.provider_number,
            "provider_address": ", ".join(agreement.provider_address) or None,
            "starts_on": day(agreement.starts_on),
            "ends_on": day(agreement.ends_on),
            "extension": agreement.extension,
            "areas": listing(agreement.areas) or None,
            "terms": [{"heading": term.heading, "text": term.text} for term in agreement.terms],
            "prices": [
                {"item": line.item, "unit": line.unit, "price": pounds(line.price)} for line in agreement.prices
            ],
            "documents": [
                {"title": part.title, "version": part.version, "sha256": part.sha256} for part in agreement.documents
            ],
            "acceptances": [
                _acceptance(
                    "For the provider",
                    agreement.provider_name,
                    agreement.provider_acceptance,
                ),
                _acceptance(
                    "For the councils",
                    agreement.lead_authority,
                    agreement.lead_acceptance,
                ),
            ],
            "trail": agreement.trail.worded(),
        },
    )


def _acceptance(side: str, organisation: str, given: Acceptance | None) -> dict[str, object]:
    if given is None:
        return {
            "side": side,
            "organisation": organisation,
            "post": None,
            "at": None,
            "utc": None,
        }
    return {
        "side": side,
        "organisation": given.organisation,
        "post": given.post,
        "at": instant_london(given.accepted_at),
        "utc": instant_utc(given.accepted_at),
    }
