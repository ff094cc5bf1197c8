"""``make run``: from nothing to a served portal, and back."""

from __future__ import annotations

import os
import socket
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import click

from portal.core.audit.trail import set_heads_aside
from portal.core.ground import Ground
from portal.core.hooks import hook
from portal.core.mode import declare_mode
from portal.core.places import CHECKOUT
from portal.core.provision import Urls, migrate
from portal.core.settings import Settings
from portal.core.supervisor import Child, Stopped, stoppable, supervise
from portal.serve import AddressInUseError

_ACCOUNTS = CHECKOUT / "config" / "demo" / "accounts.toml"
_LOADER = "portal.demonstration:load_worked_region"
_FOR_THE_PROVISIONER = ("PORTAL_DATABASE_URL", "PORTAL_APP_URL", "PORTAL_WORKER_URL", "PORTAL_KEEPER_URL")
_READY_SECONDS = 60.0


def run(settings: Settings) -> int:
    """Serve until stopped; the exit code of the web server, 0 when somebody asked us to stop.

    The embedded database is stopped at the end only when it was started here.
    """
    _refuse_taken_port(settings)
    ground, ours = Ground(settings), False
    try:
        with stoppable():
            ours = ground.up()
            click.echo(f"Data is kept in {settings.data_dir}")
            urls = ready_database(ground, click.echo)
            return supervise(_children(settings, urls), lambda: _announce(settings), click.echo)
    except Stopped:
        click.echo("Stopped.")
        return 0
    finally:
        if ours:
            ground.down()


def ready_database(ground: Ground, say: Callable[[str], None]) -> Urls:
    """Make, migrate and, where this made it and mode allows, fill the database.

    A mark in the data folder says that filling has begun. When it is found, the last run was cut short: the
    database was never served, so it is dropped and made again.
    """
    mark = ground.settings.data_dir / "worked-region.unfinished"
    if mark.exists():
        say("The worked region was not finished last time: starting over.")
        ground.drop()
        mark.unlink()
    urls = ground.provision()
    if urls.created:
        set_heads_aside(ground.settings.heads_folder)
    load = hook(_LOADER) if urls.created and ground.settings.demonstration else None
    if load is not None:
        mark.touch()
    migrate(urls)
    declare_mode(urls, demonstration=ground.settings.demonstration)
    # Before anything is sealed, and before anything is served that could not be opened.
    _ready_keys()(ground.settings, urls)
    if load is not None:
        say("Loading the worked region (once).")
        load(ground.settings, urls)
        mark.unlink()
    return urls


def _ready_keys() -> Callable[[Settings, Urls], object]:
    from portal.applications.wrapping import ready_keys

    return ready_keys


def _children(settings: Settings, urls: Urls) -> list[Child]:
    # Each process is told its own login and no other; the provisioner's stays here.
    base = {name: value for name, value in os.environ.items() if name not in _FOR_THE_PROVISIONER}
    base["PORTAL_DATA_DIR"] = str(settings.data_dir.resolve())
    return [
        Child("The web server", _command("serve"), base | {"PORTAL_APP_URL": urls.app}, essential=True),
        Child("The worker", _command("worker"), base | {"PORTAL_WORKER_URL": urls.worker}, essential=False),
    ]


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "portal", name, "--supervised"]


def _refuse_taken_port(settings: Settings) -> None:
    # Said before a minute of work, not after it.
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise AddressInUseError(
                f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}): choose another with PORT."
            ) from error


def _announce(settings: Settings) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((settings.host, settings.port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    else:
        click.echo("The web server is slow to start; its messages are above.")
        return
    if settings.demonstration and _ACCOUNTS.exists():
        click.echo("\n".join(accounts_table(_ACCOUNTS)))
    click.echo(f"Serving on {settings.address} (Ctrl-C stops it)")


def accounts_table(path: Path) -> list[str]:
    """The demonstration's accounts as lines of text, one password said once when all share it."""
    accounts = tomllib.loads(path.read_text())["accounts"]
    passwords = {account["password"] for account in accounts}
    shared = passwords.pop() if len(passwords) == 1 else None
    width = max(len(account["email"]) for account in accounts)
    heading = f"Accounts of the demonstration (password: {shared}):" if shared else "Accounts of the demonstration:"
    lines = [heading]
    for account in accounts:
        own = "" if shared else f"  password: {account['password']}"
        lines.append(f"  {account['email']:<{width}}  {account['name']}{own}")
    return lines
