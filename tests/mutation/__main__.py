"""`python -m tests.mutation [--sample N] [--only WORDS]`: how many loosened things were noticed, and which were not."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

import click
import psycopg

from portal.core.embedded import Cluster
from portal.core.places import data_folder
from portal.core.provision import drop_database, migrate, provision
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trying import Trial
from tests.support.database import _FAST, _test_folder
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
        if chosen.sample:
            found = random.Random(7).sample(found, min(chosen.sample, len(found)))
        return 0 if report(trial, found) else 1
    finally:
        cluster.down("immediate")


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
