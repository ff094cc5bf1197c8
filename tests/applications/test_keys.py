"""The wrapping keys: made once, never silently anew, rotated by the keeper, lost in a drill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from portal.applications import commands, reading
from portal.applications.wrapping import drill, ids_in_use, ready_keys, rewrap_all
from portal.core.provision import Urls
from portal.core.sealing import Keyring, KeysMissing
from portal.core.settings import Settings
from tests.support.applying import OpenRound
from tests.support.region import acting


def test_keyring_is_made_at_the_first_start_and_kept(fresh_urls: Urls, tmp_path: Path) -> None:
    here = Settings(data_dir=tmp_path)
    first = ready_keys(here, fresh_urls)
    second = ready_keys(here, fresh_urls)
    assert isinstance(first, Keyring)
    assert isinstance(second, Keyring)
    assert first.current_id == second.current_id


def test_start_is_refused_when_sealed_keys_exist_and_the_ring_does_not(
    open_round: Callable[..., OpenRound], urls: Urls, tmp_path: Path
) -> None:
    open_round().begin("writer@alder.example")
    empty = Settings(data_dir=tmp_path / "empty")
    with pytest.raises(KeysMissing, match="cannot be opened without it"):
        ready_keys(empty, urls)
    assert not (empty.keys_folder / "keyring.json").exists()
    other = Settings(data_dir=tmp_path / "other")
    Keyring.create(other.keys_folder)
    with pytest.raises(KeysMissing, match="lacks "):
        ready_keys(other, urls)


def test_rotation_rewraps_as_the_keeper_and_everything_is_still_read(
    app: Flask, open_round: Callable[..., OpenRound], urls: Urls
) -> None:
    made, _ = open_round().complete("alder", "foster")
    ring = app.extensions["keys"]
    old = ring.current_id
    ring.rotate()
    with psycopg.connect(urls.keeper) as keeper:
        assert rewrap_all(keeper, ring) >= 4
        assert set(ids_in_use(keeper)) == {ring.current_id}
        assert rewrap_all(keeper, ring) == 0
        assert drill(keeper, ring).whole
    ring.retire(old)
    with acting(app, "writer@alder.example") as (session, _):
        assert reading.read_part(session, ring, application_id=made, part="price")


def test_keeper_reads_keys_and_no_content(urls: Urls) -> None:
    for table in ("envelopes", "answers", "documents", "submissions", "applications"):
        with psycopg.connect(urls.keeper) as keeper, pytest.raises(psycopg.errors.InsufficientPrivilege):
            keeper.execute(f"SELECT * FROM applications.{table}")


def test_drill_says_what_a_lost_ring_takes_with_it(
    app: Flask, open_round: Callable[..., OpenRound], urls: Urls, tmp_path: Path
) -> None:
    open_round().begin("writer@birch.example")
    with psycopg.connect(urls.keeper) as keeper:
        found = drill(keeper, Keyring.create(tmp_path / "new"))
        assert found.opened.total() == 0
        assert found.lost["draft"] >= 1
        assert found.applications_lost >= 1
        # A row that was altered, or moved to another application, is named apart from a lost key.
        row = keeper.execute("SELECT id, wrapped FROM applications.seal_keys WHERE part = 'draft' LIMIT 1").fetchone()
        assert row is not None
        altered = bytes(row[1])[:-1] + bytes([bytes(row[1])[-1] ^ 1])
        keeper.execute("UPDATE applications.seal_keys SET wrapped = %s WHERE id = %s", (altered, row[0]))
        assert drill(keeper, app.extensions["keys"]).broken == {"draft": 1}
        keeper.rollback()


def test_commands_back_up_restore_and_drill(
    open_round: Callable[..., OpenRound],
    urls: Urls,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_round().begin("writer@cedar.example")
    secret = tmp_path / "passphrase"
    secret.write_text("a passphrase that is long\n")
    copy = tmp_path / "keyring.backup"
    here = settings.model_copy(update={"keeper_url": urls.keeper and _secret(urls.keeper)})
    monkeypatch.setattr(commands, "settings", lambda: here)
    run = CliRunner().invoke

    def said(*arguments: str, code: int = 0) -> str:
        result = run(commands.keys, list(arguments))
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    assert "Written" in said("backup", str(copy), "--passphrase-file", str(secret))
    assert "Everything sealed can be read again" in said(
        "drill", "--backup", str(copy), "--passphrase-file", str(secret)
    )
    before = said("rotate")
    assert "keys wrapped anew" in before
    # The backup is older than the rotation now: the drill finds that out before a disk does.
    outcome = said("drill", "--backup", str(copy), "--passphrase-file", str(secret), code=1)
    assert "CANNOT be opened" in outcome
    assert "(current)" in said("status")
    assert "already is a keyring" in said("restore", str(copy), "--passphrase-file", str(secret), code=1)


def _secret(value: str) -> object:
    from pydantic import SecretStr

    return SecretStr(value)
