"""Scores, panels and results by rule, on plain values."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules import (
    CandidateAnswers,
    Criterion,
    LotOffer,
    OfferedPrice,
    PanelSeat,
    ScoredQuestion,
    judge,
    missing_from_panel,
    quality_total,
    spread,
    widest_first,
)

LOT = uuid4()
WEIGHTS = [Decimal(w) for w in ("20", "20", "15", "15", "10", "10", "10")]


def test_quality_is_each_score_over_five_times_its_weight() -> None:
    assert quality_total(zip([5, 5, 4, 5, 4, 5, 4], WEIGHTS, strict=True)) == Decimal("93.00")
    assert quality_total([(4, Decimal(60))]) == Decimal("48.00")
    assert quality_total([]) == Decimal("0.00")


def test_quality_is_rounded_once_and_at_the_end() -> None:
    thirds = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert quality_total(zip([4, 4, 4], thirds, strict=True)) == Decimal("80.00")
    assert quality_total([(1, Decimal("0.03")), (1, Decimal("0.03"))]) == Decimal("0.01")


@given(st.lists(st.integers(0, 5), min_size=7, max_size=7))
def test_quality_stays_between_nothing_and_the_whole(scores: list[int]) -> None:
    assert Decimal(0) <= quality_total(zip(scores, WEIGHTS, strict=True)) <= Decimal(100)


def test_widest_disagreement_comes_first_and_ties_keep_their_order() -> None:
    rows = {"close": [[3, 3], [4, 4]], "wide": [[1, 5], [3, 3]], "narrow": [[3, 4]], "twice": [[3, 4], [2, 3]]}
    assert spread([1, 5, 3]) == 4
    assert widest_first(rows, lambda row: rows[row]) == ["wide", "twice", "narrow", "close"]


def seat(council: UUID, *parts: str, chair: bool = False) -> PanelSeat:
    return PanelSeat(
        person_id=uuid4(),
        organisation_id=council,
        organisation_name="A council",
        post="Officer",
        parts=parts,
        chair=chair,
    )


def test_a_panel_needs_evaluators_of_enough_councils_a_chair_and_somebody_for_prices() -> None:
    halton, sefton, wirral = uuid4(), uuid4(), uuid4()
    chair = seat(halton, "quality", "documents", "price", chair=True)
    price = seat(halton, "price")
    scorers = [seat(halton, "quality"), seat(sefton, "quality"), seat(wirral, "quality")]
    assert missing_from_panel([chair, price, *scorers], councils=3) == {}
    assert set(missing_from_panel([chair, price, *scorers[:2]], councils=3)) == {"evaluators"}
    assert set(missing_from_panel([chair, price, scorers[0]], councils=1)) == {"evaluators"}
    assert set(missing_from_panel([chair, price, *scorers, scorers[0]], councils=3)) == {"evaluators"}
    assert set(missing_from_panel([price, *scorers], councils=3)) == {"chair"}
    assert set(missing_from_panel([chair, *scorers], councils=3)) == {"price"}


def candidate(*, passed: bool = True, price: str = "5000.00") -> tuple[CandidateAnswers, list[UUID]]:
    ids = [uuid4(), uuid4()]
    return (
        CandidateAnswers(
            candidate_id=uuid4(),
            candidate_name="Fictional Care",
            provider_id=uuid4(),
            lots=(LotOffer(lot_id=LOT, areas=(uuid4(),)),),
            criteria=(
                Criterion(
                    question_id=uuid4(), lot_id=None, key="ins", title="Insurance", passed=passed, reason="We cannot."
                ),
                Criterion(
                    question_id=uuid4(), lot_id=uuid4(), key="other", title="Of another lot", passed=False, reason="No."
                ),
            ),
            questions=tuple(
                ScoredQuestion(
                    question_id=one,
                    lot_id=LOT,
                    key=key,
                    title=key,
                    weight=Decimal(50),
                    minimum=minimum,
                    labels={3: "Satisfactory"},
                )
                for one, key, minimum in zip(ids, ("safe", "staff"), (3, None), strict=True)
            ),
            prices=(
                OfferedPrice(
                    lot_id=LOT,
                    key="week",
                    title="Weekly fee",
                    unit="week",
                    price=Decimal(price),
                    ceiling=Decimal("5450.00"),
                ),
                OfferedPrice(
                    lot_id=LOT, key="night", title="Night", unit="night", price=None, ceiling=Decimal("245.00")
                ),
            ),
        ),
        ids,
    )


def test_a_candidate_that_meets_every_rule_is_recommended() -> None:
    who, (safe, staff) = candidate(price="5450.00")
    judgement = judge(who, LOT, {safe: (3, "Sound."), staff: (3, "Sound too.")}, pass_mark=Decimal(60))
    assert judgement.recommended
    assert judgement.quality_total == Decimal("60.00")
    assert judgement.reasons == []
    assert judgement.criteria == [{"key": "ins", "title": "Insurance", "result": "pass", "reason": "We cannot."}]
    assert judgement.scores[0] == {
        "key": "safe",
        "title": "safe",
        "weight": "50.00",
        "score": 3,
        "minimum": 3,
        "label": "Satisfactory",
        "reason": "Sound.",
    }
    assert [p["result"] for p in judgement.prices] == ["within", "not_given"]


def test_every_rule_that_was_not_met_is_named() -> None:
    who, (safe, staff) = candidate(price="5450.01")
    judgement = judge(who, LOT, {safe: (2, "Thin."), staff: (3, "Sound.")}, pass_mark=Decimal(60))
    assert not judgement.recommended
    assert judgement.reasons == [
        "safe: The agreed score is 2 out of 5. At least 3 was needed.",
        "Quality came to 50.00 %. At least 60.00 % was needed.",
        "Weekly fee: £5,450.01 per week is above the ceiling of £5,450.00.",
    ]


def test_a_failed_selection_question_ends_it_without_scores_or_prices() -> None:
    who, _ = candidate(passed=False)
    judgement = judge(who, LOT, {}, pass_mark=Decimal(60))
    assert (judgement.recommended, judgement.quality_total, judgement.scores, judgement.prices) == (False, None, [], [])
    assert judgement.reasons == ["Insurance: We cannot."]


def test_a_missing_agreed_score_is_an_error_not_a_zero() -> None:
    who, (safe, _) = candidate()
    with pytest.raises(ValueError, match="staff"):
        judge(who, LOT, {safe: (3, "Sound.")}, pass_mark=Decimal(60))
