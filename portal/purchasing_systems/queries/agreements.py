"""One agreement: what was offered, to whom, on which terms, and who has accepted."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.clock import LONDON
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.core.typeset import Trail
from portal.core.typeset.agreements import Acceptance, AgreedPrice, AgreementCopy, Term, TermsDocument
from portal.purchasing_systems.models import Admission, Lot, PurchasingSystem, Round
from portal.purchasing_systems.queries.lead import lead_at
from portal.purchasing_systems.queries.specifications import documents_of, specification_for
from portal.purchasing_systems.queries.systems import participants_of

ISSUED = ("agreement_issued", "signed", "effective", "declined_by_provider", "lapsed", "suspended", "removed", "ended")


@dataclass(frozen=True)
class Agreement:
    """The agreement of one admission with everything its page and its PDF say."""

    admission: Admission
    system: PurchasingSystem
    lot_name: str
    round_number: int
    reference: str
    starts_on: date
    councils: tuple[str, ...]
    areas: tuple[str, ...]
    terms: tuple[Term, ...]
    documents: tuple[TermsDocument, ...]
    lead: str

    def copy(self, trail: Trail) -> AgreementCopy:
        """For the PDF."""
        a = self.admission
        return AgreementCopy(
            reference=self.reference,
            system_title=self.system.title,
            lot_title=self.lot_name,
            round_number=self.round_number,
            lead_authority=self.lead,
            councils=self.councils,
            provider_name=a.provider_name,
            starts_on=self.starts_on,
            ends_on=self.system.valid_until,
            terms=self.terms,
            trail=trail,
            areas=self.areas,
            prices=tuple(
                AgreedPrice(item=p["title"], unit=p.get("unit") or "", price=Decimal(p["price"])) for p in a.prices
            ),
            documents=self.documents,
            provider_acceptance=_acceptance(a.provider_accepted_by, a.provider_accepted_at),
            lead_acceptance=_acceptance(a.lead_accepted_by, a.lead_accepted_at),
        )


def agreement_of(session: Session, actor: Actor, admission_id: UUID) -> Agreement:
    """For the provider, the lead and the participating councils. Raises Missing for others, and before it is issued."""
    row = session.execute(
        select(Admission, PurchasingSystem, Lot, Round)
        .join(PurchasingSystem, PurchasingSystem.id == Admission.system_id)
        .join(Lot, Lot.id == Admission.lot_id)
        .join(Round, Round.id == Admission.round_id)
        .where(Admission.id == admission_id, Admission.status.in_(ISSUED))
    ).one_or_none()
    if row is None:
        raise Missing
    admission, system, lot, round_ = row
    number = round_.number
    if actor.organisation_id != admission.provider_id and not actor.takes_part(system.id):
        raise Missing
    councils = participants_of(session, system.id)
    issued = admission.effective_at or admission.agreement_issued_at
    if issued is None:
        raise Missing
    return Agreement(
        admission=admission,
        system=system,
        lot_name=f"Lot {lot.number}: {lot.title}",
        round_number=number,
        reference=f"A{number}-{lot.number}-{admission.id.hex[:6].upper()}",
        starts_on=issued.astimezone(LONDON).date(),
        councils=tuple(c.name for c in councils),
        areas=tuple(c.short_name for c in councils if c.authority_id in admission.areas),
        terms=_terms(session, system.id),
        documents=_documents(session, round_),
        # Who led when it came into effect is a party to it; a later lead is not written into it.
        lead=lead_at(session, system, issued),
    )


def _terms(session: Session, system_id: UUID) -> tuple[Term, ...]:
    texts = [d.text for d in documents_of(session, system_id) if d.kind == "terms"]
    found = []
    for text in texts:
        for part in re.split(r"(?m)^## ", text):
            heading, _, body = part.strip().partition("\n")
            if body.strip():
                found.append(Term(heading=heading.strip(), text=body.strip()))
    return tuple(found) or (
        Term(heading="Terms", text="The terms are those of the documents listed below, as published with the round."),
    )


def _documents(session: Session, round_: Round) -> tuple[TermsDocument, ...]:
    specification = specification_for(session, round_)
    parts = []
    if specification is not None:
        parts.append((specification.title, str(specification.version), specification.common_text))
    parts += [(d.title, "1", d.text) for d in documents_of(session, round_.system_id)]
    return tuple(
        TermsDocument(title=title, version=version, sha256=hashlib.sha256(text.encode()).hexdigest())
        for title, version, text in parts
    )


def _acceptance(by: str | None, at: datetime | None) -> Acceptance | None:
    if by is None or at is None:
        return None
    post, _, organisation = by.partition(", ")
    return Acceptance(post=post, organisation=organisation, accepted_at=at)
