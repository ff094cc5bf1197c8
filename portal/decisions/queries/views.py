"""A joint decision as pages show it: every council asked, and where it stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.decisions.kinds import MatterKind
from portal.decisions.rules import SAID, Position, closed, waiting_sentence


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
    until_then: str | None = None
    """What the council had answered before, while its later decision waits for its day."""

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
    is_live: bool
    asked_again_because: str
    withdrawn_because: str

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
    def was_refused(self) -> bool:
        """Whether everybody asked has answered with no, so that it can be asked again."""
        return self.status == "settled" and all(c.position.code == "not_approve" for c in self.councils)

    @property
    def closed_to_me(self) -> str | None:
        """Why the council acted for, which was asked, cannot answer or decide anew now; None where it can."""
        answered = self.mine is not None and self.mine.position.answered
        return closed(rule=self.kind.rule, status=self.status, is_live=self.is_live, answered=answered)

    @property
    def may_decide_anew(self) -> bool:
        """Whether the council acted for has answered and may put a later decision in its place."""
        return self.mine is not None and self.mine.position.answered and self.closed_to_me is None

    @property
    def needs_me(self) -> bool:
        """Whether the council acted for still has to answer."""
        return self.status == "open" and self.mine is not None and not self.mine.position.answered
