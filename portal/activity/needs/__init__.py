"""What needs me now, by when: one statement a source, whatever the number of rows."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.activity.needs import (
    agreements,
    applying,
    clarifications,
    evaluating,
    joint_decisions,
    messages,
    operating,
    participation,
    rounds,
    taking_on,
)
from portal.activity.needs.need import Kind, Need, earliest_first
from portal.core.types import Actor

Source = Callable[[Session, Actor, datetime], Sequence[Need]]

SOURCES: dict[str, tuple[Source, ...]] = {
    "authority": (
        rounds.of_council,
        rounds.closing_changes,
        rounds.schedules_to_write,
        evaluating.own_seats,
        evaluating.led_panels,
        joint_decisions.awaiting,
        agreements.of_lead,
        participation.to_take_over,
        participation.without_a_move,
        participation.on_an_old_version,
        participation.to_sign_off,
        clarifications.of_council,
        taking_on.to_confirm,
    ),
    "provider": (
        applying.rounds_and_drafts,
        agreements.of_provider,
        messages.letters,
        clarifications.of_provider,
        clarifications.new_answers,
    ),
    "operator": (operating.trouble,),
}
"""By kind of organisation. Each source looks at the roles itself, and asks nothing where none of them can act."""


def needs_of(session: Session, actor: Actor, now: datetime) -> dict[Kind, list[Need]]:
    """What waits for this person, what comes by itself, what they may take up, how things stand; earliest first."""
    found = [need for source in SOURCES[actor.organisation_kind] for need in source(session, actor, now)]
    kinds: tuple[Kind, ...] = ("act", "date", "offer", "standing")
    return {kind: earliest_first([need for need in found if need.kind == kind]) for kind in kinds}


__all__ = ["Need", "needs_of"]
