"""The job runner: events and mail, after the commit that ordered them, in the scope the job carries."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Self

import procrastinate
import structlog
from flask import Flask
from procrastinate import PsycopgConnector
from sqlalchemy import text

from portal.core import telling
from portal.core.database import session
from portal.core.events import handlers
from portal.core.hooks import hook
from portal.core.notify.delivery import deliver
from portal.core.scope import actor_of, enter_with_job, enter_with_token
from portal.core.settings import Settings

log = structlog.get_logger()
_app: Flask | None = None


def _runner(database_url: str, *, by_the_clock: bool = False) -> procrastinate.App:
    """`by_the_clock`: also begin what is told once a day or a week."""
    runner = procrastinate.App(
        connector=PsycopgConnector(
            conninfo=database_url, kwargs={"options": "-c search_path=jobs"}, min_size=1, max_size=3
        )
    )
    retry = procrastinate.RetryStrategy(max_attempts=8, exponential_wait=4)
    runner.task(name="handle_event", queue="portal", retry=retry, pass_context=True)(_handle_event)
    runner.task(name="deliver_message", queue="portal", retry=retry, pass_context=True)(_deliver_message)
    runner.task(name="read_and_tell", queue="portal", retry=retry, pass_context=True)(_read_and_tell)
    if by_the_clock:
        begin = runner.task(name="begin_telling", queue="portal", retry=retry)(_begin_telling)
        for what, cron in telling.EVERY.items():
            runner.periodic(cron=cron, periodic_id=what, task_kwargs={"what": what})(begin)
    return runner


def _handle_event(context: procrastinate.JobContext, *, name: str, payload: dict[str, str]) -> None:
    assert _app is not None
    assert context.job.id is not None
    with _app.app_context():
        for handler in handlers(name):
            current = session()
            enter_with_job(current, context.job.id)
            actor = actor_of(current)
            if actor is None:
                log.warning("event_without_scope", name=name)
                current.rollback()
                continue
            handler(current, actor, **payload)
            current.commit()


def _deliver_message(context: procrastinate.JobContext, *, message_id: str) -> None:
    assert _app is not None
    with _app.app_context():
        current = session()
        enter_with_token(current, None)
        deliver(current, message_id, _app.config["PORTAL"])
        current.commit()


def _begin_telling(timestamp: int, *, what: str) -> None:
    assert _app is not None
    with _app.app_context():
        current = session()
        enter_with_token(current, None)
        log.info("begin_telling", what=what, due=timestamp, jobs=telling.begin(current, what))
        current.commit()


def _read_and_tell(context: procrastinate.JobContext, *, what: str) -> None:
    assert _app is not None
    assert context.job.id is not None
    with _app.app_context():
        current = session()
        enter_with_job(current, context.job.id)
        actor = actor_of(current)
        words = telling.read(current, actor, what, _app.config["PORTAL"]) if actor else ()
        current.rollback()
        # Read in the person's scope, which writes nothing; told in nobody's.
        enter_with_token(current, None)
        for word in words:
            telling.tell(current, context.job.id, word)
        current.commit()


def run_worker(settings: Settings, database_url: str) -> None:
    """Work until told to stop. `database_url`: the worker's role."""
    # By name: the application stands above the ground.
    _use(hook("portal.app:create_app")(settings, database_url, with_keys=False))

    async def work() -> None:
        runner = _runner(database_url, by_the_clock=True)
        async with runner.open_async():
            await runner.run_worker_async(queues=["portal"], concurrency=1, delete_jobs="never")

    asyncio.run(work())


class Drain:
    """Works everything that is due, as often as it is called, on connections that stay open: the loader, in time order.

    A context manager; one at a time in a process.
    """

    def __init__(self, app: Flask, database_url: str) -> None:
        self._app = app
        self._jobs = _runner(database_url)

    def __enter__(self) -> Self:
        # A thread of its own: whoever calls may be inside an event loop already, as a browser's driver is.
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._loop = self._thread.submit(asyncio.Runner).result()
        self._run(self._open)
        return self

    def __exit__(self, *_error: object) -> None:
        self._run(self._jobs.close_async)
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def __call__(self) -> None:
        """Work until nothing is due."""
        _use(self._app)
        self._run(
            partial(
                self._jobs.run_worker_async,
                queues=["portal"],
                concurrency=1,
                wait=False,
                listen_notify=False,
                install_signal_handlers=False,
            )
        )

    def _run(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._thread.submit(lambda: self._loop.run(work())).result()

    async def _open(self) -> None:
        await self._jobs.open_async()


def drain(app: Flask, database_url: str) -> None:
    """Work everything that is due, then return: tests."""
    with Drain(app, database_url) as work:
        work()


def _use(app: Flask) -> None:
    global _app
    _app = app
    os.environ.setdefault("PROCRASTINATE_APP", "portal.core.jobs")


def waiting(current: Any) -> int:
    """How many jobs are not done yet (worker's role)."""
    count: int = current.execute(
        text("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing')")
    ).scalar_one()
    return count
