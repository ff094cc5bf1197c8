"""Wrapped keys as the keeper handles them: re-wrapped on rotation, counted in a drill, content never read.

The keeper's role sees the rows of `seal_keys` and may write their `wrapped` alone; it has no grant on envelopes or answers.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection

from portal.applications.sealing import draft_facts, version_facts
from portal.core.applicants import ROOT
from portal.core.provision import Urls
from portal.core.sealing import Associated, KeyLost, Keyring, KeyService, KeysMissing, SealBroken, key_id_of
from portal.core.settings import Settings
from portal.core.vaults import open_keys
from portal.decisions.actions.evidence import key_facts

_BATCH = 500
_PATIENCE = 90.0
"""Seconds that rotation waits for transactions which began before it; longer than any of ours may last."""

Keeper = Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Wrapped:
    """One row: which key, for what, wrapped under which."""

    id: UUID
    application_id: UUID
    round_id: UUID
    applicant_id: UUID
    part: str
    version: int | None
    wrapped: bytes

    @property
    def facts(self) -> Associated:
        """What the key was wrapped for."""
        if self.version is None:
            return draft_facts(self.application_id)
        return version_facts(self.round_id, self.applicant_id, self.version, self.part)


@dataclass(frozen=True)
class WrappedFile:
    """The key of one file that a council attached to its decision."""

    id: UUID
    attachment_id: UUID
    wrapped: bytes

    @property
    def facts(self) -> Associated:
        """What the key was wrapped for."""
        return key_facts(self.attachment_id)


@dataclass(frozen=True)
class Drill:
    """What a set of wrapping keys can do for the keys in the database. Counts are of rows, by part."""

    opened: Counter[str]
    lost: Counter[str]
    broken: Counter[str]
    lost_ids: tuple[str, ...]
    applications_lost: int

    @property
    def whole(self) -> bool:
        """Whether every key opens."""
        return not self.lost and not self.broken


def ready_keys(settings: Settings, urls: Urls) -> KeyService:
    """The key service, with a keyring made at the very first start.

    Raises KeysMissing when keys in the database were wrapped under keys that are not here: a new keyring would hide
    that they are lost.
    """
    with psycopg.connect(urls.keeper) as keeper:
        used = _uses(keeper)
    if settings.key_service_url is None and not used and not (settings.keys_folder / "keyring.json").exists():
        Keyring.create(settings.keys_folder)
    try:
        found = open_keys(settings)
    except KeysMissing as missing:
        count = sum(use.keys for use in used)
        raise KeysMissing(f"{missing} {count} keys in the database cannot be opened without it.") from None
    absent = [use for use in used if isinstance(found, Keyring) and use.key_id not in found.ids]
    # One provider's rows alone may be its own mischief, and must not keep everybody else from being served.
    if absent and (len(absent) == len(used) or any(use.providers > 1 for use in absent)):
        raise KeysMissing(
            f"The keyring in {settings.keys_folder} lacks {', '.join(use.key_id for use in absent)}, under which "
            f"{sum(use.keys for use in absent)} keys in the database are wrapped. Restore the keyring's backup with "
            "`portal keys restore`; `portal keys drill` says what is affected."
        )
    return found


@dataclass(frozen=True)
class Use:
    """How many keys, of how many providers, lie under one wrapping key."""

    key_id: str
    keys: int
    providers: int


def _uses(keeper: Keeper) -> list[Use]:
    # The name stands after the mark, in the clear: see `key_id_of`.
    rows = keeper.execute(
        "SELECT substr(wrapped, 1, 12), count(*), count(DISTINCT applicant_id) FROM applications.seal_keys"
        " GROUP BY 1 ORDER BY 1"
    ).fetchall()
    # A council's own records are nobody's mischief: counted as two providers' keys, as is the root.
    rows += keeper.execute(
        "SELECT substr(wrapped, 1, 12), count(*), 2 FROM decisions.attachment_keys GROUP BY 1 ORDER BY 1"
    )
    root = _root(keeper)
    if root is not None:
        # It belongs to nobody alone: counted as two providers' key, since all pseudonyms hang on it.
        rows.append((root[:12], 1, 2))
    return [Use(_named(bytes(mark)), int(keys), int(providers)) for mark, keys, providers in rows]


def _named(wrapped: bytes) -> str:
    try:
        return key_id_of(wrapped)
    except SealBroken:
        return "unreadable"


def _root(keeper: Keeper) -> bytes | None:
    row = keeper.execute("SELECT app.applicant_root(NULL)").fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def ids_in_use(keeper: Keeper) -> Counter[str]:
    """Names of wrapping keys that the database's rows need, with how many rows."""
    found: Counter[str] = Counter()
    for use in _uses(keeper):
        found[use.key_id] += use.keys
    return found


