"""The days of one council's critical path as an iCalendar file (RFC 5545), for the calendar its officers use anyway."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from icalendar import Calendar, Event

from portal.governance.rules.critical_path import Milestone


def calendar_file(
    milestones: Iterable[Milestone], *, system_id: UUID, authority_id: UUID, alias: str, made_at: datetime
) -> bytes:
    """One all-day event a milestone. Taken in again for another target, the events move: they keep their identity."""
    calendar = Calendar()
    calendar.add("prodid", "-//Regional consortium portal//Critical path//EN")
    calendar.add("version", "2.0")
    calendar.add("name", f"Critical path: {alias}")
    for milestone in milestones:
        event = Event()
        event.add("uid", str(uuid5(NAMESPACE_URL, f"critical-path:{system_id}:{authority_id}:{milestone.key}")))
        event.add("dtstamp", made_at)
        event.add("dtstart", milestone.day)
        event.add("dtend", milestone.day + timedelta(days=1))
        event.add("summary", f"{milestone.label}: {alias}")
        event.add("description", milestone.reason)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
