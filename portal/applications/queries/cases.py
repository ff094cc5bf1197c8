"""A case: one application of the provider acted for, with its round, its draft's key, and this request's instant."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, any_, func, select
from sqlalchemy.orm import Session, aliased

from portal.applications.models import Application, SealKey, Submission
from portal.applications.sealing import draft_facts
from portal.core.applicants import Pen, pen_of
from portal.core.errors import Missing, Refused
from portal.core.sealing import KeyService
from portal.core.web.look import clock_time, day
from portal.purchasing_systems.models import PurchasingSystem, Round

_counting = aliased(Submission)
"""The version that counts."""


@dataclass(frozen=True)
class Case:
    """What every page and action of a draft begins with, read in one statement.

    `at`: when this request reached the database, by its clock; it alone decides what is in time.
    """

    application: Application
    round: Round
    system_title: str
    lead_name: str
    demonstration: bool
    at: datetime
    wrapped: bytes = field(repr=False)
    submitted_lots: tuple[UUID, ...] = ()
    pen: Pen | None = field(default=None, repr=False)

    @property
    def saved_by(self) -> str | None:
        """Who saved last, by post; None before anybody did. Raises SealBroken."""
        signed = self.application.saved_by
        return self.pen.signed(signed) if signed and self.pen else None

    @property
    def left_out(self) -> tuple[UUID, ...]:
        """Lots of the draft that the version which counts was submitted without."""
        if self.application.status not in ("submitted", "opened"):
            return ()
        return tuple(lot for lot in self.application.lots if lot not in self.submitted_lots)

    @property
    def is_open(self) -> bool:
        """Whether answers may be saved and the application submitted at this instant."""
        return self.round.status == "published" and self.round.opens_at <= self.at < self.round.closes_at

    @property
    def is_changed(self) -> bool:
        """Whether the draft holds something that is not in the version submitted last."""
        application = self.application
        if application.status != "submitted" or application.submitted_at is None:
            return False
        return application.saved_at is not None and application.saved_at > application.submitted_at

    def draft_key(self, keys: KeyService) -> bytes:
        """The key of the draft. Raises SealBroken, KeyLost."""
        return keys.unwrap(self.wrapped, draft_facts(self.application.id))

    def must_be_open(self) -> None:
        """Raises Refused when nothing can be changed any more, with the time this arrived."""
        if self.is_open:
            return
        if self.round.taken_from_id is not None:
            raise Refused(
                "Your application was opened, so it can no longer be changed. You can apply again at any time."
            )
        if self.at < self.round.closes_at:
            raise Refused("This round is not open for applications.")
        raise Refused(
            f"Too late. The round closed at {clock_time(self.round.closes_at)} on {day(self.round.closes_at)}; this reached "
            f"the portal at {clock_time(self.at)} on {day(self.at)}. Nothing was changed. Your draft stays readable."
        )


def _cases(*more: Any) -> Select[Any]:
    return (
        select(
            Application,
            Round,
            PurchasingSystem.title,
            PurchasingSystem.lead_name,
            PurchasingSystem.demonstration,
            func.app.entered_at(),
            SealKey.wrapped,
            _counting.lots,
            *more,
        )
        .join(Round, Round.id == Application.round_id)
        .join(PurchasingSystem, PurchasingSystem.id == Application.system_id)
        .join(SealKey, (SealKey.application_id == Application.id) & (SealKey.part == "draft"))
        .outerjoin(
            _counting,
            (_counting.application_id == Application.id)
            & (_counting.version == Application.submitted_version)
            & _counting.withdrawn_at.is_(None),
        )
        .where(Application.applicant_id == any_(func.app.applicants()))
    )


def _case(session: Session, row: Row[*tuple[Any, ...]]) -> Case:
    application, round_, title, lead, demonstration, at, wrapped, lots = row[:8]
    return Case(application, round_, title, lead, demonstration, at, wrapped, tuple(lots or ()), pen_of(session))


def case_of(session: Session, application_id: UUID) -> Case:
    """One application of the provider acted for. Raises Missing."""
    row = session.execute(_one(application_id)).one_or_none()
    if row is None:
        raise Missing
    return _case(session, row)


def open_case(session: Session, application_id: UUID) -> Case:
    """The same to be changed: locked, so that of two colleagues at once the second waits and then sees the first.

    Raises Missing, and Refused when nothing can be changed any more.
    """
    row = session.execute(_one(application_id).with_for_update(of=Application)).one_or_none()
    # An opened application cannot be locked: it is there to be read, and the refusal says why.
    case = _case(session, row) if row is not None else case_of(session, application_id)
    case.must_be_open()
    return case


def _one(application_id: UUID) -> Select[Any]:
    return _cases().where(Application.id == application_id).execution_options(populate_existing=True)


def case_and_submission(session: Session, application_id: UUID, idempotency_key: str) -> tuple[Case, Submission | None]:
    """The same, with what was submitted earlier under this form's key. Raises Missing."""
    row = session.execute(
        _cases(Submission)
        .outerjoin(
            Submission,
            (Submission.application_id == Application.id) & (Submission.idempotency_key == idempotency_key),
        )
        .where(Application.id == application_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise Missing
    return _case(session, row), row[8]


def cases_of_provider(session: Session) -> tuple[Case, ...]:
    """All applications of the provider acted for, the round that closes last first."""
    rows = session.execute(_cases().order_by(Round.closes_at.desc(), Application.id))
    return tuple(_case(session, row) for row in rows)
