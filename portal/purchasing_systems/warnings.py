"""Warnings before a term ends or can be extended: to the officers of each council on its own, and to the lead's on every council's."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.settings import Settings
from portal.core.telling import Word, tells
from portal.core.types import Actor
from portal.core.web.look import day
from portal.purchasing_systems.queries.systems import SystemRow, systems_of
from portal.purchasing_systems.queries.terms import Term, terms_of
from portal.purchasing_systems.rules.terms import warning_due

_OVER = ("draft", "cancelled", "closed", "terminated")


@tells("warn_of_terms")
def warn_of_terms(session: Session, actor: Actor, settings: Settings) -> list[Word]:
    """What stands today, of every system of this council that runs."""
    today, months = clock.today(), settings.term_warning_months
    return [
        word
        for system in systems_of(session, actor)
        if system.status not in _OVER
        for word in _of_system(system, terms_of(session, system.id), actor, today, months)
    ]


def _of_system(
    system: SystemRow, terms: Sequence[Term], actor: Actor, today: date, months: Sequence[int]
) -> list[Word]:
    leads = system.lead_id == actor.organisation_id
    ends: dict[date, list[Term]] = defaultdict(list)
    for term in terms:
        if leads or term.authority_id == actor.organisation_id:
            ends[term.ends_on].append(term)
            # Where the term runs past the point, the point is a day of its own.
            if term.next_extension_point and term.next_extension_point.ends_on != term.ends_on:
                ends[term.next_extension_point.ends_on].append(term)
    words = []
    for end in sorted(ends):
        due = warning_due(end, today, months)
        if due is not None:
            words.append(_word(system, end, ends[end], due))
    return words


def _word(system: SystemRow, end: date, concerned: Sequence[Term], months: int) -> Word:
    names = ", ".join(sorted({term.authority_name for term in concerned}))
    point = next(
        (t.next_extension_point for t in concerned if t.next_extension_point and t.next_extension_point.ends_on == end),
        None,
    )
    within = f"{months} months" if months > 1 else "one month"
    option = (
        f"It can be extended to {day(point.new_end)} ({point.title}). Each council decides, and its decision must be in effect by then."
        if point
        else "No extension point is noted for this day."
    )
    ending = any(term.ends_on == end for term in concerned)
    what = "the term ends" if ending else "an extension point comes"
    return Word(
        key=f"term {system.id} {end} {months}",
        subject=f"Within {within} {what}: {system.alias}, {day(end)}",
        body=f"{system.title}: on {day(end)} {what} for {names}.\n\n{option}\n\n"
        "Without a decision in effect, no call-off can be made after the term.",
        link=f"/systems/{system.id}/term",
    )
