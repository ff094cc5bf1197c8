"""The commands of the portal: ``python -m portal --help``."""

from __future__ import annotations

from typing import Any

import click

from portal.core.embedded import ClusterError
from portal.core.embedded.binaries import NoBinariesError
from portal.core.ground import Ground
from portal.core.hooks import hook
from portal.core.logs import configure_foreign_logs
from portal.core.mode import declare_mode
from portal.core.provision import ProvisionError, migrate
from portal.core.sealing.errors import KeysMissing
from portal.core.settings import Settings, SettingsError, settings
from portal.core.supervisor import end_with_parent
from portal.run import run
from portal.serve import AddressInUseError, serve

LAZY = {
    "worked-region": "portal.demonstration.commands:worked_region",
    "audit": "portal.activity.commands:audit",
    "states": "portal.core.workflow_commands:states",
    "keys": "portal.applications.commands:keys",
    "documents": "portal.applications.sweeping:documents",
    "check": "portal.core.rls_commands:check",
}
"""Commands of other parts of the house, imported when they are asked for."""

_FORESEEN = (SettingsError, ProvisionError, ClusterError, NoBinariesError, AddressInUseError, KeysMissing)


class _Commands(click.Group):
    """Our commands and the lazy ones; what was foreseen ends in a sentence and not in a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(name for name in LAZY if hook(LAZY[name]) is not None)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None and cmd_name in LAZY:
            found = hook(LAZY[cmd_name])
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except _FORESEEN as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands)
def portal() -> None:
    """The regional consortium portal."""


@portal.command()
def up() -> None:
    """Start the embedded database and leave it running."""
    ground = Ground(settings())
    started = ground.up()
    if ground.cluster is None:
        click.echo("PORTAL_DATABASE_URL names a server: there is nothing to start.")
    else:
        click.echo(f"{'Started' if started else 'Running already'}: {ground.cluster.root}")


@portal.group()
def db() -> None:
    """The embedded database."""


@db.command()
def stop() -> None:
    """Stop the embedded database."""
    Ground(settings()).down()


@db.command()
def status() -> None:
    """Say whether the database answers; exit code 1 when it does not."""
    cluster = Ground(settings()).cluster
    if cluster is None:
        click.echo("PORTAL_DATABASE_URL names a server.")
        return
    running = cluster.running()
    click.echo(f"{cluster.root}: {'running' if running else 'stopped'}")
    click.get_current_context().exit(0 if running else 1)


@portal.command()
def provision() -> None:
    """Make the roles and the database where they are missing."""
    ground = Ground(settings())
    ground.up()
    made = ground.provision().created
    click.echo(f"Database {ground.settings.database_name} {'made' if made else 'was there'}; roles and rights are set.")


@portal.command("migrate")
def migrate_command() -> None:
    """Bring the tables up to date."""
    here = settings()
    urls = Ground(here).urls()
    migrate(urls)
    declare_mode(urls, demonstration=here.demonstration)


@portal.command("serve")
@click.option("--supervised", is_flag=True, hidden=True, help="End when the process that started us ends.")
def serve_command(*, supervised: bool) -> None:
    """Serve the pages as the application's role."""
    if supervised:
        end_with_parent()
    configure_foreign_logs()
    here = settings()
    serve(_needed("portal.app:create_app")(here, _login(here, "app")), here)


@portal.command()
@click.option("--supervised", is_flag=True, hidden=True, help="End when the process that started us ends.")
def worker(*, supervised: bool) -> None:
    """Work on jobs as the worker's role."""
    if supervised:
        end_with_parent()
    configure_foreign_logs()
    here = settings()
    _needed("portal.core.jobs:run_worker")(here, _login(here, "worker"))


@portal.command("run")
def run_command() -> None:
    """All of it: database, migrations, the worked region, worker and web server."""
    click.get_current_context().exit(run(settings()))


def _login(here: Settings, role: str) -> str:
    given = {"app": here.app_url, "worker": here.worker_url}[role]
    if given is not None:
        return given.get_secret_value()
    urls = Ground(here).urls()
    return {"app": urls.app, "worker": urls.worker}[role]


def _needed(path: str) -> Any:
    found = hook(path)
    if found is None:
        raise click.ClickException(f"{path} is missing from this checkout.")
    return found
