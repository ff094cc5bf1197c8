"""Last day to ask, last day to answer, closing: in this order, each with the sentence that breaks when one is moved."""

from datetime import date

from portal.core.wording import say_day

ADVISED_DAYS = 6
"""Answers later than six days before the closing time: think of a later one (PCR 2015, regulation 47(3)(a); advice where it does not bind)."""


def days_problems(last_ask_on: date, last_answer_on: date, closing: date) -> dict[str, str]:
    """By field, what is wrong with the order; empty when it holds."""
    found = {}
    if last_ask_on > last_answer_on:
        found["last_ask_on"] = (
            f"The last day for questions, {say_day(last_ask_on)}, is later than the last day for answers, "
            f"{say_day(last_answer_on)}."
        )
    if last_answer_on >= closing:
        found["last_answer_on"] = (
            f"The last day for answers, {say_day(last_answer_on)}, is not before the closing day, {say_day(closing)}: "
            "providers need time to use the answers."
        )
    return found


def only_later_problems(
    old: tuple[date, date] | None, last_ask_on: date, last_answer_on: date, *, published: bool
) -> dict[str, str]:
    """Providers rely on published days: they only move later."""
    if old is None or not published:
        return {}
    found = {}
    if last_ask_on < old[0]:
        found["last_ask_on"] = (
            f"The round is published with {say_day(old[0])} as the last day for questions. It can only be put back."
        )
    if last_answer_on < old[1]:
        found["last_answer_on"] = (
            f"The round is published with {say_day(old[1])} as the last day for answers. It can only be put back."
        )
    return found


def window_problem_with_days(last_answer_on: date | None, closing: date) -> str | None:
    """What a new closing time breaks; None when nothing."""
    if last_answer_on is None or last_answer_on < closing:
        return None
    return (
        f"The round would close on {say_day(closing)}, not after the last day for answers, {say_day(last_answer_on)}. "
        "Move that day first."
    )


def is_close(closing: date, today: date) -> bool:
    """Whether an answer now comes so late that a later closing time is advised."""
    return (closing - today).days < ADVISED_DAYS
