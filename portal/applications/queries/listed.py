"""Opened applications for officers: a page of the list, and one application part by part."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.purchasing_systems.models import Lot, Round
from portal.purchasing_systems.queries.rounds import is_offered

A_PAGE = 50
COUNTED = 1000
"""Counting stops here: a list page must cost the same at 200 and at 200,000 applications."""


@dataclass(frozen=True)
class After:
    """Where the page before ended: its last instant and id."""

    submitted_at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str | None) -> "After | None":
        """From an address; what cannot be read is the first page."""
        try:
            at, _, last = (text or "").partition("~")
            parsed = datetime.fromisoformat(at)
            return cls(parsed, UUID(last)) if parsed.tzinfo else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.submitted_at.isoformat()}~{self.id}"


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    id: UUID
    reference: str
    provider_name: str
    submitted_at: datetime
    version: int
    lots: list[UUID]


@dataclass(frozen=True)
class ListPage:
    """`count` is right up to 1,000; above it says that there are more. `older`: where the next page begins."""

    rows: tuple[Listed, ...]
    lots: tuple[Lot, ...]
    count: int
    older: After | None
    is_first: bool

    @property
    def counted(self) -> str:
        """The count in words."""
        if self.count > COUNTED:
            return f"More than {COUNTED:,} applications"
        return f"{self.count:,} application{'' if self.count == 1 else 's'}"

    def numbers(self, row: Listed) -> str:
        """Which lots a line applies for."""
        return ", ".join(str(lot.number) for lot in self.lots if lot.id in row.lots)


def round_for_officers(session: Session, actor: Actor, round_id: UUID) -> Round:
    """A round for an authority that takes part in its system. Raises Missing for every other."""
    found = session.get(Round, round_id)
    if found is None or not (actor.takes_part(found.system_id) or actor.leads(found.system_id)):
        raise Missing
    return found


def listed_applications(session: Session, round_: Round, *, lot_id: UUID | None, after: After | None) -> ListPage:
    """Fifty at a time, the latest first, all or of one lot."""
    a = Application
    chosen: Select[*tuple[Any, ...]] = select(
        a.id, a.reference, a.provider_name, a.submitted_at, a.submitted_version, a.lots
    ).where(a.round_id == round_.id, a.opened_at.is_not(None))
    if lot_id is not None:
        chosen = chosen.where(literal(lot_id) == a.lots.any_())
    count = session.execute(_capped(chosen)).scalar_one()
    shown = chosen.order_by(a.submitted_at.desc(), a.id.desc()).limit(A_PAGE + 1)
    if after is not None:
        shown = shown.where(tuple_(a.submitted_at, a.id) < tuple_(literal(after.submitted_at), literal(after.id)))
    rows = tuple(Listed(*row) for row in session.execute(shown))
    last = rows[A_PAGE - 1] if len(rows) > A_PAGE else None
    lots = session.scalars(select(Lot).where(Lot.system_id == round_.system_id).order_by(Lot.number))
    older = After(last.submitted_at, last.id) if last else None
    return ListPage(
        rows[:A_PAGE], tuple(lot for lot in lots if is_offered(round_, lot.id)), count, older, after is None
    )


def _capped(chosen: Select[*tuple[Any, ...]]) -> Select[int]:
    few = chosen.with_only_columns(literal(1)).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(few)
