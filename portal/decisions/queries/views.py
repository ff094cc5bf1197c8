"""A joint decision as pages show it: every council asked, and where it stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.decisions.kinds import MatterKind
from portal.decisions.rules.answers import SAID, YES, Position, closed, waiting_sentence
from portal.decisions.rules.settling import ALONE, Outlook, outlook, rule_sentence


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
    takes_effect_on: date | None = None
    """Under its own decision and the rule of the question."""
    in_effect: bool = False
    stays_out: bool = False
    """It answered after the day, where such an answer does not count."""
    until_then: str | None = None
    """What the council had answered before, while its later decision waits for its day."""

    @property
    def said(self) -> str | None:
        """`yes`, `no`, or None while nothing that counts has been said."""
        if not self.position.answered:
            return None
        return "yes" if self.position.code in YES and not self.stays_out else "no"

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"


@dataclass(frozen=True)
class Board:
    """One joint decision with every council asked. `mine`: the council acted for, if it was asked; `has_draft`: its draft."""

    id: UUID
    kind: MatterKind
    system_id: UUID
    subject_id: UUID
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
    rule: str
    minimum: int | None
    late: str
    lead_id: UUID
    before_commencement: bool
    parts: tuple[tuple[str, str], ...]
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
    def waits_for_others(self) -> bool:
        """Whether a council's yes takes more than itself to have effect."""
        return self.rule not in ALONE

    @property
    def rule_sentence(self) -> str:
        """Which rule settles it."""
        return rule_sentence(self.rule, self.minimum)

    @property
    def outlook(self) -> Outlook:
        """Whether it is carried, has failed, or is open, in a sentence."""
        said = {c.authority_id: c.said for c in self.councils if c.position.code != "excused"}
        return outlook(
            self.rule,
            said,
            lead=self.lead_id,
            minimum=self.minimum,
            closed=self.late == "stays_out" and self.status != "open",
        )

    @property
    def prices_end(self) -> date | None:
        """The last day on which the prices offered hold, where the question was put with one."""
        stated = self.facts.get("prices_valid_until")
        return date.fromisoformat(stated) if stated else None

    @property
    def after_prices(self) -> tuple[CouncilAnswer, ...]:
        """Councils whose answer takes effect after the prices end, or, while they have not answered, may do so."""
        end = self.prices_end
        if end is None:
            return ()
        return tuple(c for c in self.councils if _acts_after(c, end, self.answer_by))

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
        return closed(
            rule=self.rule,
            status=self.status,
            is_live=self.is_live,
            answered=answered,
            called_in=self.mine is not None and self.mine.position.code == "called_in",
        )

    @property
    def may_decide_anew(self) -> bool:
        """Whether the council acted for has answered and may put a later decision in its place."""
        return self.mine is not None and self.mine.position.answered and self.closed_to_me is None

    @property
    def needs_me(self) -> bool:
        """Whether the council acted for still has to answer."""
        return self.status == "open" and self.mine is not None and not self.mine.position.answered


def _acts_after(council: CouncilAnswer, end: date, answer_by: date) -> bool:
    if council.position.code == "excused" or council.said == "no":
        return False
    day = council.takes_effect_on or council.effective_on
    if council.said == "yes":
        return day is not None and day > end
    # Whoever is overdue, has deferred or was called in answers nobody knows when.
    return answer_by > end or council.position.code != "silent"
