"""The purchasing system: set up by the lead, joined by six councils, each with its own local schedule."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, content, holder, lots, organisations, rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.parts import add_lot, add_participant
from portal.purchasing_systems.actions.specifications import write_document, write_local_schedule, write_specification
from portal.purchasing_systems.actions.systems import create_system

CLIENT_GROUP = "Children looked after"


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """On the day the first round is set up the lead's part; on the next, the schedules by each council."""
    entry = content("system_ppa")
    begun = calendar.at(rounds()[1]["set_up"])
    lead = holder(entry["system"]["lead"], "procurement_officer")

    def by_the_lead(minutes: int, what: str, act: Callable[[Scene], object]) -> Step:
        return Step(begun - timedelta(minutes=minutes), lead, what, act)

    yield by_the_lead(60, "create the purchasing system", partial(_create, world))
    yield by_the_lead(50, "add the lots", partial(_add_lots, world))
    yield by_the_lead(40, "add the participating councils", partial(_add_participants, world, calendar))
    yield by_the_lead(20, "write the specification", partial(_specify, world))
    yield by_the_lead(10, "write invitation and terms", partial(_write_documents, world))
    for number, schedule in enumerate(entry["local_schedules"]):
        yield Step(
            begun + timedelta(days=1, minutes=25 * number),
            holder(schedule["council"], "commissioning_officer"),
            f"write the local schedule of {schedule['council']}",
            partial(_write_schedule, world, schedule),
        )


def _create(world: World, scene: Scene) -> None:
    entry = content("system_ppa")
    system = entry["system"]
    world.system_id = create_system(
        scene.session,
        scene.actor,
        title=system["title"],
        alias=system["aliases"][0],
        regime=system["regime"],
        vehicle=system["vehicle"],
        legal_basis=system["legal_basis"],
        client_group=CLIENT_GROUP,
        valid_from=system["valid_from"],
        valid_until=system["valid_to"],
        value_pounds=Decimal(system["value"]),
        cpv=", ".join(system["cpv"]),
        standstill_days=system["standstill_days"],
        quality_pass_mark=Decimal(system["quality_pass_mark"]),
        panel_councils=len(content("evaluation")["panel"]),
        restriction_grounds=entry["restriction_grounds"],
        demonstration=system["demonstration"],
    ).id


def _add_lots(world: World, scene: Scene) -> None:
    for slug, lot in lots().items():
        world.lots[slug] = add_lot(
            scene.session,
            scene.actor,
            system_id=world.system,
            number=lot["number"],
            title=lot["title"],
            description=lot["description"],
        ).id


def _add_participants(world: World, calendar: Calendar, scene: Scene) -> None:
    joined = {row["council"]: calendar.day(row["decided"]) for row in content("decisions")["memberships"]}
    for slug in content("system_ppa")["system"]["participating"]:
        add_participant(
            scene.session,
            scene.actor,
            system_id=world.system,
            authority_id=world.organisations[slug],
            authority_name=organisations()[slug]["official_name"],
            joined_on=joined[slug],
        )


def _specify(world: World, scene: Scene) -> None:
    specification = content("system_ppa")["specification"]
    sections = (f"## {s['number']} {s['title']}\n\n{s['body'].strip()}" for s in specification["sections"])
    write_specification(
        scene.session,
        scene.actor,
        system_id=world.system,
        title=specification["title"],
        common_text="\n\n".join(sections),
    )


def _write_documents(world: World, scene: Scene) -> None:
    for document in content("system_ppa")["documents"]:
        write_document(
            scene.session,
            scene.actor,
            system_id=world.system,
            title=document["title"],
            kind=document["kind"],
            text=document["body"].strip(),
        )


def _write_schedule(world: World, schedule: Entry, scene: Scene) -> None:
    write_local_schedule(
        scene.session,
        scene.actor,
        system_id=world.system,
        authority_id=world.organisations[schedule["council"]],
        text=schedule["body"].strip(),
    )
