"""Hands that have only a keyboard: every stop must be seen, and nothing may be out of reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

from tests.journeys.person import Person

MOST_STOPS = 260
_STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const outlined = s => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  const ring = e.matches('input[type=radio], input[type=checkbox]') && e.labels.length
    ? getComputedStyle(e.labels[0], '::before') : null;
  const known = (window.walked ??= new Set()).has(e);
  window.walked.add(e);
  const box = e.getBoundingClientRect();
  return {
    known,
    seen: outlined(getComputedStyle(e)) || (ring !== null && outlined(ring)),
    there: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    what: e.outerHTML.slice(0, 140),
  };
}"""
_MISSED = """() => {
  const walked = window.walked ?? new Set();
  const all = [...document.querySelectorAll(
    'main a[href], main button, main input:not([type=hidden]), main select, main textarea, main summary, main [tabindex="0"]')]
    .filter(e => !e.disabled && e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0);
  // One stop for a group of radios: the arrow keys do the rest.
  const groups = new Set([...walked].filter(e => e.type === 'radio').map(e => e.name));
  return all.filter(e => !walked.has(e) && !(e.type === 'radio' && groups.has(e.name))).map(e => e.outerHTML.slice(0, 140));
}"""


@dataclass
class Keyboard:
    """Drives a person's page by keys alone."""

    person: Person

    @property
    def page(self) -> Page:
        return self.person.page

    def walk(self) -> list[str]:
        """Tab from the top to the end of a page just come to; what was wrong, in words."""
        faults = []
        self.page.keyboard.press("Tab")
        first = self._stop()
        if first is None or "govuk-skip-link" not in first["what"]:
            faults.append(f"the first stop is no way past the header: {first and first['what']}")
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop = self._stop()
            if stop is None or stop["known"]:
                break
            if not stop["seen"]:
                faults.append(f"the focus is not seen on {stop['what']}")
            if not stop["there"]:
                faults.append(f"the focus is out of sight on {stop['what']}")
        else:
            return [*faults, f"more than {MOST_STOPS} stops"]
        return faults + [f"no key leads to {what}" for what in self.page.evaluate(_MISSED)]

    def skips(self) -> list[str]:
        """The skip link, the first stop of `walk`, leads into the page's own content."""
        self.page.locator(".govuk-skip-link").focus()
        self.page.keyboard.press("Enter")
        inside = self.page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
        return [] if inside else ["the skip link does not lead to the content"]

    def to(self, target: Locator) -> Keyboard:
        """Tab until this has the focus."""
        target.first.wait_for()
        for _ in range(MOST_STOPS):
            if target.first.evaluate("e => e === document.activeElement"):
                stop = self._stop()
                assert stop is not None
                assert stop["seen"], f"the focus is not seen on {stop['what']}"
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_STOPS} tabs do not lead to {target} at {self.page.url}")

    def follow(self, name: str, expect: int = 200) -> Keyboard:
        """Tab to the link or button of this name and press Enter; a page must follow."""
        self.to(self.person.pressable(name))
        with self.page.expect_navigation() as arrived:
            self.page.keyboard.press("Enter")
        self.person.arrived(arrived.value, expect)
        return self

    def type(self, label: str, text: str) -> Keyboard:
        """Tab to the field of this label and type, over what stands there."""
        self.to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        return self

    def type_day(self, legend: str, day: Any) -> Keyboard:
        """Three boxes, one after the other."""
        self.to(self.page.get_by_role("group", name=legend).get_by_label("Day"))
        self.page.keyboard.type(f"{day:%d}")
        for part in (f"{day:%m}", f"{day:%Y}"):
            self.page.keyboard.press("Tab")
            self.page.keyboard.type(part)
        return self

    def tick(self, target: Locator) -> Keyboard:
        """A checkbox, by the space bar."""
        self.to(target)
        self.page.keyboard.press("Space")
        assert target.is_checked(), f"the space bar does not tick {target}"
        return self

    def pick(self, target: Locator) -> Keyboard:
        """A radio: to its group by Tab, to itself by the arrow keys."""
        name = target.get_attribute("name")
        self.to(self.page.locator(f'input[type="radio"][name="{name}"]'))
        self.page.keyboard.press("Space")
        for _ in range(12):
            if target.is_checked():
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys do not lead to {target}")

    def _stop(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.page.evaluate(_STOP)
        return found
