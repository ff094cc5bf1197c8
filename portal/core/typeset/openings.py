"""The record of opening: who opened a round's applications, when, and what was there."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.typeset.compiler import typeset
from portal.core.typeset.trail import Trail
from portal.core.typeset.wording import instant_london, instant_utc, lapse

__all__ = [
    "OpenedApplication",
    "Opener",
    "OpeningRecord",
    "RefusedAttempt",
    "record_of_opening",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """One of the two officers, by post, with the instant of confirming by password."""

    post: str
    council: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedApplication:
    """The last submitted version of a provider's application; no answer, no price."""

    provider_name: str
    reference: str
    version: int
    received_at: datetime
    sealed_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAttempt:
    """An attempt to open that was refused, and the sentence it was refused with."""

    at: datetime
    who: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRecord:
    reference: str
    system_title: str
    lead_authority: str
    round_number: int
    closed_at: datetime
    opened_at: datetime
    openers: tuple[Opener, Opener]
    applications: tuple[OpenedApplication, ...]
    refused: tuple[RefusedAttempt, ...]
    trail: Trail


def record_of_opening(record: OpeningRecord) -> bytes:
    """The record as a tagged PDF (PCR 2015 reg 22, Annex IV (c) to (e) and (g)).

    Raises ValueError when it would record an opening before closing, or by one council alone.
    """
    if record.opened_at < record.closed_at:
        raise ValueError("a round is not opened before it closes")
    if record.openers[0].council == record.openers[1].council:
        raise ValueError("a round is opened by officers of two different councils")
    return typeset(
        "record_of_opening",
        {
            "reference": record.reference,
            "system_title": record.system_title,
            "lead_authority": record.lead_authority,
            "round_number": record.round_number,
            "closed_london": instant_london(record.closed_at),
            "closed_utc": instant_utc(record.closed_at),
            "opened_london": instant_london(record.opened_at),
            "opened_utc": instant_utc(record.opened_at),
            "after": lapse(record.closed_at, record.opened_at),
            "openers": [
                {
                    "post": opener.post,
                    "council": opener.council,
                    "confirmed": instant_london(opener.confirmed_at),
                }
                for opener in record.openers
            ],
            "applications": [
                {
                    "provider_name": application.provider_name,
                    "reference": application.reference,
                    "version": application.version,
                    "received": instant_london(application.received_at),
                    "sealed_sha256": application.sealed_sha256,
                }
                for application in record.applications
            ],
            "refused": [
                {
                    "at": instant_london(attempt.at),
                    "who": attempt.who,
                    "sentence": attempt.sentence,
                }
                for attempt in record.refused
            ],
            "trail": record.trail.worded(),
        },
    )
