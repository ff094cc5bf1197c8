"""Nobody needs a mouse: every page from top to end, errors that lead to their fields, and two whole jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Response

from portal.core import clock
from portal.demonstration.content import accounts
from tests.journeys.crawling import Walk
from tests.journeys.keyboard import Keyboard
from tests.journeys.person import Person
from tests.journeys.serving import served
from tests.support.evaluated import Evaluated
from tests.support.region import PASSWORD, Region
from tests.support.rounds import make_round
from tests.support.story import Played

pytestmark = pytest.mark.browser
WALKERS = {
    "lead": ("procurement.halton@halton.example", "procurement_officer"),
    "provider": ("administrator@mersey-haven.example", "provider_administrator"),
    "evaluator": ("commissioning.liverpool@liverpool.example", "commissioning_officer"),
    "clerk": ("democratic.knowsley@knowsley.example", "democratic_services"),
    "administrator": ("administrator.liverpool@liverpool.example", "authority_administrator"),
    "operator": ("helpdesk@portal-operator.example", "portal_operator"),
    "anyone": (None, None),
}
_walked: set[str] = set()
"""Kinds of pages, over all walkers: each is walked by whoever comes to it first."""


@dataclass
class KeyboardWalk(Walk):
    """The same way round as `Walk`; each page by Tab alone."""

    def _judge(self, path: str, response: Response) -> None:
        endpoint = self._endpoint(path, "GET", path) or ""
        if endpoint in _walked:
            return
        _walked.add(endpoint)
        keyboard = Keyboard(self.person)
        for fault in keyboard.walk() + keyboard.skips():
            self._fault(path, f"{endpoint}: {fault}")


@pytest.fixture(scope="session")
def played_address(played: Played) -> Iterator[str]:
    """Where the worked region is served."""
    with served(played.app) as found:
        yield found


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the small region is served."""
    with served(app) as found:
        yield found


@pytest.mark.parametrize("walker", WALKERS)
def test_every_page_by_keyboard(walker: str, played: Played, played_address: str, browser: Browser) -> None:
    email, role = WALKERS[walker]
    person = Person(browser, played_address, email, accounts()[email]["password"] if email else "")
    if email:
        person.sign_in()
    walk = KeyboardWalk(played.app, person, role)
    walk.run("/home" if email else "/", "/")
    person.close()
    assert not walk.faults, f"{walker}:\n" + "\n".join(walk.faults)


@pytest.mark.parametrize(
    ("email", "path", "button"),
    [
        (None, "/sign-in", "Sign in"),
        (None, "/register-organisation", "Send me the link"),
        (None, "/forgotten-password", "Send me the link"),
        ("procurement@halton.example", "/password", "Change password"),
        ("procurement@halton.example", "/systems/new", "Set up the system"),
        ("administrator@halton.example", "/people/invite", "Send invitation"),
    ],
)
def test_an_error_leads_to_its_field(
    email: str | None, path: str, button: str, region: Region, address: str, browser: Browser
) -> None:
    person = Person(browser, address, email, PASSWORD)
    if email:
        person.sign_in()
    keyboard = Keyboard(person)
    person.visit(path)
    keyboard.follow(button, expect=422)
    summary = person.page.locator(".govuk-error-summary")
    assert summary.evaluate("e => e === document.activeElement"), "the summary takes the focus"
    links = summary.locator("a[href^='#']")
    assert links.count(), "no error leads anywhere"
    for n in range(links.count()):
        target = (links.nth(n).get_attribute("href") or "")[1:]
        summary.focus()
        keyboard.to(links.nth(n))
        person.page.keyboard.press("Enter")
        focused = person.page.evaluate("() => document.activeElement.id")
        assert focused == target, f"{path}: the error of {target} leads to {focused!r}"
    person.close()


def test_a_provider_applies_by_keyboard(app: Flask, region: Region, address: str, browser: Browser) -> None:
    made = make_round(app, region)
    person = Person(browser, address, "admin@alder.example", PASSWORD)
    keyboard = Keyboard(person)
    person.visit("/sign-in")
    keyboard.type("E-mail address", "admin@alder.example").type("Password", PASSWORD).follow("Sign in")
    person.visit(f"/rounds/{made.round_id}")
    keyboard.follow("Apply")
    keyboard.tick(person.page.get_by_label("Lot 1: Residential care"))
    for box in person.page.locator(f'[name="areas-{made.lots[0]}"]').all():
        keyboard.tick(box)
    keyboard.follow("Save and continue").follow("About you")
    keyboard.type("Legal name", "Alder House Care Ltd").pick(person.page.get_by_label("Hold now"))
    keyboard.follow("Save and continue")
    keyboard.tick(person.page.get_by_label("We accept the terms")).follow("Save and continue")
    keyboard.type("How do you keep children safe?", "By asking them.")
    keyboard.type("What do children gain?", "A home.").follow("Save and continue")
    keyboard.type("Weekly fee", "4850.00").follow("Save and continue").follow("Continue")
    person.sees("Check your answers", "By asking them.", "£4,850.00")
    keyboard.follow("Continue to submit")
    keyboard.tick(person.page.locator("#declared")).follow("Submit application")
    person.sees("Submitted. We have your application.")
    person.close()


def test_a_council_decides_by_keyboard(
    app: Flask, region: Region, evaluated_round: Callable[..., Evaluated], address: str, browser: Browser
) -> None:
    case = evaluated_round()
    case.approve_outcome()
    matter = case.ask_use()
    person = Person(browser, address, "democratic@sefton.example", PASSWORD)
    keyboard = Keyboard(person)
    person.visit("/sign-in")
    keyboard.type("E-mail address", "democratic@sefton.example").type("Password", PASSWORD).follow("Sign in")
    person.visit(f"/decisions/{matter}")
    keyboard.follow("Answer for your council")
    keyboard.pick(person.page.get_by_role("radio", name="Approve", exact=True))
    keyboard.pick(person.page.get_by_role("radio", name="Cabinet, collectively", exact=True))
    for label, text in (
        ("Who took the decision?", "Cabinet"),
        ("In which capacity?", "Executive, collectively"),
        ("Which report or delegation gives the authority to decide?", "Cabinet, 3 September 2020, item 32 (2)"),
        ("In consultation with", "Cabinet Member for Children"),
    ):
        keyboard.type(label, text)
    keyboard.type_day("When was it taken?", clock.today()).type_day("When does it take effect?", clock.today())
    for label, text in (
        ("Reasons for the decision", "More children can live near their school."),
        ("Alternatives considered and rejected", "Buy singly: rejected, because checks would differ."),
        ("Interests declared", "None declared."),
        ("What do you record this on?", "Signed officer decision record"),
        ("Report reference", "CS/2026/14"),
    ):
        keyboard.type(label, text)
    keyboard.follow("Save and check").follow("Record this decision")
    person.sees("Sefton Metropolitan Borough Council: approved")
    person.close()
