"""Fixtures of the journeys: one world for the steps of one class, in order."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog
from playwright.sync_api import Browser

from portal.core.embedded import Cluster
from tests.journeys.world import JourneyWorld, journey_world
from tests.support.database import clone


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """A fault's traceback as it is, without what every variable held."""
    structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])


@pytest.fixture(scope="class")
def world(
    cluster: Cluster, template: str, test_folder: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[JourneyWorld]:
    """A region in a database of its own."""
    for urls in clone(cluster, template, test_folder):
        with journey_world(urls, tmp_path_factory.mktemp("journey"), browser) as made:
            yield made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets a fixture know whether its test failed."""
    report = yield
    if report.failed:
        item.failed = True  # type: ignore[attr-defined]  # read by the fixture that keeps a story's order
    return report
