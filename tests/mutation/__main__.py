"""`python -m tests.mutation [--sample N] [--only WORDS]`: how many loosened things were noticed, and which were not."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psycopg

from portal.app import create_app
from portal.core.embedded import Cluster
from portal.core.places import data_folder
from portal.core.provision import drop_database, migrate, provision
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from tests.census.matrix import Matrix, wrong_classes
from tests.census.test_routes import secret_of
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.routes import Guard, guards, noticed
from tests.mutation.trying import Trial
from tests.support.database import _FAST, _test_folder
from tests.support.region import dispose
from tests.support.world import build_world

say = click.echo


def main() -> int:
    """The exit code: 0 when everything was noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, help="try only so many, chosen by a fixed seed")
    parser.add_argument("--only", help="try only mutants whose kind or name holds these words")
    chosen = parser.parse_args()
    folder = data_folder(_test_folder() / "mutation")
    cluster = Cluster(folder / "postgres", _FAST)
    cluster.up()
    try:
        drop_database(cluster.url(), "mutation")
        urls = provision(cluster.url(), "mutation", folder)
        migrate(urls)
        trial = Trial(build_world(urls))
        if red := trial.green():
            say("\n  ".join(["Red before anything was loosened:", *red]))
            return 2
        with psycopg.connect(urls.admin) as connection:
            found = [m for m in mutants(connection) if not chosen.only or chosen.only in f"{m.kind} {m.name}"]
        kept = [g for g in guards() if not chosen.only or chosen.only in f"route guard {g.endpoint}"]
        if chosen.sample:
            found = random.Random(7).sample(found, min(chosen.sample, len(found)))
            kept = random.Random(7).sample(kept, min(chosen.sample, len(kept)))
        held = report_guards(cluster, folder, kept)
        return 0 if report(trial, found) and held else 1
    finally:
        cluster.down("immediate")


def report_guards(cluster: Cluster, folder: Path, kept: list[Guard]) -> bool:
    """The same for the guards of pages, on a world of their own, since forms are really sent; True when nothing lived."""
    drop_database(cluster.url(), "mutation_pages")
    urls = provision(cluster.url(), "mutation_pages", folder)
    migrate(urls)
    started = time.monotonic()
    with TemporaryDirectory() as place:
        settings = Settings(data_dir=Path(place))
        Keyring.create(settings.keys_folder)
        app = create_app(settings, urls.app)
        app.testing = True
        matrix = Matrix(app, build_world(urls, secret_of(app)))
        if red := list(wrong_classes(matrix)):
            say("\n  ".join(["Red before any guard was loosened:", *red]))
            return False
        alive = [guard for guard in kept if noticed(matrix, guard) is None]
        dispose(app)
    for guard in alive:
        say(f"LIVES route guard: {guard.endpoint} {guard.how}")
    say(f"route guard: {len(kept) - len(alive)} killed of {len(kept)} tried; {time.monotonic() - started:.0f} s")
    return not alive


def report(trial: Trial, found: list[Mutant]) -> bool:
    """Try them, print what lived and the figures by kind; True when nothing lived."""
    tried: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    broken = 0
    started = time.monotonic()
    for number, mutant in enumerate(found, start=1):
        try:
            by = trial.killed_by(mutant)
        except psycopg.Error as error:
            broken += 1
            why = str(error).partition("\n")[0]
            say(f"not tried, cannot be written so: {mutant.kind}: {mutant.name}: {why}")
            continue
        tried[mutant.kind] += 1
        killed[mutant.kind] += by is not None
        if by is None:
            say(f"LIVES {mutant.kind}: {mutant.name}")
        if number % 200 == 0:
            say(f"  … {number} of {len(found)} after {time.monotonic() - started:.0f} s")
    for kind in tried:
        say(f"{kind}: {killed[kind]} killed of {tried[kind]} tried")
    say(
        f"All: {killed.total()} killed of {tried.total()} tried; {broken} could not be written; {time.monotonic() - started:.0f} s"
    )
    return killed.total() == tried.total()


if __name__ == "__main__":
    sys.exit(main())
