"""Putting the two joint decisions of a round: the outcome to the lead, the use of the providers to every participant."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Invalid, Missing, Refused
from portal.core.types import Actor
from portal.decisions.actions import raise_matter
from portal.decisions.models import Matter
from portal.evaluation.models import Result
from portal.evaluation.queries.results import results_of
from portal.purchasing_systems.actions.admissions import propose_admissions, take_up_outcome
from portal.purchasing_systems.matters import APPROVE_OUTCOME, USE_ADMITTED
from portal.purchasing_systems.models import Admission, PurchasingSystem, Round, TakenOnDecision
from portal.purchasing_systems.queries.admissions import led_round, one_at_a_time
from portal.purchasing_systems.queries.profiles import profile_of_system
from portal.purchasing_systems.queries.systems import lots_of, participants_of

_RAISE = "decisions:matter:raise"


def ask_to_approve_outcome(
    session: Session,
    actor: Actor,
    *,
    round_id: UUID,
    answer_by: date,
    authority: str,
    question: str | None = None,
    again_because: str = "",
) -> Matter:
    """Put the outcome of a round to the lead, which answers under the authority recorded for it (`authority`: its words).

    The signed results become proposed admissions. Where the lead did not approve, it can be asked again: `again_because` says why.
    Raises Refused before the evaluation is signed off, Invalid (`authority`, `answer_by`, `again_because`).
    """
    one_at_a_time(session, round_id)
    round_ = led_round(session, actor, round_id, _RAISE)
    session.refresh(round_)
    if round_.status != "evaluated":
        raise Refused("The outcome can be put once the evaluation is signed off.")
    if not authority.strip():
        raise Invalid(
            authority="Enter the authority under which the lead approves the outcome, and where it is recorded."
        )
    results = results_of(session, round_id)
    propose_admissions(session, actor, round_id=round_id, results=results)
    system = _system(session, round_)
    return raise_matter(
        session,
        actor,
        kind=APPROVE_OUTCOME.name,
        system_id=round_.system_id,
        subject_id=round_id,
        subject_label=_label(round_, system),
        question=question or APPROVE_OUTCOME.question_template,
        answer_by=answer_by,
        parties=[(actor.organisation_id, actor.organisation_name)],
        facts=_facts(round_, system) | {"authority": authority.strip(), "results": _results(session, round_, results)},
        again_because=again_because,
    )


def ask_to_use(
    session: Session,
    actor: Actor,
    *,
    round_id: UUID,
    answer_by: date,
    question: str | None = None,
    prices_valid_until: date | None = None,
) -> Matter:
    """Put the use of the providers admitted in a round to every participating authority, each for itself.

    Takes up the lead's recorded approval first; of a round that was taken on, only councils without a confirmed decision are asked. `prices_valid_until`: the last day on which the prices offered hold, if the documents state
    one. Raises Refused before the approval, or when nobody is admitted; Invalid (`prices_valid_until`) for a day that has passed.
    """
    if prices_valid_until is not None and prices_valid_until < clock.today():
        raise Invalid(
            prices_valid_until="This day has passed. Ask the providers to hold their prices before the councils decide."
        )
    round_ = led_round(session, actor, round_id, _RAISE)
    profile = profile_of_system(session, round_.system_id)
    if profile.admits == "lead":
        raise Refused(f"{profile.name}: the lead admits for all, so the councils are not asked about names.")
    if round_.take_on_id is None and round_.status not in ("evaluated", "decided", "notified"):
        raise Refused("The lead has not recorded an approval of this outcome.")
    admissions = (
        take_up_outcome(session, actor, round_id=round_id)
        if round_.take_on_id is None
        else _standing(session, round_id)
    )
    if not admissions:
        raise Refused("Nobody is admitted in this round, so there is nothing to put to the councils.")
    system = _system(session, round_)
    return raise_matter(
        session,
        actor,
        kind=USE_ADMITTED.name,
        system_id=round_.system_id,
        subject_id=round_id,
        subject_label=_label(round_, system),
        question=question or USE_ADMITTED.question_template.format(round=f"round {round_.number}"),
        answer_by=answer_by,
        parties=_undecided(session, round_),
        facts=_facts(round_, system)
        | {"providers": _providers(session, admissions), "grounds": list(system.restriction_grounds)}
        | ({"prices_valid_until": prices_valid_until.isoformat()} if prices_valid_until else {}),
    )


def _standing(session: Session, round_id: UUID) -> list[Admission]:
    """Of a round held before the portal: whom it admitted and who still is."""
    return list(
        session.scalars(
            select(Admission)
            .where(Admission.round_id == round_id, Admission.status.in_(("effective", "suspended")))
            .order_by(Admission.provider_name, Admission.id)
        )
    )


def _undecided(session: Session, round_: Round) -> list[tuple[UUID, str]]:
    """Who takes part, but for councils that have confirmed what they decided before there was a portal."""
    confirmed = set(
        session.scalars(
            select(TakenOnDecision.authority_id).where(
                TakenOnDecision.round_id == round_.id, TakenOnDecision.answer == "confirmed"
            )
        )
    )
    return [
        (p.authority_id, p.name) for p in participants_of(session, round_.system_id) if p.authority_id not in confirmed
    ]


def _system(session: Session, round_: Round) -> PurchasingSystem:
    system = session.get(PurchasingSystem, round_.system_id)
    if system is None:
        raise Missing
    return system


def _label(round_: Round, system: PurchasingSystem) -> str:
    return f"Round {round_.number}, {system.alias or system.title}"


def _facts(round_: Round, system: PurchasingSystem) -> dict[str, Any]:
    return {
        "system_title": system.title,
        "system_alias": system.alias,
        "round_number": round_.number,
        "demonstration": system.demonstration,
    }


def _providers(session: Session, admissions: Sequence[Admission]) -> list[dict[str, Any]]:
    lots = {lot.id: lot.name for lot in lots_of(session, admissions[0].system_id)}
    offers: dict[UUID, dict[str, Any]] = {}
    for a in admissions:
        entry = offers.setdefault(a.provider_id, {"id": str(a.provider_id), "name": a.provider_name, "lots": []})
        entry["lots"].append({"id": str(a.lot_id), "title": lots[a.lot_id], "areas": [str(area) for area in a.areas]})
    return sorted(offers.values(), key=lambda entry: str(entry["name"]))


def _results(session: Session, round_: Round, results: Sequence[Result]) -> list[dict[str, Any]]:
    by_lot: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: {"recommended": [], "not_recommended": []})
    for result in sorted(results, key=lambda r: r.candidate_name):
        by_lot[result.lot_id][result.outcome].append(result.candidate_name)
    return [{"lot": lot.name, **by_lot[lot.id]} for lot in lots_of(session, round_.system_id) if lot.id in by_lot]
