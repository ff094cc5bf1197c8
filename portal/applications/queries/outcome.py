"""Where a round stands between its signed results and its agreements, and what the lead does next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.applications.models import Application, Letter
from portal.core import clock
from portal.core.errors import Missing, NotPermitted
from portal.core.types import Actor
from portal.decisions.models import Matter
from portal.decisions.queries.board import boards_about
from portal.decisions.queries.views import Board, CouncilAnswer
from portal.evaluation.models import Result
from portal.purchasing_systems.models import Admission, PurchasingSystem, Round
from portal.purchasing_systems.queries.admissions import admissions_of_round
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rounds import lots_offered, round_for
from portal.purchasing_systems.queries.systems import LotRow

FINAL = ("effective", "declined_by_provider", "lapsed", "suspended", "removed", "ended")


@dataclass(frozen=True)
class LetterRow:
    """One applicant and its letter, if it is prepared."""

    application_id: UUID
    provider_name: str
    reference: str
    letter_id: UUID | None
    prepared_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True)
class Outcome:
    """Everything the lead's page of a round's outcome shows. `next`: what is to be done now, as a code."""

    round: Round
    system: PurchasingSystem
    lots: tuple[LotRow, ...]
    signed: int
    outcome: Board | None
    use: Board | None
    earlier: tuple[Matter, ...]
    admissions: tuple[Admission, ...]
    letters: tuple[LetterRow, ...]
    today: date
    now: datetime
    asks_councils: bool = True
    """Whether each council decides for itself whom it uses, or the lead admits for all."""

    @property
    def lead_answer(self) -> CouncilAnswer | None:
        """What the lead has decided about the outcome."""
        return self.outcome.councils[0] if self.outcome and self.outcome.councils else None

    @property
    def is_approved(self) -> bool:
        """Whether an approval of the lead is on the record."""
        return self.lead_answer is not None and self.lead_answer.position.code == "approve"

    @property
    def is_released(self) -> bool:
        """Whether the letters have gone out."""
        return self.round.status in ("notified", "complete")

    @property
    def standstill_ends_at(self) -> datetime | None:
        """The first instant after the standstill."""
        return max((a.standstill_ends_at for a in self.admissions if a.standstill_ends_at), default=None)

    @property
    def in_standstill(self) -> bool:
        """Whether it is running."""
        return self.standstill_ends_at is not None and self.now < self.standstill_ends_at

    @property
    def to_issue(self) -> int:
        """Agreements not issued yet."""
        return sum(a.status in ("approved", "standstill") for a in self.admissions)

    @property
    def to_accept(self) -> tuple[Admission, ...]:
        """Agreements the provider has accepted and the lead has not."""
        return tuple(a for a in self.admissions if a.status == "signed")

    @property
    def open_agreements(self) -> int:
        """Agreements not concluded either way."""
        return sum(a.status not in FINAL for a in self.admissions)

    @property
    def next(self) -> str:
        """The next step, in the order of the page."""
        if self.round.status not in ("evaluated", "decided", "notified", "complete"):
            return "sign_off"
        if self.outcome is None:
            return "ask_outcome"
        if not self.is_approved:
            answered = self.lead_answer is not None and self.lead_answer.position.answered
            return "refused" if answered else "await_outcome"
        if self.asks_councils and self.use is None and self.admissions and not self.is_released:
            return "ask_use"
        if not self.is_released:
            return "release"
        return self._after_letters()

    def _after_letters(self) -> str:
        if self.round.status == "complete":
            return "done"
        if self.asks_councils and self.use is None and self.admissions:
            return "ask_use"
        if self.to_issue:
            return "standstill" if self.in_standstill else "issue"
        if self.to_accept:
            return "accept"
        return "await_provider" if self.open_agreements else "complete"


def outcome_of(session: Session, actor: Actor, round_id: UUID) -> Outcome:
    """For the officers of the lead. Raises Missing for authorities that take no part, NotPermitted for the other participants."""
    round_, system = round_for(session, actor, round_id)
    if round_.lead_id != actor.organisation_id:
        raise NotPermitted(
            "Only the lead authority runs what follows an evaluation. The joint decisions show where it stands."
        )
    if round_.status in ("planned", "published", "cancelled", "opened"):
        raise Missing
    boards, before = boards_about(session, actor, round_id)
    return Outcome(
        round=round_,
        system=system,
        lots=tuple(lots_offered(session, round_)),
        signed=_signed(session, round_id),
        outcome=boards.get("approve_outcome"),
        use=boards.get("use_admitted"),
        earlier=tuple(before),
        admissions=tuple(admissions_of_round(session, round_id)),
        letters=tuple(_letters(session, round_id)),
        today=clock.today(),
        now=clock.now(),
        asks_councils=profile_of(session, system).admits == "each_council",
    )


def _signed(session: Session, round_id: UUID) -> int:
    return session.scalar(
        select(func.count())
        .select_from(Result)
        .where(Result.subject_id == round_id, Result.superseded_by_id.is_(None), Result.signed_off_at.is_not(None))
    ) or 0  # fmt: skip


def _letters(session: Session, round_id: UUID) -> Sequence[LetterRow]:
    a = Application
    rows = session.execute(
        select(a.id, func.coalesce(a.provider_name, ""), a.reference, Letter.id, Letter.prepared_at, Letter.released_at)
        .outerjoin(Letter, Letter.application_id == a.id)
        .where(a.round_id == round_id, a.opened_at.is_not(None))
        .order_by(a.provider_name, a.id)
    )
    return [LetterRow(*row) for row in rows]
