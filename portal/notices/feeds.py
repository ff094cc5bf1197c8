"""The register as a feed (Atom, RFC 4287) and the forward plan as a calendar (iCalendar, RFC 5545), for readers that are no browsers."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from icalendar import Calendar, Event

from portal.core.web.look import day
from portal.decisions.queries.public import PublicDecision
from portal.decisions.rules.notices import last_day

DEMONSTRATION = "Demonstration"
"""The mark in titles; the sentence below stands in texts."""
NOT_TAKEN = "Demonstration: written to show this service. No council has made this decision."
_ATOM = "http://www.w3.org/2005/Atom"
# Characters that XML cannot hold at all, not even as references.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
register_namespace("", _ATOM)


def marked(title: str, *, demonstration: bool) -> str:
    """The title with the mark, where it is a demonstration."""
    return f"[{DEMONSTRATION}] {title}" if demonstration else title


def atom(
    found: Sequence[PublicDecision],
    *,
    title: str,
    address: str,
    page: str,
    base: str,
    demonstration: bool,
    now: datetime,
) -> bytes:
    """A feed of decisions. `address`: of the feed itself, `page`: of the same for people, both absolute; `base`: the portal's own."""
    feed = Element(f"{{{_ATOM}}}feed")
    _text(feed, "title", marked(title, demonstration=demonstration))
    if demonstration:
        _text(feed, "subtitle", NOT_TAKEN)
    _text(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, address)}")
    _text(feed, "updated", _instant(found[0].updated_at if found else now))
    _author(feed, "Regional consortium portal")
    _link(feed, rel="self", href=address, type="application/atom+xml")
    _link(feed, rel="alternate", href=page, type="text/html")
    for one in found:
        entry = SubElement(feed, f"{{{_ATOM}}}entry")
        said = f"{one.council}: {one.said.lower()}. {one.title}"
        _text(entry, "title", marked(said, demonstration=one.demonstration))
        _text(entry, "id", f"urn:uuid:{one.id}")
        _text(entry, "published", _instant(one.public_at))
        _text(entry, "updated", _instant(one.updated_at))
        _author(entry, one.official_name)
        _link(entry, rel="alternate", href=f"{base}/public/decisions/{one.id}", type="text/html")
        _link(entry, rel="alternate", href=f"{base}/public/decisions/{one.id}.json", type="application/json")
        _text(entry, "summary", _summary(one))
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _summary(one: PublicDecision) -> str:
    parts = [NOT_TAKEN] if one.demonstration else []
    parts += [
        f"Decided by {one.decided_by_post} on {day(one.decided_on)}.",
        f"{one.standing.label}. {one.standing.sentence}",
        f"This is the official record of {one.official_name}."
        if one.is_the_record
        else f"Copy. Official record at {one.record_url or one.official_name}.",
    ]
    return " ".join(parts)


def calendar(entries: Iterable[Any], *, title: str, base: str, demonstration: bool) -> bytes:
    """Days on which decisions are due, and last days for representations, of notices that stand. A month is an event as long as the month."""
    made = Calendar()
    made.add("prodid", "-//Regional consortium portal//Forward plan//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", marked(title, demonstration=demonstration))
    for entry in entries:
        due = (entry.due_on, last_day(entry.due_on, is_month=entry.due_is_month))
        made.add_component(_event(entry, "due", due, base))
        if entry.representations_until:
            made.add_component(_event(entry, "representations", (entry.representations_until,) * 2, base))
    return bytes(made.to_ical())


_SAID = {"due": "Decision due", "representations": "Last day for representations"}


def _event(entry: Any, what: str, days: tuple[date, date], base: str) -> Event:
    address = f"{base}/public/forward-plan/{entry.id}"
    said = f"{_SAID[what]}: {entry.title}"
    event = Event()
    # The same event for every version of a notice, so that a calendar moves it.
    event.add("uid", f"{entry.root_id}-{what}@forward-plan")
    event.add("sequence", entry.version - 1)
    event.add("dtstamp", entry.published_at.astimezone(UTC))
    event.add("dtstart", days[0])
    event.add("dtend", days[1] + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", marked(f"{entry.authority_name}. {said}", demonstration=entry.demonstration))
    who = f"Decision maker: {entry.decision_maker}. {'Key decision. ' if entry.is_key else ''}{address}"
    event.add("description", f"{NOT_TAKEN} {who}" if entry.demonstration else who)
    event.add("url", address)
    return event


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, f"{{{_ATOM}}}{name}").text = _NOT_XML.sub("\ufffd", words)


def _author(parent: Element, name: str) -> None:
    _text(SubElement(parent, f"{{{_ATOM}}}author"), "name", name)


def _link(parent: Element, **attributes: str) -> None:
    SubElement(parent, f"{{{_ATOM}}}link", attributes)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
