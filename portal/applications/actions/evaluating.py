"""Where applications and their evaluation meet: the panel's candidates are a round's opened applications."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from portal.applications.candidates import candidate_answers, checks_of, not_asked_of, rulings_of
from portal.applications.queries.opened import OpenedApplication, opened_applications
from portal.applications.reading import read_parts
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.sealing import KeyService
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.decisions.actions import withdraw_matter
from portal.decisions.queries.decisions import matter_about
from portal.evaluation.actions import moderation, panels, reopening, results
from portal.evaluation.actions.checks import record_checks
from portal.evaluation.actions.moderation import Attendance
from portal.evaluation.models import ModerationMeeting, Panel, Result
from portal.evaluation.queries.panels import led_panel, panel_of
from portal.evaluation.rules import PanelSeat
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.admissions import one_at_a_time
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rounds import round_for
from portal.purchasing_systems.queries.systems import participants_of
from portal.purchasing_systems.states import ROUND
from portal.questionnaires.queries import questions_of_round


def start_evaluation(session: Session, actor: Actor, *, round_id: UUID, members: Sequence[PanelSeat]) -> Panel:
    """The lead chooses the panel from officers of the participating councils; each member gets a message.

    Raises Missing, NotPermitted, Invalid (`evaluators`, `chair`, `price`) for a make-up that falls short of the system's
    setting, Refused before opening or when a scored question belongs to no lot.
    """
    round_, system = round_for(session, actor, round_id)
    if not actor.leads(system.id):
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can start the evaluation.")
    _must_be_from(session, system, members)
    homeless = [
        q.prompt for q in questions_of_round(session, round_id) if q.part in ("quality", "price") and not q.lot_id
    ]
    if homeless:
        raise Refused(f"Method statements and prices belong to a lot. This one does not: {homeless[0]}")
    title = f"round {round_.number}, {system.title}"
    panel = panels.form_panel(
        session,
        actor,
        subject_id=round_id,
        system_id=system.id,
        members=members,
        councils=system.panel_councils,
        title=title,
    )
    fire(session, actor, ROUND, round_, "evaluate", sentence=f"Started the evaluation of {title}.", panel=panel.id)
    return panel


def complete_checks(session: Session, actor: Actor, keys: KeyService, *, round_id: UUID) -> Panel:
    """Apply the pass rules to every application and begin scoring; who failed is not scored for the lot concerned.

    By an officer of the lead who reads quality (the chair). Raises Missing, NotPermitted, Refused while an answer in the
    grey zone is not judged, a declaration is not ruled on, or an application cannot be read by this officer.
    """
    _, panel = _led(session, actor, round_id)
    applications = opened_applications(session, round_id)
    questions = questions_of_round(session, round_id)
    answers = read_parts(session, keys, round_id=round_id, part="quality")
    _must_read_all(applications, answers)
    ruled = rulings_of(session, panel.id)
    candidates = []
    for application in applications:
        checks = checks_of(application, questions, answers[application.id], ruled)
        waiting = sum(check.passed is None for check in checks)
        if waiting:
            raise Refused(
                f"Judge every answer that the rule leaves open first. {application.provider_name}: {waiting}."
            )
        candidates.append(
            candidate_answers(application, questions, checks, not_asked=not_asked_of(answers[application.id]))
        )
    return record_checks(session, actor, panel_id=panel.id, candidates=candidates)


def start_round_moderation(
    session: Session, actor: Actor, *, round_id: UUID, lot_id: UUID, title: str, attendance: Attendance
) -> ModerationMeeting:
    """Begin the meeting of one lot; the first one moves the round to moderation. Raises as `start_moderation` does."""
    round_, panel = _led(session, actor, round_id)
    meeting = moderation.start_moderation(
        session, actor, panel_id=panel.id, lot_id=lot_id, title=title, attendance=attendance
    )
    _move(session, actor, round_, "moderate", sentence=f"Round {round_.number} is in moderation.")
    return meeting


def compute_round_results(session: Session, actor: Actor, keys: KeyService, *, round_id: UUID) -> list[Result]:
    """Selection, minimum scores, pass mark and ceilings, per provider and lot. By an officer who reads quality and price.

    Raises Missing, NotPermitted, Refused before quality is agreed or when an application cannot be read by this officer.
    """
    round_, panel = _led(session, actor, round_id)
    if panel.status != "quality_agreed":
        raise Refused("Results are computed once quality is agreed, and before they are signed off.")
    system = session.get_one(PurchasingSystem, round_.system_id)
    applications = opened_applications(session, round_id)
    questions = questions_of_round(session, round_id)
    answers = read_parts(session, keys, round_id=round_id, part="quality")
    prices = read_parts(session, keys, round_id=round_id, part="price")
    _must_read_all(applications, answers)
    _must_read_all(applications, prices)
    ruled = rulings_of(session, panel.id)
    return results.compute_results(
        session,
        actor,
        panel_id=panel.id,
        candidates=[
            candidate_answers(
                one,
                questions,
                checks_of(one, questions, answers[one.id], ruled),
                prices[one.id],
                not_asked_of(answers[one.id]),
            )
            for one in applications
        ],
        pass_mark=system.quality_pass_mark,
        places=profile_of(session, system).member_cap,
    )


def sign_off_round(session: Session, actor: Actor, *, round_id: UUID) -> Panel:
    """Sign off the results: they are read by every participating council from now on, and the round is evaluated.

    Raises Missing, NotPermitted, Refused while a result is missing.
    """
    round_, panel = _led(session, actor, round_id)
    signed = results.sign_off(session, actor, panel_id=panel.id)
    # Where nothing was left to score there was no meeting.
    _move(session, actor, round_, "moderate", sentence=f"Round {round_.number}: nothing was left to moderate.")
    _move(session, actor, round_, "conclude", sentence=f"Concluded the evaluation of round {round_.number}.")
    return signed


def reopen_round(session: Session, actor: Actor, *, round_id: UUID, reason: str) -> Panel:
    """Re-open a signed-off evaluation: back to moderation, while the outcome is not approved, or after it was refused.

    Why to moderation, says `reopening.reopen`. A question to the lead that nobody has answered is withdrawn; the database takes back
    the admissions proposed, and letters not sent, which follow again from the next results. Raises Missing, NotPermitted, Invalid
    (`reason`), Refused before sign-off, once the outcome is approved, and after the letters.
    """
    one_at_a_time(session, round_id)
    round_, panel = _led(session, actor, round_id)
    session.refresh(round_)
    if round_.status in ("decided", "notified", "complete"):
        raise Refused("The outcome of this round is decided. Its evaluation can no longer be re-opened.")
    if round_.status != "evaluated":
        raise Refused("The evaluation is not signed off, so there is nothing to re-open.")
    if not reason.strip():
        raise Invalid(reason="Say why the evaluation is re-opened.")
    asked = matter_about(session, kind="approve_outcome", subject_id=round_id)
    if asked is not None and asked.status == "open":
        withdraw_matter(session, actor, matter_id=asked.id, because=f"The evaluation was re-opened: {reason.strip()}")
    opened = reopening.reopen(session, actor, panel_id=panel.id, reason=reason, title=f"round {round_.number}")
    fire(session, actor, ROUND, round_, "reopen", sentence=f"Round {round_.number} is in moderation again.")
    return opened


def _led(session: Session, actor: Actor, round_id: UUID) -> tuple[Round, Panel]:
    round_, _ = round_for(session, actor, round_id)
    panel = panel_of(session, round_id)
    if panel is None:
        raise Missing
    return round_, led_panel(session, actor, panel.id)


def _move(session: Session, actor: Actor, round_: Round, verb: str, *, sentence: str) -> None:
    if round_.status in ROUND.by_verb[verb].sources:
        fire(session, actor, ROUND, round_, verb, sentence=sentence)


def _must_be_from(session: Session, system: PurchasingSystem, members: Sequence[PanelSeat]) -> None:
    councils = {p.authority_id for p in participants_of(session, system.id)}
    strangers = [seat for seat in members if seat.organisation_id not in councils]
    if strangers:
        raise Invalid(evaluators=f"{strangers[0].organisation_name} does not take part in this purchasing system.")


def _must_read_all(applications: Sequence[OpenedApplication], read: dict[UUID, dict[str, str]]) -> None:
    hidden = [application.provider_name for application in applications if application.id not in read]
    if hidden:
        raise Refused(
            "This needs an officer who may read every application: one who declared for each and was not removed. "
            f"You cannot read: {'; '.join(hidden)}."
        )
