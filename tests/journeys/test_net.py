"""The net itself: a bad page is caught by what the journeys look with."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.keyboard import Keyboard
from tests.journeys.person import Person, violations

pytestmark = pytest.mark.browser
_FRAME = (
    "<!DOCTYPE html><html lang='en'><head><title>A page</title><style>{style}</style></head><body><main>{main}</main>"
)


@pytest.fixture
def person(browser: Browser) -> Person:
    return Person(browser, "http://127.0.0.1:1", None)


def show(person: Person, main: str, style: str = "") -> None:
    person.page.set_content(_FRAME.format(main=main, style=style))


def test_axe_looks(person: Person) -> None:
    show(person, "<h1>Good</h1>")
    assert violations(person.page) == []
    show(person, "<h1>Bad</h1><img src='data:,'><p style='color:#bbb;background:#fff'>Faint</p><input>")
    found = " ".join(violations(person.page))
    assert all(rule in found for rule in ("image-alt", "color-contrast", "label")), found


def test_the_keyboard_feels(person: Person) -> None:
    show(person, "<a class='govuk-skip-link' href='#b'>Skip</a><button id='b'>Seen</button>")
    assert Keyboard(person).walk() == []
    show(person, "<a href='#b'>No skip link</a><button id='b'>Unseen</button>", "button { outline: none !important }")
    faults = " ".join(Keyboard(person).walk())
    assert "no way past the header" in faults
    assert "the focus is not seen on <button" in faults


def test_a_key_that_leads_nowhere_is_told(person: Person) -> None:
    # A trap: from the first button the focus never gets to the second.
    show(
        person,
        "<a class='govuk-skip-link' href='#a'>Skip</a><button id='a'>One</button><button>Two</button>"
        "<script>a.onkeydown = e => e.preventDefault()</script>",
    )
    assert any("no key leads to <button>Two" in fault for fault in Keyboard(person).walk())


def test_a_page_that_complains_is_heard(person: Person) -> None:
    show(person, "<h1>Loud</h1><script>console.error('refused'); undefinedFunction()</script>")
    person.page.wait_for_timeout(50)
    assert any("refused" in line for line in person.noise)
    assert any("undefinedFunction" in line for line in person.noise)
