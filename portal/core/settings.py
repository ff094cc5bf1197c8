"""What differs from host to host, read from the environment once.

Every name is listed in ``config/example.env``. Secrets that nobody needs to choose are made at first use and
kept below the data folder, readable by the portal's account alone.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from portal.core.places import default_data_folder, private_folder

_ELSEWHERE = frozenset({"PORTAL_PG_BIN", "PORTAL_TEST_DIR"})
"""Names of ours that are read where they are used: by the embedded database and by the tests."""


class SettingsError(Exception):
    """The environment does not describe a portal that may be started; the message says what to change."""


class Settings(BaseSettings):
    """One host's settings. Raises pydantic's ``ValidationError``; :func:`settings` puts it in plain words."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", env_ignore_empty=True, frozen=True, populate_by_name=True)

    mode: Literal["demonstration", "production"] = "demonstration"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535, validation_alias="PORT")
    base_url: str | None = None
    """The address people use, such as ``https://portal.example``; it stands in mails and letters."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies in front of us set ``X-Forwarded-For``; 0 believes none."""

    data_dir: Path = Field(default_factory=default_data_folder)
    database_url: SecretStr | None = None
    """The provisioner's login on a PostgreSQL 15 or newer; without it the embedded one is used."""
    database_name: str = Field(default="portal", pattern=r"^[a-z][a-z0-9_]{0,40}$")
    app_url: SecretStr | None = None
    worker_url: SecretStr | None = None
    keeper_url: SecretStr | None = None
    """The three roles' own logins, for a host where each process may know its own only."""

    key_dir: Path | None = None
    """Where the keys of sealed content lie; default ``keys`` in the data folder. Never in the database's backup."""
    key_service_url: str | None = None
    heads_dir: Path | None = None
    """Where the audit chain's heads are kept outside the database; default ``heads`` in the data folder."""

    documents_url: str | None = None
    """``s3://bucket/prefix``; without it documents lie below the data folder."""
    s3_endpoint: str | None = None
    s3_region: str | None = None
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None

    clamd_socket: Path | None = None
    """The socket of a malware scanner (ClamAV's clamd) that every upload passes; without it uploads are not scanned."""

    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_sender: str | None = None
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"

    term_warning_months: Annotated[tuple[int, ...], NoDecode] = (12, 6, 3)
    """How many months before the end of a term, or an extension point, officers are warned; numbers divided by commas."""

    @field_validator("term_warning_months", mode="before")
    @classmethod
    def _months(cls, typed: object) -> object:
        if not isinstance(typed, str):
            return typed
        months = [part.strip() for part in typed.split(",")]
        if not all(re.fullmatch(r"[1-9][0-9]?", part) for part in months):
            raise ValueError("Enter months from 1 to 99, divided by commas, such as 12,6,3.")
        return tuple(int(part) for part in months)

    @property
    def demonstration(self) -> bool:
        """Whether invented data and its marks are allowed here."""
        return self.mode == "demonstration"

    @property
    def smtp_configured(self) -> bool:
        """Whether mail leaves the house; otherwise the outbox page is where it ends."""
        return self.smtp_host is not None

    @property
    def keys_folder(self) -> Path:
        return self.key_dir or self.data_dir / "keys"

    @property
    def heads_folder(self) -> Path:
        return self.heads_dir or self.data_dir / "heads"

    @property
    def address(self) -> str:
        """The address people use: the one that was set, else this machine's own."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    def secret(self, name: str) -> str:
        """A secret of 64 hexadecimal digits kept below the data folder, made the first time it is asked for.

        Raises ValueError for a name that is not lower-case letters and hyphens.
        """
        if not re.fullmatch(r"[a-z][a-z-]*", name):
            raise ValueError(f"{name!r} is not the name of a secret.")
        return _kept(private_folder(self.data_dir / "secrets") / f"{name}.key")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.smtp_host is not None and self.smtp_sender is None:
            raise ValueError("PORTAL_SMTP_HOST needs PORTAL_SMTP_SENDER, the address mail is sent from.")
        if self.documents_url is not None and not self.documents_url.startswith("s3://"):
            raise ValueError("PORTAL_DOCUMENTS_URL has the form s3://bucket/prefix.")
        if self.clamd_socket is not None and not self.clamd_socket.is_absolute():
            raise ValueError("PORTAL_CLAMD_SOCKET is the whole path of a socket, such as /run/clamav/clamd.ctl.")
        if not self.demonstration:
            if not (self.base_url or "").startswith("https://"):
                raise ValueError("PORTAL_MODE=production needs PORTAL_BASE_URL, an address that begins with https://.")
            if self.smtp_configured and self.smtp_tls == "none":
                raise ValueError("PORTAL_MODE=production refuses to send mail in clear: set PORTAL_SMTP_TLS.")
        return self


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment, by default this process's. Raises :class:`SettingsError`."""
    _refuse_unknown(os.environ if environment is None else environment)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error))) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings, read once. Raises :class:`SettingsError`."""
    return read_settings()


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {f"PORTAL_{name.upper()}" for name in Settings.model_fields if name != "port"} | _ELSEWHERE
    for name in sorted(environment):
        if name.startswith("PORTAL_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else " See config/example.env."
            raise SettingsError(f"{name} is not a setting of the portal.{hint}")


def _sentences(error: ValidationError) -> list[str]:
    # The value is left out on purpose: it may be a password.
    said = []
    for detail in error.errors(include_input=False, include_url=False):
        field = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        name = field if field == "PORT" else f"PORTAL_{field.upper()}"
        said.append(f"{name}: {message}." if field else message)
    return said


def _kept(path: Path) -> str:
    if not path.exists():
        # Linked into place whole: of two processes that ask at once, the second finds the first one's secret.
        unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        unfinished.touch(0o600)
        unfinished.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
        unfinished.unlink()
    return path.read_text().strip()
