"""The dates of the home page for one's own calendar."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from portal.activity.needs import Need, needs_of
from portal.activity.routes import pages
from portal.core import clock
from portal.core.database import session
from portal.core.web import signed_in
from portal.core.web.pages import actor


@pages.route("/home/deadlines.ics", permit=signed_in("What one's own home page shows."))
def deadlines() -> ResponseReturnValue:
    """What waits for this person and what comes by itself, as far as it has a day. A day is a whole day, an instant an instant."""
    found = needs_of(session(), actor(), clock.now())
    calendar = Calendar()
    calendar.add("prodid", "-//Regional consortium portal//Deadlines//EN")
    calendar.add("version", "2.0")
    for need in (*found["act"], *found["date"]):
        if need.by is not None:
            calendar.add_component(_event(need))
    answer = Response(calendar.to_ical(), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return answer


def _event(need: Need) -> Event:
    address = current_app.config["PORTAL"].address
    title = need.title or need.text
    event = Event()
    # The same need keeps its id, so that a calendar read anew moves it instead of doubling it.
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'{address}{need.url}#{title}')}@portal")
    event.add("dtstamp", clock.now())
    event.add("dtstart", need.by)
    if isinstance(need.by, datetime):
        event.add("dtend", need.by)
    event.add("summary", f"{title} ({need.organisation})" if need.organisation else title)
    event.add("url", f"{address}{need.url}")
    return event
