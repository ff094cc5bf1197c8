"""Databases for tests: a cluster of their own, one migrated template, and a clone for each who asks."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from portal.core.embedded import Cluster
from portal.core.places import CHECKOUT, data_folder, default_data_folder
from portal.core.provision import Urls, drop_database, known_urls, migrate, provision, secure_database
from portal.core.urls import OWNER
from tests.support.locks import Crowd, exclusive

_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
_numbers = itertools.count()


def _test_folder() -> Path:
    chosen = os.environ.get("PORTAL_TEST_DIR")
    folder = Path(chosen) if chosen else data_folder(default_data_folder()) / "test"
    if "PORTAL_PG_BIN" in os.environ:
        # Another major version cannot open the same files.
        folder = folder.with_name(
            f"{folder.name}-{hashlib.sha256(os.environ['PORTAL_PG_BIN'].encode()).hexdigest()[:8]}"
        )
    return data_folder(folder)


@pytest.fixture(scope="session")
def test_folder() -> Path:
    """The data folder of the tests: credentials, cluster, scratch."""
    return _test_folder()


@pytest.fixture(scope="session")
def cluster(test_folder: Path) -> Iterator[Cluster]:
    """The running test cluster; whoever leaves last stops it."""
    found = Cluster(test_folder / "postgres", _FAST)
    with Crowd(test_folder / "crowd.lock") as crowd:
        found.up()
        yield found
        crowd.leave(last=lambda: found.down("immediate"))


@pytest.fixture(scope="session")
def template(cluster: Cluster, test_folder: Path) -> str:
    """The name of the migrated template, made once for each state of the migrations."""
    name = f"tpl_{_fingerprint()}"
    with exclusive(test_folder / "template.lock"), psycopg.connect(cluster.url(), autocommit=True) as connection:
        names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        _sweep(cluster, names - {name})
        if name not in names:
            # Renamed when it is whole: an interrupted run leaves nothing that looks like a template.
            drop_database(cluster.url(), "tpl_unfinished")
            migrate(provision(cluster.url(), "tpl_unfinished", test_folder))
            connection.execute(sql.SQL("ALTER DATABASE tpl_unfinished RENAME TO {}").format(sql.Identifier(name)))
    return name


@pytest.fixture(scope="module")
def urls(cluster: Cluster, template: str, test_folder: Path) -> Iterator[Urls]:
    """The database shared by a module's tests. Connect as ``urls.app``."""
    yield from clone(cluster, template, test_folder)


@pytest.fixture
def fresh_urls(cluster: Cluster, template: str, test_folder: Path) -> Iterator[Urls]:
    """A migrated database for one test alone."""
    yield from clone(cluster, template, test_folder)


@pytest.fixture
def empty_urls(cluster: Cluster, test_folder: Path) -> Iterator[Urls]:
    """A provisioned database without tables, for one test alone."""
    name = _name()
    yield provision(cluster.url(), name, test_folder)
    drop_database(cluster.url(), name)


@pytest.fixture(scope="module")
def scratch_module(test_folder: Path) -> Iterator[Path]:
    """The same, shared by the tests of one module."""
    folder = data_folder(data_folder(test_folder / "scratch") / _name())
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def scratch(test_folder: Path) -> Iterator[Path]:
    """A folder that the database's account can reach, for clusters and data folders of one test."""
    folder = data_folder(data_folder(test_folder / "scratch") / _name())
    yield folder
    shutil.rmtree(folder)


def clone(cluster: Cluster, template: str, folder: Path) -> Iterator[Urls]:
    name = _name()
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
            )
        )
    secure_database(cluster.url(), name)
    yield replace(known_urls(cluster.url(), name, folder), created=True)
    drop_database(cluster.url(), name)


def _name() -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"t_{worker}_{os.getpid()}_{next(_numbers)}"


def _fingerprint() -> str:
    # What the migrated database depends on: the migrations, what provisioning says, and the pinned packages
    # (the job library brings tables of its own).
    digest = hashlib.sha256()
    core = CHECKOUT / "portal" / "core"
    files = [*(CHECKOUT / "migrations").rglob("*"), core / "provision.py", core / "roles.py"]
    for path in sorted([*files, CHECKOUT / "config" / "requirements.lock"]):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(bytes(path.relative_to(CHECKOUT)) + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sweep(cluster: Cluster, names: set[str]) -> None:
    """Drop what runs that are over left behind: old templates, and clones whose process is gone."""
    for name in names:
        kind, *_ = parts = name.split("_")
        if kind == "tpl" or (kind == "t" and not Path("/proc", parts[2]).exists()):
            drop_database(cluster.url(), name)
