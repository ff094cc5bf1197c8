"""`portal audit`: prove the trail, as the keeper, against the heads kept outside the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg

from portal.activity.proof import Checked, Heads, Verdict, prove, read_heads
from portal.core.ground import Ground
from portal.core.settings import Settings, settings

_CHECK = "SELECT n, previous, hash, expected FROM app.audit_check()"


@click.group()
def audit() -> None:
    """The audit trail: is it whole, and as it was written?"""


@audit.command()
def verify() -> None:
    """Prove every line, its place and the end of the chain; exit code 1 and a sentence for each fault."""
    here = settings()
    heads = read_heads(here.heads_folder)  # before the lines: what is written meanwhile is no cut tail
    with _keeper(here) as url:
        verdict = check(url, heads)
    for note in verdict.notes:
        click.echo(f"Note: {note}")
    if verdict.faults:
        for fault in verdict.faults:
            click.echo(fault)
        raise click.ClickException(f"The trail does not hold: {len(verdict.faults)} faults in {verdict.lines:,} lines.")
    click.echo(f"The trail holds: {verdict.lines:,} lines, the last witnessed outside is line {verdict.witnessed:,}.")
    click.echo(f"Head: {verdict.last} {verdict.head}")


@audit.command("heads")
def show_heads() -> None:
    """Show the newest heads kept outside the database, and where."""
    here = settings()
    heads = read_heads(here.heads_folder)
    click.echo(f"Kept in {Path(here.heads_folder)}")
    for n in sorted(heads.by_line if heads else (), reverse=True)[:10]:
        assert heads is not None
        click.echo(f"{n} {heads.by_line[n]}")


def check(keeper_url: str, heads: Heads | None) -> Verdict:
    """Read the lines as the keeper, a thousand at a time, and prove them."""
    with psycopg.connect(keeper_url) as connection, connection.cursor("lines") as cursor:
        cursor.itersize = 1000
        cursor.execute(_CHECK)
        return prove((Checked(n, bytes(p), bytes(h), bytes(e)) for n, p, h, e in cursor), heads)


@contextmanager
def _keeper(here: Settings) -> Iterator[str]:
    # The embedded database is stopped again only if it was started for this.
    if here.keeper_url is not None:
        yield here.keeper_url.get_secret_value()
        return
    ground = Ground(here)
    started = ground.up()
    try:
        yield ground.urls().keeper
    finally:
        if started:
            ground.down()
