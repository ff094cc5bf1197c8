"""The stage on which the story is played: the clock, who is signed in, and the jobs that follow each step."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString, Self
from uuid import UUID

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.activity.actions.reading import read_all
from portal.app import create_app
from portal.core import clock
from portal.core.database import db, session
from portal.core.errors import PortalError
from portal.core.jobs import Drain
from portal.core.provision import Urls
from portal.core.scope import actor_of, enter_with_token
from portal.core.settings import Settings
from portal.core.web.lifecycle import as_refusal
from portal.demonstration.content import accounts
from portal.demonstration.step import Scene, Step, StoryError
from portal.demonstration.world import World
from tenants.passwords import derive

_AWAY = timedelta(minutes=50)
"""A session sleeps after sixty minutes without use; whoever was away longer signs in again."""


@dataclass
class _SignedIn:
    token: str
    at: datetime


class Stage:
    """Plays steps in time order. The clock is true again when it is left, whatever happened."""

    def __init__(self, settings: Settings, urls: Urls, world: World) -> None:
        # The mail of an invented past is kept in the outbox; none of it leaves the house.
        quiet = settings.model_copy(update={"smtp_host": None})
        self._app = create_app(quiet, urls.app)
        self._worker = create_app(quiet, urls.worker, with_keys=False)
        self._urls = urls
        self._world = world
        self._sessions: dict[tuple[str, UUID], _SignedIn] = {}
        self._derived: dict[str, bytes] = {}
        self._back: timedelta | None = None

    def play(self, step: Step) -> None:
        """Play one step, then the jobs it left. Raises StoryError when the portal refuses it."""
        self.set_clock(step.at)
        organisation = step.organisation or accounts()[step.who]["organisation"]
        try:
            with self._acting(step.who, self._world.organisations[organisation]) as scene:
                # Who signs in reads what came since; nobody is left with the mail of a whole year.
                read_all(scene.session, scene.actor)
                step.act(scene)
        except (PortalError, DBAPIError) as error:
            refusal = as_refusal(error) if isinstance(error, DBAPIError) else error
            if refusal is None:
                raise
            raise StoryError(f"{step.at:%Y-%m-%d %H:%M}, {step.who}: {step.what}: {refusal.sentence}") from error
        self._work_jobs()

    def set_clock(self, at: datetime) -> None:
        """Both clocks to an instant of the past; one that has not come yet is now, and no step goes back in time."""
        wanted = max(timedelta(0), _true_now() - at)
        self._back = wanted if self._back is None else min(self._back, wanted)
        self._shift(self._back)

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            # The clock's row belongs to the owner of the tables: no role that serves a request may write it.
            self._clock = opened.enter_context(psycopg.connect(self._urls.owner, autocommit=True))
            self._jobs = opened.enter_context(psycopg.connect(self._urls.worker, autocommit=True))
            for app in (self._app, self._worker):
                opened.callback(_give_back_connections, app)
            self._drain = opened.enter_context(Drain(self._worker, self._urls.worker))
            opened.callback(self._shift, timedelta(0))
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._opened.close()

    def _shift(self, back: timedelta) -> None:
        self._clock.execute("UPDATE app.clock SET shift = %s", (-back,))
        clock.set_back(back)

    @contextmanager
    def _acting(self, email: str, organisation: UUID) -> Iterator[Scene]:
        with self._app.app_context():
            current = session()
            try:
                enter_with_token(current, self._token(current, email, organisation))
                actor = actor_of(current)
                if actor is None:
                    raise StoryError(f"{email} cannot sign in.")
                yield Scene(current, actor, self._app)
                current.commit()
            finally:
                current.rollback()
                db.session.remove()

    def _token(self, current: Session, email: str, organisation: UUID) -> str:
        known = self._sessions.get((email, organisation))
        if known is not None and clock.now() - known.at < _AWAY:
            return known.token
        enter_with_token(current, None)
        answer = current.execute(
            text("SELECT app.sign_in(:email, :derived, '127.0.0.1')"),
            {"email": email, "derived": self._derive(current, email)},
        ).scalar_one()
        token: str = answer["token"]
        own = accounts()[email]["organisation"]
        if organisation != self._world.organisations[own]:
            token = current.execute(
                text("SELECT app.act_for(:token, :organisation)"), {"token": token, "organisation": organisation}
            ).scalar_one()
        current.commit()
        self._sessions[email, organisation] = _SignedIn(token, clock.now())
        return token

    def _derive(self, current: Session, email: str) -> bytes:
        if email not in self._derived:
            # Thirty milliseconds each by design, so once a person and not once a sign-in.
            salt, parameters = current.execute(text("SELECT * FROM app.sign_in_salt(:email)"), {"email": email}).one()
            self._derived[email] = derive(accounts()[email]["password"], bytes(salt), parameters)
        return self._derived[email]

    def _work_jobs(self) -> None:
        if self._any_job("status = 'todo'"):
            self._drain()
        if self._any_job("status NOT IN ('todo', 'succeeded') OR attempts > 0 AND status = 'todo'"):
            raise StoryError("A job failed; the log above says why.")

    def _any_job(self, condition: LiteralString) -> bool:
        row = self._jobs.execute(
            sql.SQL("SELECT EXISTS (SELECT 1 FROM jobs.procrastinate_jobs WHERE {})").format(sql.SQL(condition))
        ).fetchone()
        return row is not None and bool(row[0])


def _give_back_connections(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _true_now() -> datetime:
    return clock.now() - clock.shift()
