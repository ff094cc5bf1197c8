"""After the decision: all letters at once, a standstill, agreements accepted by both sides, providers in effect."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from portal.applications.actions.letters import prepare_letters, release_letters
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import applications, content, holder, rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.admissions import accept_agreement, issue_agreements
from portal.purchasing_systems.actions.systems import activate_system
from portal.purchasing_systems.models import Admission


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """What follows the outcome of each complete round."""
    lead = holder(content("system_ppa")["system"]["lead"], "procurement_officer")
    for number, entry in rounds().items():
        if entry["state"] != "complete":
            continue
        out, issued, effective = (calendar.at(entry[name]) for name in ("letters", "agreements", "effective"))
        of = f"of round {number}"
        yield Step(out - timedelta(minutes=90), lead, f"prepare the letters {of}", partial(_prepare, world, number))
        yield Step(out, lead, f"release the letters {of}", partial(_release, world, number))
        yield Step(issued, lead, f"issue the agreements {of}", partial(_issue, world, number))
        admitted = _admitted(number)
        for order, provider in enumerate(admitted, start=1):
            at = issued + (effective - issued) * order / (len(admitted) + 1)
            who = holder(provider, "provider_administrator")
            yield Step(
                at, who, f"{provider}: accept the agreement", partial(_accept, world, number, "agreement_issued")
            )
        yield Step(effective, lead, f"accept the agreements {of}", partial(_accept, world, number, "signed"))
        yield Step(effective + timedelta(minutes=20), lead, "activate the purchasing system", partial(_activate, world))


def _admitted(number: int) -> list[str]:
    """Providers that the content expects to be admitted to a lot."""
    return [
        entry["provider"]
        for entry in applications()
        if entry["round"] == number and any(e["result"] == "admitted" for e in entry.get("expected", {}).values())
    ]


def _prepare(world: World, number: int, scene: Scene) -> None:
    prepare_letters(scene.session, scene.actor, round_id=world.rounds[number])


def _release(world: World, number: int, scene: Scene) -> None:
    release_letters(scene.session, scene.actor, round_id=world.rounds[number])


def _issue(world: World, number: int, scene: Scene) -> None:
    issue_agreements(scene.session, scene.actor, round_id=world.rounds[number])


def _accept(world: World, number: int, waiting: str, scene: Scene) -> None:
    """Everything that waits for the organisation acted for: a provider sees its own admissions alone."""
    due = scene.session.scalars(
        select(Admission.id)
        .where(Admission.round_id == world.rounds[number], Admission.status == waiting)
        .order_by(Admission.provider_name, Admission.id)
    ).all()
    for admission_id in due:
        accept_agreement(scene.session, scene.actor, admission_id=admission_id)


def _activate(world: World, scene: Scene) -> None:
    activate_system(scene.session, scene.actor, system_id=world.system)
