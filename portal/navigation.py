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
    ("Register", "/register", "purchasing_systems:register:read"),
    ("Trail", "/trail", "activity:trail:read"),
    ("People", "/people", "tenants:people:manage"),
)
_PROVIDER = (
    ("Home", "/home", None),
    ("Rounds", "/", None),
    ("Applications", "/applications", "applications:application:draft"),
    ("Where you stand", "/where-you-stand", "purchasing_systems:register:read"),
    ("Trail", "/trail", "activity:trail:read"),
    ("People", "/people", "tenants:people:manage"),
)
_OPERATOR = (
    ("Home", "/home", None),
    ("Outbox", "/operator/outbox", "activity:outbox:read"),
    ("Refusals", "/operator/refusals", "activity:refusal:read"),
    ("Help desk", "/operator/help-desk", "activity:help:give"),
    ("Trail", "/trail", "activity:trail:read"),
)
_PUBLIC = (("Purchasing systems", "/", None), ("Published register", "/published-register", None))


def navigation(actor: Actor | None, path: str) -> list[Entry]:
    """Entries for this actor; somebody not signed in sees the public ones."""
    entries = (
        _PUBLIC
        if actor is None
        else {"authority": _AUTHORITY, "provider": _PROVIDER, "operator": _OPERATOR}[actor.organisation_kind]
    )
    return [
        Entry(label, url, path == url or (url != "/" and path.startswith(url + "/")))
        for label, url, permission in entries
        if permission is None or (actor is not None and actor.may(permission))
    ]
