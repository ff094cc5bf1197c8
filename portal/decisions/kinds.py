"""Kinds of joint decision: registered by the slices above, which alone know what the question is about."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.decisions.models import Matter
from portal.governance.kinds import name_kind

Embargo = Callable[[Session, Matter], str | None]


@dataclass(frozen=True)
class MatterKind:
    """What is asked, which rule settles it, and what follows from yes, from no, and from silence.

    `rule`: `lead` (one authority answers for all, under recorded authority) or `each_for_itself`.
    `yes`, `no`, `silent`: a sentence each, shown before anybody decides. `may_restrict`: whether an approval can except named
    providers on a published ground. `embargo`: a sentence while what was decided must not leave the councils, else None.
    """

    name: str
    title: str
    rule: str
    question_template: str
    yes: str
    no: str
    silent: str
    may_restrict: bool = False
    embargo: Embargo | None = None


_kinds: dict[str, MatterKind] = {}


def register_kind(kind: MatterKind) -> MatterKind:
    """Declare a kind, once. Raises ValueError for a name taken by another kind, or a rule nobody knows how to settle."""
    if kind.rule not in ("lead", "each_for_itself"):
        raise ValueError(f"{kind.name}: no rule is called {kind.rule}.")
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"A kind of joint decision is already called {kind.name}.")
    name_kind(kind.name, kind.title)
    return kind


def kind_of(name: str) -> MatterKind:
    """The kind of that name. Raises KeyError: a matter of an unregistered kind is a fault of ours."""
    return _kinds[name]
