"""An eleventh system on a vehicle nobody had thought of, in a real browser: data alone, no code."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from portal.core import clock
from tests.journeys.person import Person
from tests.journeys.world import JourneyWorld

pytestmark = pytest.mark.browser
LEAD, OPERATOR = "procurement@halton.example", "operator@portal.example"


def test_a_new_vehicle_and_a_system_on_it_need_no_code(world: JourneyWorld) -> None:
    """The operator writes down the rules of a care ring; Halton sets one up; the ring's own rules hold it."""
    operator = world.person(OPERATOR)
    operator.visit("/operator/vehicle-profiles").press("Add a vehicle")
    operator.select("Begin with the rules of", "Flexible purchasing system").press("Copy these rules")
    operator.fill("Short name", "care_ring").fill("Name", "Care ring")
    operator.fill("What it is, in a sentence", "Providers of one neighbourhood, admitted once.")
    operator.choose("One window")
    operator.fill("Laid down in (admission pattern)", "Terms of the ring, clause 1")
    operator.fill("Years at most", "3").fill("Laid down in (limits of the term)", "Terms of the ring, clause 9")
    limit = operator.page.get_by_role("group", name="Laws under which this limit holds")
    operator.choose("Procurement Act 2023, light touch contracts", within=limit)
    operator.press("Add the vehicle").sees("Care ring", "Terms of the ring, clause 9")

    today = clock.today()
    halton = world.person(LEAD)
    halton.visit("/systems/new")
    _fill(halton, today)
    halton.fill_day("Last day of validity", today + timedelta(days=4 * 365))
    halton.press("Set up the system", expect=422).sees("3 years")
    halton.fill_day("Last day of validity", today + timedelta(days=2 * 365))
    halton.press("Set up the system").sees("The purchasing system is set up.", "Care ring")
    system = UUID(halton.page.url.rsplit("/", 1)[1])
    halton.visit(f"/systems/{system}/rules").sees("Care ring", "Terms of the ring, clause 1")

    _plan(halton, system, "1", today + timedelta(days=10)).sees("Missing before it can be published")
    halton.visit(f"/systems/{system}/rounds/new", expect=200)
    _window(halton, "2", today + timedelta(days=60))
    halton.press("Plan the round", expect=409).sees("Care ring")


def _fill(halton: Person, today: object) -> None:
    halton.fill("Official title", "Neighbourhood care ring").fill("Name people use", "Care ring of Halton")
    halton.fill("Who the services are for", "Adults at home").fill("CPV codes", "85312000")
    halton.page.get_by_role("radio", name="Procurement Act 2023, light touch contracts").check()
    halton.page.get_by_label("Vehicle", exact=True).select_option(value="care_ring")
    halton.fill("Legal basis", "Procurement Act 2023, section 9").fill_day("First day of validity", today)
    halton.fill("Estimated value over the whole term", "900,000").fill("Quality pass mark", "60")
    halton.fill("Councils on the evaluation panel", "1").fill("Standstill in calendar days", "10")


def _plan(halton: Person, system: UUID, number: str, closes: object) -> Person:
    halton.visit(f"/systems/{system}/rounds/new")
    _window(halton, number, closes)
    return halton.press("Plan the round")


def _window(halton: Person, number: str, closes: object) -> None:
    halton.fill("Number of the round", number).fill_day("Opens on", clock.today() + timedelta(days=1))
    halton.fill("Opening time", "9am").fill_day("Closes on", closes).fill("Closing time", "noon")
