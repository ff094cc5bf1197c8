"""Kinds of joint decision: registered by the slices above, which alone know what the question is about."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.decisions.models import Matter
from portal.decisions.rules.settling import LATE, RULES
from portal.governance.kinds import name_kind

Embargo = Callable[[Session, Matter], str | None]


@dataclass(frozen=True)
class MatterKind:
    """What is asked, which rule settles it, and what follows from yes, from no, from silence, and from a late answer.

    `rule`: see `rules.settling`; where it is `minimum`, how many is stated when the question is put. `late_rule`: whether an answer
    after the day still counts. `yes`, `no`, `silent`, `late`: a sentence each, shown before anybody decides. `may_restrict`: whether
    an approval can except named providers on a published ground. `before_commencement`: must have effect before the round opens.
    `embargo`: a sentence while what was decided must not leave the councils, else None.
    """

    name: str
    title: str
    rule: str
    question_template: str
    yes: str
    no: str
    silent: str
    late: str = "An answer after the day counts from the day it takes effect."
    late_rule: str = "counts"
    before_commencement: bool = False
    may_restrict: bool = False
    embargo: Embargo | None = None


_kinds: dict[str, MatterKind] = {}


def register_kind(kind: MatterKind) -> MatterKind:
    """Declare a kind, once. Raises ValueError for a name taken by another kind, or a rule nobody knows how to settle."""
    if kind.rule not in RULES or kind.late_rule not in LATE:
        raise ValueError(f"{kind.name}: no rule is called {kind.rule}, {kind.late_rule}.")
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"A kind of joint decision is already called {kind.name}.")
    name_kind(kind.name, kind.title)
    return kind


def kind_of(name: str) -> MatterKind:
    """The kind of that name. Raises KeyError: a matter of an unregistered kind is a fault of ours."""
    return _kinds[name]


def kinds() -> tuple[MatterKind, ...]:
    """Every kind registered, in that order."""
    return tuple(_kinds.values())
