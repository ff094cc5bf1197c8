"""Raw SQL in somebody's scope, as an injected statement would run: what is refused, what comes back, what it touches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from portal.core.applicants import provider_of
from tenants.passwords import derive
from tests.support.region import PASSWORD
from tests.support.world import ACTORS, World
from tests.support.world_rows import ROUNDS

SENT: list[str] | None = None
"""Where statements are written down while somebody asks which test sends what."""
REFUSALS = ("42501", "PT403", "PT404", "PT409")


class Attempt:
    """One transaction of the application's role, always rolled back. `as_` enters a scope; the next `as_` another."""

    def __init__(self, world: World, connection: psycopg.Connection[Any]) -> None:
        self.world = world
        self.connection = connection

    def as_(self, who: str) -> Attempt:
        """Enter the scope of an actor of the world or of an e-mail address; `nobody` leaves every scope."""
        email = ACTORS.get(who, who)
        if email is None:
            self.connection.execute("SELECT set_config('app.claims', '', true), set_config('app.seal', '', true)")
            return self
        self.enter(self.token(email))
        assert self.connection.execute("SELECT app.claims() IS NOT NULL").fetchone() == (True,), who
        return self

    def enter(self, token: str) -> None:
        """As the application does: with the secret of the provider that the token names."""
        self.connection.execute("SELECT app.enter(%s, %s)", [token, self.secret(token)])

    def secret(self, token: str) -> bytes | None:
        """The secret that the application has ready for a token."""
        provider = provider_of(token)
        return self.world.secret(provider) if provider else None

    def applicant(self, slug: str, round_: str) -> UUID:
        """A provider's pseudonym in a round of the world."""
        return self.world.applicant(slug, ROUNDS[round_])

    def token(self, who: str) -> str:
        """A session's secret of this person, from the sign-in door; kept for the next who asks."""
        email = ACTORS.get(who, who)
        assert email is not None
        kept = self.world.secrets
        if email not in kept:
            with psycopg.connect(self.world.urls.app) as aside:
                found = aside.execute(
                    "SELECT app.sign_in(%s, %s, %s)", [email, self.derived(email), "127.0.0.1"]
                ).fetchone()
            assert found is not None
            kept[email] = found[0]["token"]
        return kept[email]

    def derived(self, email: str) -> bytes:
        """What the application derives from the right password of this person."""
        found = self.connection.execute("SELECT * FROM app.sign_in_salt(%s)", [email]).fetchone()
        assert found is not None
        return derive(PASSWORD, found[0], found[1])

    def _note(self, statement: str) -> None:
        if SENT is not None:
            SENT.append(statement)

    def run(self, statement: str, *values: Any) -> list[Any]:
        """Its rows; of one column, the bare values. It must succeed."""
        self._note(statement)
        with self.connection.transaction():
            cursor = self.connection.execute(statement, values)
            found = cursor.fetchall() if cursor.description else []
            self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return [row[0] if len(row) == 1 else row for row in found]

    def one(self, statement: str, *values: Any) -> Any:
        """The one value it gives."""
        (value,) = self.run(statement, *values)
        return value

    def touches(self, statement: str, *values: Any) -> int:
        """How many rows it inserts, changes or removes."""
        self._note(statement)
        with self.connection.transaction():
            return self.connection.execute(statement, values).rowcount

    def refused(self, statement: str, *values: Any, says: str = "", states: tuple[str, ...] = REFUSALS) -> None:
        """It fails, with one of these codes and these words in its sentence; the transaction stays usable."""
        self._note(statement)
        with pytest.raises(psycopg.Error) as error, self.connection.transaction():  # noqa: PT012 - deferred keys count too
            self.connection.execute(statement, values)
            self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert error.value.sqlstate in states, f"{error.value.sqlstate}: {error.value}"
        assert says in str(error.value)

    def organisation(self, slug: str) -> UUID:
        """An organisation of the region."""
        return self.world.region.organisations[slug]


@contextmanager
def attempting(world: World, role: str = "app") -> Iterator[Attempt]:
    """An attempt on a connection of its own."""
    with (
        psycopg.connect(getattr(world.urls, role), autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield Attempt(world, connection)


@pytest.fixture
def attempt(world: World) -> Iterator[Attempt]:
    """Raw SQL as the application's role; nothing of it stays."""
    with attempting(world) as attempt:
        yield attempt


@pytest.fixture
def worker_attempt(world: World) -> Iterator[Attempt]:
    """Raw SQL as the worker's role."""
    with attempting(world, "worker") as attempt:
        yield attempt
