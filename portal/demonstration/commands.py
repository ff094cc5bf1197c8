"""`portal worked-region`: the worked region in a database that is there and empty."""

import click
import psycopg

from portal.core.audit.trail import set_heads_aside
from portal.core.ground import Ground
from portal.core.provision import Urls
from portal.core.settings import settings
from portal.demonstration.step import StoryError
from portal.demonstration.story import play


@click.command("worked-region")
def worked_region() -> None:
    """Load the worked region into a migrated database that nobody has used (`portal run` does so by itself)."""
    here = settings()
    if not here.demonstration:
        raise click.ClickException("The worked region is invented: PORTAL_MODE=production does not load it.")
    ground = Ground(here)
    ground.up()
    urls = ground.urls()
    if _used(urls):
        raise click.ClickException("This database is in use already: the worked region needs an empty one.")
    # Heads that lie there witness another database's chain: this one has no line yet.
    set_heads_aside(here.heads_folder)
    try:
        play(here, urls)
    except StoryError as refusal:
        raise click.ClickException(
            f"{refusal}\nThe database now holds a part of the story: drop it before you try again."
        ) from refusal


def _used(urls: Urls) -> bool:
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET ROLE portal_resolver")
        row = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM tenants.organisations) OR EXISTS (SELECT 1 FROM audit.lines)"
        ).fetchone()
    return row is not None and bool(row[0])
