"""The database server under this host: the embedded one, or the one that was set."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.embedded import Cluster
from portal.core.places import data_folder
from portal.core.provision import Urls, drop_database, known_urls, provision
from portal.core.settings import Settings


@dataclass(frozen=True)
class Ground:
    """One host's server and the name of the portal's database on it."""

    settings: Settings

    @property
    def cluster(self) -> Cluster | None:
        """The embedded cluster, or None where ``PORTAL_DATABASE_URL`` names a server."""
        return None if self.settings.database_url else Cluster(self.settings.data_dir / "postgres")

    @property
    def admin_dsn(self) -> str:
        """The provisioner's login. Raises :class:`~portal.core.embedded.ClusterError` before the first start."""
        if self.settings.database_url:
            return self.settings.database_url.get_secret_value()
        return Cluster(self.settings.data_dir / "postgres").url()

    def up(self) -> bool:
        """Start the embedded cluster; True when this call started it, so that the caller may stop it."""
        data_folder(self.settings.data_dir)
        return self.cluster is not None and self.cluster.up()

    def down(self) -> None:
        """Stop the embedded cluster; another server is never stopped by us."""
        if self.cluster is not None:
            self.cluster.down()

    def provision(self) -> Urls:
        """Make roles and database where missing."""
        return provision(self.admin_dsn, self.settings.database_name, self.settings.data_dir)

    def urls(self) -> Urls:
        """The addresses of the database as it was provisioned; nothing is changed."""
        return known_urls(self.admin_dsn, self.settings.database_name, self.settings.data_dir)

    def drop(self) -> None:
        """Drop the portal's database, with all that is in it."""
        drop_database(self.admin_dsn, self.settings.database_name)
