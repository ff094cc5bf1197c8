"""`portal keys`: create, look at, rotate, back up, restore, and practise the loss of the wrapping keys."""

import tempfile
from collections import Counter
from pathlib import Path

import click
import psycopg

from portal.applications.wrapping import Drill, drill, ids_in_use, ready_keys, rewrap_all
from portal.core.ground import Ground
from portal.core.sealing import Keyring, KeysMissing, Sealed, export_backup, restore_backup
from portal.core.settings import Settings, settings
from portal.core.vaults import open_keys

_passphrase = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file whose first line is the passphrase; without it you are asked.",
)


class _Foreseen(click.Group):
    """What was foreseen ends in a sentence and not in a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (KeysMissing, Sealed, ValueError, FileExistsError, TimeoutError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Foreseen)
def keys() -> None:
    """The keys that wrap the keys of sealed applications; they lie outside the database."""


@keys.command()
def create() -> None:
    """Make the keyring of a portal that has never sealed anything."""
    here = settings()
    ready_keys(here, Ground(here).urls())
    click.echo(f"The keyring is in {here.keys_folder}. Back it up now: portal keys backup <file>")


@keys.command()
def status() -> None:
    """Say which wrapping keys there are, and how many keys lie under each."""
    here = settings()
    with _keeper(here) as keeper:
        used = ids_in_use(keeper)
    held = open_keys(here)
    ids = held.ids if isinstance(held, Keyring) else tuple(used)
    current = held.current_id if isinstance(held, Keyring) else None
    for key_id in dict.fromkeys((*ids, *used)):
        note = " (current)" if key_id == current else "" if key_id in ids else " MISSING"
        click.echo(f"{key_id}: {used[key_id]} keys{note}")


@keys.command()
@click.option("--retire", is_flag=True, help="Remove the older wrapping keys once nothing lies under them.")
def rotate(*, retire: bool) -> None:
    """Make a new wrapping key and wrap every key under it, as the keeper. The portal may go on serving."""
    here = settings()
    held = open_keys(here)
    if isinstance(held, Keyring):
        click.echo(f"New wrapping key {held.rotate()}.")
    with _keeper(here) as keeper:
        click.echo(f"{rewrap_all(keeper, held)} keys wrapped anew.")
        used = ids_in_use(keeper)
    if isinstance(held, Keyring):
        if set(used) - {held.current_id}:
            raise click.ClickException("Some keys still lie under an older wrapping key. Run the command again.")
        for key_id in held.ids if retire else ():
            if key_id != held.current_id:
                held.retire(key_id)
                click.echo(
                    f"Retired {key_id}. Older backups of the database need a backup of the keyring that holds it."
                )
    click.echo("Back the keyring up again: portal keys backup <file>")


@keys.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@_passphrase
def backup(path: Path, passphrase_file: Path | None) -> None:
    """Write the keyring to a file under a passphrase. Keep it apart from the database's backups."""
    export_backup(Keyring.load(_folder(settings())), path, _secret(passphrase_file, confirm=True))
    click.echo(f"Written: {path}. Keep file and passphrase apart from each other and from the database's backups.")


@keys.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_passphrase
def restore(path: Path, passphrase_file: Path | None) -> None:
    """Put the keyring of a backup in its place, where there is none."""
    here = settings()
    restored = restore_backup(path, _secret(passphrase_file, confirm=False), here.keys_folder)
    click.echo(f"Restored {len(restored.ids)} wrapping keys to {here.keys_folder}. Now: portal keys drill")


@keys.command("drill")
@click.option(
    "--backup",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Practise with this backup instead of the keyring in use.",
)
@_passphrase
def drill_command(path: Path | None, passphrase_file: Path | None) -> None:
    """Practise the loss of the keyring: try every key in the database, and say which open. Exit code 1 if one does not."""
    here = settings()
    with _keeper(here) as keeper, tempfile.TemporaryDirectory(dir=_memory()) as folder:
        if path is None:
            found = drill(keeper, open_keys(here))
        else:
            restored = restore_backup(path, _secret(passphrase_file, confirm=False), Path(folder))
            found = drill(keeper, restored)
    click.echo(told(found, "the backup" if path else "the keyring in use"))
    click.get_current_context().exit(0 if found.whole else 1)


def told(found: Drill, source: str) -> str:
    """The outcome of a drill in words."""
    lines = [f"With {source}:", f"  {_by_part(found.opened)} open"]
    if found.lost:
        lines.append(f"  {_by_part(found.lost)} CANNOT be opened: wrapped under {', '.join(found.lost_ids)}, not held")
    if found.broken:
        lines.append(f"  {_by_part(found.broken)} CANNOT be opened: altered, or wrapped for something else")
    if found.whole:
        lines.append("Everything sealed can be read again.")
    else:
        lines.append(f"{found.applications_lost} applications are affected. Look for an older backup of the keyring.")
    return "\n".join(lines)


def _by_part(counted: Counter[str]) -> str:
    if not counted:
        return "0 keys"
    parts = ", ".join(f"{part} {counted[part]}" for part in sorted(counted))
    return f"{sum(counted.values())} keys ({parts})"


def _keeper(here: Settings) -> psycopg.Connection[tuple[object, ...]]:
    given = here.keeper_url
    return psycopg.connect(given.get_secret_value() if given else Ground(here).urls().keeper)


def _folder(here: Settings) -> Path:
    if here.key_service_url is not None:
        raise click.ClickException("The keys lie with the key service of this host: it makes its own backups.")
    return here.keys_folder


def _secret(path: Path | None, *, confirm: bool) -> str:
    if path is not None:
        return path.read_text("utf-8").split("\n", 1)[0].strip()
    secret: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)
    return secret


def _memory() -> Path | None:
    # A drill must not leave keys on a disk.
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made inside, readable by us alone
    return memory if memory.is_dir() else None
