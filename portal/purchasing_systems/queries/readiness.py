"""What is missing before a system or a round can be made public: one list for the page and for the guard."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock
from portal.purchasing_systems.models import PurchasingSystem, Round, VehicleProfile
from portal.purchasing_systems.queries.profiles import notices_due, profile_of
from portal.purchasing_systems.queries.rounds import lots_offered
from portal.purchasing_systems.queries.set_up import (
    buying_terms,
    missing_award,
    missing_ceiling,
    missing_timetable,
    missing_users,
)
from portal.purchasing_systems.queries.specifications import documents_of, specification_of
from portal.purchasing_systems.queries.systems import lots_of, participants_of
from portal.purchasing_systems.reference import laws, threshold_on
from portal.purchasing_systems.rules.profiles import regime_problem, window_problem
from portal.questionnaires.queries import condition_problems, questions_of_round, weight_problems


@dataclass(frozen=True)
class Check:
    """One line of the checklist. `missing`: the sentence when it is not done; `needed`: it stops publication."""

    key: str
    text: str
    missing: str | None
    needed: bool = True

    @property
    def done(self) -> bool:
        """Nothing is missing here."""
        return self.missing is None


def checks_of_system(session: Session, system: PurchasingSystem) -> list[Check]:
    """Lots, councils, specification, schedules, documents, grounds."""
    lots = lots_of(session, system.id)
    councils = participants_of(session, system.id)
    specification = specification_of(session, system.id)
    schedules = specification.schedules if specification else ()
    empty = [s.short_name for s in schedules if not s.text]
    kinds = {d.kind for d in documents_of(session, system.id)}
    profile = profile_of(session, system)
    return [
        Check("lots", "Lots", None if lots else "Add at least one lot."),
        Check("councils", "Participating authorities", _councils(system, councils)),
        Check(
            "specification",
            "Common specification",
            None if specification and specification.common_text else "Write the common text of the specification.",
        ),
        Check(
            "schedules",
            "Local schedules",
            f"Still empty: {', '.join(empty)}. An empty schedule adds nothing to the common text."
            if empty
            else None
            if schedules
            else "There are none before the specification is written.",
            needed=False,
        ),
        Check(
            "documents",
            "Invitation and terms",
            None
            if {"invitation", "terms"} <= kinds
            else "The invitation to apply or the agreement terms are not written.",
            needed=False,
        ),
        Check("law", "Law of the day it commences", _law(session, system)),
        Check("notices", "Notices due", _notices(session, system, profile), needed=False),
        Check(
            "grounds",
            "Published restriction grounds",
            None
            if system.restriction_grounds or not profile.may_restrict
            else "No ground is published, so no council will be able to restrict a provider that passed.",
            needed=False,
        ),
        *_buying(session, system),
    ]


def _buying(session: Session, system: PurchasingSystem) -> list[Check]:
    """Listed and not enforced: a system begun before the portal may have said them in its notice alone."""
    terms = buying_terms(session, system.id)
    return [
        Check("ceiling", "Value ceiling", missing_ceiling(terms), needed=False),
        Check("users", "Permitted users", missing_users(terms), needed=False),
        Check("award", "Award model", missing_award(terms), needed=False),
        Check("timetable", "Timetable", missing_timetable(session, system), needed=False),
    ]


def checks_of_round(session: Session, system: PurchasingSystem, round_: Round) -> list[Check]:
    """The same, and questions, weights, window and notice of this round."""
    lots = {lot.id: lot.name for lot in lots_offered(session, round_)}
    questions = questions_of_round(session, round_.id)
    asked = {q.lot_id for q in questions}
    unasked = [name for lot, name in lots.items() if lot not in asked and None not in asked]
    weights = weight_problems(questions, lots)
    conditions = condition_problems(questions, lots)
    notice = bool(round_.notice_number and round_.notice_url and round_.notice_published_at)
    future = round_.notice_published_at is not None and round_.notice_published_at > clock.now()
    closing = (
        "The closing time has passed. Set a later one."
        if round_.closes_at <= clock.now()
        else _window_problem(session, system, round_)
    )
    return [
        *checks_of_system(session, system),
        Check(
            "questions",
            "Questions",
            "There are no questions yet. Load the question sets first."
            if not questions
            else f"No questions are asked for {', '.join(unasked)}."
            if unasked
            else None,
        ),
        *([Check("weights", "Weights of the method statements", " ".join(weights) or None)] if questions else []),
        *([Check("conditions", "Conditions of questions", " ".join(conditions) or None)] if conditions else []),
        Check("window", "Opening and closing time", closing),
        Check(
            "notice",
            "Official notice",
            "The official notice is dated in the future. A round cannot be published before its notice."
            if future
            else None
            if notice
            else "Record the official notice: its number, link and time of publication.",
        ),
    ]


def _window_problem(session: Session, system: PurchasingSystem, round_: Round) -> str | None:
    profile = profile_of(session, system)
    if round_.always_open or round_.number > 1:
        return None
    noticed = round_.notice_published_at
    return window_problem(profile, clock.local_day(noticed) if noticed else None, clock.local_day(round_.closes_at))


def _law(session: Session, system: PurchasingSystem) -> str | None:
    """The law, on the day the procurement commences: that of its first publication at the latest."""
    law = laws().get(system.regime)
    if law is None:
        return "Select the law the procurement was commenced under."
    commenced = system.commenced_on or min(system.valid_from, clock.today())
    return regime_problem(law, commenced, system.value_pounds, threshold_on(law.threshold_kind, commenced))


def _notices(session: Session, system: PurchasingSystem, profile: VehicleProfile) -> str | None:
    today = clock.today()
    waiting = [
        n.notice
        for n in notices_due(session, system, profile)
        if n.number is None and n.by is not None and n.by <= today
    ]
    return f"Due and not recorded: {'; '.join(waiting)}." if waiting else None


def missing_for_system(session: Session, system: PurchasingSystem) -> str | None:
    """What stops a system from being approved, in one text; None when nothing does."""
    return _joined(checks_of_system(session, system))


def missing_for_publication(session: Session, round_: Round) -> str | None:
    """What stops a round from being published, in one text; None when nothing does."""
    system = session.get(PurchasingSystem, round_.system_id)
    return _joined(checks_of_round(session, system, round_)) if system else "There is no such system."


def _joined(checks: list[Check]) -> str | None:
    return " ".join(check.missing for check in checks if check.needed and check.missing) or None


def _councils(system: PurchasingSystem, councils: list[Any]) -> str | None:
    """The lead takes part itself; whether others do is its own affair: one authority can have a system alone (R5, R9)."""
    if system.lead_id not in {c.authority_id for c in councils}:
        return f"{system.lead_name}, the lead authority, does not take part itself yet. Add it."
    return None
