"""Workbooks of live systems: what a reading must know of the system, and what came with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.providers.queries.reference import registration_of
from portal.purchasing_systems.models import (
    Admission,
    Lot,
    Participation,
    PurchasingSystem,
    Round,
    TakenOnDecision,
    TakenOnProvider,
    TakeOn,
)
from portal.purchasing_systems.rules.take_on import Council, Facts
from tenants.models import Organisation

OUTCOMES = {"approve": "Uses the providers admitted", "not_approve": "Does not use them"}
_OVER = ("removed", "ended", "lapsed", "declined_by_provider")


@dataclass(frozen=True)
class DecisionRow:
    """What a workbook says a council decided. `number`: of the round; `slug`: of the council."""

    id: UUID
    take_on_id: UUID
    system_id: UUID
    round_id: UUID
    number: int
    authority_id: UUID
    council: str
    slug: str
    decided_on: date
    effective_on: date
    decided_by_post: str
    minute_number: str
    record_url: str
    outcome: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    answered_because: str

    @property
    def outcome_words(self) -> str:
        """What it means for the providers."""
        return OUTCOMES[self.outcome]


@dataclass(frozen=True)
class ProviderRow:
    """A provider of a workbook. `has_come`: somebody acts for it in the portal."""

    id: UUID
    provider_id: UUID
    name: str
    company_number: str
    email: str
    made: bool
    invited_at: datetime | None
    has_come: bool


@dataclass(frozen=True)
class AdmissionRow:
    """An admission that came with a workbook."""

    id: UUID
    provider_name: str
    lot: str
    number: int
    status: str
    effective_at: datetime | None
    agreement: str
    councils: int


def facts_of(session: Session, system_id: UUID) -> Facts:
    """What a reading is judged by. Six statements, however long the workbook."""
    joined = session.execute(
        select(Participation.authority_id, Participation.joined_on, Organisation.name, Organisation.official_name, Organisation.gss_code)
        .join(Organisation, Organisation.id == Participation.authority_id)
        .where(Participation.system_id == system_id, Participation.joined_on.is_not(None))
        .order_by(Organisation.name)
    ).all()  # fmt: skip
    councils = {
        words.casefold(): Council(row.authority_id, row.name, row.joined_on)
        for row in joined
        for words in (row.name, row.official_name, row.gss_code)
        if words and row.joined_on
    }
    admitted = session.execute(
        select(func.lower(Admission.provider_name), Lot.number)
        .join(Lot, Lot.id == Admission.lot_id)
        .where(Admission.system_id == system_id, Admission.status.not_in(_OVER))
    )
    decided = session.execute(
        select(Round.number, TakenOnDecision.authority_id)
        .join(Round, Round.id == TakenOnDecision.round_id)
        .where(TakenOnDecision.system_id == system_id)
    )
    rounds = session.execute(select(Round.number, Round.take_on_id).where(Round.system_id == system_id))
    return Facts(
        today=clock.today(),
        lots=dict(session.execute(select(Lot.number, Lot.id).where(Lot.system_id == system_id)).all()),
        councils=councils,
        rounds={number: take_on_id is not None for number, take_on_id in rounds},
        known={
            name.casefold(): number
            for name, number in session.execute(text("SELECT name, company_number FROM app.known_providers()"))
        },
        admitted=frozenset((name, number) for name, number in admitted),
        decided=frozenset((number, key) for number, key in decided),
        is_registered=lambda number: registration_of(number) is not None,
    )  # fmt: skip


def take_ons_of(session: Session, system_id: UUID) -> list[TakeOn]:
    """Workbooks of a system, the latest first, without their content."""
    return list(
        session.scalars(select(TakeOn).where(TakeOn.system_id == system_id).order_by(TakeOn.read_at.desc(), TakeOn.id))
    )


def take_on_of(session: Session, take_on_id: UUID) -> tuple[TakeOn, PurchasingSystem]:
    """One, with its system. Raises Missing."""
    found = session.execute(
        select(TakeOn, PurchasingSystem)
        .join(PurchasingSystem, PurchasingSystem.id == TakeOn.system_id)
        .where(TakeOn.id == take_on_id)
    ).one_or_none()
    if found is None:
        raise Missing
    return found[0], found[1]


def decisions_taken_on(
    session: Session,
    *,
    take_on_id: UUID | None = None,
    decision_id: UUID | None = None,
    authority_id: UUID | None = None,
) -> list[DecisionRow]:
    """By round and council."""
    d = TakenOnDecision
    query = (
        select(
            d.id, d.take_on_id, d.system_id, d.round_id, Round.number, d.authority_id, Organisation.name.label("council"), Organisation.slug, d.decided_on,
            d.effective_on, d.decided_by_post, d.minute_number, d.record_url, d.outcome, d.answer, d.answered_by, d.answered_at,
            d.answered_because,
        )
        .join(Round, Round.id == d.round_id)
        .join(Organisation, Organisation.id == d.authority_id)
        .order_by(Round.number, Organisation.name)
    )  # fmt: skip
    for column, wanted in ((d.take_on_id, take_on_id), (d.id, decision_id), (d.authority_id, authority_id)):
        query = query if wanted is None else query.where(column == wanted)
    return [DecisionRow(**row) for row in session.execute(query).mappings()]


def providers_taken_on(session: Session, take_on_id: UUID) -> list[ProviderRow]:
    """For the lead: whom a workbook named, and who has come since. Those who have not come first."""
    come = set(session.scalar(text("SELECT app.arrivals(:id)"), {"id": take_on_id}) or ())
    rows = session.scalars(
        select(TakenOnProvider).where(TakenOnProvider.take_on_id == take_on_id).order_by(TakenOnProvider.provider_name)
    )
    found = [
        ProviderRow(r.id, r.provider_id, r.provider_name, r.company_number, r.email, r.made, r.invited_at, r.provider_id in come)
        for r in rows
    ]  # fmt: skip
    return sorted(found, key=lambda row: row.has_come)


def admissions_taken_on(session: Session, take_on_id: UUID) -> list[AdmissionRow]:
    """By provider and lot."""
    rows = session.execute(
        select(
            Admission.id, Admission.provider_name, Lot.number, Lot.title, Round.number, Admission.status, Admission.effective_at,
            Admission.provider_accepted_by, func.cardinality(Admission.areas),
        )
        .join(Lot, Lot.id == Admission.lot_id)
        .join(Round, Round.id == Admission.round_id)
        .where(Admission.take_on_id == take_on_id)
        .order_by(Admission.provider_name, Lot.number, Round.number)
    )  # fmt: skip
    return [
        AdmissionRow(key, name, f"Lot {lot}: {title}", number, status, at, (agreement or "").removesuffix(" (taken on)"), councils)
        for key, name, lot, title, number, status, at, agreement, councils in rows
    ]  # fmt: skip


def used_by(session: Session, take_on_id: UUID) -> str | None:
    """For the lead: what keeps it from being undone, None where nothing does."""
    found: str | None = session.scalar(text("SELECT app.take_on_used(:id)"), {"id": take_on_id})
    return found


def waiting_for(session: Session, actor: Actor) -> Sequence[tuple[UUID, str, int]]:
    """Workbooks with decisions this council has not answered for: id, system, how many."""
    rows = session.execute(
        select(TakenOnDecision.take_on_id, PurchasingSystem.alias, func.count())
        .join(PurchasingSystem, PurchasingSystem.id == TakenOnDecision.system_id)
        .where(TakenOnDecision.authority_id == actor.organisation_id, TakenOnDecision.answer == "")
        .group_by(TakenOnDecision.take_on_id, PurchasingSystem.alias)
        .order_by(PurchasingSystem.alias, TakenOnDecision.take_on_id)
    )
    return [(key, alias, count) for key, alias, count in rows]
