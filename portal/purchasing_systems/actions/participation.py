"""How an authority comes into a purchasing system, signs, is suspended, leaves; and carrying over what has been decided."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.web.look import day
from portal.core.workflow import fire
from portal.purchasing_systems.models import AccessionAgreement, Participation, PurchasingSystem, Specification
from portal.purchasing_systems.participation_notifications import tell_step
from portal.purchasing_systems.participation_states import PARTICIPATION
from portal.purchasing_systems.queries.systems import led_system, seen_system
from portal.purchasing_systems.rules.participation import BASIS, REASONED, WORDS
from portal.purchasing_systems.states import SYSTEM
from tenants.models import Organisation
from tenants.permissions import Permission

LISTED = ("invited", "considering", "named_user")
"""How an authority that has not joined comes into the list."""
GROUND = "Enter the ground, and where it is published or agreed."
NOT_NAMED = "An authority that the notice neither names nor describes cannot be given the right to buy later. It needs a procurement of its own."


def list_authority(
    session: Session, actor: Actor, *, system_id: UUID, authority_id: UUID | None, status: str, basis: str, words: str
) -> Participation:
    """Put an authority into the list without any right to buy: invited, considering, or named in the notice as a user.

    `basis`: founding (before publication alone), named or described; `words`: the notice's own. Raises Missing, NotPermitted, Invalid.
    """
    system = led_system(session, actor, system_id, Permission.PARTICIPATION_MOVE, lock=True)
    clean = Cleaning()
    authority = session.get(Organisation, authority_id) if authority_id else None
    if authority is None or authority.kind != "authority":
        clean.wrong("authority_id", "Select an authority.")
    elif _of(session, system_id, authority.id):
        clean.wrong("authority_id", f"{authority.name} is in the list already.")
    public = system.frozen_at is not None or system.published_at is not None
    if status not in LISTED or (public and status == "considering"):
        clean.wrong("status", "Choose how it comes into the list.")
    if basis not in BASIS:
        clean.wrong("basis", NOT_NAMED if basis == "neither" else "Say whether the notice names or describes it.")
    elif basis == "founding" and public:
        clean.wrong("basis", NOT_NAMED)
    elif basis != "founding":
        words = clean.lines("words", words, "Copy the words of the notice that name or describe it.", 2000)
    clean.finish()
    assert authority is not None
    made = _listed(session, system, authority.id, name=authority.official_name, status=status, basis=basis, words=words)
    record(
        session,
        "purchasing_systems.participation.list",
        f"Listed {made.authority_name} for “{system.title}”: {WORDS[status][0].lower()}.",
        about=authority.id,
        system=system_id,
        basis=basis,
    )
    tell_step(session, made, system, "listed", "")
    return made


def list_to_join(session: Session, system: PurchasingSystem, about: dict[str, Any], *, how: str, words: str) -> None:
    """Whom the councils are asked to let join stands in the list from then on, invited."""
    authority_id = UUID(about["authority_id"])
    if _of(session, system.id, authority_id) is None:
        name = str(about["authority_name"])
        _listed(session, system, authority_id, name=name, status="invited", basis=how, words=words)


def take_step(
    session: Session, actor: Actor, *, participation_id: UUID, verb: str, reason: str = "", ground: str = ""
) -> Participation:
    """One step of the machine; the authority is told. `ground`: of a suspension, in the words of the agreement or the notice.

    Raises Missing, NotPermitted, Refused, Invalid (`reason`, `ground`).
    """
    row = session.get(Participation, participation_id)
    if row is None or actor.organisation_id not in (row.lead_id, row.authority_id) or verb not in PARTICIPATION.by_verb:
        raise Missing
    system = seen_system(session, actor, row.system_id)
    clean = Cleaning()
    needed = "Give the reason. The authority reads it, and it stands in the history." if verb in REASONED else None
    why = clean.lines("reason", reason, needed, 1000)
    on_ground = clean.line("ground", ground, GROUND, 300) if verb == "suspend" else ""
    clean.finish()
    move = PARTICIPATION.by_verb[verb]
    fire(
        session,
        actor,
        PARTICIPATION,
        row,
        verb,
        sentence=f"{row.authority_name}, “{system.title}”: {WORDS[move.target][0].lower()}.{f' On the ground: {on_ground}.' if on_ground else ''}{' ' + why if why else ''}",
        about=row.authority_id,
        because=why,
        also={"p_ground": on_ground} if on_ground else None,
    )
    session.refresh(row)
    tell_step(session, row, system, verb, f"{on_ground}. {why}" if on_ground else why)
    return row


def record_accession(
    session: Session,
    actor: Actor,
    *,
    participation_id: UUID,
    reference: str,
    signed_on: date | None,
    specification_id: UUID | None,
) -> AccessionAgreement:
    """What was signed, on which version of the specification (R3-02). Raises Missing, NotPermitted, Invalid; the database refuses (409)
    before the authority's own decision is in effect.
    """
    row = session.get(Participation, participation_id)
    if row is None or actor.organisation_id not in (row.lead_id, row.authority_id):
        raise Missing
    if not actor.may(Permission.PARTICIPATION_MOVE):
        raise NotPermitted("Your role does not include this.")
    if row.status not in ("approved", "joined"):
        raise Refused("An accession agreement is recorded once the authority’s own decision to take part is in effect.")
    clean = Cleaning()
    reference = clean.line("reference", reference, "Enter the reference of the agreement.", 120)
    if signed_on is None:
        clean.wrong("signed_on", "Enter the day it was signed.")
    elif signed_on > clock.today():
        clean.wrong("signed_on", "It cannot have been signed in the future.")
    version = session.scalar(
        select(Specification.version).where(
            Specification.id == specification_id, Specification.system_id == row.system_id
        )
    )
    if version is None:
        clean.wrong("specification_id", "Choose the version that it joins to.")
    clean.finish()
    assert signed_on is not None
    session.flush()
    id_ = session.scalar(
        text("SELECT app.record_accession(:participation, :reference, :signed_on, :version)"),
        {"participation": row.id, "reference": reference, "signed_on": signed_on, "version": specification_id},
    )
    record(
        session,
        "purchasing_systems.participation.sign",
        f"Recorded the accession agreement of {row.authority_name}: {reference}, signed on {day(signed_on)}, to version {version} of the "
        "specification.",
        about=row.authority_id,
        system=row.system_id,
    )
    return session.get_one(AccessionAgreement, id_)


def take_over(session: Session, actor: Actor, *, system_id: UUID) -> list[str]:
    """Carry what has been decided and is in effect into the status; a sentence for each change. Raises Missing."""
    system = seen_system(session, actor, system_id)
    session.flush()
    changed = session.execute(text("SELECT * FROM app.follow_decisions(:system)"), {"system": system_id}).all()
    said = []
    for authority_id, name, status in changed:
        words = {"closing": "is closing", "renewed": "renewed its membership"}.get(status)
        sentence = f"{name}: {words or WORDS[status][0].lower()}, as decided."
        record(
            session,
            "purchasing_systems.participation.follow",
            sentence,
            about=authority_id,
            system=system_id,
            status=status,
        )
        said.append(sentence)
    if changed:
        session.refresh(system)
        for row in session.scalars(select(Participation).where(Participation.system_id == system_id)):
            session.refresh(row)
    return said


def close_system(session: Session, actor: Actor, *, system_id: UUID) -> PurchasingSystem:
    """Close a system for good, after the last day that was agreed. Raises Missing, NotPermitted, Refused."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    fire(session, actor, SYSTEM, system, "close", sentence=f"Closed the purchasing system “{system.title}”.")
    return system


def _of(session: Session, system_id: UUID, authority_id: UUID) -> Participation | None:
    return session.scalar(
        select(Participation).where(Participation.system_id == system_id, Participation.authority_id == authority_id)
    )


def _listed(
    session: Session, system: PurchasingSystem, authority_id: UUID, *, name: str, status: str, basis: str, words: str
) -> Participation:
    made = Participation(
        id=uuid4(),
        system_id=system.id,
        lead_id=system.lead_id,
        authority_id=authority_id,
        authority_name=name,
        status=status,
        basis=basis,
        basis_words=words if basis != "founding" else "",
    )
    session.add(made)
    session.flush()
    return made
