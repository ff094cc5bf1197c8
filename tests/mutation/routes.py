"""Route guards, loosened one at a time: does the matrix of every actor and every page notice?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from portal.core.web.pages import PERMITS, _guarded, public, signed_in
from tests.census.matrix import ACTORS, Matrix, may, wrong_classes

_LOOSER = {
    "asks for no role": signed_in("Loosened."),
    "asks for nothing": public("Loosened."),
}


@dataclass(frozen=True)
class Guard:
    """One page whose guard is loosened, and how."""

    endpoint: str
    how: str


def guards() -> list[Guard]:
    """Every page that asks for something, loosened in each way that is looser for somebody."""
    return [
        Guard(endpoint, how)
        for endpoint, permit in sorted(PERMITS.items())
        for how in _LOOSER
        if any(may(actor, _LOOSER[how]) and not may(actor, permit) for actor in ACTORS)
    ]


@contextmanager
def loosened(matrix: Matrix, guard: Guard) -> Iterator[None]:
    """The page with its looser guard. What is expected of it stays as it is declared."""
    views = matrix.app.view_functions
    kept = views[guard.endpoint]
    views[guard.endpoint] = _guarded(kept.__wrapped__, _LOOSER[guard.how])  # type: ignore[attr-defined]  # by `wraps`
    try:
        yield
    finally:
        views[guard.endpoint] = kept


def noticed(matrix: Matrix, guard: Guard) -> str | None:
    """The first answer of another class, or None: the mutant lives."""
    with loosened(matrix, guard):
        return next(wrong_classes(matrix, lambda rule: rule.endpoint == guard.endpoint), None)