def drill(keeper: Keeper, keys: KeyService) -> Drill:
    """Try every key in the database, and say which open. Nothing is written, no content is read."""
    opened: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    lost_ids: set[str] = set()
    applications: set[UUID] = set()

    def attempt(wrapped: bytes, facts: Associated, part: str, *whose: UUID) -> None:
        try:
            keys.unwrap(wrapped, facts)
        except KeyLost as error:
            lost[part] += 1
            lost_ids.add(error.key_id)
            applications.update(whose)
        except SealBroken:
            broken[part] += 1
            applications.update(whose)
        else:
            opened[part] += 1

    root = _root(keeper)
    if root is not None:
        attempt(root, ROOT, "applicants")
    for row in _rows(keeper):
        attempt(row.wrapped, row.facts, row.part, row.application_id)
    for files in _file_batches(keeper):
        for file in files:
            attempt(file.wrapped, file.facts, "attachment")
    return Drill(opened, lost, broken, tuple(sorted(lost_ids)), len(applications))


def rewrap_all(keeper: Keeper, keys: KeyService) -> int:
    """Wrap every key under the current one; returns how many were changed. May be repeated and interrupted.

    Raises KeyLost, SealBroken; what was done before stays done.
    """
    mark = keeper.execute("SELECT pg_current_xact_id()::text::numeric").fetchone()
    keeper.commit()
    changed = _rewrap(keeper, keys)
    _wait_for_older(keeper, mark[0] if mark else 0)
    # Keys wrapped by transactions that had begun before the rotation became visible only now.
    return changed + _rewrap(keeper, keys)


def _rewrap(keeper: Keeper, keys: KeyService) -> int:
    changed = 0
    root = _root(keeper)
    if root is not None and not keys.is_current(root):
        keeper.execute("SELECT app.rewrap_applicant_root(%s, %s)", (root, keys.rewrap(root, ROOT)))
        keeper.commit()
        changed += 1
    for batch in _batches(keeper):
        changed += _write(
            keeper, keys, batch, "UPDATE applications.seal_keys SET wrapped = %s WHERE id = %s AND wrapped = %s"
        )
    for files in _file_batches(keeper):
        changed += _write(
            keeper, keys, files, "UPDATE decisions.attachment_keys SET wrapped = %s WHERE id = %s AND wrapped = %s"
        )
    return changed


def _write(keeper: Keeper, keys: KeyService, rows: Sequence[Wrapped | WrappedFile], statement: LiteralString) -> int:
    stale = [
        (keys.rewrap(row.wrapped, row.facts), row.id, row.wrapped) for row in rows if not keys.is_current(row.wrapped)
    ]
    if stale:
        with keeper.cursor() as cursor:
            cursor.executemany(statement, stale)
    keeper.commit()
    return len(stale)


def _wait_for_older(keeper: Keeper, mark: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        row = keeper.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::numeric").fetchone()
        keeper.commit()
        if row is not None and row[0] > mark:
            return
        time.sleep(0.2)
    raise TimeoutError("A transaction that began before the rotation is still open. Run the command again in a minute.")


def _rows(keeper: Keeper) -> Iterator[Wrapped]:
    for batch in _batches(keeper):
        yield from batch


def _batches(keeper: Keeper) -> Iterator[list[Wrapped]]:
    last = UUID(int=0)
    while True:
        rows = keeper.execute(
            "SELECT id, application_id, round_id, applicant_id, part, version, wrapped FROM applications.seal_keys"
            " WHERE id > %s ORDER BY id LIMIT %s",
            (last, _BATCH),
        ).fetchall()
        if not rows:
            return
        batch = [
            Wrapped(id_, application, round_, applicant, part, version, bytes(wrapped))
            for id_, application, round_, applicant, part, version, wrapped in rows
        ]
        last = batch[-1].id
        yield batch


def _file_batches(keeper: Keeper) -> Iterator[list[WrappedFile]]:
    last = UUID(int=0)
    while True:
        rows = keeper.execute(
            "SELECT id, attachment_id, wrapped FROM decisions.attachment_keys WHERE id > %s ORDER BY id LIMIT %s",
            (last, _BATCH),
        ).fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield [WrappedFile(id_, attachment, bytes(wrapped)) for id_, attachment, wrapped in rows]
