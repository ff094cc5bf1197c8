"""Kinds of matter that a council delegates, by the words of the minutes; and what the slices above tell the ledger.

They name the questions that they put to councils, and the purchasing systems that a delegation can be for.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.types import Actor

Systems = Callable[[Session, Actor], Sequence[tuple[UUID, str]]]

_kinds: dict[str, str] = {
    "develop": "Develop a purchasing system",
    "commence": "Commence the procurement",
    "evaluate": "Decide how tenders are evaluated, or what is specified",
    "agree_membership": "Agree to take part in a purchasing system",
    "award_call_off": "Award a contract called off a purchasing system",
    "award_block": "Award a block contract",
    "buy_spot": "Buy outside a purchasing system, for a short time",
    "extend": "Extend",
}
_systems: list[Systems] = []
EVERY = "*"
"""In place of names: every kind of matter."""


def name_kind(name: str, title: str) -> None:
    """Say what a kind of matter is called. Raises ValueError for a name that has another title already."""
    if _kinds.setdefault(name, title) != title:
        raise ValueError(f"A kind of matter is already called {name}.")


def kinds() -> dict[str, str]:
    """Every kind by name, with its title."""
    return dict(_kinds)


def title_of(name: str) -> str:
    """What a kind is called on screen; a name nobody has declared speaks for itself."""
    return _kinds.get(name, name.replace("_", " ").capitalize())


def offer_systems(systems: Systems) -> None:
    """Say how to find the purchasing systems of the council acted for: ids and titles."""
    _systems.append(systems)


def systems_of(session: Session, actor: Actor) -> dict[UUID, str]:
    """The purchasing systems that a delegation can be for, by id."""
    return {system_id: title for offered in _systems for system_id, title in offered(session, actor)}
