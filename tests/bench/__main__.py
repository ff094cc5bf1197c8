"""`make bench`: prints ratios. `python -m tests.bench --quick` for a look (fewer requests, 20,000 instead of 200,000); `--register`
for the register alone."""

from __future__ import annotations

import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from portal.app import create_app
from portal.core.embedded import Cluster
from portal.core.places import CHECKOUT, data_folder, default_data_folder
from portal.core.provision import Urls, migrate, provision
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from tests.bench import register
from tests.bench import world as worlds
from tests.bench.cpu import cpu_of, cpu_of_cluster
from tests.support.forms import Visitor
from tests.support.region import PASSWORD, Region, dispose, found_region

LEAD = "procurement@halton.example"


@dataclass
class Bench:
    """The measured server, its database, and how often to ask."""

    cluster: Cluster
    process: subprocess.Popen[bytes]
    port: int
    times: int

    def cpu(self, ask: Callable[[], None]) -> tuple[float, float]:
        """CPU milliseconds a request (server and database), and its median latency in milliseconds."""
        for _ in range(max(3, self.times // 10)):
            ask()
        before = self._spent()
        took = []
        for _ in range(self.times):
            start = time.perf_counter()
            ask()
            took.append((time.perf_counter() - start) * 1000)
        return (self._spent() - before) * 1000 / self.times, statistics.median(took)

    def _spent(self) -> float:
        return cpu_of(self.process.pid) + cpu_of_cluster(self.cluster.root / "data")


def main() -> int:
    """Build, measure, print, remove."""
    quick = "--quick" in sys.argv
    if quick:
        worlds.SIZES = (200, 20_000)
    root = data_folder(data_folder(default_data_folder()) / "bench")
    shutil.rmtree(root, ignore_errors=True)
    root = data_folder(root)
    cluster = Cluster(root / "postgres")
    cluster.up()
    try:
        return _measure(cluster, root, times=60 if quick else 300)
    finally:
        cluster.down()
        shutil.rmtree(root, ignore_errors=True)


def _measure(cluster: Cluster, root: Path, *, times: int) -> int:
    settings = Settings(data_dir=root / "data")
    urls = provision(cluster.url(), "portal", settings.data_dir)
    migrate(urls)
    Keyring.create(settings.keys_folder)
    region = found_region(urls)
    app = create_app(settings, urls.app)
    started = time.monotonic()
    if "--register" in sys.argv:
        worlds.SIZES = (200, 400)
    measured = worlds.build(app, region, urls)
    register.build(urls, region)
    dispose(app)
    print(
        f"Loaded {' and '.join(f'{s:,}' for s in worlds.SIZES)} applications in {time.monotonic() - started:.0f} s.\n"
    )
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server", str(settings.data_dir), urls.app, str(port)], cwd=CHECKOUT
    )
    try:
        _wait(port)
        bench = Bench(cluster, process, port, times)
        _register(bench, urls, region)
        if "--register" in sys.argv:
            return 0
        _pages(bench, measured)
        _writes(bench, measured)
        _row_security(bench, measured, urls)
    finally:
        process.kill()
        process.wait()
    return 0


def _pages(bench: Bench, measured: worlds.Measured) -> None:
    officer = Visitor("127.0.0.1", bench.port)
    officer.sign_in(LEAD, PASSWORD)
    latency: dict[int, float] = {}
    for size in worlds.SIZES:
        path = f"/rounds/{measured.opened[size].round_id}/applications"
        latency[size] = _compare(bench, f"list of {size:,}, 50 a page", officer, path)
    small, large = worlds.SIZES
    print(f"{'list latency, large to small':44} ratio {latency[large] / latency[small]:.2f}  (must 1.2)")
    for size in worlds.SIZES:
        _compare(
            bench,
            f"an application's page, of {size:,}",
            officer,
            f"/rounds/{measured.opened[size].round_id}/applications/{measured.application[size]}",
        )


def _register(bench: Bench, urls: Urls, region: Region) -> None:
    officer = Visitor("127.0.0.1", bench.port)
    officer.sign_in(register.OFFICER, PASSWORD)

    def ask(path: str, name: str) -> tuple[int, float]:
        slug = f"register-{name.replace(' ', '-')}"
        _must(officer.get(path, X_Bench_Capture=slug), 200)
        statements = len(officer.get(f"/statements/{slug}")[1].splitlines())
        return statements, bench.cpu(lambda: _must(officer.get(path), 200))[1]

    register.report(urls, region, ask)


def _compare(bench: Bench, name: str, who: Visitor, path: str) -> float:
    slug = f"page-{abs(hash(path))}"
    status, _ = who.get(path, X_Bench_Capture=slug)
    assert status == 200, f"{path}: {status}"
    statements = len(who.get(f"/statements/{slug}")[1].splitlines())
    ours, latency = bench.cpu(lambda: _must(who.get(path), 200))
    bare, _ = bench.cpu(lambda: _must(who.get(f"/bare/{slug}"), 200))
    _row(name, ours, bare, statements, latency)
    return latency


def _writes(bench: Bench, measured: worlds.Measured) -> None:
    count = iter(range(10**9))
    writer = Visitor("127.0.0.1", bench.port)
    writer.sign_in(worlds.WRITER, PASSWORD)
    path = _group_path(writer, measured.draft)
    look, _ = bench.cpu(lambda: _must(writer.get(path), 200))

    def save(**headers: str) -> None:
        # The form says what its writer saw, so each save starts from the page; the look is taken off again below.
        fields = writer.form(path)
        for name in fields:
            if name.startswith("q-"):
                fields[name] = f"Words enough, {next(count)}."
        _must(writer.post(path, fields, **headers), 303)

    save(X_Bench_Capture="save")
    _write_row(bench, "save the answers of a page", "save", writer, save, less=look)

    sender = Visitor("127.0.0.1", bench.port)
    sender.sign_in(worlds.SENDER, PASSWORD)
    submit = f"/applications/{measured.draft}/declare-and-submit"
    form = sender.form(submit, "key")

    def send(**headers: str) -> None:
        _must(sender.post(submit, {**form, "declared": "y", "key": f"bench-{next(count):012}"}, **headers), 303)

    send(X_Bench_Capture="submit")
    _write_row(bench, "submit (sealing on our side only)", "submit", sender, send)
    seal = _sealing(measured)
    print(f"{'  of which sealing three envelopes':44} {seal:7.2f} ms")


def _sealing(_measured: worlds.Measured) -> float:
    """CPU milliseconds to seal three parts of the draft's size with three new keys."""
    from portal.core.sealing import digest, new_key, seal

    facts = {"round": "r", "applicant": "p", "version": 1}
    part = b"x" * 24_000
    start = time.process_time()
    for _ in range(200):
        digest({name: seal(part, new_key(), {**facts, "part": name}) for name in ("quality", "price", "documents")})
    return (time.process_time() - start) * 1000 / 200


def _group_path(writer: Visitor, draft: UUID) -> str:
    """A page of method statements."""
    _, tasks = writer.get(f"/applications/{draft}")
    for path in dict.fromkeys(re.findall(rf"/applications/{draft}/group/[\w-]+", tasks)):
        _, page = writer.get(path)
        if page.count("<textarea") >= 1:
            return str(path)
    raise LookupError("No page of the draft has method statements.")


def _write_row(bench: Bench, name: str, slug: str, who: Visitor, ask: Callable[[], None], *, less: float = 0) -> None:
    statements = len(who.get(f"/statements/{slug}")[1].splitlines())
    ours, latency = bench.cpu(ask)
    bare, _ = bench.cpu(lambda: _must(who.get(f"/bare/{slug}"), 200, 303))
    _row(name, ours - less, bare, statements, latency)


def _row_security(bench: Bench, measured: worlds.Measured, urls: Urls) -> None:
    officer = Visitor("127.0.0.1", bench.port)
    officer.sign_in(LEAD, PASSWORD)
    path = f"/rounds/{measured.opened[worlds.SIZES[1]].round_id}/applications"
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE rowsecurity"
            )
        ]
        spent = {"ENABLE": 0.0, "DISABLE": 0.0}
        # In turn, so that the machine's other work falls on both alike.
        for state in ("ENABLE", "DISABLE") * 4:
            for table in tables:
                connection.execute(f"ALTER TABLE {table} {state} ROW LEVEL SECURITY")  # type: ignore[call-overload]
            spent[state] += bench.cpu(lambda: _must(officer.get(path), 200))[0]
    print(f"{'row security on to off, list':44} ratio {spent['ENABLE'] / spent['DISABLE']:.2f}  (must 1.15)")


def _row(name: str, ours: float, bare: float, statements: int, latency: float) -> None:
    print(
        f"{name:44} ratio {ours / bare:.2f}  CPU {ours:6.2f} ms to {bare:6.2f} ms, {statements} statements, "
        f"latency {latency:.1f} ms"
    )


def _must(answer: tuple[int, str], *statuses: int) -> None:
    if answer[0] not in statuses:
        raise AssertionError(f"{answer[0]}: {answer[1][:2000]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The measured server did not start.")


if __name__ == "__main__":
    sys.exit(main())
