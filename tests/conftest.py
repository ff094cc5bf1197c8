"""Every module of ``tests/support`` is a plugin: fixtures live there, by subject."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.support")

pytest_plugins = [
    f"tests.support.{path.stem}"
    for path in sorted((Path(__file__).parent / "support").glob("*.py"))
    if path.stem != "__init__"
]

LONGEST = (
    "tests/faults/test_kill.py",
    "tests/journeys/test_every_page.py",
    "tests/journeys/test_main_job.py",
    "tests/journeys/",
)
"""Modules that take minutes, begun first: begun last, they would keep one worker busy while the others are idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, the rest in their order. Needs --no-loadscope-reorder, which would put modules of few tests last."""
    items.sort(
        key=lambda item: next((n for n, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))
    )
