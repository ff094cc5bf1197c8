"""What an outcome letter says: a provider's own results with reasons, and nobody else's. Pure: rows in, plain content out.

The content is kept with the letter as JSON (money and percentages as text), so that the page and the PDF say the same for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.core.typeset import Trail
from portal.core.typeset.letters import (
    CriterionResult,
    LotOutcome,
    OutcomeLetter,
    PriceLine,
    QuestionResult,
    outcome_letter,
)
from portal.evaluation.models import Result

Content = dict[str, Any]


@dataclass(frozen=True)
class Occasion:
    """What all letters of a round have in common. `standstill_until`: the last day, None where the system sets no standstill."""

    system_title: str
    lead_authority: str
    round_number: int
    pass_mark: Decimal
    signed_by_post: str
    dated: date
    standstill_days: int | None
    standstill_until: date | None
    demonstration: bool
    lots: Mapping[UUID, str]
    councils: Mapping[UUID, str]


@dataclass(frozen=True)
class Addressee:
    """Whose letter: the application as it was received."""

    provider_name: str
    reference: str
    received_at: datetime | None
    receipt_sha256: str | None


def letter_content(occasion: Occasion, to: Addressee, results: Sequence[Result]) -> Content:
    """The letter's content, lots in their order. Raises ValueError for a lot not admitted without a reason."""
    by_lot = {result.lot_id: result for result in results}
    lots = [_lot(occasion, title, by_lot[lot]) for lot, title in occasion.lots.items() if lot in by_lot]
    admitted = any(lot["admitted"] for lot in lots)
    return {
        "system_title": occasion.system_title,
        "lead_authority": occasion.lead_authority,
        "round_number": occasion.round_number,
        "provider_name": to.provider_name,
        "reference": to.reference,
        "received_at": to.received_at.isoformat() if to.received_at else None,
        "receipt_sha256": to.receipt_sha256,
        "signed_by_post": occasion.signed_by_post,
        "demonstration": occasion.demonstration,
        "lots": lots,
        **_dated(occasion, admitted=admitted),
    }


def _dated(occasion: Occasion, *, admitted: bool) -> Content:
    return {
        "dated": occasion.dated.isoformat(),
        "standstill_until": occasion.standstill_until.isoformat() if occasion.standstill_until else None,
        "standstill": _standstill(occasion),
        "next_steps": _next_steps(occasion, admitted=admitted),
        "right_to_ask": (
            f"If something in this letter is unclear, or you think it is wrong, write to {occasion.lead_authority} and quote the "
            "reference above. Do it as soon as you can"
            + (", and before the standstill ends. " if occasion.standstill_until else ". ")
            + "This does not limit the rights the law gives you."
        ),
    }


def _standstill(occasion: Occasion) -> str | None:
    if occasion.standstill_until is None:
        return None
    return (
        f"No agreement is concluded before the end of {_day(occasion.standstill_until)}. The standstill is "
        f"{occasion.standstill_days} calendar days, counted from the day after this letter; if the last of them is not a working "
        "day, it runs to the end of the next one."
    )


def _next_steps(occasion: Occasion, *, admitted: bool) -> list[str]:
    if not admitted:
        return [
            "Nothing more happens with this application. You do not have to do anything.",
            "You can apply again in a later round. Rounds are announced on the portal's public pages.",
        ]
    after = f"After {_day(occasion.standstill_until)} the" if occasion.standstill_until else "The"
    return [
        f"{after} agreement for each lot you are admitted to is issued to you on the portal.",
        "You accept it there; then the lead authority accepts it for the councils, and it is in effect.",
        (
            "Each council decides for itself whether it uses the providers admitted. The page “Where you stand” shows for each "
            "council from when it can use you, or what it waits for."
        ),
    ]


def _lot(occasion: Occasion, title: str, result: Result) -> Content:
    admitted = result.outcome == "recommended"
    if not admitted and not result.reasons:
        raise ValueError(f"{title}: not admitted needs a reason")
    return {
        "title": title,
        "admitted": admitted,
        "because": list(result.reasons),
        "councils": [
            occasion.councils[UUID(str(area))] for area in result.areas if UUID(str(area)) in occasion.councils
        ],
        "selection": list(result.criteria),
        "quality": list(result.scores),
        "quality_total": None if result.quality_total is None else str(result.quality_total),
        "pass_mark": str(occasion.pass_mark),
        "prices": list(result.prices),
    }


def letter_pdf(content: Content, trail: Trail) -> bytes:
    """The letter as a tagged PDF."""
    received = content["received_at"]
    return outcome_letter(
        OutcomeLetter(
            system_title=content["system_title"],
            lead_authority=content["lead_authority"],
            round_number=content["round_number"],
            provider_name=content["provider_name"],
            reference=content["reference"],
            dated=date.fromisoformat(content["dated"]),
            lots=tuple(_outcome(lot) for lot in content["lots"]),
            next_steps=tuple(content["next_steps"]),
            right_to_ask=content["right_to_ask"],
            signed_by_post=content["signed_by_post"],
            standstill=content["standstill"],
            received_at=datetime.fromisoformat(received) if received else None,
            receipt_sha256=content["receipt_sha256"],
            trail=trail,
        )
    )


def _outcome(lot: Content) -> LotOutcome:
    return LotOutcome(
        title=lot["title"],
        admitted=lot["admitted"],
        selection=tuple(
            CriterionResult(criterion=c["title"], passed=c["result"] == "pass", reason=c["reason"])
            for c in lot["selection"]
        ),
        quality=tuple(
            QuestionResult(
                question=q["title"],
                weight=Decimal(q["weight"]),
                score=q["score"],
                reasons=q["reason"],
                label=q.get("label") or "",
                minimum=q["minimum"],
            )
            for q in lot["quality"]
        ),
        quality_total=None if lot["quality_total"] is None else Decimal(lot["quality_total"]),
        pass_mark=Decimal(lot["pass_mark"]),
        prices=tuple(
            PriceLine(
                item=p["title"],
                unit=p["unit"] or "",
                price=None if p["price"] is None else Decimal(p["price"]),
                ceiling=None if p["ceiling"] is None else Decimal(p["ceiling"]),
                within=p["result"] == "within",
            )
            for p in lot["prices"]
        ),
        because=tuple(lot["because"]),
        councils=tuple(lot["councils"]),
    )


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
