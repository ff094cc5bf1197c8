"""Clocks: every vector of the domain fact sheet, section 6.5, the nights around them, and what holds of any day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.working_days import is_working_day
from portal.governance.rules.clocks import (
    CALL_IN_ENDS,
    COUNTS,
    EFFECTIVE,
    CouncilClocks,
    agenda_before_meeting,
    call_in_ends_on,
    decision_after_exception,
    decision_after_notice,
    effective_on,
    grouped_award_notice_by,
    is_key,
    latest,
    meeting_after_agenda,
    notice_before_decision,
    published_before_effect,
    request_decided_by,
    requests_not_before,
    standstill_of_the_act,
    standstill_of_the_regulations,
)

# A holiday table reaches a few years ahead of us and as far back as the vectors go.
days = st.dates(date(2019, 1, 1), date(2030, 12, 31))
CABINET = CouncilClocks(
    "leader_and_cabinet", Decimal(500_000), 2, 28, 5, "working", 5, "end_of_day", "when_ended", exception_working_days=5
)


def test_28_clear_days_of_a_notice() -> None:
    assert decision_after_notice(date(2020, 9, 28)) == date(2020, 10, 27)
    assert notice_before_decision(date(2020, 10, 27)) == date(2020, 9, 28)


@pytest.mark.parametrize(
    ("published", "decision"),
    [
        (date(2024, 2, 1), date(2024, 3, 1)),  # over a leap day
        (date(2023, 2, 1), date(2023, 3, 2)),  # the year before
        (date(2025, 12, 10), date(2026, 1, 8)),  # holidays count: clear days are calendar days
        (date(2026, 3, 1), date(2026, 3, 30)),  # the clocks go forward on 29 March
        (date(2026, 10, 1), date(2026, 10, 30)),  # and back on 25 October
    ],
)
def test_28_clear_days_over_every_kind_of_month(published: date, decision: date) -> None:
    assert decision_after_notice(published) == decision


def test_a_council_may_ask_for_longer_notice() -> None:
    assert decision_after_notice(date(2020, 9, 28), 30) == date(2020, 10, 29)


def test_the_agenda_in_clear_working_days() -> None:
    assert meeting_after_agenda(date(2026, 1, 5)) == date(2026, 1, 13)
    assert agenda_before_meeting(date(2026, 1, 13)) == date(2026, 1, 5)
    assert agenda_before_meeting(date(2026, 1, 12)) == date(2026, 1, 4)  # a Sunday would still leave five


def test_the_agenda_in_clear_calendar_days() -> None:
    assert meeting_after_agenda(date(2026, 1, 5), counts="calendar") == date(2026, 1, 11)
    assert agenda_before_meeting(date(2026, 1, 11), counts="calendar") == date(2026, 1, 5)


def test_the_agenda_over_christmas_and_new_year() -> None:
    # Clear: 23, 24, 29, 30, 31 December.
    assert meeting_after_agenda(date(2025, 12, 22)) == date(2026, 1, 1)
    assert agenda_before_meeting(date(2026, 1, 6)) == date(2025, 12, 28)


def test_general_exception_after_five_clear_working_days() -> None:
    assert decision_after_exception(date(2026, 1, 5)) == date(2026, 1, 13)
    assert decision_after_exception(date(2026, 4, 1)) == date(2026, 4, 11)  # Good Friday and Easter Monday do not count


def test_call_in_of_five_working_days() -> None:
    assert call_in_ends_on(date(2020, 9, 4)) == date(2020, 9, 11)
    assert call_in_ends_on(date(2025, 12, 23)) == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("ends", "effective", "first_day"),
    [
        ("noon", "when_ended", date(2020, 9, 11)),
        ("noon", "next_day", date(2020, 9, 12)),
        ("noon", "next_working_day", date(2020, 9, 14)),
        ("end_of_day", "when_ended", date(2020, 9, 12)),
        ("end_of_day", "next_day", date(2020, 9, 12)),
        ("end_of_day", "next_working_day", date(2020, 9, 14)),
    ],
)
def test_the_local_rule_says_when_a_decision_is_effective(ends: str, effective: str, first_day: date) -> None:
    assert effective_on(date(2020, 9, 4), 5, ends, effective) == first_day
    assert published_before_effect(first_day, 5, ends, effective) >= date(2020, 9, 4)


def test_without_call_in_a_decision_is_effective_when_published() -> None:
    assert effective_on(date(2020, 9, 4), 0, "noon", "next_working_day") == date(2020, 9, 4)


def test_ten_working_days_for_a_request_to_join() -> None:
    assert request_decided_by(date(2026, 1, 5)) == date(2026, 1, 19)
    assert request_decided_by(date(2026, 1, 5), extended=True) == date(2026, 1, 26)


def test_thirty_days_to_ask_to_take_part() -> None:
    assert requests_not_before(date(2026, 4, 1)) == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("letters", "ends"),
    [
        (date(2025, 12, 18), date(2025, 12, 29)),  # the tenth day is a Sunday
        (date(2026, 3, 2), date(2026, 3, 12)),  # Thursday
        (date(2026, 3, 24), date(2026, 4, 7)),  # the tenth day is Good Friday; Easter Monday is no working day either
        (date(2025, 12, 15), date(2025, 12, 29)),  # the tenth day is Christmas Day
        (date(2026, 3, 20), date(2026, 3, 30)),  # over the night the clocks go forward
        (date(2026, 10, 16), date(2026, 10, 26)),  # over the night they go back
        (date(2024, 2, 19), date(2024, 2, 29)),  # to a leap day
    ],
)
def test_ten_calendar_days_roll_over_to_a_working_day(letters: date, ends: date) -> None:
    assert standstill_of_the_regulations(letters) == ends


def test_eight_working_days_of_the_act() -> None:
    assert standstill_of_the_act(date(2025, 12, 18)) == date(2025, 12, 31)


def test_eight_working_days_over_new_year_where_scotland_counts() -> None:
    assert standstill_of_the_act(date(2024, 12, 24)) == date(2025, 1, 8)
    assert standstill_of_the_act(date(2024, 12, 24), working=is_working_day) == date(2025, 1, 7)


@pytest.mark.parametrize("count", [0, -1])
def test_no_standstill_of_no_days(count: int) -> None:
    for standstill in (standstill_of_the_regulations, standstill_of_the_act):
        with pytest.raises(ValueError, match="at least one day"):
            standstill(date(2026, 3, 2), count)


@pytest.mark.parametrize(
    ("awarded", "by"),
    [
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 1, 1), date(2026, 4, 30)),
        (date(2026, 4, 1), date(2026, 7, 30)),
        (date(2026, 7, 1), date(2026, 10, 30)),
        (date(2026, 12, 31), date(2027, 1, 30)),
        (date(2024, 2, 29), date(2024, 4, 30)),
    ],
)
def test_award_notices_grouped_by_quarter(awarded: date, by: date) -> None:
    assert grouped_award_notice_by(awarded) == by


def test_the_end_of_a_day_is_midnight_in_london_whatever_the_clocks_do() -> None:
    ends = call_in_ends_on(date(2026, 3, 22))  # the clocks go forward on Sunday the 29th
    assert (ends, clock.london(ends + timedelta(days=1))) == (date(2026, 3, 27), datetime(2026, 3, 28, 0, tzinfo=UTC))
    ends = call_in_ends_on(date(2026, 3, 23))
    assert clock.london(ends + timedelta(days=1)) == datetime(2026, 3, 30, 23, tzinfo=UTC)
    autumn = standstill_of_the_regulations(date(2026, 10, 15))  # Sunday the 25th: the clocks go back, and it rolls over
    assert clock.london(autumn + timedelta(days=1)) == datetime(2026, 10, 27, 0, tzinfo=UTC)


def test_words_that_nobody_knows_are_refused() -> None:
    with pytest.raises(ValueError, match="way of counting: weeks"):
        meeting_after_agenda(date(2026, 1, 5), counts="weeks")
    with pytest.raises(ValueError, match="end of call-in: dusk"):
        effective_on(date(2026, 1, 5), 5, "dusk", "next_day")
    with pytest.raises(ValueError, match="end of call-in: noon, later"):
        effective_on(date(2026, 1, 5), 5, "noon", "later")
    with pytest.raises(ValueError, match="counted forwards"):
        decision_after_notice(date(2026, 1, 5), -1)
    with pytest.raises(ValueError, match="counted forwards"):
        call_in_ends_on(date(2026, 1, 5), -1)


CLOCKS: dict[str, Callable[[date], date]] = {
    "notice": decision_after_notice,
    "exception": decision_after_exception,
    "requests": requests_not_before,
    "request": request_decided_by,
    "regulations": standstill_of_the_regulations,
    "act": standstill_of_the_act,
    "quarter": grouped_award_notice_by,
    **{f"agenda {c}": partial(meeting_after_agenda, counts=c) for c in COUNTS},
    **{f"effect {e} {f}": partial(effective_on, ends=e, effective=f) for e in CALL_IN_ENDS for f in EFFECTIVE},
}


@pytest.mark.parametrize("name", CLOCKS)
@given(day=days)
def test_beginning_later_never_ends_earlier(name: str, day: date) -> None:
    assert day <= CLOCKS[name](day) <= CLOCKS[name](day + timedelta(days=1))


@pytest.mark.parametrize("name", CLOCKS)
@given(wanted=days)
def test_the_inverse_is_the_last_day_that_is_in_time(name: str, wanted: date) -> None:
    begun = latest(CLOCKS[name], wanted)
    assert CLOCKS[name](begun) <= wanted < CLOCKS[name](begun + timedelta(days=1))


@given(day=days)
def test_the_named_inverses_agree(day: date) -> None:
    assert notice_before_decision(decision_after_notice(day)) == day
    for counts in COUNTS:
        assert agenda_before_meeting(meeting_after_agenda(day, counts=counts), counts=counts) >= day
    assert published_before_effect(effective_on(day)) >= day
    assert CABINET.notice_before_decision(CABINET.decision_after_notice(day)) == day
    assert CABINET.agenda_before_meeting(day) == agenda_before_meeting(day)
    assert CABINET.published_before_effect(day) == published_before_effect(day)


@given(day=days, count=st.integers(0, 12))
def test_clear_working_days_are_counted_between_the_two(day: date, count: int) -> None:
    meeting = meeting_after_agenda(day, count)
    between = [day + timedelta(days=n) for n in range(1, (meeting - day).days)]
    assert sum(map(is_working_day, between)) == count


def test_a_council_s_own_settings_are_the_ones_counted() -> None:
    council = CouncilClocks("elected_mayor", None, None, 30, 3, "calendar", 3, "noon", "next_working_day", 7)
    assert council.decision_after_notice(date(2026, 1, 1)) == date(2026, 2, 1)
    assert council.meeting_after_agenda(date(2026, 1, 1)) == date(2026, 1, 5)
    assert council.decision_after_exception(date(2026, 1, 5)) == date(2026, 1, 15)
    assert council.call_in_ends_on(date(2026, 1, 6)) == date(2026, 1, 9)
    assert council.effective_on(date(2026, 1, 6)) == date(2026, 1, 12)


@pytest.mark.parametrize(
    ("form", "threshold", "wards_from", "value", "wards", "key", "why"),
    [
        ("leader_and_cabinet", 500_000, 2, 500_001, 0, True, "£500,001.00 is above"),
        ("leader_and_cabinet", 500_000, 2, 500_000, 0, False, "is not above"),
        ("elected_mayor", 500_000, 2, 1, 2, True, "2 or more"),
        ("elected_mayor", 500_000, 3, 1, 2, False, "is not above"),
        ("leader_and_cabinet", 500_000, None, 1, 2, True, "2 or more"),
        ("leader_and_cabinet", None, 2, 1, 0, True, "not entered yet"),
        ("committee_system", 500_000, 2, 9_000_000, 20, False, "no key decisions"),
    ],
)
def test_which_decisions_are_key(
    form: str, threshold: int | None, wards_from: int | None, value: int, wards: int, key: bool, why: str
) -> None:
    limit = None if threshold is None else Decimal(threshold)
    council = CouncilClocks(form, limit, wards_from, 28, 5, "working", 5, "noon", "next_day", 5)
    answer, sentence = is_key(council, Decimal(value), wards)
    assert (answer, why in sentence) == (key, True)


@pytest.mark.parametrize(("value", "wards"), [(-1, 0), (1, -1)])
def test_nothing_is_worth_less_than_nothing(value: int, wards: int) -> None:
    with pytest.raises(ValueError, match="below zero"):
        is_key(CABINET, Decimal(value), wards)
