"""The points at which a system can be extended, and going on after its term."""

import re
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.web.look import day
from portal.decisions.models import Matter
from portal.purchasing_systems.models import ExtensionPoint, TermOverride
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.systems import led_system, system_for
from portal.purchasing_systems.queries.terms import term_of
from portal.purchasing_systems.rules.profiles import end_problem
from tenants.permissions import Permission

_OF_A_PERSON = re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|@")
"""An NHS number, a date of birth, an address: the commonest things that say who somebody is."""


def add_extension_point(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    title: str,
    ends_on: date | None,
    new_end: date | None,
    source: str,
) -> ExtensionPoint:
    """Write down an option to extend that the procurement documents hold. Raises Missing, NotPermitted, Invalid.

    An option that the documents do not hold cannot be made here: `source` says where they do.
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    clean = Cleaning()
    title = clean.line("title", title, "Enter what the point is called. For example, end of year 2.", 80)
    source = clean.line("source", source, "Enter where the documents hold this option. For example, Terms, clause 4.")
    if ends_on is None:
        clean.wrong("ends_on", "Enter the last day without the extension.")
    elif ends_on < system.valid_from:
        clean.wrong("ends_on", f"The system begins on {day(system.valid_from)}. Enter a later day.")
    if new_end is None:
        clean.wrong("new_end", "Enter the last day with the extension.")
    elif ends_on is not None and new_end <= ends_on:
        clean.wrong("new_end", "It must be later than the last day without the extension.")
    if new_end is not None and (
        problem := end_problem(
            profile_of(session, system), system.regime, system.valid_from, new_end, system.longer_because
        )
    ):
        clean.wrong("new_end", problem)
    taken = select(ExtensionPoint.id).where(ExtensionPoint.system_id == system_id, ExtensionPoint.ends_on == ends_on)
    if ends_on is not None and session.scalar(taken):
        clean.wrong("ends_on", "There is an extension point on this day already.")
    clean.finish()
    assert ends_on is not None
    assert new_end is not None
    point = ExtensionPoint(
        id=uuid4(),
        system_id=system_id,
        lead_id=system.lead_id,
        title=title,
        ends_on=ends_on,
        new_end=new_end,
        source=source,
    )
    session.add(point)
    session.flush()
    record(
        session,
        "purchasing_systems.extension_point.add",
        f"Noted an extension point of “{system.title}”: {title}, from {day(ends_on)} to {day(new_end)} ({source}).",
        system=system_id,
    )
    return point


def remove_extension_point(session: Session, actor: Actor, *, system_id: UUID, point_id: UUID) -> None:
    """Take out one that was noted in error. Raises Missing, NotPermitted, Refused once a joint decision was put on it."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    point = session.get(ExtensionPoint, point_id)
    if point is None or point.system_id != system_id:
        raise Missing
    if session.scalar(select(Matter.id).where(Matter.subject_id == point_id).limit(1)):
        raise Refused("The councils have been asked on this extension point, so it stays on the record.")
    session.delete(point)
    session.flush()
    record(
        session,
        "purchasing_systems.extension_point.remove",
        f"Took out an extension point of “{system.title}” that was noted in error: {point.title}.",
        system=system_id,
    )


def go_on_after_term(
    session: Session, actor: Actor, *, system_id: UUID, reason: str, need_note: str, until: date | None
) -> TermOverride:
    """Go on after the term because somebody must be placed (R9-04): the head of service answers for it, and it counts as off-system spend.

    Raises Missing, NotPermitted for anybody but a head of service, Refused while the term runs, Invalid (`reason`, `need_note`, `until`).
    """
    system = system_for(session, actor, system_id)
    if not actor.may(Permission.TERM_OVERRIDE):
        raise NotPermitted("Only a head of service of this council can go on after the term.")
    term = term_of(session, system_id, actor.organisation_id)
    if not term.expired:
        raise Refused(f"The term runs until {day(term.ends_on)}, so nothing has to be overridden.")
    clean = Cleaning()
    reason = clean.lines("reason", reason, "Enter why this cannot wait for a decision on the extension.", 2000)
    need_note = clean.lines("need_note", need_note, "Enter what is needed, without saying for whom.", 1000)
    if _OF_A_PERSON.search(need_note):
        clean.wrong(
            "need_note", "This looks like a number, a date or an address of a person. Say what is needed, not for whom."
        )
    if until is None:
        clean.wrong("until", "Enter the last day on which your council goes on.")
    elif until < clock.today():
        clean.wrong("until", "The last day has passed. Enter a later one.")
    clean.finish()
    assert until is not None
    made = TermOverride(
        id=uuid4(),
        system_id=system_id,
        authority_id=actor.organisation_id,
        reason=reason,
        need_note=need_note,
        until=until,
        recorded_by_id=actor.person_id,
        recorded_by_post=actor.person_label,
    )
    session.add(made)
    session.flush()
    record(
        session,
        "purchasing_systems.term.override",
        f"{actor.person_label}: goes on under “{system.title}” until {day(until)}, after its term for this council ended on "
        f"{day(term.ends_on)}. What is bought counts as off-system spend. Reason: {reason}",
        override=made.id,
        system_id=system_id,
    )
    return made
