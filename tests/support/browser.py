"""The browser of this machine: the distribution's Chromium, never one downloaded by a test tool."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def browser_path() -> str | None:
    """The program of ``CHROMIUM``, else the first one found; None where this machine has no browser."""
    return os.environ.get("CHROMIUM") or next((path for name in _NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start that browser, headless and without calling home."""
    return {**browser_type_launch_args, "executable_path": browser_path(), "args": list(_QUIET)}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect browser tests on a machine without a browser, and say so; under CI they fail instead."""
    if browser_path() or os.environ.get("CI") == "true":
        return
    absent = [item for item in items if item.get_closest_marker("browser")]
    if absent:
        config.hook.pytest_deselected(items=absent)
        items[:] = [item for item in items if not item.get_closest_marker("browser")]
