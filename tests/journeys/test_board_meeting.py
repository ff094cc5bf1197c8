"""A board meeting in the browser: run by keyboard alone, confirmed without scripts, and narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator

from portal.core import clock
from portal.core.web.look import day
from tests.decisions.meeting import ALTERNATIVES, REASONS
from tests.journeys.keyboard import Keyboard
from tests.journeys.person import DESKTOP, PHONE, Person
from tests.journeys.serving import served
from tests.support.evaluated import LEAD, Evaluated
from tests.support.region import COUNCILS, PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the small region is served."""
    with served(app) as found:
        yield found


def pick(keyboard: Keyboard, target: Locator, letters: str) -> None:
    """A list: to it by Tab, to the option by its first letters."""
    keyboard.to(target)
    keyboard.page.keyboard.type(letters)


def on_a_phone(person: Person, name: str) -> None:
    """Nothing stands out to the side at 320 px."""
    person.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # two whole numbers
    try:
        wide = person.page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{name}: {wide} px"
        person.look(f"{name} on a phone")
    finally:
        person.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_a_meeting_from_calling_to_confirming(
    app: Flask, evaluated_round: Callable[..., Evaluated], address: str, browser: Browser
) -> None:
    case = evaluated_round(demonstration=True)
    case.approve_outcome()
    matter = case.ask_use()
    lead = Person(browser, address, LEAD, PASSWORD).sign_in()
    keyboard = Keyboard(lead)
    lead.visit("/decisions/meetings")
    on_a_phone(lead, "list")
    keyboard.follow("Call a meeting")
    keyboard.type("Title of the meeting", "Winter board").type_day("Day of the meeting", clock.today())
    keyboard.type("Where it meets", "Halton Stadium, room 2")
    on_a_phone(lead, "call")
    keyboard.follow("Call the meeting")
    url = lead.page.url.removeprefix(address)
    pick(keyboard, lead.page.get_by_label("Open joint decision", exact=True), "Use the providers")
    keyboard.follow("Add the joint decision")
    keyboard.type("What it is about", "Any other business").type("Note for those who prepare", "Bring dates.")
    keyboard.follow("Add the item")
    lead.sees("Any other business", "Nothing is said yet of Halton, Knowsley, Liverpool, Sefton, St Helens and Wirral.")
    on_a_phone(lead, "meeting")
    keyboard.follow("Record attendance")
    for n, slug in enumerate(sorted(COUNCILS)):
        pick(keyboard, lead.page.locator(f"#seats-{n}-presence"), "Apologies" if slug == "liverpool" else "Present")
        if slug != "liverpool":
            keyboard.to(lead.page.locator(f"#seats-{n}-post"))
            lead.page.keyboard.type("Head of service")
    on_a_phone(lead, "attendance")
    keyboard.follow("Save the attendance").follow("Open the shared screen")
    lead.sees(
        "If a council", "Silence is not consent", "It is not that council’s decision, and nothing follows from it."
    )
    for slug, said in (("sefton", "In favour"), ("wirral", "Against")):
        pick(keyboard, lead.page.get_by_label(f"{COUNCILS[slug][0]}: indicated", exact=True), said)
        if slug == "sefton":
            keyboard.type("Sefton: subject to", "cabinet in January")
    keyboard.type("Reasons the councils share", REASONS)
    keyboard.type("Alternatives considered and rejected", ALTERNATIVES)
    keyboard.type("Minute", "The panel’s report was discussed.")
    on_a_phone(lead, "screen")
    keyboard.follow("Save and go to the next item")
    lead.sees("Any other business")
    on_a_phone(lead, "free item")
    keyboard.follow("Leave the shared screen").follow("Mark the meeting as held")
    lead.sees("1 in favour, 1 against, 1 not present")
    name, content = lead.download("Minutes for the councils (Word)")
    assert (name[-5:], content[:2]) == (".docx", b"PK")
    on_a_phone(lead, "held")

    sefton = Person(browser, address, "procurement@sefton.example", PASSWORD, scripts=False).sign_in()
    ask = f"Confirm what your council indicated on {day(clock.today())}"
    sefton.sees(ask)
    sefton.visit(f"/decisions/{matter}").sees("In favour, subject to: cabinet in January")
    on_a_phone(sefton, "board")
    sefton.press(ask).sees("Enter the post or body that took the decision.", "Winter board", REASONS)
    on_a_phone(sefton, "draft")
    sefton.visit(f"{url}/screen?item=1").sees("What each council indicated")
    on_a_phone(sefton, "screen read")
    item = sefton.visit(url).page.locator("a[href*=decision-text]").first.get_attribute("href")
    assert item is not None
    sefton.visit(f"{item.partition('/decision-text')[0]}/compare").sees("nothing here changes it")
    on_a_phone(sefton, "compare")
    sefton.close()

    lead.visit(url).press("Confirm the minutes").sees("Minutes confirmed").sees_not("Record attendance")
    on_a_phone(lead, "confirmed")
    lead.close()
