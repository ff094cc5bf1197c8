"""Settings: a plain sentence for each mistake, and secrets that are made once."""

from __future__ import annotations

import re
import stat
import threading
from pathlib import Path

import pytest

from portal.core.places import CHECKOUT
from portal.core.settings import Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("PORTAL_") or name == "PORT":
            monkeypatch.delenv(name)


def test_nothing_need_be_set() -> None:
    here = read_settings()
    assert (here.mode, here.port, here.address) == ("demonstration", 8000, "http://127.0.0.1:8000")
    assert here.smtp_configured is False


def test_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "")
    assert read_settings().database_url is None


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "many"}, "PORT: Input should be a valid integer"),
        ({"PORT": "70000"}, "PORT: Input should be less than or equal to 65535"),
        ({"PORTAL_MODE": "live"}, "PORTAL_MODE: Input should be 'demonstration' or 'production'"),
        ({"PORTAL_DATABSE_URL": "x"}, "Did you mean PORTAL_DATABASE_URL?"),
        ({"PORTAL_SMTP_HOST": "mail"}, "PORTAL_SMTP_HOST needs PORTAL_SMTP_SENDER"),
        ({"PORTAL_DOCUMENTS_URL": "ftp://x"}, "PORTAL_DOCUMENTS_URL has the form s3://bucket/prefix"),
        ({"PORTAL_CLAMD_SOCKET": "clamd.ctl"}, "PORTAL_CLAMD_SOCKET is the whole path of a socket"),
        ({"PORTAL_MODE": "production"}, "PORTAL_MODE=production needs PORTAL_BASE_URL"),
        ({"PORTAL_DATABASE_NAME": "x; DROP"}, "PORTAL_DATABASE_NAME: String should match pattern"),
    ],
)
def test_mistake_is_said_in_words(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], sentence: str) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        read_settings()


def test_wrong_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SMTP_PORT", "hunter2")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "hunter2" not in str(caught.value)


def test_passwords_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://u:hunter2@/x")
    assert "hunter2" not in repr(read_settings())


def test_secret_is_made_once_and_ours_alone(tmp_path: Path) -> None:
    here = Settings(data_dir=tmp_path / "data")
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(here.secret("session"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (kept,) = (tmp_path / "data" / "secrets").iterdir()
    assert (len(found), set(found)) == (8, {here.secret("session")})
    assert re.fullmatch("[0-9a-f]{64}", found[0])
    assert (kept.name, stat.S_IMODE(kept.stat().st_mode)) == ("session.key", 0o600)
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["../x", "", "A", "x/y"])
def test_name_of_a_secret_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a secret"):
        Settings(data_dir=tmp_path).secret(name)


def test_example_lists_every_setting() -> None:
    listed = set(re.findall(r"^#?(PORT\w*)=", (CHECKOUT / "config" / "example.env").read_text(), re.MULTILINE))
    known = {"PORT" if name == "port" else f"PORTAL_{name.upper()}" for name in Settings.model_fields}
    assert listed == known | {"PORTAL_PG_BIN", "PORTAL_TEST_DIR"}
