"""A region in a database of its own, served to browsers, whose clock can stand in the past and come forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.core import clock
from portal.core.provision import Urls
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from portal.core.types import Actor
from tests.journeys.person import Person
from tests.journeys.serving import Jobs, served
from tests.support.region import PASSWORD, Region, acting, dispose, found_region


@dataclass
class JourneyWorld:
    """What a journey's steps share. `made`: what one step leaves for the next, by name."""

    urls: Urls
    settings: Settings
    app: Flask
    region: Region
    address: str
    browser: Browser
    jobs: Jobs
    made: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def person(self, email: str | None) -> Person:
        """The browser of this person, signed in; the same one each time."""
        key = email or ""
        if key not in self.people:
            found = Person(self.browser, self.address, email, PASSWORD)
            self.people[key] = found.sign_in() if email else found
        return self.people[key]

    def act(self, email: str, what: Callable[[Session, Actor], Any]) -> Any:
        """One act by the portal's own action, where the page has been walked already; then the jobs it left."""
        with acting(self.app, email) as (session, actor):
            answer = what(session, actor)
        self.jobs.work()
        return answer

    def set_clock(self, back: timedelta) -> None:
        """Both clocks so far behind the true ones. Everybody's session is over then: they sign in again."""
        with psycopg.connect(self.urls.admin) as connection:
            connection.execute("UPDATE app.clock SET shift = %s", (-back,))
        clock.set_back(back)
        for person in self.people.values():
            person.close()
        self.people.clear()


@contextmanager
def journey_world(urls: Urls, folder: Path, browser: Browser) -> Iterator[JourneyWorld]:
    """Founded, served, ended; the clock is true again afterwards."""
    settings = Settings(data_dir=folder)
    Keyring.create(settings.keys_folder)
    region = found_region(urls)
    with ExitStack() as opened:
        app = create_app(settings, urls.app)
        opened.callback(dispose, app)
        worker = create_app(settings, urls.worker, with_keys=False)
        opened.callback(dispose, worker)
        jobs = Jobs(worker, urls.worker)
        opened.callback(jobs.close)
        address = opened.enter_context(served(app))
        world = JourneyWorld(urls, settings, app, region, address, browser, jobs)
        opened.callback(world.set_clock, timedelta(0))
        yield world
