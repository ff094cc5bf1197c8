"""Clocks: from when to when the law or a council's own constitution makes a decision wait. Pure: plain days in, plain days out.

A day named as an end means the end of that day in London, a day named as earliest its beginning, so no change of the clocks moves it.
"Clear" days leave out both the day of publishing and the day of the event. Sources: the vectors of our domain fact sheet, section
6.5, and the statutes named with each function. Who counts working days is a parameter; without it, England's are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from portal.core.money import pounds
from portal.core.working_days import (
    EVERYWHERE,
    IsWorkingDay,
    after_working_days,
    is_working_day,
    next_working_day,
)

COMMITTEE_SYSTEM = "committee_system"
FORMS = {
    "leader_and_cabinet": "Leader and cabinet",
    "elected_mayor": "Elected mayor",
    COMMITTEE_SYSTEM: "Committee system",
}
"""Forms of governance, LGA 2000 Part 1A, with the words for the screen."""
COUNTS = {"working": "Working days", "calendar": "Calendar days"}
CALL_IN_ENDS = {"noon": "At noon", "end_of_day": "At the end of the day"}
EFFECTIVE = {
    "when_ended": "At once when call-in ends",
    "next_day": "The next day",
    "next_working_day": "The next working day",
}
STATUTORY_NOTICE = 28
"""Clear calendar days, SI 2012/2089 reg 9."""
STATUTORY_WARDS = 2
"""A significant effect in so many wards or divisions makes a decision key, SI 2012/2089 reg 8(1)(b)."""

in_all_of_the_uk: IsWorkingDay = partial(is_working_day, divisions=EVERYWHERE)
"""A working day in every division of the United Kingdom, as the Procurement Act 2023 counts them."""


# Clear days ------------------------------------------------------------------------------------------------------------------


def after_clear_days(published: date, days: int) -> date:
    """The first day with so many clear calendar days between it and the publication. Raises ValueError for fewer than none."""
    if days < 0:
        raise ValueError("Clear days are counted forwards.")
    return published + timedelta(days=days + 1)


def after_clear_working_days(published: date, days: int, working: IsWorkingDay = is_working_day) -> date:
    """The first day, working or not, with so many clear working days between it and the publication.

    Raises ValueError for fewer than none.
    """
    return after_working_days(published, days, working) + timedelta(days=1)


def latest(clock: Callable[[date], date], wanted: date) -> date:
    """The inverse of any clock here: the last day to begin so that the clock is over by the wanted day.

    `clock`: from the day it begins to the day it allows, never the earlier for beginning later and never before it began.
    """
    begun = wanted
    while clock(begun) > wanted:
        begun -= timedelta(days=1)
    return begun


# A council's decisions -------------------------------------------------------------------------------------------------------


def decision_after_notice(published: date, clear_days: int = STATUTORY_NOTICE) -> date:
    """The earliest day on which a key decision may be taken after its notice was published: clear calendar days, SI 2012/2089 reg 9."""
    return after_clear_days(published, clear_days)


def notice_before_decision(decision: date, clear_days: int = STATUTORY_NOTICE) -> date:
    """The last day to publish the notice of a key decision that is wanted on a day."""
    return latest(partial(decision_after_notice, clear_days=clear_days), decision)


def decision_after_exception(given: date, working_days: int = 5, working: IsWorkingDay = is_working_day) -> date:
    """The earliest day for a key decision under general exception: clear working days after the notice, SI 2012/2089 reg 10."""
    return after_clear_working_days(given, working_days, working)


def meeting_after_agenda(
    published: date, clear_days: int = 5, counts: str = "working", working: IsWorkingDay = is_working_day
) -> date:
    """The earliest day of a meeting whose agenda was published: clear days, SI 2012/2089 reg 7, in the days the council counts.

    `counts`: a key of COUNTS; ValueError for any other.
    """
    if counts not in COUNTS:
        raise ValueError(f"No such way of counting: {counts}.")
    if counts == "calendar":
        return after_clear_days(published, clear_days)
    return after_clear_working_days(published, clear_days, working)


def agenda_before_meeting(
    meeting: date, clear_days: int = 5, counts: str = "working", working: IsWorkingDay = is_working_day
) -> date:
    """The last day, working or not, to publish the agenda of a meeting."""
    return latest(lambda day: meeting_after_agenda(day, clear_days, counts, working), meeting)


def call_in_ends_on(published: date, working_days: int = 5, working: IsWorkingDay = is_working_day) -> date:
    """The day on which call-in ends: the last of so many working days after the decision was published, LGA 2000 s.9F and the
    council's constitution. Whether at noon or at the end of that day is the council's rule."""
    return after_working_days(published, working_days, working)


def effective_on(
    published: date,
    working_days: int = 5,
    ends: str = "end_of_day",
    effective: str = "when_ended",
    working: IsWorkingDay = is_working_day,
) -> date:
    """The first day on which a decision that nobody called in may be acted on.

    No call-in (0 working days): the day it is published. Call-in that ends at the end of a day leaves nothing of that day, so "at
    once" is then the next day. `ends`: a key of CALL_IN_ENDS, `effective`: of EFFECTIVE; ValueError for any other.
    """
    if ends not in CALL_IN_ENDS or effective not in EFFECTIVE:
        raise ValueError(f"No such rule for the end of call-in: {ends}, {effective}.")
    if working_days == 0:
        return published
    over = call_in_ends_on(published, working_days, working)
    if effective == "when_ended" and ends == "noon":
        return over
    following = over + timedelta(days=1)
    return next_working_day(following, working) if effective == "next_working_day" else following


def published_before_effect(
    wanted: date,
    working_days: int = 5,
    ends: str = "end_of_day",
    effective: str = "when_ended",
    working: IsWorkingDay = is_working_day,
) -> date:
    """The last day to publish a decision that must be effective on the wanted day."""
    return latest(lambda day: effective_on(day, working_days, ends, effective, working), wanted)


# Procurement -----------------------------------------------------------------------------------------------------------------


def request_decided_by(received: date, *, extended: bool = False, working: IsWorkingDay = is_working_day) -> date:
    """The last day to decide a request to join a dynamic purchasing system: 10 working days after receipt, 15 in an individual
    justified case. PCR 2015 reg 34."""
    return after_working_days(received, 15 if extended else 10, working)


def requests_not_before(notice_sent: date) -> date:
    """The earliest day at whose end requests to participate may close: 30 calendar days after dispatch. PCR 2015 reg 34."""
    return notice_sent + timedelta(days=30)


def standstill_of_the_regulations(
    letters: date, calendar_days: int = 10, working: IsWorkingDay = is_working_day
) -> date:
    """The day at whose end the standstill is over; when the last counted day is no working day, the next one that is.

    Calendar days from the day after the letters. PCR 2015 regs 86 and 87: ten. Raises ValueError for fewer than one.
    """
    if calendar_days < 1:
        raise ValueError("A standstill is at least one day.")
    return next_working_day(letters + timedelta(days=calendar_days), working)


def standstill_of_the_act(notice: date, working_days: int = 8, working: IsWorkingDay = in_all_of_the_uk) -> date:
    """The day at whose end the standstill is over: working days in every division of the United Kingdom, the day of the award
    notice counted. Procurement Act 2023 s.51: eight. Raises ValueError for fewer than one."""
    if working_days < 1:
        raise ValueError("A standstill is at least one day.")
    return after_working_days(notice - timedelta(days=1), working_days, working)


def grouped_award_notice_by(awarded: date) -> date:
    """The last day to publish an award notice grouped by quarter: 30 calendar days after the end of the calendar quarter of the
    award. PCR 2015 regs 50 and 75."""
    last_month = (awarded.month + 2) // 3 * 3
    first_of_next = date(awarded.year + last_month // 12, last_month % 12 + 1, 1)
    return first_of_next + timedelta(days=29)


# One council's settings ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CouncilClocks:
    """One council's settings as they stand on a day; the words are keys of FORMS, COUNTS, CALL_IN_ENDS and EFFECTIVE.

    `key_threshold_pounds`: spend or saving above it is key (None: not entered); `key_wards`: so many wards affected make it key
    (None: the statute's two). `exception_working_days`: clear working days. Notice is in clear calendar days. `publication_working_days`: how long its record usually
    takes to be published after the decision (0: the same day).
    """

    form: str
    key_threshold_pounds: Decimal | None
    key_wards: int | None
    notice_clear_days: int
    agenda_clear_days: int
    agenda_counts: str
    call_in_working_days: int
    call_in_ends: str
    effective: str
    exception_working_days: int
    publication_working_days: int = 0

    @property
    def has_key_decisions(self) -> bool:
        """Whether SI 2012/2089 applies: it knows no committee system."""
        return self.form != COMMITTEE_SYSTEM

    def decision_after_notice(self, published: date) -> date:
        """The earliest day of a key decision after its notice."""
        return decision_after_notice(published, self.notice_clear_days)

    def notice_before_decision(self, decision: date) -> date:
        """The last day to publish the notice of a key decision."""
        return notice_before_decision(decision, self.notice_clear_days)

    def decision_after_exception(self, given: date) -> date:
        """The earliest day of a key decision under general exception."""
        return decision_after_exception(given, self.exception_working_days)

    def meeting_after_agenda(self, published: date) -> date:
        """The earliest day of a meeting after its agenda was published."""
        return meeting_after_agenda(published, self.agenda_clear_days, self.agenda_counts)

    def agenda_before_meeting(self, meeting: date) -> date:
        """The last day to publish the agenda of a meeting."""
        return agenda_before_meeting(meeting, self.agenda_clear_days, self.agenda_counts)

    def usually_published_on(self, decided: date) -> date:
        """The day on which the record of a decision is usually published."""
        return after_working_days(decided, self.publication_working_days) if self.publication_working_days else decided

    def decided_before_effect(self, wanted: date) -> date:
        """The last day to decide so that, published as usual, it is effective on the wanted day."""
        return latest(lambda day: self.effective_on(self.usually_published_on(day)), wanted)

    def call_in_ends_on(self, published: date) -> date:
        """The day on which call-in of a published decision ends."""
        return call_in_ends_on(published, self.call_in_working_days)

    def effective_on(self, published: date) -> date:
        """The first day on which a published decision may be acted on, if nobody calls it in."""
        return effective_on(published, self.call_in_working_days, self.call_in_ends, self.effective)

    def published_before_effect(self, wanted: date) -> date:
        """The last day to publish a decision that must be effective on the wanted day."""
        return published_before_effect(wanted, self.call_in_working_days, self.call_in_ends, self.effective)


def is_key(clocks: CouncilClocks, value_pounds: Decimal, wards: int) -> tuple[bool, str]:
    """Whether a decision of that spend or saving, significant in so many wards, is key for the council, and why in a sentence.

    Source: SI 2012/2089 reg 8 with the council's own threshold. Where the threshold is not entered and the wards do not settle it,
    the answer is the careful one: key. Raises ValueError for a negative value or number of wards.
    """
    if value_pounds < 0 or wards < 0:
        raise ValueError("Neither a value nor a number of wards is below zero.")
    if not clocks.has_key_decisions:
        return (
            False,
            "A committee system has no key decisions (SI 2012/2089 does not apply); its own committee reviews them.",
        )
    enough = STATUTORY_WARDS if clocks.key_wards is None else clocks.key_wards
    if wards >= enough:
        return True, f"Key: it affects {wards} wards, and {enough} or more make a decision key."
    threshold = clocks.key_threshold_pounds
    if threshold is None:
        return True, "Treated as key: the council’s threshold is not entered yet, so nothing shows that it is not."
    if value_pounds > threshold:
        return True, f"Key: {pounds(value_pounds)} is above the council’s threshold of {pounds(threshold)}."
    return False, f"Not key: {pounds(value_pounds)} is not above the council’s threshold of {pounds(threshold)}."
