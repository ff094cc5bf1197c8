"""Scores: what they add up to, and where the panel disagrees most."""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

MAXIMUM = 5
PENNY = Decimal("0.01")
T = TypeVar("T")


def quality_total(scores: Iterable[tuple[int, Decimal]], *, left_out: Decimal = Decimal(0)) -> Decimal:
    """Per cent, two places: each score ÷ 5 × its weight, rounded once at the end (domain 9.6).

    `left_out`: weights of statements that a condition left out for this applicant, per cent; the others make up the whole.
    """
    total = sum((Decimal(score) * weight for score, weight in scores), Decimal(0)) / MAXIMUM
    return (total * 100 / (100 - left_out)).quantize(PENNY, rounding=ROUND_HALF_UP)


def spread(scores: Sequence[int]) -> int:
    """Highest less lowest; 0 for fewer than two."""
    return max(scores) - min(scores) if scores else 0


def widest_first(rows: Iterable[T], scores: Callable[[T], Sequence[Sequence[int]]]) -> list[T]:
    """Where evaluators differ most comes first; then where they differ for more candidates; then the order given.

    `scores`: of one row, the scores of each candidate.
    """

    def disagreement(row: T) -> tuple[int, int]:
        spreads = [spread(each) for each in scores(row)]
        return -max(spreads, default=0), -sum(spreads)

    return sorted(rows, key=disagreement)
