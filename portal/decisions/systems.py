"""What a board meeting needs to know of a purchasing system: its name and who takes part now. The slice above says it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class TakingPart:
    """A council that takes part now."""

    id: UUID
    name: str
    slug: str

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"


@dataclass(frozen=True)
class BoardSystem:
    """A purchasing system. `councils`: those that take part now, by name; `demonstration`: whether its papers bear the mark."""

    id: UUID
    title: str
    lead_name: str
    demonstration: bool
    councils: tuple[TakingPart, ...]


Source = Callable[[Session, Collection[UUID]], Sequence[BoardSystem]]
_source: list[Source] = []


def register_systems(source: Source) -> Source:
    """Declare where systems are read, once. Raises ValueError for a second source."""
    if _source and _source[0] is not source:
        raise ValueError("Purchasing systems are read in one place already.")
    _source[:] = [source]
    return source


def systems_by_id(session: Session, ids: Collection[UUID]) -> Sequence[BoardSystem]:
    """The systems of these ids that the scope shows, by title."""
    return _source[0](session, ids) if ids else ()
