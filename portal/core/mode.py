"""The database knows whether this is a demonstration, so that no process alone can make it one."""

import psycopg

from portal.core.provision import Urls


def declare_mode(urls: Urls, *, demonstration: bool) -> None:
    """Written by the provisioner at every start; the application can only ask. A production start shuts the page of mails."""
    with psycopg.connect(urls.owner) as connection:
        connection.execute(
            "UPDATE app.mode SET demonstration = %s WHERE demonstration <> %s", (demonstration, demonstration)
        )
