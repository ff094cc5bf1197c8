"""There is one clock. Whatever else asks for the time is found here, in Python and in SQL."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from portal.core.places import CHECKOUT

ASKS_PYTHON = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "strftime"),
    ("func", "now"),
    ("func", "current_timestamp"),
}
ASKS_SQL = re.compile(
    r"(?<![\w.])(?:pg_catalog\.)?(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
    r"|\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b(?!\s*\()",
    re.IGNORECASE,
)
# Who may: the clock itself, the seal (which binds a scope to its transaction), and those who ask whether it was set back.
ALLOWED = {
    "portal/core/clock.py": {"datetime.now"},
    "migrations/versions/sql/0001_scope.sql": {"clock_timestamp()", "transaction_timestamp()"},
    "portal/app.py": {"clock_timestamp()"},
    "portal/core/rls_commands.py": {"clock_timestamp()"},
}


def _asked_in_python(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (base, node.attr) in ASKS_PYTHON:
                yield f"{base}.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from (m.group().lower() for m in ASKS_SQL.finditer(node.value))


def _asked_in_sql(source: str) -> Iterator[str]:
    code = re.sub(r"--[^\n]*", "", source)
    yield from (m.group().lower() for m in ASKS_SQL.finditer(code))


def _excess(path: Path, asked: Callable[[str], Iterator[str]]) -> list[str]:
    name = str(path.relative_to(CHECKOUT))
    return [f"{name}: {what}" for what in asked(path.read_text("utf-8")) if what not in ALLOWED.get(name, ())]


def test_nobody_but_the_clock_asks_for_the_time() -> None:
    found = [
        excess
        for top in ("portal", "tenants", "migrations", "templates")
        for path in sorted((CHECKOUT / top).rglob("*.*"))
        if path.suffix in (".py", ".sql", ".html", ".txt", ".typ")
        for excess in _excess(path, _asked_in_python if path.suffix == ".py" else _asked_in_sql)
    ]
    assert found == []


def test_lint_sees_every_way_of_asking() -> None:
    # The functions of ours that are called now() are not meant; everything PostgreSQL and Python offer is.
    ours = 'from portal.core.clock import now\nnow()\nclock.now()\n"SELECT app.now()"\n'
    assert list(_asked_in_python(ours)) == []
    theirs = (
        "import datetime as d\nd.datetime.now()\ndate.today()\ntime.time()\nfunc.now()\n"
        '"SELECT now()"\n"DEFAULT CURRENT_TIMESTAMP"\n"WHERE x < pg_catalog.now ( )"\n'
    )
    assert sorted(_asked_in_python(theirs)) == sorted(
        ["datetime.now", "date.today", "time.time", "func.now", "now()", "current_timestamp", "pg_catalog.now ( )"]
    )
