"""A clerk enters a cabinet minute, in a browser with scripts, on a phone, and without scripts: read, confirmed, recorded, answered from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator

from portal.core import clock
from portal.decisions.actions import raise_matter
from portal.decisions.kinds import MatterKind, register_kind
from tests.journeys.person import DESKTOP, PHONE, Person
from tests.journeys.serving import served
from tests.support.evaluated import LEAD
from tests.support.region import COUNCILS, PASSWORD, Region, acting
from tests.support.rounds import make_round

MINUTE = (Path(__file__).parent.parent / "decisions" / "seeds" / "strategy.txt").read_text()
EFFECTS = (
    "Approves",
    "Delegates power to decide",
    "Approves",
    "Delegates power to decide",
    "Delegates power to decide",
)
KIND = register_kind(MatterKind("journey_join", "Take part", "each_for_itself", "Whether …", "Yes.", "No.", "Not yet."))


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as where:
        yield where


@pytest.mark.parametrize(
    ("width", "scripts"),
    [("desktop", True), ("phone", True), ("desktop", False)],
    ids=["desktop", "phone", "no-scripts"],
)
def test_a_minute_is_entered(
    app: Flask, region: Region, address: str, browser: Browser, width: str, scripts: bool
) -> None:
    made = make_round(app, region)
    label = f"Partner Provider Agreement ({width}{'' if scripts else ', no scripts'})"
    with acting(app, LEAD) as (session, actor):
        raise_matter(
            session, actor, kind=KIND.name, system_id=made.system_id, subject_id=uuid4(), subject_label=label,
            question="Whether this council takes part.", answer_by=clock.today() + timedelta(days=14),
            parties=[(region.organisations[slug], name[1]) for slug, name in COUNCILS.items()], facts={},
        )  # fmt: skip
    person = Person(browser, address, "democratic@sefton.example", PASSWORD, scripts=scripts)
    person.page.set_viewport_size(PHONE if width == "phone" else DESKTOP)
    person.sign_in().visit("/decisions/own")
    fits(person)
    person.press("Enter a decision")
    fits(person)
    person.fill("Text of the minute", MINUTE).press("Read the minute")
    person.sees("To be looked at", "Its words suggest: Delegates power to decide.", "The text is cut off")
    fits(person)
    rows = person.page.locator(".app-resolution").all()
    assert len(rows) == len(EFFECTS)
    for row, effect in zip(rows, EFFECTS, strict=True):
        assert row.locator("input:checked").count() == 0, "nothing is chosen for anybody"
        for box in row.get_by_role("checkbox").all():
            box.check()
        row.get_by_role("radio", name=effect, exact=True).check()
    person.select("Which joint decision is resolution 1 about?", f"Take part: {label}")
    person.select("Which purchasing system is it about?", made.title)
    person.fill("Alternatives considered and rejected", "The extract names none.").press("Save and check")
    person.sees("Not ready to be recorded", "Enter the evidence")
    fits(person)
    person.press("Change the draft")
    fits(person)
    person.fill("Interests declared", "None declared.").fill("What do you record this on?", "Signed minute")
    person.fill_day("When was its record published?", clock.today()).fill_day(
        "When does it take effect?", clock.today()
    )
    person.fill("Who took the decision?", "").press("Save and check")
    person.sees("Enter the post or body that took the decision.")
    person.press("Change the draft").fill("Who took the decision?", "Cabinet").press("Save and check")
    person.press("Record this decision").sees("The decision is on the record.", "Resolution (5)", "In effect")
    fits(person)
    one: Locator = person.page.locator(
        "form", has=person.page.get_by_role("button", name="Answer from this resolution")
    )
    person.go(one.get_by_role("button"))
    person.sees("Check your council’s decision", "Cabinet, 3 September 2020, item 32 (1)")
    fits(person)
    person.press("Record this decision").sees("Sefton Metropolitan Borough Council: approved")
    person.close()


def fits(person: Person) -> None:
    """No page is wider than its window."""
    wide = person.page.locator("html").evaluate("e => e.scrollWidth") if person.scripts else 0
    seen = (person.page.viewport_size or DESKTOP)["width"]
    assert wide <= seen, f"{person.page.url} is {wide} px wide in {seen}"
    person.look(f"minute {len(person.seen)} {seen}")
