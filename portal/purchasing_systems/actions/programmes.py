"""Programmes: procurements in an order (R5-01)."""

from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.models import Programme, ProgrammeOverride, ProgrammeStep
from portal.purchasing_systems.queries.programmes import MILESTONES, programme_for, waits_for
from portal.purchasing_systems.queries.systems import led_system
from tenants.permissions import Permission


def begin_programme(session: Session, actor: Actor, *, title: str, purpose: str) -> Programme:
    """A programme led by the actor's authority. Raises NotPermitted, Invalid."""
    if actor.organisation_kind != "authority" or not actor.may(Permission.ADVERT_EDIT):
        raise NotPermitted("Your role cannot set up a programme.")
    clean = Cleaning()
    name = clean.line("title", title, "Enter what the programme is called.", 200)
    words = clean.lines("purpose", purpose, None, 4000)
    clean.finish()
    made = Programme(
        id=uuid4(), lead_id=actor.organisation_id, lead_name=actor.organisation_name, title=name, purpose=words
    )
    session.add(made)
    session.flush()
    record(session, "purchasing_systems.programme.begin", f"Set up the programme “{name}”.", id=made.id)
    return made


def add_step(
    session: Session, actor: Actor, *, programme_id: UUID, system_id: UUID | None, milestone: str
) -> ProgrammeStep:
    """A system at the end of a programme. `milestone`: what those before it must have reached before its round is published.

    Raises Missing, NotPermitted, Refused, Invalid.
    """
    programme = programme_for(session, programme_id)
    if programme.lead_id != actor.organisation_id or not actor.may(Permission.ADVERT_EDIT):
        raise NotPermitted(f"Only a procurement or commissioning officer of {programme.lead_name} can do this.")
    clean = Cleaning()
    if system_id is None:
        clean.wrong("system_id", "Choose a purchasing system.")
    if milestone not in MILESTONES:
        clean.wrong("milestone", "Choose what must be reached.")
    clean.finish()
    assert system_id is not None
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    if session.scalar(select(ProgrammeStep.id).where(ProgrammeStep.system_id == system_id)):
        clean.wrong("system_id", "This system is in a programme already.")
        clean.finish()
    last = session.scalar(select(func.max(ProgrammeStep.position)).where(ProgrammeStep.programme_id == programme_id))
    step = ProgrammeStep(
        id=uuid4(), programme_id=programme_id, system_id=system_id, lead_id=programme.lead_id,
        system_title=system.title, position=(last or 0) + 1, milestone=milestone,
    )  # fmt: skip
    session.add(step)
    session.flush()
    record(
        session,
        "purchasing_systems.programme.add_step",
        f"“{system.title}” is number {step.position} of the programme “{programme.title}”.",
        system=system_id,
        programme=programme_id,
        milestone=milestone,
    )
    return step


def remove_step(session: Session, actor: Actor, *, programme_id: UUID, step_id: UUID) -> None:
    """Take a system out again that nothing was let ahead of. Raises Missing, NotPermitted, Refused."""
    programme = programme_for(session, programme_id)
    step = session.get(ProgrammeStep, step_id)
    if step is None or step.programme_id != programme_id:
        raise Missing
    system = led_system(session, actor, step.system_id, Permission.ADVERT_EDIT)
    if session.scalar(select(ProgrammeOverride.id).where(ProgrammeOverride.step_id == step_id)):
        raise Refused("This system was let ahead with a reason, so it stays on the record.")
    session.delete(step)
    session.flush()
    record(
        session,
        "purchasing_systems.programme.remove_step",
        f"“{system.title}” is no longer in the programme “{programme.title}”.",
        system=system.id,
        programme=programme_id,
    )


def let_ahead(session: Session, actor: Actor, *, programme_id: UUID, step_id: UUID, reason: str) -> ProgrammeOverride:
    """Let a system's rounds be published before its turn. A head of service of the lead answers for it.

    The councils of the programme read it on the programme's page and in their trails; it is no part of what the public is told, whose
    notice says all that applicants rely on. Raises Missing, NotPermitted, Refused (it waits for nothing), Invalid(reason).
    """
    programme = programme_for(session, programme_id)
    step = session.get(ProgrammeStep, step_id)
    if step is None or step.programme_id != programme_id:
        raise Missing
    if programme.lead_id != actor.organisation_id or not actor.may(Permission.PROGRAMME_OVERRIDE):
        raise NotPermitted(
            f"Only a head of service of {programme.lead_name} can let a system go ahead before its turn."
        )
    if waits_for(session, step.system_id) is None:
        raise Refused("This system waits for nothing.")
    clean = Cleaning()
    why = clean.lines("reason", reason, "Enter why it cannot wait for the one before it.", 2000)
    clean.finish()
    session.execute(text("SELECT app.let_ahead(:step, :reason)"), {"step": step_id, "reason": why})
    made = session.scalars(select(ProgrammeOverride).where(ProgrammeOverride.step_id == step_id)).one()
    record(
        session,
        "purchasing_systems.programme.let_ahead",
        f"{actor.person_label}: “{step.system_title}” goes ahead before its turn in the programme “{programme.title}”. Reason: {why}",
        system=step.system_id,
        programme=programme_id,
    )
    return made
