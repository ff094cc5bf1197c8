"""Running the policy tests without pytest between: the same functions, hundreds of times, until one of them notices."""

from __future__ import annotations

import importlib
import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.mutation.mutants import Mutant
from tests.support import attempt as attempts
from tests.support.attempt import attempting
from tests.support.world import World
from tests.tenancy.probes import wrong

_ACTS = sorted(p.stem for p in (Path(__file__).parents[1] / "tenancy").glob("test_*.py") if p.stem != "test_mutation")


@dataclass
class Act:
    """One test function with its parameters, and the statements it was seen to send."""

    name: str
    call: Callable[[World], None]
    sent: str = ""


def acts() -> list[Act]:
    """Every test of `tests/tenancy` that tries something by raw SQL."""
    found = []
    for module_name in _ACTS:
        module = importlib.import_module(f"tests.tenancy.{module_name}")
        for name, function in vars(module).items():
            if (
                name.startswith("test_")
                and name not in _BY_TABLE
                and callable(function)
                and set(inspect.signature(function).parameters) & _FIXTURES
            ):
                found += [
                    Act(f"{module_name}.{name}{values or ''}", _bound(function, values))
                    for values in _parameters(function)
                ]
    return found


_VERDICTS = (Exception, pytest.fail.Exception)
_FIXTURES = {"attempt", "worker_attempt", "world"}
_BY_TABLE = ("test_rows_answer_to_the_table", "test_every_table_has_rows_and_every_line_is_used")
"""Asked by `wrong` itself, table by table."""


def _parameters(function: Any) -> Iterator[dict[str, Any]]:
    """The values of each `parametrize`, crossed."""
    axes = []
    for mark in getattr(function, "pytestmark", []):
        if mark.name == "parametrize":
            names = (
                [n.strip() for n in mark.args[0].split(",")] if isinstance(mark.args[0], str) else list(mark.args[0])
            )
            axes.append([dict(zip(names, v if len(names) > 1 else (v,), strict=True)) for v in mark.args[1]])
    for chosen in itertools.product(*axes):
        yield {name: value for values in chosen for name, value in values.items()}


def _bound(function: Callable[..., None], values: dict[str, Any]) -> Callable[[World], None]:
    def call(world: World) -> None:
        with ExitStack() as stack:
            given = dict(values)
            for name in inspect.signature(function).parameters:
                if name == "world":
                    given[name] = world
                elif name in _FIXTURES:
                    given[name] = stack.enter_context(
                        attempting(world, "worker" if name == "worker_attempt" else "app")
                    )
            function(**given)

    return call


class Trial:
    """A world, the acts in it, and who noticed what."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.acts = acts()
        self.calls: dict[str, set[str]] = {}
        self.bodies: dict[str, str] = {}

    def green(self) -> list[str]:
        """What is red before anything is loosened; and what each act sends, so that it is asked first when it concerns it."""
        red = [str(w) for role in ("app", "worker", "keeper") for w in wrong(self.world, role)]
        for act in self.acts:
            attempts.SENT = sent = []
            try:
                act.call(self.world)
            except _VERDICTS as error:
                red.append(f"{act.name}: {type(error).__name__}: {error}")
            act.sent = "\n".join(sent)
            attempts.SENT = None
        with psycopg.connect(self.world.urls.admin) as connection:
            for name, body in connection.execute(
                "SELECT 'app.' || proname, prosrc FROM pg_proc WHERE pronamespace = 'app'::regnamespace"
            ):
                self.bodies[name] = body
                self.calls[name] = set(re.findall(r"\bapp\.\w+(?=\()", body))
            self.fired = connection.execute(
                "SELECT tgrelid::regclass::text, 'app.' || proname FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal"
            ).fetchall()
        return red

    def killed_by(self, mutant: Mutant) -> str | None:
        """The first that notices, or None: the mutant lives."""
        with psycopg.connect(self.world.urls.admin, autocommit=True) as connection:
            connection.execute("SET lock_timeout = '20s'")
            connection.execute(mutant.apply)  # type: ignore[arg-type]  # statements from the catalogue
            try:
                return next(self._noticed(mutant), None)
            finally:
                connection.execute(mutant.revert)  # type: ignore[arg-type]

    def _noticed(self, mutant: Mutant) -> Iterator[str]:
        if mutant.table:
            for role in ("app", "worker", "keeper"):
                yield from (str(w) for w in wrong(self.world, role, [mutant.table]))
        for act in self.acts:
            if self._concerns(act, mutant):
                try:
                    act.call(self.world)
                except _VERDICTS as error:
                    yield f"{act.name}: {type(error).__name__}"
        if mutant.function:
            for role in ("app", "worker"):
                yield from (str(w) for w in wrong(self.world, role))

    def _concerns(self, act: Act, mutant: Mutant) -> bool:
        """Whether the act sends a statement that the mutant could change: by table, by function, or by what those call."""
        names = (
            {mutant.function}
            if mutant.function
            else {n for n, body in self.bodies.items() if (mutant.table or "") in body}
        )
        while more := {caller for caller, called in self.calls.items() if called & names} - names:
            names |= more
        tables = {table for table, function in self.fired if function in names} | ({mutant.table} - {None})
        return not act.sent or any(f"{name}(" in act.sent for name in names) or any(str(t) in act.sent for t in tables)
