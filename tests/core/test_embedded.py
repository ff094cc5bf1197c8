"""The private cluster: safe to start from many sides, after any kind of death, and for nobody else to enter."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.core.embedded import Cluster, ClusterError
from portal.core.embedded.leftovers import clear_stale_locks

pytestmark = pytest.mark.postgres15


@pytest.fixture
def private(scratch: Path) -> Iterator[Cluster]:
    """A cluster of this test alone, with the durability of a real one."""
    cluster = Cluster(scratch / "postgres")
    yield cluster
    cluster.down("immediate")


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def test_up_starts_once_and_joins_after(private: Cluster) -> None:
    assert [private.up(), private.up(), Cluster(private.root).up()] == [True, False, False]


def test_up_from_many_threads_at_once_starts_one(private: Cluster) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(Cluster(private.root).up())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]


def test_kill_of_the_server_loses_nothing_committed(private: Cluster) -> None:
    private.up()
    with psycopg.connect(private.url()) as connection:
        connection.execute("CREATE TABLE bid AS SELECT generate_series(1, 100) AS number")
    os.kill(postmaster(private), signal.SIGKILL)
    assert private.up() is True
    with psycopg.connect(private.url()) as connection:
        assert connection.execute("SELECT count(*) FROM bid").fetchone() == (100,)


def test_server_outlives_the_process_that_started_it(private: Cluster) -> None:
    code = "import sys, pathlib; from portal.core.embedded import Cluster; Cluster(pathlib.Path(sys.argv[1])).up()"
    subprocess.run([sys.executable, "-c", code, str(private.root)], check=True, cwd=Path(__file__).parents[2])
    assert private.running() is True


def test_down_stops_and_may_be_repeated(private: Cluster) -> None:
    private.up()
    private.down()
    private.down()
    assert private.running() is False


def test_cluster_listens_on_no_port_and_on_a_private_socket(private: Cluster) -> None:
    private.up()
    with psycopg.connect(private.url()) as connection:
        settings = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN"
                " ('listen_addresses', 'data_checksums', 'fsync', 'password_encryption')"
            ).fetchall()
        )
    assert settings == {
        "listen_addresses": "",
        "data_checksums": "on",
        "fsync": "on",
        "password_encryption": "scram-sha-256",
    }
    assert stat.S_IMODE(private.socket_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((private.root / "superuser.key").stat().st_mode) == 0o600


def test_wrong_password_is_refused_on_the_socket(private: Cluster) -> None:
    private.up()
    password = (private.root / "superuser.key").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(private.url().replace(password, "x" * len(password)))


def test_server_never_runs_as_root(private: Cluster) -> None:
    private.up()
    assert Path("/proc", str(postmaster(private))).stat().st_uid != 0


def test_path_too_long_for_a_socket_still_starts(scratch: Path) -> None:
    deep = scratch / "a folder with spaces and 'quotes'" / ("x" * 90)
    for folder in (deep.parent, deep):
        folder.mkdir(mode=0o755)
    cluster = Cluster(deep)
    assert cluster.up() is True
    assert cluster.socket_folder.parent == Path("/tmp")
    cluster.down("immediate")
    cluster.socket_folder.rmdir()


def test_socket_folder_open_to_others_is_refused(private: Cluster) -> None:
    private.root.mkdir(parents=True)
    private.socket_folder.mkdir()
    private.socket_folder.chmod(0o777)
    with pytest.raises(ClusterError, match="is not a private folder"):
        private.up()


def test_interrupted_making_is_made_again(private: Cluster) -> None:
    unfinished = private.root / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert private.up() is True


def test_lock_of_a_stranger_with_our_process_number_does_not_stop_the_start(private: Cluster) -> None:
    private.up()
    lock = private.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    os.kill(postmaster(private), signal.SIGKILL)
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert private.up() is True
        stranger.kill()


def test_lock_of_a_living_server_is_left_alone(private: Cluster) -> None:
    private.up()
    assert clear_stale_locks(private.data, private.socket_folder) is False
    assert (private.data / "postmaster.pid").exists()


def test_data_of_another_major_version_is_refused_in_words(private: Cluster) -> None:
    private.up()
    private.down()
    (private.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ClusterError, match="was made by PostgreSQL 9 and these programs are PostgreSQL"):
        private.up()


def test_server_that_cannot_start_is_given_up_soon(scratch: Path) -> None:
    cluster = Cluster(scratch / "postgres", {"shared_buffers": "nonsense"})
    started = time.monotonic()
    with pytest.raises(ClusterError, match=r"did not start: see .*server\.log"):
        cluster.up()
    assert time.monotonic() - started < 60


def test_url_before_the_first_start_is_refused(private: Cluster) -> None:
    with pytest.raises(ClusterError, match="no database cluster"):
        private.url()
