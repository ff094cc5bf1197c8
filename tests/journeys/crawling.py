"""Walking every page that one person can come to by following links, one address for each kind of page."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flask import Flask
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from portal.core.web.pages import PERMITS, Open
from tenants.permissions import ROLES
from tests.journeys.person import DESKTOP, PHONE, Person, shown, violations
from tests.support.client import check_page

MOST = 60
"""Kinds of pages a person."""
_FILES = (".pdf", ".csv", ".docx", ".xlsx", ".txt", ".ics", ".json", ".atom")
_VARIANTS = {
    "notices.round_page": 3,
    "purchasing_systems.round": 3,
    "applications.task_list": 3,
    "decisions.board": 3,
    "decisions.decision": 3,
}
"""Pages that look different from state to state are walked more than once."""
ROLES_A_PAGE = 3
"""Walkers who judge the same kind of page; who comes later still finds it there, with its links. Judging is what takes the time."""
_judged: Counter[str] = Counter()
_walked: set[tuple[str, str]] = set()
"""What was judged on the walk of somebody else: colleagues who are shown the very same need not judge it again."""


@dataclass
class Walk:
    """One role's walk. `faults`: what was wrong, page by page; all of them are told at the end."""

    app: Flask
    person: Person
    role: str | None
    faults: list[str] = field(default_factory=list)
    visits: dict[str, list[str]] = field(default_factory=dict)
    _next: deque[tuple[str, str]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._map = self.app.url_map.bind("portal.example")

    def run(self, *beginnings: str) -> dict[str, list[str]]:
        """Endpoint to the addresses that were walked."""
        self._next.extend((path, "the beginning") for path in beginnings)
        while self._next:
            path, found_at = self._next.popleft()
            self._visit(path, found_at)
        return self.visits

    def _visit(self, path: str, found_at: str) -> None:
        endpoint = self._endpoint(path, "GET", found_at)
        if endpoint is None or endpoint == "static":
            return
        known = self.visits.setdefault(endpoint, [])
        if path in known or len(known) >= _VARIANTS.get(endpoint, 1) or len(self.visits) > MOST:
            return
        known.append(path)
        if urlsplit(path).path.endswith(_FILES):
            self._fetch(path, found_at)
            return
        try:
            response = self.person.page.goto(path)
        except PlaywrightError as error:
            if "Download is starting" not in error.message:
                raise
            self._fetch(path, found_at)
            return
        if response is None or response.status >= 400:
            self._fault(path, f"status {response.status if response else None}, linked from {found_at}")
            return
        self._judge(path, response)
        self._collect(path)

    def _fetch(self, path: str, found_at: str) -> None:
        answer = self.person.context.request.get(path)
        if answer.status >= 400 or not answer.body():
            self._fault(path, f"status {answer.status}, {len(answer.body())} bytes, linked from {found_at}")

    def _judge(self, path: str, response: Response) -> None:
        page = self.person.page
        own, endpoint = shown(page), self._endpoint(path, "GET", path) or ""
        if _judged[endpoint] >= ROLES_A_PAGE * _VARIANTS.get(endpoint, 1) or (own in _walked and len(self.visits) > 1):
            return
        _walked.add(own)
        _judged[endpoint] += 1
        try:
            check_page(response.text(), response.status)
        except AssertionError as error:
            self._fault(path, str(error))
        for line in violations(page):
            self._fault(path, f"axe: {line}")
        self.person.look(f"{self.role or 'anyone'} {page.title().split(' – ')[0]}")
        page.set_viewport_size(PHONE)
        self.person.look(f"phone {self.role or 'anyone'} {page.title().split(' – ')[0]}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            self._fault(path, f"{width} px wide on a screen of 320: {_overflowing(page)}")
        page.set_viewport_size(DESKTOP)
        for line in self.person.noise:
            self._fault(path, f"console: {line}")
        self.person.noise.clear()

    def _collect(self, path: str) -> None:
        page = self.person.page
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        forms = page.eval_on_selector_all(
            "form", "all => all.map(f => [f.getAttribute('action') || '', f.method.toUpperCase()])"
        )
        for link in dict.fromkeys(links):
            local = self._local(link)
            if local is not None and self._endpoint(local, "GET", path) is not None:
                self._next.append((local, path))
        for action, method in forms:
            local = self._local(urljoin(page.url, action))
            if local is None:
                self._fault(path, f"a form goes to {action}")
            else:
                self._endpoint(local, method, path)

    def _local(self, link: str) -> str | None:
        parts = urlsplit(link)
        if f"{parts.scheme}://{parts.netloc}" != self.person.address:
            return None
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _endpoint(self, path: str, method: str, found_at: str) -> str | None:
        """What answers there; a fault when nothing does, or not to this role: nobody is shown a door that is shut."""
        try:
            endpoint, _ = self._map.match(urlsplit(path).path, method=method)
        except MethodNotAllowed:
            # The address exists, for forms: a page that was left as an answer to one is not linked to.
            self._fault(found_at, f"{method} {path} is not how that page is used")
            return None
        except HTTPException as error:
            self._fault(found_at, f"{method} {path} leads nowhere: {error.code}")
            return None
        if not self._permitted(endpoint):
            self._fault(found_at, f"{method} {path} ({endpoint}) is not for this role")
            return None
        return str(endpoint)

    def _permitted(self, endpoint: str) -> bool:
        permit = PERMITS.get(endpoint)
        if permit is None or isinstance(permit, Open):
            return permit is None or self.role is not None or not permit.needs_sign_in
        return self.role is not None and permit in ROLES[self.role][1]

    def _fault(self, path: str, what: str) -> None:
        line = f"{path}: {what}"
        if line not in self.faults:
            self.faults.append(line)


def _overflowing(page: object) -> list[str]:
    """The innermost elements that stick out, to find the culprit quickly."""
    found: list[str] = page.evaluate(  # type: ignore[attr-defined]  # a Page; the stubs of evaluate say Any
        """() => [...document.querySelectorAll('main *, header *, footer *')]
          .filter(e => e.getBoundingClientRect().right > 321 && !e.closest('.app-table-region, .app-scroll'))
          .slice(-4).map(e => e.outerHTML.slice(0, 120))"""
    )
    return found
