"""Who can do what: the whole policy on a page, drawn from the tables the portal itself obeys."""

from dataclasses import dataclass

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from portal.core.web import signed_in
from portal.core.web.pages import PERMITS, Open
from tenants.permissions import ROLES, ROLES_OF, WORDS, Permission
from tenants.routes import pages

_KINDS = {"authority": "Councils", "provider": "Providers", "operator": "Operator of the portal"}


@dataclass(frozen=True)
class Kind:
    """One kind of organisation: its roles across, what they may do down."""

    title: str
    roles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[bool, ...]], ...]


@dataclass(frozen=True)
class Page:
    """An address of the portal and who may use it."""

    path: str
    methods: str
    who: str


@pages.route("/who-can-do-what", permit=signed_in("Everybody may read the rules that bind them."))
def who_can_do_what() -> ResponseReturnValue:
    """Roles and what they may do; pages and who may use them."""
    return render_template("tenants/who_can_do_what.html", kinds=_kinds(), addresses=_pages())


def _kinds() -> list[Kind]:
    found = []
    for kind, title in _KINDS.items():
        roles = ROLES_OF[kind]
        rows = tuple(
            (WORDS[permission], tuple(permission in ROLES[role][1] for role in roles))
            for permission in Permission
            if any(permission in ROLES[role][1] for role in roles)
        )
        found.append(Kind(title, tuple(ROLES[role][0] for role in roles), rows))
    return found


def _pages() -> list[Page]:
    found = []
    for rule in current_app.url_map.iter_rules():
        permit = PERMITS.get(rule.endpoint)
        if permit is None:
            continue
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append(Page(rule.rule, methods, _who(permit)))
    return sorted(found, key=lambda page: (page.path, page.methods))


def _who(permit: str | Open) -> str:
    if isinstance(permit, Open):
        return f"{'Everybody signed in' if permit.needs_sign_in else 'Anyone'}. {permit.reason}"
    return ", ".join(sorted(name for name, allowed in ROLES.values() if permit in allowed)) or "Nobody"
