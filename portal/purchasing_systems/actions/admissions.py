"""From results to admissions, and from the lead's decision to agreements that are in effect."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Missing, Refused
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.evaluation.models import Result
from portal.evaluation.queries.results import results_of
from portal.purchasing_systems.admission_notifications import tell_agreement_issued, tell_agreement_signed
from portal.purchasing_systems.admission_states import ADMISSION
from portal.purchasing_systems.models import Admission, PurchasingSystem, Round
from portal.purchasing_systems.queries.admissions import admissions_of_round, led_round
from portal.purchasing_systems.states import ROUND

_RUN = "purchasing_systems:round:run"
_ISSUE = "purchasing_systems:agreement:issue"


def propose_admissions(
    session: Session, actor: Actor, *, round_id: UUID, results: Sequence[Result] | None = None
) -> list[Admission]:
    """One proposed admission for each recommended result (default: the signed-off results of the round). Safe to repeat.

    Raises Missing, NotPermitted for anybody but an officer of the lead, Refused before the results are signed off.
    """
    round_ = led_round(session, actor, round_id, _RUN)
    if results is None:
        results = results_of(session, round_id)
    if not results or any(result.signed_off_at is None for result in results):
        raise Refused("The results of this round are not signed off yet.")
    there = {(a.lot_id, a.provider_id): a for a in admissions_of_round(session, round_id)}
    new = [
        _proposed(round_, result)
        for result in results
        if result.outcome == "recommended" and (result.lot_id, result.provider_id) not in there
    ]
    if not new:
        return list(there.values())
    session.add_all(new)
    session.flush()
    record(
        session,
        "purchasing_systems.admission.propose",
        f"Proposed {len(new)} admission{'s' if len(new) != 1 else ''} of round {round_.number}, as the signed results show.",
        system=round_.system_id,
        round=round_id,
        admissions=[a.id for a in new],
    )
    return [*there.values(), *new]


def _proposed(round_: Round, result: Result) -> Admission:
    return Admission(
        id=uuid4(),
        system_id=round_.system_id,
        lead_id=round_.lead_id,
        round_id=round_.id,
        lot_id=result.lot_id,
        application_id=result.candidate_id,
        provider_id=result.provider_id,
        provider_name=result.candidate_name,
        areas=[UUID(str(area)) for area in result.areas],
        prices=[
            {"title": p["title"], "unit": p["unit"], "price": p["price"]}
            for p in result.prices
            if p["price"] is not None
        ],
        proposed_at=clock.now(),
    )


def take_up_outcome(session: Session, actor: Actor, *, round_id: UUID) -> list[Admission]:
    """Make of the lead's recorded approval what it says: the proposed admissions are approved and the round is decided.

    Raises Refused while the approval is not on the record.
    """
    round_ = led_round(session, actor, round_id, _RUN)
    admissions = admissions_of_round(session, round_id)
    for admission in admissions:
        if admission.status == "proposed":
            fire(
                session,
                actor,
                ADMISSION,
                admission,
                "approve",
                sentence=f"Took up the approved outcome of round {round_.number}: {admission.provider_name} is admitted.",
            )
    if round_.status == "evaluated":
        fire(
            session,
            actor,
            ROUND,
            round_,
            "decide",
            sentence=f"The outcome of round {round_.number} is decided: {len(admissions)} admissions approved.",
        )
    return admissions


def issue_agreements(session: Session, actor: Actor, *, round_id: UUID) -> list[Admission]:
    """Offer the agreement to every provider admitted in the round, once letters are out and any standstill is over.

    Raises Refused before that, or when nothing is left to issue.
    """
    round_ = led_round(session, actor, round_id, _ISSUE)
    due = [a for a in admissions_of_round(session, round_id) if a.status in ("approved", "standstill")]
    if not due:
        raise Refused("There is no agreement to issue in this round.")
    system = session.get(PurchasingSystem, round_.system_id)
    if system is None or system.valid_until < clock.today():
        raise Refused("The purchasing system has ended, so no agreement can be concluded under it.")
    for admission in due:
        fire(
            session,
            actor,
            ADMISSION,
            admission,
            "issue_agreement",
            sentence=f"Issued the agreement of round {round_.number} to {admission.provider_name}.",
            about=admission.provider_id,
        )
        tell_agreement_issued(session, round_, admission)
    return due


def accept_agreement(session: Session, actor: Actor, *, admission_id: UUID) -> Admission:
    """Accept online, for the organisation acted for: first the provider, then the lead. With the second it is effective.

    Raises Missing for an agreement of others or under embargo, NotPermitted, Refused out of turn.
    """
    admission = session.get(Admission, admission_id)
    if admission is None or actor.organisation_id not in (admission.provider_id, admission.lead_id):
        raise Missing
    provider = actor.organisation_id == admission.provider_id
    fire(
        session,
        actor,
        ADMISSION,
        admission,
        "accept_as_provider" if provider else "accept_as_lead",
        sentence=(
            f"{admission.provider_name} accepted its agreement."
            if provider
            else f"Accepted the agreement with {admission.provider_name}. It is effective from now."
        ),
        about=admission.lead_id if provider else admission.provider_id,
    )
    session.refresh(admission)
    tell_agreement_signed(session, admission)
    if not provider:
        _complete_if_last(session, actor, admission.round_id)
    return admission


def decline_agreement(session: Session, actor: Actor, *, admission_id: UUID) -> Admission:
    """The provider declines what was offered. Raises Missing, NotPermitted, Refused out of turn."""
    admission = session.get(Admission, admission_id)
    if admission is None or actor.organisation_id != admission.provider_id:
        raise Missing
    fire(
        session,
        actor,
        ADMISSION,
        admission,
        "decline",
        sentence=f"{admission.provider_name} declined its agreement.",
        about=admission.lead_id,
    )
    return admission


def complete_round(session: Session, actor: Actor, *, round_id: UUID) -> Round:
    """Close the round when no agreement is awaited any more. Raises Refused while one is."""
    round_ = led_round(session, actor, round_id, _RUN)
    if _pending(session, round_id):
        raise Refused("An agreement of this round is still awaited.")
    fire(session, actor, ROUND, round_, "complete", sentence=f"Round {round_.number} is complete.")
    return round_


def _complete_if_last(session: Session, actor: Actor, round_id: UUID) -> None:
    if actor.may(_RUN) and not _pending(session, round_id):
        round_ = led_round(session, actor, round_id, _RUN)
        if round_.status == "notified":
            complete_round(session, actor, round_id=round_id)


def _pending(session: Session, round_id: UUID) -> bool:
    return any(
        a.status in ("proposed", "approved", "standstill", "agreement_issued", "signed")
        for a in admissions_of_round(session, round_id)
    )
