"""`portal worked-region`: the worked region in a database that is there and empty."""

import click
import psycopg

from portal.core.ground import Ground
from portal.core.provision import Urls
from portal.core.settings import settings
from portal.demonstration.stage import StoryError
from portal.demonstration.story import play


@click.command("worked-region")
def worked_region() -> None:
    """Load the worked region into a migrated database without organisations (`portal run` does so by itself)."""
    here = settings()
    if not here.demonstration:
        raise click.ClickException("The worked region is invented: PORTAL_MODE=production does not load it.")
    ground = Ground(here)
    ground.up()
    urls = ground.urls()
    if _founded(urls):
        raise click.ClickException(
            "There are organisations in this database already: the worked region needs an empty one."
        )
    try:
        play(here, urls)
    except StoryError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _founded(urls: Urls) -> bool:
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET ROLE portal_resolver")
        row = connection.execute("SELECT EXISTS (SELECT 1 FROM tenants.organisations)").fetchone()
    return row is not None and bool(row[0])
