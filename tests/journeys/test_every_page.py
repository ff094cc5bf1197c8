"""Every page of the worked region, for every role: there, accessible, narrow enough for a phone, and without dead ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from portal.demonstration.content import accounts
from tests.journeys.crawling import Walk
from tests.journeys.person import Person
from tests.journeys.serving import served
from tests.support.story import Played

pytestmark = pytest.mark.browser

WALKERS: dict[str, tuple[str | None, str | None]] = {
    "anyone": (None, None),
    "provider administrator": ("administrator@mersey-haven.example", "provider_administrator"),
    "bid writer": ("bids@mersey-haven.example", "bid_writer"),
    "lead": ("procurement.halton@halton.example", "procurement_officer"),
    "evaluator": ("commissioning.liverpool@liverpool.example", "commissioning_officer"),
    "placement officer": ("placement.sefton@sefton.example", "placement_officer"),
    "head of service": ("head.wirral@wirral.example", "head_of_service"),
    "democratic services": ("democratic.knowsley@knowsley.example", "democratic_services"),
    "cabinet member": ("member.st-helens@st-helens.example", "cabinet_member"),
    "legal officer": ("legal.sefton@sefton.example", "legal_officer"),
    "finance officer": ("finance.halton@halton.example", "finance_officer"),
    "administrator": ("administrator.liverpool@liverpool.example", "authority_administrator"),
    "operator": ("helpdesk@portal-operator.example", "portal_operator"),
}
"""E-mail and role."""


@pytest.fixture(scope="session")
def address(played: Played) -> Iterator[str]:
    """Where the worked region is served."""
    with served(played.app) as found:
        yield found


def person_of(browser: Browser, address: str, email: str | None, *, scripts: bool = True) -> Person:
    """Signed in, where there is somebody to sign in."""
    password = accounts()[email]["password"] if email else ""
    person = Person(browser, address, email, password, scripts=scripts)
    return person.sign_in() if email else person


@pytest.mark.parametrize("walker", WALKERS)
def test_every_page_is_there_and_accessible(walker: str, played: Played, address: str, browser: Browser) -> None:
    email, role = WALKERS[walker]
    person = person_of(browser, address, email)
    walk = Walk(played.app, person, role)
    walk.run("/home" if email else "/", "/")
    person.close()
    print(f"{walker}: {sum(map(len, walk.visits.values()))} pages of {len(walk.visits)} kinds")  # noqa: T201  # for -s
    assert not walk.faults, f"{walker}:\n" + "\n".join(walk.faults)


@pytest.mark.parametrize("walker", WALKERS)
def test_the_way_round_works_without_scripts(walker: str, address: str, browser: Browser) -> None:
    email, _ = WALKERS[walker]
    person = person_of(browser, address, email, scripts=False)
    person.visit("/home" if email else "/")
    menu = person.page.get_by_role("navigation", name="Menu").get_by_role("link")
    for target in [link.get_attribute("href") for link in menu.all()]:
        assert target is not None
        person.visit(target)
        assert person.page.get_by_role("heading", level=1).is_visible()
        # Whatever a script would bring to the front is there without it.
        assert person.page.locator("main form button:visible, main a:visible, main p:visible").count()
    if email:
        person.press("Sign out").sees("You are signed out.")
    person.close()
