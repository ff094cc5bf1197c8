"""Commands answer in sentences, and the accounts of the demonstration are told at the start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli import portal
from portal.core.settings import settings
from portal.run import accounts_table


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, scratch: Path) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(scratch))
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    settings.cache_clear()


@pytest.fixture(autouse=True)
def forgotten_settings() -> object:
    yield
    settings.cache_clear()


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(portal, arguments)
    return result.exit_code, result.output.strip()


def test_up_status_provision_and_stop_tell_what_they_did(scratch: Path) -> None:
    root = scratch / "postgres"
    assert said("db", "status") == (1, f"{root}: stopped")
    assert said("up") == (0, f"Started: {root}")
    assert said("up") == (0, f"Running already: {root}")
    assert said("provision") == (0, "Database portal made; roles and rights are set.")
    assert said("provision") == (0, "Database portal was there; roles and rights are set.")
    assert said("db", "status") == (0, f"{root}: running")
    assert said("db", "stop") == (0, "")
    assert said("db", "status") == (1, f"{root}: stopped")


def test_serving_before_provisioning_is_refused_in_words() -> None:
    code, output = said("serve")
    assert (code, "start it first" in output) == (1, True)


def test_mistaken_setting_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SMTP_PROT", "25")
    assert said("up") == (1, "Error: PORTAL_SMTP_PROT is not a setting of the portal. Did you mean PORTAL_SMTP_PORT?")


def test_run_on_a_taken_port_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch, scratch: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        code, output = said("run")
    assert (code, "choose another with PORT" in output) == (1, True)
    assert list(scratch.iterdir()) == []


def test_accounts_say_a_shared_password_once(tmp_path: Path) -> None:
    path = tmp_path / "accounts.toml"
    account = '[[accounts]]\nemail = "{}"\npassword = "p"\nname = "{}"\n'
    path.write_text(account.format("a@halton.example", "Officer") + account.format("lead@x.example", "Lead"))
    assert accounts_table(path) == [
        "Accounts of the demonstration (password: p):",
        "  a@halton.example  Officer",
        "  lead@x.example    Lead",
    ]
