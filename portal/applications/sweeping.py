"""`portal documents`: files that were stored and never got their row, because the upload was cut short, are removed."""

from datetime import timedelta

import click
import psycopg

from portal.core import clock
from portal.core.documents import DocumentError, DocumentStore
from portal.core.ground import Ground
from portal.core.settings import settings
from portal.core.vaults import open_documents

WAIT = timedelta(days=1)
"""No upload takes so long: a file is on the disk before its row is committed."""


_KNOWN = "SELECT storage_key FROM applications.documents UNION ALL SELECT storage_key FROM decisions.attachments"


@click.group()
def documents() -> None:
    """The store of encrypted documents."""


@documents.command()
def sweep() -> None:
    """Remove stored files older than a day that no application and no decision knows, as the provisioner."""
    here = settings()
    try:
        removed = swept(Ground(here).admin_dsn, here.database_name, open_documents(here))
    except (DocumentError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(removed)} files removed.")


def swept(admin_dsn: str, database: str, store: DocumentStore) -> list[str]:
    """Sweep, and return the storage keys removed. What a submitted version or a removed row names is known, and stays.

    Raises ValueError for a database that names no document: more likely the wrong one than an empty one.
    """
    with psycopg.connect(admin_dsn, dbname=database) as connection:
        connection.execute("SET LOCAL ROLE portal_resolver")
        known = {str(row[0]) for row in connection.execute(_KNOWN)}
    if not known:
        raise ValueError("This database names no document, so nothing was swept. Check that it is the right one.")
    return store.sweep(known, clock.now() - WAIT)
