"""What is missing before a system or a round can be made public: one list for the page and for the guard."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.rounds import lots_offered
from portal.purchasing_systems.queries.specifications import documents_of, specification_of
from portal.purchasing_systems.queries.systems import lots_of, participants_of
from portal.purchasing_systems.rules.rounds import window_problem
from portal.questionnaires.queries import questions_of_round, weight_problems


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
        Check(
            "grounds",
            "Published restriction grounds",
            None
            if system.restriction_grounds
            else "No ground is published, so no council will be able to restrict a provider that passed.",
            needed=False,
        ),
    ]


def checks_of_round(session: Session, system: PurchasingSystem, round_: Round) -> list[Check]:
    """The same, and questions, weights, window and notice of this round."""
    lots = {lot.id: lot.name for lot in lots_offered(session, round_)}
    questions = questions_of_round(session, round_.id)
    asked = {q.lot_id for q in questions}
    unasked = [name for lot, name in lots.items() if lot not in asked and None not in asked]
    weights = weight_problems(questions, lots)
    notice = bool(round_.notice_number and round_.notice_url and round_.notice_published_at)
    future = round_.notice_published_at is not None and round_.notice_published_at > clock.now()
    closing = (
        "The closing time has passed. Set a later one."
        if round_.closes_at <= clock.now()
        else window_problem(system.vehicle, round_.notice_published_at, round_.closes_at)
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
    if system.lead_id not in {c.authority_id for c in councils}:
        return f"{system.lead_name}, the lead authority, does not take part itself yet. Add it."
    return None if len(councils) > 1 else "Add at least one more authority: a system is shared by two or more."
