"""A copy of one council's record of decision, for those who do not read its committee pages."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.core.typeset.compiler import typeset
from portal.core.typeset.trail import Trail
from portal.core.typeset.wording import day, instant_london, listing

__all__ = ["Alternative", "DecisionCopy", "ResolutionCopy", "Restriction", "decision_record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """An option considered, and why it was rejected (SI 2012/2089 reg 13; SI 2014/2095 reg 7)."""

    option: str
    rejected_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A named provider this council will not use, on a ground published in the documents."""

    provider_name: str
    lot: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionCopy:
    """One numbered resolution, word for word. `effect`: what it does; `phrases`: a line for each phrase confirmed in it."""

    number: str
    text: str
    effect: str
    heading: str = ""
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCopy:
    """The decision as recorded. `official_record` says where the council's own record lives; `is_the_record`: here.
    `evidence` is empty where the reader may not know it.

    `resolutions`: of a decision that answers no joint decision; it restricts nobody. `superseded_on`: when a later decision of the same council was recorded; `superseded_from`: the day that one takes effect.
    """

    council: str
    matter: str
    system_title: str
    outcome: str
    reference: str
    decided_on: date
    decided_by_post: str
    decided_by_capacity: str
    recorded_by_post: str
    recorded_at: datetime
    evidence: str
    report_reference: str
    reasons: str
    official_record: str
    trail: Trail
    in_consultation_with: tuple[str, ...] = ()
    authority: str | None = None
    report_url: str | None = None
    official_record_url: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    interests: tuple[str, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    resolutions: tuple[ResolutionCopy, ...] = ()
    deferred_until: date | None = None
    effective_on: date | None = None
    superseded_on: date | None = None
    superseded_from: date | None = None
    is_the_record: bool = False


def decision_record(record: DecisionCopy) -> bytes:
    """The copy as a tagged PDF. Only http(s) addresses become links; others are printed."""
    return typeset(
        "decision_record",
        {
            "council": record.council,
            "matter": record.matter,
            "system_title": record.system_title or None,
            "outcome": record.outcome,
            "reference": record.reference,
            "decided_on": day(record.decided_on),
            "decided_by_post": record.decided_by_post,
            "decided_by_capacity": record.decided_by_capacity,
            "in_consultation_with": listing(record.in_consultation_with) or None,
            "authority": record.authority,
            "recorded_by_post": record.recorded_by_post,
            "recorded": instant_london(record.recorded_at),
            "evidence": record.evidence or None,
            "report_reference": record.report_reference,
            "report_link": _link(record.report_url),
            "official_record": record.official_record,
            "is_the_record": record.is_the_record,
            "official_record_link": _link(record.official_record_url),
            "reasons": record.reasons,
            "alternatives": [
                {"option": other.option, "rejected_because": other.rejected_because} for other in record.alternatives
            ],
            "interests": record.interests,
            "restrictions": [
                {
                    "provider_name": one.provider_name,
                    "lot": one.lot,
                    "ground": one.ground,
                }
                for one in record.restrictions
            ],
            "resolutions": [
                {
                    "number": one.number,
                    "heading": one.heading or None,
                    "text": one.text,
                    "effect": one.effect,
                    "phrases": one.phrases,
                }
                for one in record.resolutions
            ],
            "deferred_until": record.deferred_until and day(record.deferred_until),
            "effective_on": record.effective_on and day(record.effective_on),
            "superseded_on": record.superseded_on and day(record.superseded_on),
            "superseded_from": record.superseded_from and day(record.superseded_from),
            "trail": record.trail.worded(),
        },
    )


def _link(address: str | None) -> dict[str, object] | None:
    if not address:
        return None
    # Given in pieces that fit, so that the typesetter may break a long address without
    # an invisible character ending up in the link itself.
    pieces = [address[at : at + 30] for at in range(0, len(address), 30)]
    return {
        "pieces": pieces,
        "is_link": address.lower().startswith(("https://", "http://")),
    }
