"""The server itself: a release with the known holes in row security closed, and settings that keep what was promised."""

from collections.abc import Iterator

from sqlalchemy import Connection

from portal.core.catalogue.reading import rows

_OLDEST = {15: 19, 16: 15, 17: 11, 18: 5}
"""Minor release by major: the day on which CVE-2026-14666 (a cached plan outlives a change of role) was closed,

after CVE-2023-2455, 2023-39418, 2024-10976 and 2025-8713, each a way round row security.
"""
_KEEPING = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}


def version_problems(connection: Connection) -> Iterator[str]:
    """A server older than the fixes."""
    major, minor = divmod(int(_setting(connection, "server_version_num")), 10_000)
    if major < min(_OLDEST):
        yield f"PostgreSQL {major} is too old: the portal needs {min(_OLDEST)} or newer."
    elif minor < _OLDEST.get(major, 0):
        yield f"PostgreSQL {major}.{minor} has known holes in row security: update it to {major}.{_OLDEST[major]} or newer."


def durability_problems(connection: Connection) -> Iterator[str]:
    """Settings under which a receipt could be shown for an application that a power cut then loses. Asked at start-up only."""
    for name, wanted in _KEEPING.items():
        if (found := _setting(connection, name)) not in wanted:
            yield f"{name} is {found}: what was acknowledged could be lost. Set it to {wanted[0]}."


def _setting(connection: Connection, name: str) -> str:
    return str(next(rows(connection, f"SELECT current_setting('{name}')"))[0])
