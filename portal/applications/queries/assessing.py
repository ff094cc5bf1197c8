"""The clock of each application that an always-open round received: when it came, by when it is decided, and whether it was."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.models import Application, AssessmentExtension, Letter
from portal.core.clock import local_day
from portal.core.errors import Missing
from portal.purchasing_systems.models import Admission, PurchasingSystem, Round
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rolling import Runs, due_of, system_runs


@dataclass(frozen=True)
class Clock:
    """One application's time. `by`: the last day to decide; `told_on`: when the provider was told; `waits`: it came after the validity."""

    application_id: UUID
    reference: str
    provider_id: UUID
    provider_name: str
    received_at: datetime
    by: date | None
    extended_because: str
    told_on: date | None
    waits: bool = False

    def late(self, today: date) -> bool:
        """Not told in time."""
        return self.by is not None and (self.told_on or today) > self.by


def clocks_of(session: Session, round_: Round, system: PurchasingSystem) -> list[Clock]:
    """Every opened application of a batch, the most urgent first."""
    profile, runs = profile_of(session, system), system_runs(session, system.id)
    a, x = Application, AssessmentExtension
    rows = session.execute(
        select(a.id, a.reference, a.provider_id, a.provider_name, a.submitted_at, x.reason, Letter.released_at)
        .outerjoin(x, x.application_id == a.id)
        .outerjoin(Letter, Letter.application_id == a.id)
        .where(a.round_id == round_.id, a.opened_at.is_not(None))
        .order_by(a.submitted_at, a.id)
    )
    return [
        Clock(
            row.id,
            row.reference,
            row.provider_id,
            row.provider_name,
            row.submitted_at,
            due_of(round_, profile, runs, local_day(row.submitted_at), extended=row.reason is not None),
            row.reason or "",
            local_day(row.released_at) if row.released_at else None,
        )
        for row in rows
    ]


def clock_of(session: Session, round_: Round, system: PurchasingSystem, application_id: UUID) -> Clock:
    """One of them. Raises Missing."""
    found = next((c for c in clocks_of(session, round_, system) if c.application_id == application_id), None)
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True)
class OwnClock:
    """The same for the provider. `by` None: nothing is submitted, it waits, or the vehicle sets no days."""

    runs: Runs
    by: date | None
    waits: bool
    extended_because: str


def own_clock(session: Session, application: Application, round_: Round) -> OwnClock | None:
    """How the provider's own application stands in an always-open round; None in a round with a window."""
    if not (round_.always_open or round_.taken_from_id):
        return None
    system = session.get(PurchasingSystem, round_.system_id)
    if system is None:
        raise Missing
    profile, runs = profile_of(session, system), system_runs(session, system.id)
    if application.submitted_at is None or application.status not in ("submitted", "opened"):
        return OwnClock(runs, None, False, "")
    x = AssessmentExtension
    reason = session.scalar(select(x.reason).where(x.application_id == application.id))
    received = local_day(application.submitted_at)
    waits = application.status == "submitted" and runs.waits(received)
    by = None if waits else due_of(round_, profile, runs, received, extended=reason is not None)
    return OwnClock(runs, by, waits, reason or "")


def admitted_lots(session: Session, system_id: UUID, provider_id: UUID) -> Collection[UUID]:
    """Lots of a system to which a provider is admitted already: it need not apply to them again (R2-02)."""
    a = Admission
    rows = session.scalars(
        select(a.lot_id)
        .where(a.system_id == system_id, a.provider_id == provider_id, a.status == "effective")
        .distinct()
    )
    return set(rows)
