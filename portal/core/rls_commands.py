"""`portal check`: is a table open? The same question that serving asks before it answers anybody."""

import click
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from portal.core.catalogue import durability_problems, problems
from portal.core.ground import Ground
from portal.core.settings import settings
from portal.core.urls import sqlalchemy_url


class OpenDatabaseError(RuntimeError):
    """The database is not as the portal may rely on; the message names every door left open."""


def refuse_open_database(database_url: str) -> None:
    """Raise :class:`OpenDatabaseError` where a table is open, the server forgetful, or the clock set back."""
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        found = [*problems(connection), *durability_problems(connection), *_clock_problems(connection)]
    if found:
        raise OpenDatabaseError("The portal does not serve this database:\n" + "\n".join(f"- {p}" for p in found))


def _clock_problems(connection: Connection) -> list[str]:
    # The loader of the worked region sets the clock back and puts it right again; a crash between leaves it behind.
    shifted = connection.execute(text("SELECT app.now() < clock_timestamp() - interval '1 second'")).scalar()
    return ["The database's clock is set back: only the loader of the worked region may do that."] if shifted else []


@click.command()
def check() -> None:
    """Look for doors left open in the database; exit code 1 when there are any."""
    here = settings()
    url = here.app_url.get_secret_value() if here.app_url is not None else Ground(here).urls().app
    try:
        refuse_open_database(url)
    except OpenDatabaseError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Row security is in force on every table, and nothing reads round it.")
