"""The outcome letter: a provider's own results and reasons, and nobody else's."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.core.typeset.compiler import typeset
from portal.core.typeset.trail import Trail
from portal.core.typeset.wording import day, instant_london, percent, pounds

__all__ = [
    "CriterionResult",
    "LotOutcome",
    "OutcomeLetter",
    "PriceLine",
    "QuestionResult",
    "outcome_letter",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """A pass/fail selection criterion, with the reason for the result."""

    criterion: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """The agreed score of a quality question. `reasons` is the text written for the letter.

    `weight` is in percentage points of the quality total; `score` is None where scoring stopped
    because a selection criterion failed.
    """

    question: str
    weight: Decimal
    score: int | None
    reasons: str
    label: str = ""
    maximum: int = 5
    minimum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """The provider's own price, in pounds, beside the ceiling published for it."""

    item: str
    unit: str
    price: Decimal | None
    ceiling: Decimal | None
    within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LotOutcome:
    """The result in one lot. `because` says why not, a sentence each; `councils` the areas."""

    title: str
    admitted: bool
    selection: tuple[CriterionResult, ...] = ()
    quality: tuple[QuestionResult, ...] = ()
    quality_total: Decimal | None = None
    pass_mark: Decimal | None = None
    prices: tuple[PriceLine, ...] = ()
    because: tuple[str, ...] = ()
    councils: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLetter:
    """Everything the letter says. `standstill` is a whole sentence, where the system sets one."""

    system_title: str
    lead_authority: str
    round_number: int
    provider_name: str
    reference: str
    dated: date
    lots: tuple[LotOutcome, ...]
    next_steps: tuple[str, ...]
    right_to_ask: str
    signed_by_post: str
    trail: Trail
    provider_address: tuple[str, ...] = ()
    standstill: str | None = None
    received_at: datetime | None = None
    receipt_sha256: str | None = None


def outcome_letter(letter: OutcomeLetter) -> bytes:
    """The letter as a tagged PDF.

    Raises ValueError when it has no lot, or when a lot not admitted gives no reason: a refusal
    without reasons is not a letter we send (PCR 2015 reg 55; Procurement Act 2023 s.50).
    """
    if not letter.lots:
        raise ValueError("an outcome letter speaks of at least one lot")
    return typeset(
        "outcome_letter",
        {
            "system_title": letter.system_title,
            "lead_authority": letter.lead_authority,
            "round_number": letter.round_number,
            "provider_name": letter.provider_name,
            "provider_address": letter.provider_address,
            "reference": letter.reference,
            "dated": day(letter.dated),
            "lots": [_lot(lot) for lot in letter.lots],
            "next_steps": letter.next_steps,
            "right_to_ask": letter.right_to_ask,
            "standstill": letter.standstill,
            "signed_by_post": letter.signed_by_post,
            "received": letter.received_at and instant_london(letter.received_at),
            "receipt_sha256": letter.receipt_sha256,
            "trail": letter.trail.worded(),
        },
    )


def _lot(lot: LotOutcome) -> dict[str, object]:
    if not lot.admitted and not lot.because:
        raise ValueError(f"{lot.title}: not admitted needs a reason")
    return {
        "title": lot.title,
        "admitted": lot.admitted,
        "because": lot.because,
        "councils": lot.councils,
        "selection": [
            {"criterion": line.criterion, "passed": line.passed, "reason": line.reason} for line in lot.selection
        ],
        "quality": [_question(line) for line in lot.quality],
        "quality_total": None if lot.quality_total is None else percent(lot.quality_total),
        "pass_mark": None if lot.pass_mark is None else percent(lot.pass_mark),
        "prices": [
            {
                "item": line.item,
                "unit": line.unit,
                "price": "Not offered" if line.price is None else pounds(line.price),
                "ceiling": "None set" if line.ceiling is None else pounds(line.ceiling),
                "within": line.within,
                "offered": line.price is not None,
                "ceiling_set": line.ceiling is not None,
            }
            for line in lot.prices
        ],
    }


def _question(line: QuestionResult) -> dict[str, object]:
    points = None if line.score is None else Decimal(line.score) / line.maximum * line.weight
    return {
        "question": line.question,
        "weight": percent(line.weight),
        "score": None if line.score is None else f"{line.score} of {line.maximum}",
        "label": line.label,
        "minimum": None if line.minimum is None else str(line.minimum),
        "below": None not in (line.score, line.minimum) and line.score < line.minimum,  # type: ignore[operator]
        "points": None if points is None else percent(points),
        "reasons": line.reasons,
    }
