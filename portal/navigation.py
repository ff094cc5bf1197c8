"""The service navigation: what each kind of actor finds at the top of every page."""

from dataclasses import dataclass

from portal.core.types import Actor


@dataclass(frozen=True)
class Entry:
    """One entry; `current` marks where the reader is."""

    label: str
    url: str
    current: bool


_AUTHORITY = (
    ("Home", "/home", None),
    ("Purchasing systems", "/systems", "purchasing_systems:system:read"),
    ("Joint decisions", "/decisions", "decisions:matter:read"),
    ("How councils decide", "/governance", "governance:facts:read"),
    ("Register", "/register", "purchasing_systems:register:read"),
    ("Trail", "/trail", "activity:trail:read"),
    ("People", "/people", "tenants:people:manage"),
)
_PROVIDER = (
    ("Home", "/home", None),
    ("Rounds", "/", None),
    ("Applications", "/applications", "applications:application:draft"),
    ("Where you stand", "/where-you-stand", "purchasing_systems:register:read"),
    ("Your services", "/your-services", "providers:passport:keep"),
    ("Trail", "/trail", "activity:trail:read"),
    ("People", "/people", "tenants:people:manage"),
)
_OPERATOR = (
    ("Home", "/home", None),
    ("Outbox", "/operator/outbox", "activity:outbox:read"),
    ("Refusals", "/operator/refusals", "activity:refusal:read"),
    ("Outages", "/outages", "purchasing_systems:outage:record"),
    ("Help desk", "/operator/help-desk", "activity:help:give"),
    ("Vehicle profiles", "/operator/vehicle-profiles", "purchasing_systems:profile:edit"),
    ("Trail", "/trail", "activity:trail:read"),
)
_PUBLIC = (
    ("Purchasing systems", "/", None),
    ("Published register", "/published-register", None),
    ("Decisions", "/public/decisions", None),
    ("Forward plan", "/public/forward-plan", None),
)
_BELONGS: dict[str | None, dict[str, tuple[str, ...]]] = {
    "authority": {
        "/systems": ("/rounds", "/letters", "/agreements", "/programmes"),
        "/register": ("/external-systems", "/services"),
    },
    "provider": {
        "/": ("/rounds",),
        "/applications": ("/receipts",),
        "/where-you-stand": ("/letters", "/agreements"),
        "/your-services": ("/what-you-offer",),
    },
    "operator": {},
    None: {"/": ("/rounds",)},
}
"""Pages with an address of their own that belong to an entry: the address of a round outlives who looks at it."""


def navigation(actor: Actor | None, path: str) -> list[Entry]:
    """Entries for this actor; somebody not signed in sees the public ones."""
    kind = actor.organisation_kind if actor else None
    entries = {"authority": _AUTHORITY, "provider": _PROVIDER, "operator": _OPERATOR, None: _PUBLIC}[kind]
    return [
        Entry(label, url, _is_here(path, url, _BELONGS[kind].get(url, ())))
        for label, url, permission in entries
        if permission is None or (actor is not None and actor.may(permission))
    ]


def _is_here(path: str, url: str, belongs: tuple[str, ...]) -> bool:
    below = (*belongs, url) if url != "/" else belongs
    return path == url or any(path.startswith(f"{one}/") for one in below)
