"""A small region for tests: six councils with officers by post, three fictional providers, an operator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.core import clock
from portal.core.applicants import Pen
from portal.core.database import db, session
from portal.core.provision import Urls
from portal.core.scope import actor_of, enter_with_token
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from portal.core.types import Actor
from tenants.founding import Founder
from tenants.passwords import derive

PASSWORD = "a long enough test password"
QUICK = "m=8,t=1,p=1"
COUNCILS = {
    "halton": ("Halton", "Halton Borough Council", "E06000006"),
    "knowsley": ("Knowsley", "Knowsley Metropolitan Borough Council", "E08000011"),
    "liverpool": ("Liverpool", "Liverpool City Council", "E08000012"),
    "sefton": ("Sefton", "Sefton Metropolitan Borough Council", "E08000014"),
    "st-helens": ("St Helens", "St Helens Council", "E08000013"),
    "wirral": ("Wirral", "Wirral Borough Council", "E08000015"),
}
POSTS = {
    "placement": "placement_officer",
    "commissioning": "commissioning_officer",
    "procurement": "procurement_officer",
    "legal": "legal_officer",
    "finance": "finance_officer",
    "head": "head_of_service",
    "cabinet": "cabinet_member",
    "democratic": "democratic_services",
    "administrator": "authority_administrator",
}
PROVIDERS = ("alder", "birch", "cedar")


@dataclass
class Region:
    """Ids by slug. People sign in as `procurement@halton.example` or `writer@alder.example`, all with PASSWORD."""

    organisations: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)


def found_region(urls: Urls) -> Region:
    """Six councils, three providers, one operator; one person who acts for Knowsley and St Helens (shared@…)."""
    region = Region()
    start = date(2020, 1, 1)
    with Founder(urls.admin, password_parameters=QUICK) as founder:

        def member(email: str, label: str, *posts: tuple[str, list[str]]) -> None:
            person = founder.person(email=email, password=PASSWORD, label=label)
            region.people[email] = person
            for slug, roles in posts:
                founder.membership(
                    person=person, organisation=region.organisations[slug], post=label, roles=roles, starts_on=start
                )

        for slug, (name, official, gss) in COUNCILS.items():
            region.organisations[slug] = founder.organisation(
                kind="authority", slug=slug, name=name, official_name=official, gss_code=gss
            )
            for post, role in POSTS.items():
                member(f"{post}@{slug}.example", f"{role.replace('_', ' ').capitalize()}", (slug, [role]))
        for slug in PROVIDERS:
            name = f"{slug.capitalize()} House Care Ltd (fictional)"
            region.organisations[slug] = founder.organisation(
                kind="provider", slug=slug, name=name, official_name=name, fictional=True
            )
            member(f"admin@{slug}.example", "Provider administrator", (slug, ["provider_administrator"]))
            member(f"writer@{slug}.example", "Bid writer", (slug, ["bid_writer"]))
        region.organisations["operator"] = founder.organisation(
            kind="operator", slug="portal-operator", name="Portal operator", official_name="Portal operator"
        )
        member("operator@portal.example", "Portal operator", ("operator", ["portal_operator"]))
        member(
            "shared@procurement.example",
            "Procurement officer",
            ("knowsley", ["procurement_officer"]),
            ("st-helens", ["procurement_officer"]),
        )
    return region


@pytest.fixture(scope="module")
def region(urls: Urls) -> Region:
    """Founded once in the module's database."""
    return found_region(urls)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder of its own, with a key ring."""
    folder = tmp_path_factory.mktemp("data")
    made = Settings(data_dir=folder)
    Keyring.create(made.keys_folder)
    return made


@pytest.fixture(scope="module")
def app(urls: Urls, region: Region, settings: Settings) -> Iterator[Flask]:
    """The portal on the module's database, as the application's role."""
    made = create_app(settings, urls.app)
    made.testing = True
    yield made
    dispose(made)


@pytest.fixture(scope="module")
def worker_app(urls: Urls, region: Region, settings: Settings) -> Iterator[Flask]:
    """The same for jobs, as the worker's role."""
    made = create_app(settings, urls.worker)
    yield made
    dispose(made)


def dispose(app: Flask) -> None:
    """Give the pool's connections back to the server, so that a database can be dropped."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def token_for(current: Session, email: str, organisation: UUID | None = None) -> str:
    """Sign in through the database's own door; returns the session's secret."""
    enter_with_token(current, None)
    salt, parameters = current.execute(text("SELECT * FROM app.sign_in_salt(:email)"), {"email": email}).one()
    answer = current.execute(
        text("SELECT app.sign_in(:email, :derived, '127.0.0.1')"),
        {"email": email, "derived": derive(PASSWORD, bytes(salt), parameters)},
    ).scalar_one()
    token: str = answer["token"]
    if organisation is not None:
        token = current.execute(
            text("SELECT app.act_for(:token, :organisation)"), {"token": token, "organisation": organisation}
        ).scalar_one()
    current.commit()
    return token


def pen_for(app: Flask, provider: UUID) -> Pen:
    """The provider's pen, as the portal has it: its pseudonyms too."""
    with app.app_context():
        return Pen(app.extensions["applicants"].secret(db.engine, provider), provider)


@contextmanager
def acting(app: Flask, email: str, organisation: UUID | None = None) -> Iterator[tuple[Session, Actor]]:
    """A session in this person's scope, and the actor. Commits at the end; rolls back on an error."""
    with app.app_context():
        current = session()
        enter_with_token(current, token_for(current, email, organisation))
        actor = actor_of(current)
        assert actor is not None, f"{email} cannot sign in"
        try:
            yield current, actor
            current.commit()
        finally:
            current.rollback()
            db.session.remove()


@contextmanager
def reading(app: Flask, email: str | None) -> Iterator[Session]:
    """A session in this person's scope; for None nobody's: what the public can read. Nothing is committed."""
    with app.app_context():
        current = session()
        enter_with_token(current, token_for(current, email) if email else None)
        try:
            yield current
        finally:
            current.rollback()
            db.session.remove()


@contextmanager
def clock_set_back(urls: Urls, by: timedelta) -> Iterator[None]:
    """Both clocks set back, as only the loader may; on leaving they run true again (so windows opened inside have closed)."""
    _shift(urls, by)
    try:
        yield
    finally:
        _shift(urls, timedelta(0))


def _shift(urls: Urls, by: timedelta) -> None:
    with psycopg.connect(urls.admin) as connection:
        connection.execute("UPDATE app.clock SET shift = %s", (-by,))
    clock.set_back(by)
