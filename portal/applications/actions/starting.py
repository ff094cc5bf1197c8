"""Registering an interest, starting a draft, and letting the help desk look."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.applications.models import Application, Interest, SealKey
from portal.applications.queries.cases import case_of
from portal.applications.sealing import draft_facts
from portal.core.applicants import own_pen
from portal.core.audit import record_sealed
from portal.core.clock import today
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.sealing import KeyService, new_key
from portal.core.types import Actor
from portal.core.web.look import day
from portal.purchasing_systems.models import PurchasingSystem, Round
from tenants.permissions import Permission

LONGEST_HELP = timedelta(days=60)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read out on the telephone


def register_interest(session: Session, actor: Actor, *, round_id: UUID) -> None:
    """Note that the provider wants to hear of this round: the lead learns how many did, never who. May be repeated.

    Raises NotPermitted, Missing, and Refused once the round has closed.
    """
    _must_draft(actor)
    title, number = _open_round(session, round_id)
    if _note_interest(session, round_id):
        sentence = f"Registered an interest in round {number} of {title}."
        record_sealed(session, "applications.interest.registered", sentence, round_id=round_id)


def start_application(session: Session, actor: Actor, keys: KeyService, *, round_id: UUID) -> Application:
    """Begin the provider's one draft of a round, or return it: two colleagues who start at once share it.

    Makes the draft's data key, wrapped outside the database. Raises NotPermitted, Missing, and Refused when the round is
    not open.
    """
    _must_draft(actor)
    found = _own(session, round_id)
    if found is not None:
        return found
    title, number = _open_round(session, round_id)
    _note_interest(session, round_id)
    application_id, applicant_id = uuid4(), own_pen(session).applicant(round_id)
    made = session.execute(
        insert(Application)
        .values(
            id=application_id,
            reference=_reference(),
            round_id=round_id,
            applicant_id=applicant_id,
            # Set by the trigger, which believes nobody: the round's system, whose it is, the status.
            system_id=application_id,
            owner_check=b"",
        )
        .on_conflict_do_nothing(index_elements=["round_id", "applicant_id"])
        .returning(Application.reference)
    ).scalar_one_or_none()
    if made is None:
        return _own(session, round_id) or _gone()
    session.execute(
        insert(SealKey).values(
            application_id=application_id,
            applicant_id=applicant_id,
            round_id=round_id,
            part="draft",
            wrapped=keys.wrap(new_key(), draft_facts(application_id)),
        )
    )
    record_sealed(
        session,
        "applications.application.started",
        f"Started application {made} to round {number} of {title}.",
        round_id=round_id,
        id=application_id,
    )
    return _own(session, round_id) or _gone()


def grant_help(session: Session, actor: Actor, *, application_id: UUID, until: datetime | None) -> None:
    """Let the portal's operator see the last save and the last upload error until an instant; None takes it back.

    Never answers, prices, documents or file names. Raises NotPermitted, Missing, Invalid (`until`).
    """
    _must_draft(actor)
    case = case_of(session, application_id)
    if case.application.opened_at is not None:
        raise Refused("This application has been opened. The help desk can no longer be let in.")
    if until is not None and not case.at < until <= case.at + LONGEST_HELP:
        raise Invalid(until="Choose a day from today, at most 60 days ahead.")
    session.execute(
        update(Application)
        .where(Application.id == application_id)
        .values(help_granted_until=until)
        .execution_options(synchronize_session=False)
    )
    reference = case.application.reference
    sentence = (
        f"Let the help desk see when application {reference} was last saved and its last upload error, until {day(until)}."
        if until
        else f"Took back the help desk’s sight of application {reference}."
    )
    verb = "applications.help.granted" if until else "applications.help.taken_back"
    record_sealed(session, verb, sentence, round_id=case.round.id, id=application_id)


def _must_draft(actor: Actor) -> None:
    if not actor.may(Permission.APPLICATION_DRAFT):
        raise NotPermitted("Only a provider's bid writer or administrator can do this.")


def _own(session: Session, round_id: UUID) -> Application | None:
    return session.scalars(
        select(Application)
        .where(Application.round_id == round_id, Application.applicant_id == own_pen(session).applicant(round_id))
        .execution_options(populate_existing=True)
    ).one_or_none()


def _open_round(session: Session, round_id: UUID) -> tuple[str, int]:
    row = session.execute(
        select(PurchasingSystem.title, Round.number, Round.status, Round.closes_at, func.app.entered_at().label("at"))
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Round.id == round_id, Round.published_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise Missing
    if row.status != "published" or row.at >= row.closes_at:
        raise Refused("This round is closed. You can still read its documents and questions.")
    return row.title, row.number


def _note_interest(session: Session, round_id: UUID) -> bool:
    applicant_id = own_pen(session).applicant(round_id)
    made = session.execute(
        insert(Interest)
        .values(id=uuid4(), round_id=round_id, applicant_id=applicant_id, registered_on=today())
        .on_conflict_do_nothing(index_elements=["round_id", "applicant_id"])
        .returning(Interest.id)
    ).scalar_one_or_none()
    return made is not None


def _reference() -> str:
    code = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def _gone() -> Application:
    raise Missing


__all__ = ["grant_help", "register_interest", "start_application"]
