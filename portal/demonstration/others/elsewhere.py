"""A purchasing system that somebody else runs, registered by one council for those that use it."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, holder
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.external import add_external_provider, register_external


def steps(world: World, calendar: Calendar, entry: Entry) -> Iterator[Step]:
    """The registration, where the file holds one."""
    if "external" in entry:
        told = entry["external"]
        who = holder(told["registered_by"], "placement_officer")
        yield Step(
            calendar.at(told["registered"]), who, f"{entry['slug']}: register it", partial(_register, world, told)
        )


def _register(world: World, told: Entry, scene: Scene) -> None:
    system = register_external(
        scene.session,
        scene.actor,
        name=told["name"],
        host=told["host"],
        reference=told["reference"],
        lots="\n".join(told["lots"]),
        starts_on=None,
        ends_on=None,
        source_url=told["source_url"],
        readers=[world.organisations[slug] for slug in told["readers"]],
        demonstration=True,
    )
    for row in told["providers"]:
        add_external_provider(
            scene.session,
            scene.actor,
            external_id=system.id,
            provider_name=row["provider_name"],
            lot_number=row["lot"],
            service_name=row["service_name"],
            number=row["number"],
            area=row["area"],
            admitted_on=date.fromisoformat(row["admitted_on"]),
            ended_on=None,
        )
