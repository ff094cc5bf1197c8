"""What follows from decisions on the record, reckoned day by day: slow, and from nothing but the words of the rules.

Neither `app.effects` nor `rules.settling` is asked here; both are held against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.core.clock import local_day

YES = ("approve", "approve_with_restriction", "approve_in_part")


@dataclass(frozen=True)
class Question:
    """One matter, whom it was put to, and what they said. `said`: rows of decisions, `parts`: what each says of a part, by slug."""

    rule: str
    minimum: int | None
    late: str
    answer_by: date
    lead: UUID
    asked: tuple[UUID, ...]
    excused: frozenset[UUID]
    said: tuple[Mapping[str, Any], ...]
    parts: Mapping[UUID, Mapping[str, str]] = field(default_factory=dict)

    def on_record(self, council: UUID) -> list[Mapping[str, Any]]:
        """Its decisions that can have effect, in the order of recording. Not one called in, and not one that gave way before its day."""

        def counts(row: Mapping[str, Any]) -> bool:
            if row["status"] == "superseded":
                return row["effective_on"] is not None and row["effective_on"] <= local_day(row["superseded_at"])
            return bool(row["status"] == "recorded")

        own = [row for row in self.said if row["authority_id"] == council and counts(row)]
        return sorted(own, key=lambda row: row["recorded_at"])

    def standing(self, council: UUID, day: date) -> Mapping[str, Any] | None:
        """The decision of a council in effect on a day: each takes over from the one before on its own day."""
        found = None
        for row in self.on_record(council):
            if row["effective_on"] is not None and row["effective_on"] <= day:
                found = row
        return found

    def approves(self, row: Mapping[str, Any], part: str | None) -> bool:
        """Whether this decision is a yes: to the whole, or to one part of the question."""
        if row["outcome"] not in YES:
            return False
        if part is None:
            return True
        whole = "not_approve" if row["outcome"] == "approve_in_part" else "approve"
        return self.parts.get(row["id"], {}).get(part, whole) == "approve"

    def too_late(self, council: UUID) -> bool:
        """Whether its first answer, whatever became of it, came after the day, where such an answer stays out."""
        days = [
            local_day(row["recorded_at"])
            for row in self.said
            if row["authority_id"] == council and row["status"] != "draft" and row["outcome"] != "defer"
        ]
        return self.late == "stays_out" and bool(days) and min(days) > self.answer_by

    def says_yes(self, council: UUID, day: date, part: str | None = None) -> bool:
        """Whether its own yes is in effect on a day."""
        row = self.standing(council, day)
        return row is not None and self.approves(row, part) and not self.too_late(council)

    def in_effect(self, council: UUID, day: date, part: str | None = None) -> bool:
        """Whether the question has effect for a council on a day."""
        waited_for = [other for other in self.asked if other not in self.excused]
        if council not in waited_for or not self.says_yes(council, day, part):
            return False
        yes = [other for other in waited_for if self.says_yes(other, day, part)]
        if self.rule == "lead":
            return self.lead in yes
        if self.rule == "every_participant":
            return yes == waited_for
        if self.rule == "minimum":
            assert self.minimum is not None
            return len(yes) >= self.minimum
        if self.rule == "lead_plus_majority":
            return self.lead in yes and 2 * len(yes) > len(waited_for)
        assert self.rule == "each_for_itself"
        return True

    def own(self, council: UUID, day: date, part: str | None = None) -> tuple[date | None, date | None]:
        """From which day its own yes has, or will have, effect, and the last day where a later decision ends it; seen from a day."""
        if self.too_late(council):
            return None, None
        now = self.standing(council, day)
        later = [r for r in self.on_record(council) if r["effective_on"] is not None and r["effective_on"] > day]
        coming = [r for r in later if r["status"] == "recorded"]
        if now is not None and self.approves(now, part):
            ends = [r["effective_on"] - timedelta(days=1) for r in coming if not self.approves(r, part)]
            return now["effective_on"], ends[0] if ends else None
        return next((r["effective_on"] for r in coming if self.approves(r, part)), None), None

    def begins(self, council: UUID, day: date, horizon: date, part: str | None = None) -> date | None:
        """The first day from this one on, to a horizon, on which it has effect for a council."""
        while day <= horizon:
            if self.in_effect(council, day, part):
                return day
            day += timedelta(days=1)
        return None
