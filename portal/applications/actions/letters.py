"""Outcome letters: prepared one by one, released all at once. Before that no provider has a row to read."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.applications.letter_notifications import tell_outcome_available
from portal.applications.letters import Addressee, Occasion, letter_content, letter_pdf
from portal.applications.models import Application, Letter, Submission
from portal.core import clock
from portal.core.audit import record
from portal.core.audit.trail import head_before
from portal.core.errors import Missing, Refused
from portal.core.types import Actor
from portal.core.typeset import Trail
from portal.core.workflow import fire
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import approved
from portal.evaluation.models import Result
from portal.evaluation.queries.results import results_of
from portal.governance.rules.clocks import standstill_of_the_regulations
from portal.purchasing_systems.actions.admissions import take_up_outcome
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.admissions import led_round
from portal.purchasing_systems.queries.systems import lots_of, participants_of
from portal.purchasing_systems.states import ROUND

_RELEASE = "applications:letter:release"


def prepare_letters(session: Session, actor: Actor, *, round_id: UUID) -> list[Letter]:
    """A letter for every application opened, dated today; preparing again replaces what was not released.

    Raises Missing, NotPermitted for anybody but an officer of the lead, Refused while the outcome is not approved on the record,
    a result is missing, or the letters have gone out.
    """
    round_ = led_round(session, actor, round_id, _RELEASE)
    if round_.status not in ("evaluated", "decided"):
        raise Refused(_too_early_or_late(round_))
    decision = approved(session, kind="approve_outcome", subject_id=round_id, authority_id=round_.lead_id)
    if decision is None:
        raise Refused("The lead has not recorded an approval of this outcome.")
    _one_at_a_time(session, round_id)
    letters = _write_all(session, round_, _occasion(session, round_, decision))
    record(
        session,
        "applications.letter.prepare",
        f"Prepared {_letters(len(letters))} of round {round_.number}. None has gone out.",
        system=round_.system_id,
        round=round_id,
    )
    return letters


def release_letters(session: Session, actor: Actor, *, round_id: UUID) -> list[Letter]:
    """All letters of the round go out at this instant, and the standstill starts where the system sets one.

    Takes up the outcome and prepares letters where that has not been done today. Raises Refused before the approval is effective.
    """
    round_ = led_round(session, actor, round_id, _RELEASE)
    if round_.status not in ("evaluated", "decided"):
        raise Refused(_too_early_or_late(round_))
    decision = approved(session, kind="approve_outcome", subject_id=round_id, authority_id=round_.lead_id)
    if decision is None:
        raise Refused("The lead has not recorded an approval of this outcome.")
    if decision.effective_on and decision.effective_on > clock.today():
        raise Refused(
            f"The approval takes effect on {decision.effective_on.day} {decision.effective_on:%B %Y}. Letters go out from then."
        )
    _one_at_a_time(session, round_id)
    take_up_outcome(session, actor, round_id=round_id)
    occasion = _occasion(session, round_, decision)
    letters = _write_all(session, round_, occasion)
    fire(
        session,
        actor,
        ROUND,
        round_,
        "notify",
        sentence=f"All {_letters(len(letters))} of round {round_.number} went out at once.",
    )
    ends_at = clock.london(occasion.standstill_until + timedelta(days=1)) if occasion.standstill_until else None
    session.execute(text("SELECT app.release_letters(:round, :ends)"), {"round": round_id, "ends": ends_at})
    session.expire_all()
    for letter in letters:
        record(
            session,
            "applications.letter.release",
            f"The outcome letter of application {letter.content['reference']} went out.",
            about=letter.provider_id,
            system=round_.system_id,
            letter=letter.id,
        )
        tell_outcome_available(session, letter)
    return letters


def _one_at_a_time(session: Session, round_id: UUID) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:round, 0))"), {"round": f"letters {round_id}"})


def _too_early_or_late(round_: Round) -> str:
    if round_.status in ("notified", "complete"):
        return "The letters of this round have gone out already."
    return "Letters can be prepared once the evaluation is signed off and the outcome approved."


def _letters(count: int) -> str:
    return "one letter" if count == 1 else f"{count} letters"


def _occasion(session: Session, round_: Round, decision: Decision) -> Occasion:
    system = session.get(PurchasingSystem, round_.system_id)
    if system is None:
        raise Missing
    today = clock.today()
    days = system.standstill_days
    return Occasion(
        system_title=system.title,
        lead_authority=system.lead_name,
        round_number=round_.number,
        pass_mark=system.quality_pass_mark,
        signed_by_post=decision.decided_by_post,
        dated=today,
        standstill_days=days,
        standstill_until=standstill_of_the_regulations(today, days) if days else None,
        demonstration=system.demonstration,
        lots={lot.id: lot.name for lot in lots_of(session, system.id)},
        councils={p.authority_id: p.short_name for p in participants_of(session, system.id)},
    )


def _write_all(session: Session, round_: Round, occasion: Occasion) -> list[Letter]:
    applications = session.scalars(
        select(Application)
        .where(Application.round_id == round_.id, Application.opened_at.is_not(None))
        .order_by(Application.provider_name, Application.id)
    ).all()
    if not applications:
        raise Refused("No application was opened in this round, so there is nobody to write to.")
    results = _results(session, round_, applications)
    received = {
        s.application_id: s
        for s in session.scalars(
            select(Submission).where(Submission.round_id == round_.id, Submission.opened_at.is_not(None))
        )
    }
    there = {x.application_id: x for x in session.scalars(select(Letter).where(Letter.round_id == round_.id))}
    head = head_before(session)
    trail = Trail(position=head["n"], head=head["hash"], demonstration=occasion.demonstration)
    written = []
    for application in applications:
        submission = received.get(application.id)
        to = Addressee(
            provider_name=application.provider_name or "",
            reference=application.reference,
            received_at=submission.submitted_at if submission else application.submitted_at,
            receipt_sha256=submission.sha256.hex() if submission else None,
        )
        content = letter_content(occasion, to, results[application.id])
        letter = there.get(application.id)
        if letter is not None and letter.content == content:
            written.append(letter)
            continue
        if letter is None:
            letter = Letter(
                id=uuid4(),
                application_id=application.id,
                round_id=round_.id,
                system_id=round_.system_id,
                lead_id=round_.lead_id,
                provider_id=application.provider_id,
            )
            session.add(letter)
        letter.content = content
        letter.pdf = letter_pdf(content, trail)
        letter.prepared_at = clock.now()
        written.append(letter)
    session.flush()
    return written


def _results(session: Session, round_: Round, applications: Sequence[Application]) -> dict[UUID, list[Result]]:
    found: dict[UUID, list[Result]] = defaultdict(list)
    for result in results_of(session, round_.id):
        if result.signed_off_at is not None:
            found[result.candidate_id].append(result)
    for application in applications:
        if set(application.lots) - {result.lot_id for result in found[application.id]}:
            raise Refused(f"There is no signed result yet for every lot of {application.provider_name}.")
    return found
