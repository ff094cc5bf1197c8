"""What the rules of a vehicle profile mean for a system's terms. Pure: rules and values in, sentences and days out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from portal.core.money import pounds
from portal.core.wording import say_day
from portal.core.working_days import after_working_days
from portal.purchasing_systems.reference import Regime, Threshold

RULES = {
    "admission": "Admission pattern",
    "admits": "Who admits",
    "restriction": "Restrictions",
    "assessment": "Assessment of applications",
    "window": "Shortest periods",
    "award": "What an admission is",
    "selection": "Selection",
    "cap": "Number of members",
    "conditions": "Changes of the conditions",
    "fees": "Fees",
    "standstill": "Standstill",
    "routes": "Call-off routes",
    "notices": "Notices due",
    "end": "Limits of the term",
    "regimes": "Laws",
}
"""Groups of rules, each with its source."""
ADMISSION = {
    "rolling": "Always open: apply at any time",
    "windows": "Numbered windows, as many as are wanted",
    "fixed": "One window",
    "elsewhere": "Managed by another body",
}
ADMITS = {
    "lead": "The lead, under recorded authority, for all",
    "each_council": "The lead admits; each council decides for itself whom it uses",
}
SELECTION = {
    "pass_fail": "Pass or fail, no ranking",
    "quality_threshold": "Pass or fail, and a quality pass mark; no ranking",
    "ranking": "Ranked by quality, best first",
}
ROUTES = {
    "call_off": "Call-off",
    "mini_competition": "Mini-competition",
    "direct_award": "Direct award",
    "block_contract": "Block contract",
}
MOMENTS = {
    "intention": "Before it is set up",
    "establishing": "When it is set up",
    "admission": "After an admission",
    "agreement": "After an agreement is signed",
    "contract": "After a contract is awarded",
    "change_of_term": "When its term or its conditions change",
    "end": "When it ends",
}


class Rules(Protocol):
    """The rules asked about here, as a profile has them."""

    name: str
    admission: str
    first_window_days: int | None
    longest_years: int | None
    longer_with_reason: bool
    limit_regimes: list[Any]
    ends_by: date | None
    standstill_days: int | None
    standstill_mandatory: bool
    assessment_days: int | None
    assessment_days_extended: int | None


@dataclass(frozen=True)
class NoticeDue:
    """A notice the profile asks for. `by`: the last day, once the moment has come; None: before it, or not yet known."""

    moment: str
    notice: str
    days: int | None
    source: str
    by: date | None
    number: str | None = None
    url: str | None = None
    published_on: date | None = None

    @property
    def overdue_from(self) -> date | None:
        """The first day on which it is late."""
        return None if self.by is None or self.number else self.by + timedelta(days=1)


def regime_problem(law: Regime, commenced_on: date, value_pounds: Decimal, threshold: Threshold | None) -> str | None:
    """Why a procurement that commenced on this day, at this value, is not under this law; None where it can be (ALL-07)."""
    if not law.applies(commenced_on):
        bounds = [
            f"from {say_day(law.applies_from)}" if law.applies_from else "",
            f"until {say_day(law.applies_until)}" if law.applies_until else "",
        ]
        return (
            f"This law governs procurements that commenced {' '.join(b for b in bounds if b)}. This one commenced on "
            f"{say_day(commenced_on)}. Choose the law in force then."
        )
    if law.only_below and threshold is not None and value_pounds >= threshold.amount:
        return (
            f"The estimated value, {pounds(value_pounds)}, is not below the threshold of {pounds(threshold.amount)} in force on "
            f"{say_day(commenced_on)}. Choose the law for values above it."
        )
    return None


def end_problem(rules: Rules, regime: str, valid_from: date, valid_until: date, longer_because: str) -> str | None:
    """Why a system of this profile cannot last until then; None where it can."""
    if rules.ends_by is not None and valid_until > rules.ends_by:
        return f"{rules.name}: no system of this kind lasts beyond {say_day(rules.ends_by)}. Enter that day or an earlier one."
    if rules.longest_years is None or regime not in rules.limit_regimes:
        return None
    last = last_day_of(valid_from, rules.longest_years)
    if valid_until <= last:
        return None
    if not rules.longer_with_reason:
        return (
            f"{rules.name}: {rules.longest_years} years at most, so {say_day(last)} is the last day that is possible."
        )
    if longer_because.strip():
        return None
    return f"{rules.name}: longer than {rules.longest_years} years (after {say_day(last)}) only with a reason. Enter the reason."


def last_day_of(valid_from: date, years: int) -> date:
    """The last day of so many years."""
    try:
        return valid_from.replace(year=valid_from.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(valid_from.year + years, 2, 28)


def window_problem(rules: Rules, notice_on: date | None, closes_on: date) -> str | None:
    """Why a first window is too short after its notice; None where it is not, or before the notice is recorded.

    The day of the notice does not count: 30 days after a notice of 1 April end with 1 May.
    """
    if rules.first_window_days is None or notice_on is None:
        return None
    if closes_on > notice_on + timedelta(days=rules.first_window_days):
        return None
    return f"{rules.name}: at least {rules.first_window_days} days between the notice and the closing time."


def decide_by(
    rules: Rules, received_on: date, *, extended: bool = False, not_before: date | None = None
) -> date | None:
    """The last day to decide on an application (R9-02); None where the profile sets no days.

    Working days after the day of receipt. `not_before`: the day announced for the first applications (regulation 34(18) and (19)).
    """
    days = rules.assessment_days_extended if extended else rules.assessment_days
    if days is None:
        return None
    by = after_working_days(received_on, days)
    return max(by, not_before) if not_before else by


def standstill_problem(rules: Rules, days: int | None) -> str | None:
    """Why a standstill falls short of a mandatory one."""
    if not rules.standstill_mandatory or rules.standstill_days is None:
        return None
    if days is not None and days >= rules.standstill_days:
        return None
    return f"{rules.name}: a standstill of at least {rules.standstill_days} calendar days is required."


def shown(profile: Any, regimes: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Every group of rules: what it is, what the profile says, where that stands."""
    p = profile
    days = f"{p.assessment_days} working days from receipt" if p.assessment_days else "No fixed number of days"
    if p.assessment_days_extended:
        days += f"; {p.assessment_days_extended} with reasons"
    if p.defers_first:
        days += "; longer for the first applications, if the documents announced it"
    periods = [
        f"{p.first_window_days} days from the notice to the first closing" if p.first_window_days else "",
        f"{p.tender_days} days for tenders" if p.tender_days else "",
    ]
    limits = [
        f"{p.longest_years} years" + (", longer with a reason" if p.longer_with_reason else ", never longer")
        if p.longest_years
        else "",
        f"not beyond {say_day(p.ends_by)}" if p.ends_by else "",
    ]
    words = {
        "admission": ADMISSION[p.admission],
        "admits": ADMITS[p.admits],
        "restriction": f"A council may restrict. {p.restriction_grounds}".strip()
        if p.may_restrict
        else "No council may restrict",
        "assessment": days,
        "window": "; ".join(filter(None, periods)) or "None is fixed",
        "award": "The award of a contract" if p.admission_is_award else "Not the award of a contract",
        "selection": SELECTION[p.selection],
        "cap": f"{p.member_cap} in a lot at most" if p.member_cap else "Not limited",
        "conditions": "May change, with notice to those concerned"
        if p.conditions_may_change
        else "Do not change during its life",
        "fees": p.fees,
        "standstill": (f"{p.standstill_days} calendar days" if p.standstill_days else "None")
        + (", required" if p.standstill_mandatory else ", by choice of the system"),
        "routes": "; ".join(ROUTES.get(r, r) for r in p.routes) or "None",
        "notices": "; ".join(
            f"{n['notice']} ({MOMENTS.get(n['moment'], n['moment']).lower()}{', within {} days'.format(n['days']) if n.get('days') else ''})"
            for n in p.notices
        )
        or "None",
        "end": "; ".join(filter(None, limits)) or "No limit",
        "regimes": "; ".join(regimes.get(r, r) for r in p.regimes),
    }
    for rule, title in RULES.items():
        yield title, words[rule], p.sources.get(rule, "")
