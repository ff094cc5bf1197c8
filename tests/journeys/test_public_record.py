"""The public pages of decisions in a browser: accessible, as narrow as a phone, and a representation sent without signing in."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.decisions.actions.forward_plan import draft_entry, publish_entry
from tests.journeys.person import DESKTOP, PHONE, Person, violations
from tests.journeys.serving import served
from tests.support.publishing import Known, notice_values
from tests.support.region import PASSWORD, acting

pytestmark = pytest.mark.browser
OWN = "/decisions/forward-plan"


def judge(person: Person, path: str) -> None:
    """One page: nothing for axe to say, and not wider than a phone."""
    person.visit(path)
    assert violations(person.page) == [], path
    person.look(f"desktop {path.replace('/', '_')}")
    person.page.set_viewport_size(PHONE)
    person.look(f"phone {path.replace('/', '_')}")
    assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    person.page.set_viewport_size(DESKTOP)
    assert person.noise == [], path


def test_the_record_and_the_plan_are_for_everybody(app: Flask, known: Known, browser: Browser) -> None:
    with acting(app, "democratic@halton.example") as (session, actor):
        values = notice_values(title="Extension of the dynamic purchasing system for 16+ services", is_private=True,
                               private_because="Paragraph 3: prices.", lead_officer="Director of Children’s Services")  # fmt: skip
        entry = draft_entry(session, actor, demonstration=True, **values).id
        draft = draft_entry(session, actor, demonstration=True, **notice_values(contact_address="")).id
        publish_entry(session, actor, entry_id=entry)
    with served(app) as address:
        anybody = Person(browser, address, None, "")
        for path in (
            "/public/decisions",
            "/public/councils/st-helens/decisions",
            f"/public/decisions/{known.own}",
            f"/public/decisions/{known.public}",
            f"/public/decisions/{known.deferral}",
            "/public/forward-plan",
            "/public/councils/halton/forward-plan",
            f"/public/forward-plan/{entry}",
            "/public/open-data",
        ):
            judge(anybody, path)
        path = f"/public/forward-plan/{entry}/representations"
        judge(anybody, path)
        anybody.press("Send to the council", expect=422).sees("Enter what you want to say about this decision.")
        assert violations(anybody.page) == []
        anybody.fill("What do you want to say about this decision?", "Please keep the house in Widnes open.")
        anybody.press("Send to the council").sees("Sent to the council")
        assert violations(anybody.page) == []
        anybody.close()
        officer = Person(browser, address, "democratic@halton.example", PASSWORD).sign_in()
        for path in (OWN, f"{OWN}/new", f"{OWN}/{draft}", f"{OWN}/{draft}/edit", f"{OWN}/{entry}", f"{OWN}/{entry}/withdraw",
                     f"{OWN}/{entry}/representations"):  # fmt: skip
            judge(officer, path)
        officer.sees("Please keep the house in Widnes open.")
        officer.close()
