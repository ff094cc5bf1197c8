"""The days of a critical path or a timetable as an iCalendar file (RFC 5545), for the calendar its officers use anyway."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from icalendar import Calendar, Event

from portal.governance.rules.critical_path import Milestone
from portal.purchasing_systems.rules.timetable import Row


def calendar_file(
    milestones: Iterable[Milestone], *, system_id: UUID, authority_id: UUID, alias: str, made_at: datetime
) -> bytes:
    """One all-day event a milestone. Taken in again for another target, the events move: they keep their identity."""
    days = (
        (str(uuid5(NAMESPACE_URL, f"critical-path:{system_id}:{authority_id}:{m.key}")), m.day, m.label, m.reason)
        for m in milestones
    )
    return _calendar(f"Critical path: {alias}", "Critical path", alias, days, made_at)


def timetable_file(rows: Iterable[Row], *, timetable_id: UUID, alias: str, made_at: datetime) -> bytes:
    """One all-day event a row that has a day. Taken in again after a change, the events move: they keep their identity."""
    days = (
        (str(uuid5(NAMESPACE_URL, f"timetable:{timetable_id}:{row.key}")), row.day, row.label, row.rule)
        for row in rows
        if row.day
    )
    return _calendar(f"Timetable: {alias}", "Timetable", alias, days, made_at)


def _calendar(
    name: str, product: str, alias: str, days: Iterable[tuple[str, date, str, str]], made_at: datetime
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//Regional consortium portal//{product}//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    for uid, day, label, why in days:
        event = Event()
        event.add("uid", uid)
        event.add("dtstamp", made_at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"{label}: {alias}")
        event.add("description", why)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
