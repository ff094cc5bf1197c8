"""Applications of a round once it is opened: what every participating authority may know, and no content."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.models import Application, OpeningConfirmation, RefusedOpening, Submission
from portal.evaluation.rules import named


@dataclass(frozen=True)
class OpenedApplication:
    """The version that counts. `lots` and `areas` (lot id as text to authority ids as text) are those it was submitted for."""

    id: UUID
    reference: str
    provider_id: UUID
    provider_name: str
    version: int
    submitted_at: datetime
    sha256: bytes
    lots: list[UUID]
    areas: dict[str, Any]

    def areas_of(self, lot_id: UUID) -> tuple[UUID, ...]:
        """For whose areas this lot is offered."""
        return tuple(UUID(str(area)) for area in self.areas.get(str(lot_id), ()))


def opened_applications(session: Session, round_id: UUID) -> tuple[OpenedApplication, ...]:
    """By provider's name; empty before opening, whoever asks."""
    a, s = Application, Submission
    rows = session.execute(
        select(a.id, a.reference, a.provider_id, a.provider_name, s.version, s.submitted_at, s.sha256, s.lots, s.areas)
        .join(s, (s.application_id == a.id) & s.opened_at.is_not(None))
        .where(a.round_id == round_id, a.opened_at.is_not(None))
        .order_by(a.provider_name, a.id)
    )
    return tuple(OpenedApplication(*row) for row in rows)


@dataclass(frozen=True)
class Confirmation:
    """One officer's part in the ceremony."""

    post: str
    organisation_id: UUID
    organisation_name: str
    person_id: UUID
    confirmed_at: datetime

    @property
    def words(self) -> str:
        """Post and council."""
        return named(self.post, self.organisation_name)


@dataclass(frozen=True)
class RefusedTry:
    """An attempt that was refused, and why."""

    at: datetime
    post: str
    organisation_name: str
    sentence: str

    @property
    def words(self) -> str:
        """Post and council."""
        return named(self.post, self.organisation_name)


def confirmations_of(session: Session, round_id: UUID) -> tuple[Confirmation, ...]:
    """Who has confirmed the opening, first to last."""
    c = OpeningConfirmation
    rows = session.execute(
        select(c.post, c.organisation_id, c.organisation_name, c.person_id, c.confirmed_at)
        .where(c.round_id == round_id)
        .order_by(c.confirmed_at)
    )
    return tuple(Confirmation(*row) for row in rows)


def refused_openings_of(session: Session, round_id: UUID) -> tuple[RefusedTry, ...]:
    """Attempts that were refused, in the order they were made (at most 50 a person are kept)."""
    r = RefusedOpening
    rows = session.execute(
        select(r.at, r.post, r.organisation_name, r.sentence).where(r.round_id == round_id).order_by(r.at, r.id)
    )
    return tuple(RefusedTry(*row) for row in rows)
