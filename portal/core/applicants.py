"""Who applies, kept out of the database until opening.

In each round a provider goes by a pseudonym. It is worked out from a root key that lies in the database wrapped, like the
keys of sealed parts, by a key kept outside it. So a copy of the database does not say who applies; the portal does, to the
provider itself, and to the database once two officers open the round.
"""

import hashlib
import hmac
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from flask import current_app, has_app_context
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.sealing import KeyService, Sealed, new_key, open_field, seal_field

log = structlog.get_logger()
ROOT: Final = {"use": "applicant-root"}
"""What the root key is wrapped for."""
_ROOT = text("SELECT app.applicant_root(:offered)")


class Applicants:
    """The pseudonyms of one portal. Safe to share between threads; the root is read once, and made at its first use."""

    def __init__(self, keys: KeyService) -> None:
        self._keys = keys
        self._root: bytes | None = None
        self._once = threading.Lock()

    def secret(self, engine: Engine, provider: UUID) -> bytes:
        """What the provider's pseudonyms are worked out from (32 bytes); given to the database with its scope alone.

        Raises KeyLost, SealBroken.
        """
        return hmac.digest(self._known(engine), b"portal/applicant/1" + provider.bytes, "sha256")

    def round_keys(self, engine: Engine, round_id: UUID, providers: Sequence[UUID]) -> list[bytes]:
        """What proves, for one round, which provider stands behind which pseudonym, as `app.round_key`."""
        return [round_key(self.secret(engine, one), round_id) for one in providers]

    def _known(self, engine: Engine) -> bytes:
        with self._once:
            if self._root is None:
                # On a connection of its own: whoever asks may be in a transaction that only reads.
                with engine.begin() as connection:
                    wrapped = connection.execute(_ROOT, {"offered": None}).scalar_one()
                    if wrapped is None:
                        offered = self._keys.wrap(new_key(), ROOT)
                        wrapped = connection.execute(_ROOT, {"offered": offered}).scalar_one()
                self._root = self._keys.unwrap(bytes(wrapped), ROOT)
            return self._root


def round_key(secret: bytes, round_id: UUID) -> bytes:
    """As `app.round_key`."""
    return hashlib.sha256(secret + round_id.bytes).digest()


class Pen:
    """Seals what a provider does about its applications, so that only the provider reads it again."""

    def __init__(self, secret: bytes, organisation: UUID) -> None:
        self._secret = secret
        self._key = hmac.digest(secret, b"portal/applicant-pen/1", "sha256")
        self._organisation = organisation

    def applicant(self, round_id: UUID) -> UUID:
        """The provider's pseudonym in a round, as `app.applicant` works it out."""
        return UUID(bytes=hashlib.sha256(round_key(self._secret, round_id) + b"applicant").digest()[:16])

    def seal(self, use: str, content: dict[str, Any]) -> bytes:
        """One line of the trail (`trail`) or one message (`message`)."""
        return seal_field(json.dumps(content), self._key, self._facts(use))

    def open(self, use: str, sealed: bytes) -> dict[str, Any]:
        """The same back. Raises SealBroken."""
        found: dict[str, Any] = json.loads(open_field(sealed, self._key, self._facts(use)))
        return found

    def sign(self, name: str) -> str:
        """Who did it, for a column: a job title often says whose it is."""
        return b64encode(self.seal("name", {"name": name})).decode("ascii")

    def signed(self, text: str) -> str:
        """The same back. Raises SealBroken."""
        name: str = self.open("name", b64decode(text))["name"]
        return name

    def _facts(self, use: str) -> dict[str, str | UUID | None]:
        return {"application": self._organisation, "question": use, "lot": None}


def secret_for(token: str | None, engine: Engine) -> bytes | None:
    """The secret of the provider that a session token names; None for anybody else, and where no keys are held."""
    applicants: Applicants | None = current_app.extensions.get("applicants") if has_app_context() else None
    provider = provider_of(token)
    if applicants is None or provider is None:
        return None
    try:
        return applicants.secret(engine, provider)
    except Sealed as error:
        log.error("applicants_unknown", error=error.sentence)
        return None


def provider_of(token: str | None) -> UUID | None:
    """The provider that a session token says it is for, as `app.start_session` writes it; None for anybody else's.

    A token that was tampered with is no session, whatever it names.
    """
    if not token or len(token) != 97 or token[0] != "p":
        return None
    try:
        return UUID(hex=token[1:33])
    except ValueError:
        return None


def who_may_stand_behind(session: Session, round_id: UUID) -> tuple[list[UUID], list[bytes]]:
    """Every provider of the portal, with what proves its pseudonym in one round, for the database to find the right ones.

    Raises KeyLost, SealBroken.
    """
    applicants: Applicants = current_app.extensions["applicants"]
    providers: list[UUID] = session.execute(text("SELECT app.provider_ids()")).scalar_one()
    return providers, applicants.round_keys(session.get_bind().engine, round_id, providers)


def pens_for(session: Session, providers: Sequence[UUID]) -> list[Pen]:
    """The pens of these providers, to write to each what it alone reads; whoever acts never holds them longer than that.

    Raises KeyLost, SealBroken.
    """
    applicants: Applicants = current_app.extensions["applicants"]
    engine = session.get_bind().engine
    return [Pen(applicants.secret(engine, one), one) for one in providers]


def pen_of(session: Session) -> Pen | None:
    """The pen of the provider acting in this session; None for anybody else."""
    pen: Pen | None = session.info.get("pen")
    return pen


def own_pen(session: Session) -> Pen:
    """The same, for what a provider alone does. Raises Missing for anybody else."""
    pen = pen_of(session)
    if pen is None:
        raise Missing
    return pen


__all__ = [
    "ROOT",
    "Applicants",
    "Pen",
    "own_pen",
    "pen_of",
    "pens_for",
    "provider_of",
    "round_key",
    "secret_for",
    "who_may_stand_behind",
]
