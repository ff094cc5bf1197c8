"""A person with a browser of their own. Whatever page they come to is held to the rules that every page must keep."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from portal.core.places import CHECKOUT

SCREENSHOTS = CHECKOUT / "build" / "journeys"
"""For people to look at, when the tests run with SCREENSHOTS=1 in the environment; never committed."""
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
_AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# A refused page is reported by the browser as a failed resource; its status is asserted where it is expected.
_STATUS_ECHO = "Failed to load resource: the server responded with a status of"
SECONDS = 15_000
_judged: set[tuple[str, str]] = set()


@lru_cache(maxsize=1)
def _axe() -> Axe:
    return Axe()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands, one line each."""
    found = _axe().run(page, options=_AXE).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: " + "; ".join(" ".join(n["target"][:1]) + " " + n["html"][:160] for n in rule["nodes"][:4])
        for rule in found
    ]  # fmt: skip


def shown(page: Page) -> tuple[str, str]:
    """Title and content, without what differs each time: to know a page again that was judged."""
    content = page.locator("main").evaluate("e => e.outerHTML")
    return page.title(), re.sub(r'name="csrf_token" value="[^"]*"', "", content)


@dataclass
class Person:
    """Signs in by the page. `post` names the screenshots and the messages."""

    browser: Browser
    address: str
    email: str | None
    password: str = ""
    scripts: bool = True
    folder: Path = SCREENSHOTS
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)
    looked: bool = False
    noise: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            base_url=self.address, viewport=DESKTOP, java_script_enabled=self.scripts, locale="en-GB"
        )
        self.context.set_default_timeout(SECONDS)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.noise.append(f"script: {error}"))

    @property
    def name(self) -> str:
        """Who this is, as a file may be called."""
        return re.sub(r"[^a-z0-9]+", "-", (self.email or "anyone").removesuffix(".example"))

    def close(self) -> None:
        """End the browser's part."""
        self.context.close()

    def sign_in(self) -> Person:
        """By the form."""
        self.visit("/sign-in")
        self.page.get_by_label("E-mail address", exact=True).fill(self.email or "")
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.press("Sign in")
        if not self.page.get_by_role("button", name="Sign out").count():
            raise AssertionError(f"{self.email} is not signed in:\n{self.text()[:1000]}")
        return self

    def visit(self, path: str, expect: int = 200) -> Person:
        """Go to an address of the portal."""
        return self.arrived(self.page.goto(path), expect)

    def press(self, name: str, *, within: Locator | None = None, expect: int = 200, nth: int = 0) -> Person:
        """Press the button or follow the link of this name; a page must follow."""
        found = self.pressable(name, within)
        if found.count() <= nth:
            there = self.page.locator("main").locator("a, button").all_inner_texts()
            raise AssertionError(
                f"{self.name} at {self.page.url} finds no “{name}”, but {there}:\n{self.text()[:1500]}"
            )
        return self.go(found.nth(nth), expect)

    def go(self, target: Locator, expect: int = 200) -> Person:
        """Click what leads to another page."""
        # The form's own second click is held back by the page's script; a click that does not arrive is a fault.
        with self.page.expect_navigation() as arrived:
            target.click()
        return self.arrived(arrived.value, expect)

    def download(self, name: str, *, within: Locator | None = None) -> tuple[str, bytes]:
        """Follow a link that gives a file; its name and content."""
        with self.page.expect_download() as given:
            self.pressable(name, within).first.click()
        return given.value.suggested_filename, Path(given.value.path()).read_bytes()

    def post_by_hand(self, path: str, fields: dict[str, str], expect: int) -> Person:
        """Send a form that the page does not offer, as somebody would who knows how."""
        token = self.page.locator('input[name="csrf_token"]').first.get_attribute("value") or ""
        answer = self.context.request.post(
            path, form={**fields, "csrf_token": token}, headers={"Referer": self.page.url}
        )
        if answer.status != expect:
            raise AssertionError(f"{self.name} posts to {path}: {answer.status}, not {expect}:\n{answer.text()[:2000]}")
        return self

    def fill(self, label: str, value: str, *, within: Locator | None = None, nth: int = 0) -> Person:
        """Type into the field of this label."""
        (within or self.page).get_by_label(label, exact=True).nth(nth).fill(value)
        return self

    def fill_day(self, legend: str, day: Any) -> Person:
        """Three boxes of one date."""
        group = self.page.get_by_role("group", name=legend)
        for part in ("day", "month", "year"):
            group.get_by_label(part.capitalize()).fill(str(getattr(day, part)))
        return self

    def choose(self, label: str, *, within: Locator | None = None, nth: int = 0) -> Person:
        """Tick a radio or a checkbox."""
        (within or self.page).get_by_label(label, exact=True).nth(nth).check()
        return self

    def select(self, label: str, option: str) -> Person:
        """Pick from a list."""
        self.page.get_by_label(label, exact=True).select_option(label=option)
        return self

    def attach(self, label: str, name: str, content: bytes, kind: str = "application/pdf") -> Person:
        """Put a file into the field of this label."""
        self.page.get_by_label(label, exact=True).set_input_files({"name": name, "mimeType": kind, "buffer": content})
        return self

    def sees(self, *sentences: str) -> Person:
        """Each of these stands on the page."""
        text = self.text()
        missing = [s for s in sentences if s not in text]
        if missing:
            raise AssertionError(f"{self.name} at {self.page.url} does not see {missing}:\n{text[:3000]}")
        return self

    def sees_not(self, *sentences: str) -> Person:
        """None of these stands on the page."""
        text = self.text()
        there = [s for s in sentences if s in text]
        if there:
            raise AssertionError(f"{self.name} at {self.page.url} sees {there}")
        return self

    def text(self) -> str:
        """What the page says, white space as one blank."""
        return " ".join(self.page.locator("body").inner_text().split())

    def table(self, caption: str) -> list[list[str]]:
        """The rows of the table of this caption, cell by cell, without its head."""
        return _cells(self.page.get_by_role("table", name=caption, exact=True).locator("tbody tr"))

    def rows(self, selector: str) -> list[list[str]]:
        """The same for rows found by a selector."""
        return _cells(self.page.locator(selector))

    def look(self, name: str | None = None) -> None:
        """Keep a picture of the page for people, once a title, where pictures are wanted."""
        if "SCREENSHOTS" not in os.environ:
            return
        title = name or self.page.title().split(" – ")[0]
        shot = re.sub(r"[^a-z0-9]+", "-", f"{title} {self.name}".lower()).strip("-")[:120]
        if shot in self.seen:
            return
        self.seen.add(shot)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.folder / f"{shot}.png", full_page=True)

    def pressable(self, name: str, within: Locator | None = None) -> Locator:
        """Buttons and links of this name; what the page is about before what stands around it."""

        def of(place: Locator) -> Locator:
            button = place.get_by_role("button", name=name, exact=True)
            return button.or_(place.get_by_role("link", name=name, exact=True))

        main = of(within or self.page.get_by_role("main"))
        return main if within or main.count() else of(self.page.locator("body"))

    def arrived(self, response: Response | None, expect: int) -> Person:
        """Hold the page to the rules."""
        status = response.status if response else None
        if status != expect:
            raise AssertionError(f"{self.name} at {self.page.url}: {status}, not {expect}:\n{self.text()[:2000]}")
        self.page.wait_for_load_state("load")
        if self.scripts and self._is_new():
            found = violations(self.page)
            if found:
                raise AssertionError(f"axe at {self.page.url} ({self.name}):\n" + "\n".join(found))
        if self.noise:
            raise AssertionError(f"{self.name} at {self.page.url}: {self.noise}")
        self.look()
        return self

    def _is_new(self) -> bool:
        """Whether nobody has been shown exactly this yet. What stands around it is judged with a person's first page."""
        own = shown(self.page)
        home = self.page.url.endswith("/home")
        first, self.looked = home and not self.looked, self.looked or home
        known = own in _judged
        _judged.add(own)
        return first or not known

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and _STATUS_ECHO not in message.text:
            self.noise.append(message.text)


def _cells(rows: Locator) -> list[list[str]]:
    return [[" ".join(cell.inner_text().split()) for cell in row.locator("th, td").all()] for row in rows.all()]
