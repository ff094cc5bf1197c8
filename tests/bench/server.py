"""The server under measurement: the portal, and beside it the bare handler that repeats what a captured request did."""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask, before_render_template, g, got_request_exception, request
from psycopg_pool import ConnectionPool
from sqlalchemy import event
from waitress import serve

from portal.app import create_app
from portal.core.database import db
from portal.core.settings import Settings

Statement = tuple[str, Any, bool]


class Captured:
    """What one request sent to the database, and what it rendered."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.template: Any = None
        self.context: dict[str, Any] = {}
        self.body = b""
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] = []
        self.wrote = False


def main(data_dir: str, app_url: str, port: str) -> None:
    """Serve `/…` by the portal and `/bare/<name>` by the bare handler."""
    settings = Settings(data_dir=Path(data_dir))
    app = create_app(settings, app_url)
    store: dict[str, Captured] = {}
    local = threading.local()

    def watch(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        captured: Captured | None = getattr(local, "captured", None)
        if captured is not None:
            captured.statements.append((statement, parameters, many))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", watch)

    @before_render_template.connect_via(app)
    def rendering(_sender: Flask, template: Any, context: dict[str, Any], **_rest: Any) -> None:
        captured: Captured | None = getattr(local, "captured", None)
        if captured is not None:
            captured.template, captured.context = template, dict(context)

    @got_request_exception.connect_via(app)
    def failed(_sender: Flask, exception: BaseException, **_rest: Any) -> None:
        print("fault in the measured request:", exception, file=sys.stderr)

    @app.before_request
    def begin() -> None:
        name = request.headers.get("X-Bench-Capture")
        if name:
            g.bench = store[name]

    pool = ConnectionPool(app_url, min_size=1, max_size=8, open=True)

    def bare(name: str, start: Callable[..., Any]) -> Iterable[bytes]:
        captured = store[name]
        replay(pool, captured)
        if captured.template is None:
            start(captured.status, captured.headers)
            return [captured.body]
        # What needs a request is given as it came out.
        stands_for = {"csrf_field": lambda: "", "csrf_token": lambda: "", "get_flashed_messages": lambda **_: []}
        body = captured.template.render({**captured.context, **stands_for}).encode()
        start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/bare/"):
            try:
                return bare(path.removeprefix("/bare/"), start)
            except Exception:
                traceback.print_exc()
                raise
        if path.startswith("/statements/"):
            body = "\n".join(
                " ".join(s.split()) for s, _, _ in store[path.removeprefix("/statements/")].statements
            ).encode()
            start("200 OK", [("Content-Length", str(len(body)))])
            return [body]
        name = environ.get("HTTP_X_BENCH_CAPTURE")
        if not name:
            return app.wsgi_app(environ, start)
        store[name] = local.captured = Captured()

        def keep(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            local.captured.status, local.captured.headers = status, headers
            return start(status, headers, *rest)

        try:
            parts = app.wsgi_app(environ, keep)
            local.captured.body = b"".join(parts)
            close = getattr(parts, "close", None)
            if close:
                close()
            return [store[name].body]
        finally:
            local.captured = None

    serve(application, host="127.0.0.1", port=int(port), threads=4)


FRESH = ("id", "submission_id", "idempotency_key")


def replay(pool: ConnectionPool[psycopg.Connection[Any]], captured: Captured) -> None:
    """The same statements in one transaction, new rows under new ids."""
    fresh: dict[Any, Any] = {}

    def renew(parameters: Any) -> Any:
        if not isinstance(parameters, dict):
            return parameters
        return {key: _renewed(fresh, key, value) for key, value in parameters.items()}

    with pool.connection() as connection, connection.cursor() as cursor:
        for statement, parameters, many in captured.statements:
            inserts = statement.lstrip().startswith("INSERT INTO applications.")
            if many:
                rows = [renew(p) if inserts else p for p in parameters]
                cursor.executemany(statement, rows)
                continue
            cursor.execute(statement, renew(parameters) if inserts else parameters)
            if cursor.description:
                rows = cursor.fetchall()
                if "next_version" in statement:
                    fresh["version"] = rows[0][0]


def _renewed(fresh: dict[Any, Any], key: str, value: Any) -> Any:
    column = re.sub(r"_m\d+$", "", key)
    if column == "version" and "version" in fresh:
        return fresh["version"]
    if column not in FRESH or value is None:
        return value
    if value not in fresh:
        fresh[value] = uuid4() if isinstance(value, UUID) else str(uuid4())
    return fresh[value]


if __name__ == "__main__":
    main(*sys.argv[1:])
