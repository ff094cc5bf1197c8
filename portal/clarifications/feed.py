"""Published answers as a feed (Atom, RFC 4287)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from portal.clarifications.queries.published import PublishedAnswer
from portal.purchasing_systems.models import PurchasingSystem, Round

_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
register_namespace("", _ATOM)


def feed_of(found: Sequence[PublishedAnswer], round_: Round, system: PurchasingSystem, base: str) -> bytes:
    """Latest first. `base`: the portal's own address."""
    page = f"{base}/rounds/{round_.id}/clarifications"
    mark = "[Demonstration] " if system.demonstration else ""
    feed = Element(f"{{{_ATOM}}}feed")
    _text(feed, "title", f"{mark}Answers about round {round_.number}: {system.alias}")
    _text(feed, "id", f"urn:uuid:{round_.id}")
    _text(feed, "updated", _instant(found[0].published_at if found else round_.published_at))
    _text(SubElement(feed, f"{{{_ATOM}}}author"), "name", system.lead_name)
    SubElement(feed, f"{{{_ATOM}}}link", {"rel": "self", "href": f"{page}.atom", "type": "application/atom+xml"})
    SubElement(feed, f"{{{_ATOM}}}link", {"rel": "alternate", "href": page, "type": "text/html"})
    for one in found:
        entry = SubElement(feed, f"{{{_ATOM}}}entry")
        _text(entry, "title", mark + one.title)
        _text(entry, "id", f"urn:uuid:{one.id}")
        _text(entry, "updated", _instant(one.published_at))
        SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": f"{page}#{one.anchor}", "type": "text/html"})
        asked = [f"Question: {question}" for question in one.questions]
        changed = [f"Changes the documents: {one.modification}"] if one.modification else []
        _text(entry, "content", "\n\n".join([*asked, f"Answer: {one.text}", *changed]))
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, f"{{{_ATOM}}}{name}").text = _NOT_XML.sub("\ufffd", words)


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
