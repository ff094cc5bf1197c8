"""The server's own settings, written anew at every start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_FILE = "portal.conf"


def write_configuration(data: Path, socket_folder: Path, options: Mapping[str, str]) -> None:
    """Write the settings file and see that the server reads it.

    ``options`` are PostgreSQL settings by name; they win over ours. Written to a file and not given on the
    command line because paths with spaces or quotes survive only here.
    """
    wanted = {
        "listen_addresses": "",
        "unix_socket_directories": _socket_list(socket_folder),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Values given to statements can be answers, prices and passwords: they stay out of the log.
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        **options,
    }
    lines = [f"{name} = '{_quoted(value)}'\n" for name, value in wanted.items()]
    (data / _FILE).write_text("".join(lines))
    main = data / "postgresql.conf"
    include = f"include = '{_FILE}'\n"
    text = main.read_text()
    if include not in text:
        main.write_text(f"{text.rstrip()}\n\n{include}")


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _socket_list(folder: Path) -> str:
    # The setting is a list; a name with a space or comma in it needs its own quotes.
    return '"' + str(folder).replace('"', '""') + '"'
