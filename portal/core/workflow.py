"""State machines: one table per machine; `fire` is the only way a status moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.core.audit import record
from portal.core.errors import NotPermitted, Refused
from portal.core.events import emit
from portal.core.types import Actor

Guard = Callable[[Session, Actor, Any], str | None]
"""Asked before a move: None, or a sentence that says what is missing."""


@dataclass(frozen=True)
class Move:
    """One legal move. `label`: the words on the button."""

    verb: str
    sources: tuple[str, ...]
    target: str
    permission: str
    label: str
    guards: tuple[Guard, ...] = ()
    event: str | None = None


@dataclass(frozen=True)
class Machine:
    """`writer`: a definer function `(id, from, to)` where the column is not the application's to write."""

    name: str
    model: Any
    moves: tuple[Move, ...]
    writer: str | None = None
    by_verb: dict[str, Move] = field(init=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_verb.update({m.verb: m for m in self.moves})
        if len(self.by_verb) != len(self.moves):
            raise ValueError(f"{self.name}: a verb is declared twice.")
        MACHINES[self.name] = self


MACHINES: dict[str, Machine] = {}


@dataclass(frozen=True)
class Offer:
    """A button: the move, and why it cannot be pressed now (None: it can)."""

    move: Move
    missing: str | None


def offers(session: Session, actor: Actor, machine: Machine, row: Any) -> list[Offer]:
    """The moves this actor may make from where the row stands, each with what is still missing."""
    return [
        Offer(move, _missing(session, actor, move, row))
        for move in machine.moves
        if row.status in move.sources and actor.may(move.permission)
    ]


def fire(
    session: Session,
    actor: Actor,
    machine: Machine,
    row: Any,
    verb: str,
    *,
    sentence: str,
    about: UUID | None = None,
    because: str | None = None,
    also: Mapping[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Make the move, write its audit line, emit its event. `because`: handed to a writer that keeps the reason of a move; `also`: what
    else it keeps, by the names of its parameters.

    The old status stands in the WHERE, so of two at once one is refused. Raises NotPermitted, Refused.
    """
    move = machine.by_verb[verb]
    if not actor.may(move.permission):
        raise NotPermitted(f"Your role cannot do this: {move.label.lower()}.")
    if row.status not in move.sources:
        raise Refused(f"This is {row.status.replace('_', ' ')}, so it cannot be done now: {move.label.lower()}.")
    missing = _missing(session, actor, move, row)
    if missing:
        raise Refused(missing)
    session.flush()
    if machine.writer:
        reason = "" if because is None else ", :because"
        reason += "".join(f", {name} => :{name}" for name in also or ())
        session.execute(
            text(f"SELECT {machine.writer}(:id, :source, :target{reason})"),
            {"id": row.id, "source": row.status, "target": move.target, "because": because, **(also or {})},
        )
    else:
        moved = session.execute(
            update(machine.model)
            .where(machine.model.id == row.id, machine.model.status == row.status)
            .values(status=move.target)
            .execution_options(synchronize_session=False)
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult, for an UPDATE
            raise Refused("Somebody else was faster: this has changed meanwhile. Look again.")
    set_committed_value(row, "status", move.target)
    record(
        session,
        f"{machine.name}.{verb}",
        sentence,
        about=about,
        system=getattr(row, "system_id", None),
        id=row.id,
        **facts,
    )
    if move.event:
        emit(session, move.event, id=row.id)


def _missing(session: Session, actor: Actor, move: Move, row: Any) -> str | None:
    return next((sentence for guard in move.guards if (sentence := guard(session, actor, row))), None)
