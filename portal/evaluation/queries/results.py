"""Reading results: the current ones, and the versions that re-openings left behind."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.models import Reopening, Result


def results_of(session: Session, subject_id: UUID, version: UUID | None = None) -> Sequence[Result]:
    """The current results of a subject, or those of a version left behind (id of its re-opening). What was met comes first."""
    of_version = Result.superseded_by_id.is_(None) if version is None else Result.superseded_by_id == version
    return session.scalars(
        select(Result)
        .where(Result.subject_id == subject_id, of_version)
        .order_by(Result.outcome.desc(), Result.candidate_name, Result.id)
    ).all()


def reopenings_of(session: Session, panel_id: UUID) -> Sequence[Reopening]:
    """Every re-opening of this evaluation, the latest first."""
    return session.scalars(
        select(Reopening).where(Reopening.panel_id == panel_id).order_by(Reopening.number.desc())
    ).all()
