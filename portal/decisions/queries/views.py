"""A joint decision as pages show it: every council asked, and where it stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.decisions.kinds import MatterKind
from portal.decisions.rules import SAID, Position, waiting_sentence


@dataclass(frozen=True)
class CouncilAnswer:
    """One council on one joint decision. Drafts are not in it: they are the council's own."""

    authority_id: UUID
    name: str
    slug: str
    position: Position
    decision_id: UUID | None
    decided_by: str
    decided_on: date | None
    effective_on: date | None
    recorded_at: datetime | None
    restricted: tuple[str, ...]
    late: bool

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"


@dataclass(frozen=True)
class Board:
    """One joint decision with every council asked. `mine`: the council acted for, if it was asked; `has_draft`: its draft."""

    id: UUID
    kind: MatterKind
    subject_label: str
    question: str
    status: str
    raised_by: str
    raised_at: datetime
    answer_by: date
    settled_at: datetime | None
    facts: dict[str, Any]
    councils: tuple[CouncilAnswer, ...]
    mine: CouncilAnswer | None
    has_draft: bool

    @property
    def title(self) -> str:
        """`Use the providers admitted: Round 2, LCR PPA`."""
        return f"{self.kind.title}: {self.subject_label}"

    @property
    def demonstration(self) -> bool:
        """Whether every decision on it carries the mark."""
        return bool(self.facts.get("demonstration"))

    @property
    def waiting(self) -> str:
        """What are we waiting for, in one sentence."""
        return waiting_sentence((c.name, c.position.code) for c in self.councils)

    @property
    def awaited(self) -> int:
        """How many councils have not answered."""
        return sum(not c.position.answered for c in self.councils)

    @property
    def tally(self) -> str:
        """`4 approved, 1 not approved`."""
        counted = Counter(c.position.code for c in self.councils)
        return ", ".join(f"{counted[code]} {SAID[code].lower()}" for code in SAID if counted[code])

    @property
    def needs_me(self) -> bool:
        """Whether the council acted for still has to answer."""
        return self.status == "open" and self.mine is not None and not self.mine.position.answered
