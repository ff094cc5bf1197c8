"""The opening ceremony: after closing, two officers of two different councils, each with their own password."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.applicants import who_may_stand_behind
from portal.core.audit import record
from portal.core.errors import Missing, PortalError
from portal.core.notify.sending import tell_organisation
from portal.core.types import Actor
from portal.core.web.lifecycle import as_refusal
from portal.purchasing_systems.models import Participation, PurchasingSystem, Round, acts_on
from tenants.models import Person
from tenants.passwords import MAXIMUM_LENGTH, derive

FIRST, OPENED = "first", "opened"
OPENERS = ("procurement_officer", "commissioning_officer", "legal_officer")


@dataclass(frozen=True)
class OpeningState:
    """`first`: one officer has confirmed, another council's is awaited. `opened`: with how many applications, and as which round.

    A round with a window is opened itself; of an always-open round, what was received leaves for a batch of its own.
    """

    state: str
    count: int = 0
    round_id: UUID | None = None


def confirm_opening(session: Session, actor: Actor, *, round_id: UUID, password: str) -> OpeningState:
    """Confirm with one's password; the second confirmation, by another council, opens the round's last submitted versions.

    The database checks clock, role, password, person and council. Raises Refused or NotPermitted, having first recorded the
    attempt in a transaction of its own: in the chain, among the refusals and for the record of opening (Annex IV (g)).
    Raises Missing where the round is not the actor's to see.
    """
    found = session.get(Round, round_id)
    if found is None or not actor.takes_part(found.system_id):
        raise Missing
    system = session.get_one(PurchasingSystem, found.system_id)
    subject = f"round {found.number}, {system.title}"
    system_id = system.id
    providers, round_keys = who_may_stand_behind(session, round_id)
    asked = {
        "round": round_id,
        "derived": _derived(session, actor, password),
        "providers": providers,
        "keys": round_keys,
    }
    try:
        answer = session.execute(
            text("SELECT app.confirm_opening(:round, :derived, :providers, :keys)"), asked
        ).scalar_one()
    except DBAPIError as error:
        refusal = as_refusal(error)
        if refusal is None or isinstance(refusal, Missing):
            raise
        _keep_refusal(session, refusal, round_id=round_id, system_id=system_id, subject=subject)
        raise refusal from error
    state = OpeningState(answer["state"], answer.get("count", 0), UUID(answer["round"]) if "round" in answer else None)
    # The row was changed by the database's own hand.
    session.refresh(found)
    if state.state == FIRST:
        _say_first(session, actor, found, subject)
    else:
        _say_opened(session, session.get_one(Round, state.round_id or round_id), system, subject, state.count)
    return state


def _derived(session: Session, actor: Actor, password: str) -> bytes:
    email = session.execute(select(Person.email).where(Person.id == actor.person_id)).scalar_one()
    salt, parameters = session.execute(text("SELECT * FROM app.sign_in_salt(:email)"), {"email": email}).one()
    return derive(password[:MAXIMUM_LENGTH], bytes(salt), parameters)


def _keep_refusal(session: Session, refusal: PortalError, *, round_id: UUID, system_id: UUID, subject: str) -> None:
    """The one commit made by an action: what was refused is rolled back, and that it was tried must stay."""
    session.rollback()
    session.execute(
        text("SELECT app.refuse_opening(:round, :sentence)"), {"round": round_id, "sentence": refusal.sentence}
    )
    record(
        session,
        "applications.opening.refused",
        f"Tried to open the applications of {subject}. Refused: {refusal.sentence}",
        system=system_id,
        round=round_id,
    )
    session.commit()


def _say_first(session: Session, actor: Actor, found: Round, subject: str) -> None:
    record(
        session,
        "applications.opening.confirmed",
        f"Confirmed the opening of {subject}, as the first of two officers.",
        system=found.system_id,
        round=found.id,
    )
    there = session.scalars(
        select(Participation.authority_id)
        .where(Participation.system_id == found.system_id, acts_on(clock.today()))
        .order_by(Participation.authority_name)
    ).all()
    others = [council for council in there if council != actor.organisation_id]
    for council in others or there:
        tell_organisation(
            session,
            council,
            kind="opening_awaited",
            subject=f"A second officer is needed to open {subject}",
            body=f"An officer of {actor.organisation_name} has confirmed the opening. "
            f"{'An officer of another council' if others else 'Another officer'} must confirm too; then the applications are opened.",
            link=f"/rounds/{found.id}/open-submissions",
            roles=OPENERS,
        )


def _say_opened(session: Session, found: Round, system: PurchasingSystem, subject: str, count: int) -> None:
    record(
        session,
        "applications.opening.opened",
        f"Opened {subject}, as the second of two officers. Applications opened: {count}.",
        system=system.id,
        round=found.id,
        count=count,
    )
    tell_organisation(
        session,
        system.lead_id,
        kind="round_opened",
        subject=f"Opened: {subject}",
        body=f"Two officers of two councils opened the round. Applications opened: {count}. "
        "Choose the panel to start the evaluation.",
        link=f"/rounds/{found.id}/evaluation",
        roles=("procurement_officer", "commissioning_officer"),
    )
