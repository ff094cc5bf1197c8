"""The result of one candidate for one lot, by the published rules: selection, minimum scores, pass mark, ceilings.

The shapes of the judgement's lists are those of `Result`, where they are described.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.core.money import pounds
from portal.evaluation.rules.scores import MAXIMUM, quality_total

Json = dict[str, Any]
Agreed = Mapping[UUID, tuple[int, str]]
"""By question: the agreed score, and its rationale for the letter."""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A selection question decided: by its pass rule, or by an officer. `lot_id` None: it stands for every lot."""

    question_id: UUID
    lot_id: UUID | None
    key: str
    title: str
    passed: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class ScoredQuestion:
    """A method statement. `weight` in per cent of the lot's quality; `labels`: what each score is called."""

    question_id: UUID
    lot_id: UUID
    key: str
    title: str
    weight: Decimal
    minimum: int | None
    labels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OfferedPrice:
    """A price and its ceiling, pounds per `unit`; None where none is given or set."""

    lot_id: UUID
    key: str
    title: str
    unit: str | None
    price: Decimal | None
    ceiling: Decimal | None

    @property
    def result(self) -> str:
        """within, above or not_given."""
        if self.price is None:
            return "not_given"
        return "above" if self.ceiling is not None and self.price > self.ceiling else "within"


@dataclass(frozen=True, kw_only=True)
class LotOffer:
    """A lot that was applied for, and the authorities for whose area."""

    lot_id: UUID
    areas: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CandidateAnswers:
    """What one candidate answered, as far as the rules look at it. `not_asked`: method statements its answers left out."""

    candidate_id: UUID
    candidate_name: str
    provider_id: UUID
    lots: tuple[LotOffer, ...]
    criteria: tuple[Criterion, ...]
    questions: tuple[ScoredQuestion, ...]
    prices: tuple[OfferedPrice, ...]
    not_asked: tuple[ScoredQuestion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """`quality_total` in per cent, two places; None where selection was failed and nothing scored."""

    recommended: bool
    quality_total: Decimal | None
    criteria: list[Json]
    scores: list[Json]
    prices: list[Json]
    reasons: list[str]


def judge(candidate: CandidateAnswers, lot_id: UUID, agreed: Agreed, *, pass_mark: Decimal) -> Judgement:
    """Apply every rule for one lot and say which were not met, so that a provider learns all of it at once.

    Raises ValueError when a question that is to be scored has no agreed score.
    """
    criteria = [c for c in candidate.criteria if c.lot_id in (None, lot_id)]
    reasons = [f"{_ended(c.title)} {c.reason}" for c in criteria if not c.passed]
    if reasons:
        return Judgement(
            recommended=False,
            quality_total=None,
            criteria=[_criterion(c) for c in criteria],
            scores=[],
            prices=[],
            reasons=reasons,
        )
    questions = [q for q in candidate.questions if q.lot_id == lot_id]
    unscored = [q.title for q in questions if q.question_id not in agreed]
    if unscored:
        raise ValueError(f"{candidate.candidate_name} has no agreed score for: {', '.join(unscored)}")
    left_out = sum((q.weight for q in candidate.not_asked if q.lot_id == lot_id), Decimal(0))
    total = quality_total(((agreed[q.question_id][0], q.weight) for q in questions), left_out=left_out)
    prices = [p for p in candidate.prices if p.lot_id == lot_id]
    reasons = [
        *_below_minimum(questions, agreed),
        *([] if total >= pass_mark else [f"Quality came to {total} %. At least {pass_mark:.2f} % was needed."]),
        *_above_ceiling(prices),
    ]
    return Judgement(
        recommended=not reasons,
        quality_total=total,
        criteria=[_criterion(c) for c in criteria],
        scores=[_score(q, *agreed[q.question_id]) for q in questions],
        prices=[_price(p) for p in prices],
        reasons=reasons,
    )


def _below_minimum(questions: list[ScoredQuestion], agreed: Agreed) -> list[str]:
    return [
        f"{_ended(q.title)} The agreed score is {score} out of {MAXIMUM}. At least {q.minimum} was needed."
        for q in questions
        if (score := agreed[q.question_id][0]) < (q.minimum or 0)
    ]


def _above_ceiling(prices: list[OfferedPrice]) -> list[str]:
    return [
        f"{_ended(p.title)} {pounds(p.price)}{f' per {p.unit}' if p.unit else ''} is above the ceiling of {pounds(p.ceiling)}."
        for p in prices
        if p.result == "above" and p.price is not None and p.ceiling is not None
    ]


def _ended(title: str) -> str:
    return title if title.endswith(("?", ".", ":")) else f"{title}:"


def _criterion(one: Criterion) -> Json:
    return {"key": one.key, "title": one.title, "result": "pass" if one.passed else "fail", "reason": one.reason}


def _score(question: ScoredQuestion, score: int, reason: str) -> Json:
    return {
        "key": question.key,
        "title": question.title,
        "weight": f"{question.weight:.2f}",
        "score": score,
        "minimum": question.minimum,
        "label": question.labels.get(score, ""),
        "reason": reason,
    }


def _price(one: OfferedPrice) -> Json:
    return {
        "key": one.key,
        "title": one.title,
        "unit": one.unit,
        "price": None if one.price is None else f"{one.price:.2f}",
        "ceiling": None if one.ceiling is None else f"{one.ceiling:.2f}",
        "result": one.result,
    }
