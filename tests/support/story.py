"""The worked region, played once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.core.database import db, session
from portal.core.embedded import Cluster
from portal.core.provision import Urls
from portal.core.scope import actor_of, enter_with_token
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from portal.core.types import Actor
from portal.demonstration.content import accounts
from portal.demonstration.story import play
from portal.demonstration.world import World
from tenants.passwords import derive
from tests.support.database import clone
from tests.support.region import dispose


@dataclass(frozen=True)
class Played:
    """The region as the loader left it. Look, do not touch: other tests look too."""

    world: World
    urls: Urls
    settings: Settings
    app: Flask

    def token(self, current: Session, email: str, organisation: str | None = None) -> str:
        """Sign in as one of the demonstration's accounts, for another organisation (slug) where one is named."""
        enter_with_token(current, None)
        salt, parameters = current.execute(text("SELECT * FROM app.sign_in_salt(:email)"), {"email": email}).one()
        derived = derive(accounts()[email]["password"], bytes(salt), parameters)
        answer = current.execute(
            text("SELECT app.sign_in(:email, :derived, '127.0.0.1')"), {"email": email, "derived": derived}
        ).scalar_one()
        found: str = answer["token"]
        if organisation is not None:
            found = current.execute(
                text("SELECT app.act_for(:token, :organisation)"),
                {"token": found, "organisation": self.world.organisations[organisation]},
            ).scalar_one()
        current.commit()
        return found

    @contextmanager
    def reading(self, email: str | None, organisation: str | None = None) -> Iterator[tuple[Session, Actor]]:
        """A read-only session in this person's scope; for None nobody's, and the actor is not one to use."""
        with self.app.app_context():
            current = session()
            token = self.token(current, email, organisation) if email else None
            enter_with_token(current, token, read_only=True)
            try:
                yield current, actor_of(current)  # type: ignore[misc]  # None for nobody, who asks for no actor
            finally:
                # What was read can be looked at afterwards.
                current.expunge_all()
                current.rollback()
                db.session.remove()

    def slug(self, organisation: UUID) -> str:
        """The name by which the content calls an organisation."""
        return next(slug for slug, known in self.world.organisations.items() if known == organisation)


@pytest.fixture(scope="session")
def played(
    cluster: Cluster, template: str, test_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """Loaded once in this worker, in a database of its own."""
    made = Settings(data_dir=tmp_path_factory.mktemp("played"))
    Keyring.create(made.keys_folder)
    for urls in clone(cluster, template, test_folder):
        world = play(made, urls, lambda _line: None)
        app = create_app(made, urls.app)
        app.testing = True
        yield Played(world, urls, made, app)
        dispose(app)
