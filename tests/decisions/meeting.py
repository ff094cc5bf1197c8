"""Board meetings for tests, run by the lead (Halton) through the portal's own actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.core import clock
from portal.decisions.actions.meetings import add_matter, call_meeting, confirm_minutes, hold_meeting
from portal.decisions.actions.minutes import Said, Seat, take_attendance, write_minutes
from tests.support.evaluated import LEAD, Evaluated
from tests.support.region import COUNCILS, acting

REASONS = "More children can live near their school."
ALTERNATIVES = "Buy singly: rejected, because checks would differ."


@dataclass
class Meeting:
    """A meeting on one matter. Each step is taken by the lead's officer."""

    case: Evaluated
    matter: UUID
    id: UUID = field(init=False)
    item: UUID = field(init=False)

    def __post_init__(self) -> None:
        with acting(self.case.app, LEAD) as (session, actor):
            meeting = call_meeting(
                session,
                actor,
                system_id=self.case.system_id,
                title="Board meeting, winter term",
                meets_on=clock.today(),
                place="Halton Stadium, room 2",
            )
            self.id = meeting.id
            self.item = add_matter(session, actor, meeting_id=self.id, matter_id=self.matter).id

    @property
    def url(self) -> str:
        return f"/decisions/meetings/{self.id}"

    def attend(self, **apologies: str) -> Meeting:
        """Everybody is there; a council given `="apologies"` is not."""
        seats = {
            self.council(slug): Seat(apologies.get(slug, "present"), "" if slug in apologies else "Head of service")
            for slug in COUNCILS
        }
        with acting(self.case.app, LEAD) as (session, actor):
            take_attendance(session, actor, meeting_id=self.id, seats=seats)
        return self

    def note(self, **said: Said | str) -> Meeting:
        """`note(sefton="in_favour")`; St Helens as `st_helens`."""
        positions = {
            self.council(slug.replace("_", "-")): one if isinstance(one, Said) else Said(one)
            for slug, one in said.items()
        }
        with acting(self.case.app, LEAD) as (session, actor):
            write_minutes(
                session,
                actor,
                item_id=self.item,
                minuted="The panel's report was discussed.",
                reasons=REASONS,
                alternatives=ALTERNATIVES,
                positions=positions,
            )
        return self

    def hold(self) -> Meeting:
        with acting(self.case.app, LEAD) as (session, actor):
            hold_meeting(session, actor, meeting_id=self.id)
        return self

    def confirm(self) -> Meeting:
        with acting(self.case.app, LEAD) as (session, actor):
            confirm_minutes(session, actor, meeting_id=self.id)
        return self

    def council(self, slug: str) -> UUID:
        return self.case.region.organisations[slug]


def held(case: Evaluated, matter: UUID, **said: Any) -> Meeting:
    """A meeting that was held, with what councils indicated."""
    return Meeting(case, matter).attend().note(**said).hold()
